"""The store: what handlers ask of the database. One adapter, `store_sql`, for PostgreSQL and SQLite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import ArtifactEvent

from millstream_jobs.figures import ErrorGroup, Figures, Point, Standing
from millstream_jobs.model import Defaults, Job, JobType, Status, Step

SHARDS = 8
MOST_COUNTED = 10_000
KEPT_HOURS = 192  # of the trends; the longest stream asks for 168


def shard_lease(shard: int) -> str:
    """The lease that says who publishes a shard of the outbox."""
    return f"outbox/{shard}"


class Duplicate(Exception):
    """A job with this idempotency key was kept by another transaction meanwhile; do it over."""


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
class Payloads:
    """What a job carries, as JSON text; None where there is nothing."""

    kwargs: str = "{}"
    checkpoint: str | None = None
    result: str | None = None


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
    """A step and the payloads that travel with it. `digest` names the report that ended an attempt."""

    step: Step
    is_new: bool = False
    kwargs: str | None = None
    checkpoint: str | None = None
    result: str | None = None
    token: str | None = None
    digest: str | None = None


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
class Argument:
    """A value, as JSON writes it but for the quotes, at a place in a job's arguments."""

    path: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which jobs a list or a count is about; `after` and `before` are on the time of creation, before exclusive."""

    function: str | None = None
    statuses: tuple[Status, ...] = ()
    worker_id: str | None = None
    interrupted_by: str | None = None
    root_id: str | None = None
    id_prefix: str | None = None
    error_text: str | None = None
    argument: Argument | None = None
    after_ms: int | None = None
    before_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list; `total` is exact up to 10,000. A search that stopped at its limit says where."""

    rows: Sequence[ShownJob]
    total: int
    total_exact: bool
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
class Urgency:
    """Of one function's unfinished jobs: those whose time has come, and those that are asked to stop."""

    due: int = 0
    cancelling: int = 0


class Transaction(Protocol):
    """One transaction: everything or nothing. Rows it locks stay locked until it ends."""

    async def lock_jobs(self, ids: Sequence[str]) -> Mapping[str, Job]: ...
    async def lock_due(self, now_ms: int, limit: int) -> Sequence[Job]: ...
    async def lock_queued(self, functions: Sequence[str], limit: int) -> Sequence[JobRow]:
        """The next jobs of these functions in the order of the queue, skipping what others are leasing."""
        ...

    async def roots_of(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The root of every one of these jobs that exists, without locking them."""
        ...

    async def kwargs_of(self, job_id: str) -> str | None: ...
    async def by_idempotency(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], JobRow]: ...
    async def attempt_report(self, job_id: str, token: str) -> str | None:
        """The digest of the report that ended the attempt leased under this token, if one did."""
        ...

    async def functions(self, keys: Sequence[str], *, lock_limited: bool = False) -> Mapping[str, Function]: ...
    async def running(self, functions: Sequence[str]) -> Mapping[str, int]: ...
    async def declare(self, functions: Sequence[Function]) -> None: ...
    async def set_paused(self, key: str, paused: bool) -> bool: ...
    async def record(self, changes: Sequence[Change], lines: Sequence[LogLine] = ()) -> None:
        """Keep changes with their attempts, outbox rows and hourly counts.

        Raises:
            Duplicate: a new job's idempotency key is taken.
        """
        ...

    async def add_artifact(self, artifact: StoredArtifact, event: ArtifactEvent, traceparent: str | None) -> None: ...
    async def delete_artifact(self, artifact_id: str, event: ArtifactEvent, traceparent: str | None) -> bool: ...


class Store(Protocol):
    """Everything this service remembers."""

    def begin(self) -> AbstractAsyncContextManager[Transaction]: ...

    # jobs
    async def job(self, job_id: str) -> JobRow | None: ...
    async def jobs(self, which: JobFilter, *, limit: int, before_id: str | None = None) -> Page:
        """Newest first. A filter by text looks at so many jobs and stops; its total is what this page found."""
        ...

    async def counts(self, which: JobFilter) -> Counts:
        """How many jobs of each status a list of this filter would have."""
        ...

    async def descendants(self, job_id: str, *, limit: int, after_id: str | None = None) -> Page: ...
    async def attempts(self, job_id: str) -> Sequence[Attempt]: ...
    async def log_lines(
        self, job_id: str, *, limit: int, after_id: int, attempt: int | None, levels: Sequence[str], text: str | None
    ) -> tuple[Sequence[LogLine], int, bool]: ...
    async def has_queued(self, keys: Sequence[str]) -> bool:
        """Whether a job of a function that is not paused waits; cheaper than a transaction that finds none."""
        ...

    async def next_due_at_ms(self) -> int | None: ...

    # functions
    async def all_functions(self, kind: str | None) -> Sequence[Function]: ...
    async def function(self, key: str) -> Function | None: ...
    async def statuses(self, ids: Sequence[str]) -> Mapping[str, Status]: ...
    async def recent_runs(self, function: str | None, limit: int) -> Sequence[Job]:
        """What ran last: the newest starts of one function; of all, the newest of what runs and what ended last."""
        ...

    async def recent_failures(self, limit: int) -> Sequence[Job]: ...

    # artifacts
    async def artifacts_of(self, job_id: str) -> Sequence[StoredArtifact]: ...
    async def artifact(self, artifact_id: str) -> StoredArtifact | None: ...

    # outbox
    async def outbox_batch(self, shards: Mapping[int, int], limit: int) -> Sequence[OutboxRow]:
        """The oldest events of the shards this process still holds under these epochs."""
        ...

    async def outbox_delete(self, ids: Sequence[int]) -> None: ...
    async def outbox_size(self) -> tuple[int, int | None]:
        """How many events wait, and when the oldest was written."""
        ...

    async def oldest_queued(self, limit: int) -> Sequence[Job]: ...
    async def longest_active(self, started_before_ms: int, limit: int) -> Sequence[Job]: ...

    # figures
    async def fold(self, limit: int) -> int:
        """Add what transactions noted to the figures.

        Returns:
            How many transactions those were; as many as `limit` when there may be more.
        """
        ...

    async def forget_buckets(self, limit: int) -> int:
        """Delete buckets that are kept no longer, at most so many of each size.

        Returns:
            How many that were.
        """
        ...

    async def figures(self, function: str, after_ms: int | None, before_ms: int | None) -> Figures:
        """Counts of a period, without sketches."""
        ...

    async def figures_by_function(self, since_ms: int) -> Mapping[str, Figures]:
        """Counts of every function that did something since then, without sketches."""
        ...

    async def series(self, function: str, step_ms: int, from_ms: int, to_ms: int) -> Mapping[int, Point]:
        """Buckets of one of the sizes kept, by their beginning; those in which nothing happened are missing."""
        ...

    async def day_figures(self, keys: Sequence[str]) -> Mapping[str, Figures]:
        """Of each function the open hour and the 23 before it, with sketches."""
        ...

    async def error_groups(
        self, function: str | None, after_ms: int | None, before_ms: int | None, limit: int
    ) -> Sequence[ErrorGroup]:
        """Failures of a period by their fingerprints, the most frequent first."""
        ...

    async def standings(self) -> Mapping[str, Standing]: ...
    async def folded_standings(self) -> Mapping[str, Standing]:
        """The standings the hours of the trends agree with: without what is not folded yet."""
        ...

    async def urgencies(self, now_ms: int) -> Mapping[str, Urgency]: ...

    # trends
    async def trend_hours(
        self, since_ms: int, function: str | None = None, job_type: str | None = None
    ) -> tuple[Sequence[TrendHour], int]:
        """Hours, and how many jobs run now."""
        ...

    async def changed_hours(self, now_ms: int, limit: int) -> Sequence[TrendHour]: ...
    async def mark_published(self, hours: Sequence[TrendHour]) -> None: ...
    async def has_unsaid_hours(self, now_ms: int) -> bool:
        """Whether an hour that is over does not say yet what ran at its end."""
        ...

    async def close_hours(self, now_ms: int) -> None:
        """Write what ran at the end of every hour that is over and does not say so yet."""
        ...

    async def hours_before(self, before_ms: int, limit: int) -> Sequence[TrendHour]: ...
    async def forget_hours(self, hours: Sequence[TrendHour]) -> None: ...
