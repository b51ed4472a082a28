"""What the store keeps and gives back, and what it is asked by."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from millstream_kit.paging import MOST_COUNTED, Total

from millstream_jobs.model import Job, JobType, Status, Step
from millstream_jobs.new_job import Defaults, EventRef, event_of
from millstream_jobs.rates import RateLimit
from millstream_jobs.schedules import Fire


@dataclass(frozen=True, slots=True)
class Function:
    """A function as it was last declared."""

    key: str
    name: str
    type: JobType
    timeout_s: float | None
    max_retries: int
    retry_delay_s: float
    max_concurrency: int | None
    version: str | None
    paused: bool
    declared_at_ms: int
    import_path: str | None = None
    pattern: str | None = None
    rate_limit: str | None = None

    @property
    def is_limited(self) -> bool:
        return self.max_concurrency is not None or self.rate_limit is not None

    @property
    def rate(self) -> RateLimit | None:
        return None if self.rate_limit is None else RateLimit.parse(self.rate_limit)

    def defaults(self) -> Defaults:
        return Defaults(
            function=self.key,
            function_name=self.name,
            job_type=self.type,
            max_retries=self.max_retries,
            retry_delay_s=self.retry_delay_s,
            timeout_s=self.timeout_s,
        )


@dataclass(frozen=True, slots=True)
class Declaration:
    """A function as one worker declared it."""

    function: str
    worker_id: str
    timeout_s: float | None
    max_retries: int
    retry_delay_s: float
    max_concurrency: int | None
    version: str | None
    declared_at_ms: int
    rate_limit: str | None = None
    pattern: str | None = None
    schedule: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class Payloads:
    """What a job carries, as JSON text, and the event that made it; None where there is nothing."""

    kwargs: str = "{}"
    checkpoint: str | None = None
    result: str | None = None
    event_id: str | None = None
    event_type: str | None = None

    @property
    def event(self) -> EventRef | None:
        return event_of(self.event_id, self.event_type)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job with its payloads."""

    job: Job
    payloads: Payloads


class ShownJob(NamedTuple):
    """What is shown of a job. Tags, arguments, checkpoint and result are JSON text, as they are kept."""

    id: str
    function: str
    function_name: str
    job_type: str
    trigger: str
    status: str
    created_at_ms: int
    scheduled_at_ms: int
    started_at_ms: int | None
    completed_at_ms: int | None
    seq: int
    attempts: int
    max_retries: int
    cancel_requested_at_ms: int | None
    retried_from: str | None
    error_type: str | None
    error_fingerprint: str | None
    timeout_s: float | None
    priority: int
    worker_id: str | None
    parent_id: str | None
    root_id: str
    progress: float | None
    progress_at_ms: int | None
    interruptions: int
    checkpoint_at_ms: int | None
    error: str | None
    queue_wait_ms: float | None
    duration_ms: float | None
    trace_id: str | None
    tags: str
    kwargs: str
    checkpoint: str | None
    result: str | None
    event_id: str | None
    event_type: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of a job, as it is remembered."""

    job_id: str
    attempt: int
    worker_id: str
    started_at_ms: int
    queue_wait_ms: float | None
    ended_at_ms: int | None
    duration_ms: float | None
    outcome: str | None
    error: str | None
    error_type: str | None
    error_fingerprint: str | None
    traceback: str | None
    pod: str | None = None
    version: str | None = None
    progress: str | None = None
    locals: str | None = None


def points_of(progress: str | None) -> list[tuple[int, float]]:
    """When it was how far, as an attempt's row has it."""
    return [] if progress is None else [(at_ms, share) for at_ms, share in json.loads(f"[{progress[1:]}]")]


@dataclass(frozen=True, slots=True)
class JobMarks:
    """What a timeline marks on one job: notable lines of its log in the order of their time, and its newest attempt's progress.

    `is_all`: it logged no other notable lines.
    """

    job_id: str
    lines: Sequence[LogLine] = ()
    is_all: bool = True
    attempt: int | None = None
    progress: str | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line a running job wrote."""

    job_id: str
    attempt: int
    at_ms: int
    level: str
    message: str
    fields: str | None
    id: int = 0


@dataclass(frozen=True, slots=True)
class StoredArtifact:
    """What is known of an artifact; its bytes are elsewhere."""

    id: str
    job_id: str
    name: str
    type: str
    content_type: str
    size_bytes: int
    sha256: str
    storage_backend: str
    created_at_ms: int


@dataclass(frozen=True, slots=True)
class Change:
    """A step and the payloads that travel with it. `digest` names the report that ended an attempt, `pod` and `version` where
    one that begins runs."""

    step: Step
    is_new: bool = False
    kwargs: str | None = None
    event: EventRef | None = None
    checkpoint: str | None = None
    result: str | None = None
    token: str | None = None
    digest: str | None = None
    pod: str | None = None
    version: str | None = None

    @property
    def begins_with(self) -> Payloads:
        """What a new job carries."""
        event = self.event
        return Payloads(
            kwargs=self.kwargs or "{}",
            checkpoint=self.checkpoint,
            result=self.result,
            event_id=None if event is None else event.id,
            event_type=None if event is None else event.type,
        )


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that may be told again; `digest` is of its data."""

    id: str
    type: str
    idempotency_key: str
    digest: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An event that waits to be published."""

    id: int
    topic: str
    key: str
    type: str
    traceparent: str | None
    written_at_ms: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, and how many it has in all. A search that stopped at its limit says where."""

    rows: Sequence[ShownJob]
    total: Total
    next_id: str | None
    scanned_to_id: str | None = None

    @property
    def has_more(self) -> bool:
        return self.next_id is not None


@dataclass(frozen=True, slots=True)
class Counts:
    """Jobs by status, each exact up to 10,000. Where not all were looked at, the last one that was, and all are least."""

    found: Mapping[Status, int]
    scanned_to_id: str | None = None

    def total(self, status: Status) -> int:
        return min(self.found.get(status, 0), MOST_COUNTED)

    def is_exact(self, status: Status) -> bool:
        return self.scanned_to_id is None and self.found.get(status, 0) <= MOST_COUNTED


@dataclass(frozen=True, slots=True)
class TraceCounts:
    """The jobs of one trace by status; where not all were looked at, of its newest."""

    trace_id: str
    found: Mapping[Status, int]
    is_all: bool


@dataclass(frozen=True, slots=True)
class TrendHour:
    """What happened to jobs of one function in one hour."""

    function: str
    hour_ms: int
    job_type: str
    complete: int
    failed: int
    retrying: int
    cancelled: int
    active: int | None
    version: int


@dataclass(frozen=True, slots=True)
class PastFire:
    """A fire, and how its job stands now; None where it was skipped."""

    fire: Fire
    status: Status | None
    duration_ms: float | None


@dataclass(frozen=True, slots=True)
class Urgency:
    """Of one function's unfinished jobs: those whose time has come, and those that are asked to stop."""

    due: int = 0
    cancelling: int = 0
