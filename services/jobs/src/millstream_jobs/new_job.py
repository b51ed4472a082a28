"""How a job begins: what is asked for, what its function adds, and the job that comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from millstream_jobs import events
from millstream_jobs.model import Job, JobType, Status, Step, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a job takes over from its function at the moment it is enqueued."""

    function: str
    function_name: str
    job_type: JobType
    max_retries: int
    retry_delay_s: float
    timeout_s: float | None


@dataclass(frozen=True, slots=True)
class EventRef:
    """The event that made a job."""

    id: str
    type: str


def event_of(event_id: str | None, event_type: str | None) -> EventRef | None:
    return None if event_id is None or event_type is None else EventRef(event_id, event_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """What is asked for when a job is enqueued."""

    id: str
    defaults: Defaults
    trigger: Trigger
    scheduled_at_ms: int | None = None
    priority: int = 0
    root_id: str | None = None
    parent_id: str | None = None
    retried_from: str | None = None
    idempotency_key: str | None = None
    trace_id: str | None = None
    traceparent: str | None = None
    tags: tuple[str, ...] = ()


def enqueue(new: NewJob, now_ms: int) -> Step:
    """A new job: queued, or pending when it is scheduled for later."""
    later = new.scheduled_at_ms is not None and new.scheduled_at_ms > now_ms
    job = Job(
        id=new.id,
        function=new.defaults.function,
        function_name=new.defaults.function_name,
        job_type=new.defaults.job_type,
        trigger=new.trigger,
        status=Status.PENDING if later else Status.QUEUED,
        seq=1,
        created_at_ms=now_ms,
        scheduled_at_ms=now_ms if new.scheduled_at_ms is None else new.scheduled_at_ms,
        queued_at_ms=None if later else now_ms,
        due_at_ms=new.scheduled_at_ms if later else None,
        priority=new.priority,
        max_retries=new.defaults.max_retries,
        retry_delay_s=new.defaults.retry_delay_s,
        timeout_s=new.defaults.timeout_s,
        root_id=new.root_id or new.id,
        parent_id=new.parent_id,
        retried_from=new.retried_from,
        idempotency_key=new.idempotency_key,
        trace_id=new.trace_id,
        traceparent=new.traceparent,
        tags=new.tags,
    )
    return Step(job, (events.queued(job, now_ms, job.trigger),))
