"""Paths of streams: static ones win over dynamic ones, and no reserved word is ever taken for a name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from millstream_contracts.ids import is_job_id
from millstream_contracts.inventory import StreamSpec, load_inventory


def by_precedence() -> list[StreamSpec]:
    """The streams, static paths first."""
    return sorted(load_inventory().stream_list, key=lambda spec: spec.is_dynamic)


def match_stream(path: str) -> tuple[StreamSpec, Mapping[str, str]] | None:
    """The stream a decoded path names, with its path parameters; None when there is none."""
    for spec in by_precedence():
        found = _pattern(spec.endpoint).fullmatch(path)
        if found is not None:
            return (spec, found.groupdict()) if are_valid(found.groupdict()) else None
    return None


def are_valid(parameters: Mapping[str, str]) -> bool:
    """Whether path parameters have the form of what they name."""
    return all(_VALID[name](value) for name, value in parameters.items())


def _is_api_name(value: str) -> bool:
    inventory = load_inventory()
    return inventory.is_name(value) and not inventory.is_reserved(value)


_VALID = {"name": _is_api_name, "job_id": is_job_id}


@lru_cache(maxsize=64)
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{([a-z_]+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)))
