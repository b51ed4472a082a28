"""What bulk actions look like in answers."""

from __future__ import annotations

from typing import Any

from millstream_jobs.bulk import BulkKind, BulkState
from millstream_jobs.shapes import Out


class SkipOut(Out):
    """Jobs it was not done to, why, and one of them."""

    code: str
    detail: str
    count: int
    job_id: str


class BulkActionOut(Out):
    """`filter` is what was asked, in the words of the query of `/jobs`; what may be an argument's value is null for who may not see payloads.
    `picked`: so many jobs were named instead, all of them `total`; those it could not be done to when they were are skipped."""

    id: str
    action: BulkKind
    state: BulkState
    name: str | None
    reason: str | None
    filter: dict[str, Any]
    picked: int | None
    total: int
    done: int
    skipped: int
    skips: list[SkipOut]
    created_at: str
    created_by: str
    started_at: str | None
    completed_at: str | None
    trace_id: str | None


class BulkActionsOut(Out):
    bulk_actions: list[BulkActionOut]
    has_more: bool
    next_cursor: str | None
