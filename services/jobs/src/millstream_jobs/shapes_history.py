"""What callers are told of what happened to a job."""

from __future__ import annotations

from millstream_jobs.history import Kind
from millstream_jobs.shapes import Out


class JobFactOut(Out):
    """Something that happened to a job. `seq` is that of the event that said it (of progress, that of its attempt's beginning),
    and null where nothing was said."""

    kind: Kind
    at: str
    seq: int | None
    attempt: int | None
    worker_id: str | None
    trigger: str | None
    scheduled_at: str | None
    queue_wait_ms: float | None
    duration_ms: float | None
    progress: float | None
    error: str | None
    error_type: str | None
    retry_at: str | None
    reason: str | None


class JobFactsOut(Out):
    """The newest, in the order they happened."""

    events: list[JobFactOut]
    total: int
    has_more: bool
