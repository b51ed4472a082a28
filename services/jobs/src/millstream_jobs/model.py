"""A job's life: every change of state is one function here, and there is no other way to change one.

pending ──due──▶ queued ──lease──▶ active ──▶ complete · failed · cancelled
                   ▲                 │ ├─▶ retrying ──due──▶ queued
                   └── interrupted ──┘
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent

from millstream_jobs import events
from millstream_jobs.failures import Failure, timed_out, worker_lost

Trigger = Literal["api", "task", "cron", "event", "retry"]
JobType = Literal["task", "cron", "event"]
Random = Callable[[], float]

MAX_INTERRUPTIONS = 5
MOST_PRIORITY = 9
BACKOFF_FACTOR = 2.0
BACKOFF_CAP_S = 3600.0
MAX_EXPONENT = 32
PROGRESS_STAGES = 20


class Status(StrEnum):
    PENDING = "pending"
    QUEUED = "queued"
    ACTIVE = "active"
    RETRYING = "retrying"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINISHED = frozenset({Status.COMPLETE, Status.FAILED, Status.CANCELLED})


class IllegalTransition(Exception):
    """The job's state forbids what was asked."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one worker to run one attempt. `deadline_at_ms` is when the attempt has run too long."""

    token: str
    expires_at_ms: int
    deadline_at_ms: int | None

    @property
    def look_again_at_ms(self) -> int:
        return self.expires_at_ms if self.deadline_at_ms is None else min(self.expires_at_ms, self.deadline_at_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One call of a function, without its payloads. `due_at_ms` is when time itself will change it next."""

    id: str
    function: str
    function_name: str
    job_type: JobType
    trigger: Trigger
    status: Status
    seq: int
    created_at_ms: int
    scheduled_at_ms: int
    priority: int
    max_retries: int
    retry_delay_s: float
    timeout_s: float | None
    root_id: str
    parent_id: str | None = None
    retried_from: str | None = None
    idempotency_key: str | None = None
    trace_id: str | None = None
    traceparent: str | None = None
    tags: tuple[str, ...] = ()
    attempts: int = 0
    retries: int = 0
    interruptions: int = 0
    queued_at_ms: int | None = None
    due_at_ms: int | None = None
    started_at_ms: int | None = None
    completed_at_ms: int | None = None
    cancel_requested_at_ms: int | None = None
    cancel_reason: str | None = None
    worker_id: str | None = None
    lease: Lease | None = None
    progress: float | None = None
    progress_at_ms: int | None = None
    checkpoint_at_ms: int | None = None
    queue_wait_ms: float | None = None
    duration_ms: float | None = None
    error: str | None = None
    error_type: str | None = None
    error_fingerprint: str | None = None

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED


@dataclass(frozen=True, slots=True)
class AttemptEnd:
    """How the newest attempt ended."""

    outcome: Literal["success", "failure", "timeout", "cancelled", "interrupted", "handed_back"]
    ended_at_ms: int
    duration_ms: float
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a job: its new state and what is said about it, to be kept in one transaction.

    `is_stage`: its attempt entered another stage of its progress, which is remembered with the time.
    """

    job: Job
    events: tuple[JobEvent, ...] = ()
    ended: AttemptEnd | None = None
    started: bool = field(default=False)
    is_stage: bool = False


def start(job: Job, now_ms: int, *, worker_id: str, token: str, ttl_ms: int, grace_ms: int = 0) -> Step:
    """Lease a queued job to a worker: a new attempt begins.

    `grace_ms`: how much later than the worker the service ends an attempt that runs too long.
    """
    _require(job, Status.QUEUED)
    deadline = None if job.timeout_s is None else now_ms + round(job.timeout_s * 1000) + grace_ms
    lease = Lease(token, now_ms + ttl_ms, deadline)
    queued_at = now_ms if job.queued_at_ms is None else job.queued_at_ms
    job = replace(
        job,
        status=Status.ACTIVE,
        seq=job.seq + 1,
        attempts=job.attempts + 1,
        worker_id=worker_id,
        lease=lease,
        due_at_ms=lease.look_again_at_ms,
        started_at_ms=now_ms,
        queue_wait_ms=float(max(0, now_ms - queued_at)),
        duration_ms=None,
        progress=None,
        progress_at_ms=None,
    )
    return Step(job, (events.started(job, now_ms),), started=True)


def renew(job: Job, now_ms: int, *, ttl_ms: int) -> Step:
    """The worker is still there."""
    _require(job, Status.ACTIVE)
    lease = replace(_lease(job), expires_at_ms=now_ms + ttl_ms)
    return Step(replace(job, lease=lease, due_at_ms=lease.look_again_at_ms))


def advance(job: Job, now_ms: int, progress: float) -> Step:
    """The worker says how far it is; said outside the outbox, so there is no event here."""
    _require(job, Status.ACTIVE)
    is_stage = job.progress is None or stage_of(job.progress) != stage_of(progress)
    return Step(replace(job, progress=progress, progress_at_ms=now_ms), is_stage=is_stage)


def stage_of(progress: float) -> int:
    """An attempt's progress is remembered by its twentieths, so that what is kept of it stays small."""
    return int(progress * PROGRESS_STAGES)


def checkpoint(job: Job, now_ms: int) -> Step:
    """The worker saved where a next attempt may go on."""
    _require(job, Status.ACTIVE)
    return Step(replace(job, checkpoint_at_ms=now_ms))


def succeed(job: Job, now_ms: int) -> Step:
    """A success under a valid lease always counts, even when cancelling was asked for."""
    _require(job, Status.ACTIVE)
    done = replace(_finish(job, Status.COMPLETE, now_ms), error=None, error_type=None, error_fingerprint=None)
    return Step(done, (events.completed(done, now_ms),), _end(done, "success", now_ms))


def fail(job: Job, now_ms: int, failure: Failure, random: Random, *, timeout: bool = False) -> Step:
    """An attempt failed or ran too long: cancelled if that was asked for, else retried, else failed."""
    _require(job, Status.ACTIVE)
    outcome: Literal["failure", "timeout"] = "timeout" if timeout else "failure"
    if job.cancel_requested_at_ms is not None:
        return _cancelled(job, now_ms, outcome, failure)
    job = replace(
        job, error=failure.error, error_type=failure.error_type, error_fingerprint=failure.fingerprint, lease=None
    )
    if not failure.retryable or job.retries >= job.max_retries:
        done = _finish(job, Status.FAILED, now_ms)
        return Step(done, (events.failed(done, now_ms),), _end(done, outcome, now_ms, failure))
    delay_ms = round(retry_delay_s(job.retry_delay_s, job.retries + 1, random) * 1000)
    waiting = replace(
        job,
        status=Status.RETRYING,
        seq=job.seq + 1,
        retries=job.retries + 1,
        due_at_ms=now_ms + delay_ms,
        duration_ms=_ran_ms(job, now_ms),
    )
    return Step(waiting, (events.retrying(waiting, now_ms),), _end(waiting, outcome, now_ms, failure))


def stop(job: Job, now_ms: int) -> Step:
    """The worker stopped the attempt because cancelling was asked for."""
    _require(job, Status.ACTIVE)
    if job.cancel_requested_at_ms is None:
        raise IllegalTransition("nobody asked to cancel this job")
    return _cancelled(job, now_ms, "cancelled")


def hand_back(job: Job, now_ms: int) -> Step:
    """The worker gives the job back unfinished; it costs no retry and counts no interruption."""
    _require(job, Status.ACTIVE)
    if job.cancel_requested_at_ms is not None:
        return _cancelled(job, now_ms, "handed_back")
    return _interrupted(job, now_ms, "handed_back")


def lose(job: Job, now_ms: int) -> Step:
    """The lease ended without a word from the worker; the sixth time is a failure."""
    _require(job, Status.ACTIVE)
    if job.cancel_requested_at_ms is not None:
        return _cancelled(job, now_ms, "interrupted")
    job = replace(job, interruptions=job.interruptions + 1)
    if job.interruptions <= MAX_INTERRUPTIONS:
        return _interrupted(job, now_ms, "interrupted")
    failure = worker_lost(job.interruptions)
    job = replace(job, error=failure.error, error_type=failure.error_type, error_fingerprint=failure.fingerprint)
    done = _finish(job, Status.FAILED, now_ms)
    return Step(done, (events.failed(done, now_ms),), _end(done, "interrupted", now_ms, failure))


def cancel(job: Job, now_ms: int, reason: str | None) -> Step:
    """Cancel what waits at once; ask the worker of what runs. Asking twice changes nothing."""
    if job.is_finished:
        raise IllegalTransition(f"the job is {job.status} already")
    if job.status is Status.ACTIVE:
        asked = job.cancel_requested_at_ms is not None
        return Step(job if asked else replace(job, cancel_requested_at_ms=now_ms, cancel_reason=reason))
    done = replace(
        job,
        status=Status.CANCELLED,
        seq=job.seq + 1,
        cancel_requested_at_ms=now_ms,
        cancel_reason=reason,
        completed_at_ms=now_ms,
        due_at_ms=None,
    )
    return Step(done, (events.cancelled(done, now_ms),))


def on_due(job: Job, now_ms: int, random: Random) -> Step | None:
    """What time does to a job, or None when it has nothing to do yet."""
    if job.due_at_ms is None or job.due_at_ms > now_ms:
        return None
    return _WHEN_DUE[job.status](job, now_ms, random)


def retry_delay_s(base_s: float, retry: int, random: Random) -> float:
    """Exponential backoff with full jitter: anything up to base × 2^(retry - 1), at most an hour."""
    return random() * min(BACKOFF_CAP_S, base_s * BACKOFF_FACTOR ** min(retry - 1, MAX_EXPONENT))


def _promote(job: Job, now_ms: int, _: Random) -> Step:
    job = replace(job, status=Status.QUEUED, seq=job.seq + 1, queued_at_ms=now_ms, due_at_ms=None)
    return Step(job, (events.queued(job, now_ms, job.trigger),))


def _retry(job: Job, now_ms: int, _: Random) -> Step:
    return Step(replace(job, status=Status.QUEUED, queued_at_ms=now_ms, due_at_ms=None))


def _overdue(job: Job, now_ms: int, random: Random) -> Step:
    lease = _lease(job)
    if lease.deadline_at_ms is not None and lease.deadline_at_ms <= min(now_ms, lease.expires_at_ms):
        return fail(job, now_ms, timed_out(job.timeout_s), random, timeout=True)
    return lose(job, now_ms)


_WHEN_DUE: dict[Status, Callable[[Job, int, Random], Step]] = {
    Status.PENDING: _promote,
    Status.RETRYING: _retry,
    Status.ACTIVE: _overdue,
}


def _interrupted(job: Job, now_ms: int, outcome: Literal["interrupted", "handed_back"]) -> Step:
    job = replace(
        job,
        status=Status.QUEUED,
        seq=job.seq + 1,
        lease=None,
        due_at_ms=None,
        queued_at_ms=now_ms,
        duration_ms=_ran_ms(job, now_ms),
    )
    return Step(job, (events.queued(job, now_ms, "interrupted"),), _end(job, outcome, now_ms))


def _cancelled(
    job: Job,
    now_ms: int,
    outcome: Literal["failure", "timeout", "cancelled", "interrupted", "handed_back"],
    failure: Failure | None = None,
) -> Step:
    done = _finish(job, Status.CANCELLED, now_ms)
    return Step(done, (events.cancelled(done, now_ms),), _end(done, outcome, now_ms, failure))


def _finish(job: Job, status: Status, now_ms: int) -> Job:
    return replace(
        job,
        status=status,
        seq=job.seq + 1,
        lease=None,
        due_at_ms=None,
        completed_at_ms=now_ms,
        duration_ms=_ran_ms(job, now_ms),
    )


def _end(
    job: Job,
    outcome: Literal["success", "failure", "timeout", "cancelled", "interrupted", "handed_back"],
    now_ms: int,
    failure: Failure | None = None,
) -> AttemptEnd:
    return AttemptEnd(outcome, now_ms, job.duration_ms or 0.0, failure)


def _ran_ms(job: Job, now_ms: int) -> float:
    return float(max(0, now_ms - (job.started_at_ms or now_ms)))


def _lease(job: Job) -> Lease:
    if job.lease is None:
        raise IllegalTransition("the job is not leased")
    return job.lease


def _require(job: Job, status: Status) -> None:
    if job.status is not status:
        raise IllegalTransition(f"the job is {job.status}, not {status}")
