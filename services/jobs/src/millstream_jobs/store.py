"""The store: what handlers ask of the database. One adapter, `store_sql`, for PostgreSQL and SQLite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import ArtifactEvent
from millstream_kit.paging import Total
from millstream_kit.sketch import Sketch

from millstream_jobs.bulk import BulkAction
from millstream_jobs.figures import Day, ErrorGroup, Figures, FunctionHour, Point, Standing, Stretch
from millstream_jobs.model import Job, Status
from millstream_jobs.rates import Starts
from millstream_jobs.saved_views import SavedView
from millstream_jobs.schedules import Fire, Schedule
from millstream_jobs.store_filter import JobFilter
from millstream_jobs.store_model import (
    Attempt,
    Change,
    Counts,
    Declaration,
    Function,
    JobMarks,
    JobRow,
    LogLine,
    OutboxRow,
    Page,
    PastFire,
    Payloads,
    StoredArtifact,
    StoredEvent,
    TraceCounts,
    TrendHour,
    Urgency,
)

SHARDS = 8
KEPT_HOURS = 192  # of the trends; the longest stream asks for 168


def shard_lease(shard: int) -> str:
    """The lease that says who publishes a shard of the outbox."""
    return f"outbox/{shard}"


class Duplicate(Exception):
    """A job or an event with this idempotency key was kept by another transaction meanwhile; do it over."""


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

    async def given_to(self, ids: Sequence[str]) -> Mapping[str, Payloads]:
        """What each of these jobs that exists was given: its arguments, and the event that made it."""
        ...

    async def by_idempotency(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], JobRow]: ...
    async def attempt_report(self, job_id: str, token: str) -> str | None:
        """The digest of the report that ended the attempt leased under this token, if one did."""
        ...

    async def functions(self, keys: Sequence[str], *, lock_limited: bool = False) -> Mapping[str, Function]: ...
    async def running(self, functions: Sequence[str]) -> Mapping[str, int]: ...
    async def starts(self, functions: Sequence[str]) -> Mapping[str, Starts]:
        """What counts for their rate limits; one that never started under one is missing."""
        ...

    async def keep_starts(self, kept: Mapping[str, Starts]) -> None:
        """Of functions this transaction locked."""
        ...

    async def waiting(self, functions: Sequence[str]) -> Sequence[str]:
        """Those of these functions that have a job in the queue."""
        ...

    async def note_held(self, functions: Sequence[Function], at_ms: int) -> None:
        """That their limits hold jobs back in this minute; to note it again changes nothing."""
        ...

    async def declare(self, functions: Sequence[Function], parameters: Mapping[str, str]) -> None:
        """Keep functions as they are declared; `parameters` are JSON Schemas by key, of those that say what they take."""
        ...

    async def keep_declarations(self, declared: Sequence[Declaration]) -> None: ...
    async def forget_declarations(self, functions: Sequence[str], before_ms: int, fleet: Sequence[str]) -> None:
        """Those of workers that declared before that instant and are not of the fleet."""
        ...

    async def set_paused(self, key: str, paused: bool) -> bool: ...
    async def record(self, changes: Sequence[Change], lines: Sequence[LogLine] = ()) -> None:
        """Keep changes with their attempts, outbox rows and hourly counts.

        Raises:
            Duplicate: a new job's idempotency key is taken.
        """
        ...

    # events
    async def functions_on(self, patterns: Sequence[str], limit: int) -> Sequence[Function]:
        """Those that one of these patterns triggers, by their keys."""
        ...

    async def event_by_key(self, event_type: str, idempotency_key: str) -> StoredEvent | None: ...
    async def jobs_of_event(self, event_id: str) -> Sequence[JobRow]:
        """What an event made, by the functions' keys."""
        ...

    async def add_event(self, event: StoredEvent) -> None:
        """Raises:
        Duplicate: its idempotency key is taken.
        """
        ...

    # bulk actions
    async def add_bulk(self, action: BulkAction, ids: Sequence[str]) -> None: ...
    async def lock_bulk(self, action_id: str) -> BulkAction | None: ...
    async def set_bulk(self, action: BulkAction) -> None:
        """Keep what became of it; one that ended has no more jobs to come to."""
        ...

    async def take_bulk_part(self, action_id: str) -> Sequence[str] | None:
        """The next jobs it comes to, which nobody is given again once this transaction is committed."""
        ...

    # saved views
    async def lock_views(self) -> None:
        """Nobody else changes any until this transaction ends: what is counted stays so."""
        ...

    async def views(self, subject: str) -> Sequence[SavedView]: ...
    async def view(self, view_id: str) -> SavedView | None: ...
    async def add_view(self, view: SavedView) -> None: ...
    async def set_view(self, view: SavedView) -> None: ...
    async def delete_view(self, view_id: str) -> None: ...

    # schedules
    async def lock_schedules(self, functions: Sequence[str]) -> Mapping[str, Schedule]: ...
    async def lock_due_schedules(self, now_ms: int, limit: int) -> Sequence[Schedule]:
        """Those whose time has come, the longest due first, skipping what others fire."""
        ...

    async def keep_schedules(self, schedules: Sequence[Schedule]) -> None: ...
    async def forget_schedules(self, functions: Sequence[str]) -> None: ...
    async def add_fires(self, fires: Sequence[Fire]) -> None:
        """Keep these, and of each of their functions no more than the newest."""
        ...

    async def statuses(self, ids: Sequence[str]) -> Mapping[str, Status]: ...

    # artifacts
    async def add_artifact(self, artifact: StoredArtifact, event: ArtifactEvent, traceparent: str | None) -> None: ...
    async def delete_artifact(self, artifact_id: str, event: ArtifactEvent, traceparent: str | None) -> bool: ...


class Store(Protocol):
    """Everything this service remembers."""

    def begin(self) -> AbstractAsyncContextManager[Transaction]: ...

    # jobs
    async def job(self, job_id: str) -> JobRow | None: ...
    async def jobs(
        self, which: JobFilter, *, limit: int, before_id: str | None = None, counted: Total | None = None
    ) -> Page:
        """Newest first. A filter by text looks at so many jobs and stops; its total is what that many of the newest hold.

        Args:
            counted: the total of the first page, which a search does not count anew for the pages after it.
        """
        ...

    async def counts(self, which: JobFilter) -> Counts:
        """How many jobs of each status a list of this filter would have."""
        ...

    async def trace_counts(self, traces: Sequence[str]) -> Sequence[TraceCounts]:
        """In the order of the traces, each told once, those without jobs as well."""
        ...

    async def descendants(self, job_id: str, *, limit: int, after_id: str | None = None) -> Page: ...
    async def attempts(self, job_id: str) -> Sequence[Attempt]: ...
    async def marks(self, ids: Sequence[str]) -> Sequence[JobMarks]:
        """Of each of these jobs that exists, the worst of what it logged, and of that the newest."""
        ...

    async def log_lines(
        self, job_id: str, *, limit: int, after_id: int, attempt: int | None, levels: Sequence[str], text: str | None
    ) -> tuple[Sequence[LogLine], int, bool]: ...
    async def has_queued(self, keys: Sequence[str]) -> bool:
        """Whether a job of a function that is not paused waits; cheaper than a transaction that finds none."""
        ...

    async def next_due_at_ms(self) -> int | None: ...

    # bulk actions
    async def ids_of(self, which: JobFilter, most: int) -> tuple[Sequence[str], str | None]:
        """All jobs a filter finds, of one moment, the newest first; one more than `most` when there are more.

        Returns:
            Their ids, and where a search that took too long stopped.
        """
        ...

    async def bulk_action(self, action_id: str) -> BulkAction | None: ...
    async def bulk_actions(self, limit: int, before_id: str | None = None) -> Sequence[BulkAction]:
        """Those that were started, the newest first."""
        ...

    async def running_bulk(self) -> str | None:
        """The one that was started first."""
        ...

    async def forget_bulk(self, now_ms: int) -> None:
        """Drafts nobody started, and what ended long ago."""
        ...

    # events
    async def forget_events(self, limit: int) -> int:
        """Let go of those that nobody tells again, at most so many of the oldest.

        Returns:
            How many that were.
        """
        ...

    # saved views
    async def views(self, subject: str) -> Sequence[SavedView]:
        """Its own and those that are shared, by name."""
        ...

    # schedules
    async def schedules(self, functions: Sequence[str] | None = None) -> Sequence[Schedule]:
        """Of these functions, or all; in the order they are due, those that are not due last."""
        ...

    async def next_schedule_at_ms(self) -> int | None: ...
    async def fires(self, function: str) -> Sequence[PastFire]:
        """Newest first."""
        ...

    # functions
    async def all_functions(self, kind: str | None) -> Sequence[Function]: ...
    async def function(self, key: str) -> Function | None: ...
    async def declarations(self, key: str) -> Sequence[Declaration]:
        """By worker, the newest first."""
        ...

    async def starts(self, keys: Sequence[str]) -> Mapping[str, Starts]:
        """What counts for their rate limits; one that never started under one is missing."""
        ...

    async def parameters(self, key: str) -> str | None:
        """The JSON Schema of what a function takes; None where it is not known."""
        ...

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

    async def published_seqs(self, ids: Sequence[str]) -> Mapping[str, int | None]:
        """The `seq` of each of these jobs, None while an event of it waits; jobs that are gone are missing."""
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

    async def figures(self, function: str, stretches: Sequence[Stretch]) -> Figures:
        """Counts of a period, made of buckets as `covering` says, without sketches."""
        ...

    async def runs(self, function: str, stretches: Sequence[Stretch]) -> Sketch:
        """How long the runs of a period took, made of buckets as `covering` says."""
        ...

    async def overview(self, since_ms: int) -> tuple[Mapping[str, Figures], Mapping[str, Standing]]:
        """What every function did since then, without sketches, and how its jobs stand; both of one moment."""
        ...

    async def sums(self, stretches: Sequence[Stretch]) -> Mapping[str, Figures]:
        """What every function did in a period, without sketches; one that did nothing is missing."""
        ...

    async def waits(self, keys: Sequence[str], stretches: Sequence[Stretch]) -> Mapping[str, Sketch]:
        """How long jobs of each of these functions waited that were started in a period."""
        ...

    async def series(self, function: str, step_ms: int, from_ms: int, to_ms: int) -> Mapping[int, Point]:
        """Buckets of one of the sizes kept, by their beginning; those in which nothing happened are missing."""
        ...

    async def days(self, keys: Sequence[str]) -> Mapping[str, Day]:
        """Of each function the last 24 hours to the minute, with sketches; they are kept, not to be changed."""
        ...

    async def error_groups(
        self, function: str | None, stretches: Sequence[Stretch], limit: int
    ) -> Sequence[ErrorGroup]:
        """Failures of a period, in buckets for errors, by their fingerprints, the most frequent first."""
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

    async def function_hours(self, since_ms: int) -> Sequence[FunctionHour]:
        """What the trends tell of each function by itself; an hour may come in several parts."""
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
