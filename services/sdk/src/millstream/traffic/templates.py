"""Which route answered, as a template: `/products/{id}`, never `/products/42`, so that paths stay few."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNMATCHED = "unmatched"


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
