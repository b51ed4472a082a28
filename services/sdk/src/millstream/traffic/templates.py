"""Which route answered, as a template: `/products/{id}`, never `/products/42`, so that paths stay few; and what routes are about."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from millstream import limits
from millstream.traffic.masking import printable

UNMATCHED = "unmatched"

Routes = Mapping[str, list[str]]
"""Every endpoint an application has, `GET /products/{id}`, with its tags."""


def mounted_template(mounted: str, params: Mapping[str, Any], own: str) -> str:
    """A route's template behind the mount it was reached through.

    Args:
        mounted: the path of the mount, as it was asked for.
        params: every path parameter, those of the mount among them.
        own: the route's template below the mount.
    """
    if mounted:
        values = {str(value): name for name, value in params.items() if f"{{{name}}}" not in own}
        mounted = "/".join(f"{{{values[part]}}}" if part in values else part for part in mounted.split("/"))
    return mounted + own or "/"


def shown_tags(tags: Any) -> list[str]:
    """A framework's tags of a route as they are told: the first few, in few words; none of what is no list of words."""
    if not isinstance(tags, list | tuple):
        return []
    words = (tag.value if isinstance(tag, Enum) else tag for tag in tags)
    clean = (" ".join(printable(word).split()) for word in words if isinstance(word, str))
    short = (word[: limits.ENDPOINT_TAG_CHARS].strip() for word in clean)
    return list(dict.fromkeys(filter(None, short)))[: limits.ENDPOINT_TAGS]
