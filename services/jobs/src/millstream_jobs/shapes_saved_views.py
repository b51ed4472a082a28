"""What saved views look like in answers."""

from __future__ import annotations

from typing import Any

from millstream_jobs.shapes import Out


class ViewOut(Out):
    """`query` is in the words of the query of `/jobs`, and `range` where its time is the last so long; what may be an argument's value is null
    for who neither made it nor may see payloads. `is_yours`: the caller made it."""

    id: str
    name: str
    query: dict[str, Any]
    shared: bool
    is_yours: bool
    may_change: bool
    created_by: str
    created_at: str
    updated_at: str


class ViewsOut(Out):
    """`may_share`: the caller may save a view that everybody sees."""

    views: list[ViewOut]
    total: int
    may_share: bool
