"""What is said about a job: protobuf builders, each setting exactly the fields the contract lists for its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import (
    Artifact,
    ArtifactEvent,
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobProgress,
    JobQueued,
    JobRetrying,
    JobStarted,
)
from millstream_contracts.ids import new_event_id
from millstream_contracts.names import EventType

if TYPE_CHECKING:
    from millstream_jobs.model import Job


def queued(job: Job, at_ms: int, trigger: str) -> JobEvent:
    event = _base(job, EventType.JOB_QUEUED, at_ms)
    if trigger == "interrupted" and job.worker_id is not None:
        event.worker_id = job.worker_id
    event.queued.CopyFrom(
        JobQueued(queued_at_ms=at_ms, scheduled_at_ms=job.scheduled_at_ms, priority=job.priority, trigger=trigger)
    )
    return event


def started(job: Job, at_ms: int) -> JobEvent:
    event = _of_attempt(job, EventType.JOB_STARTED, at_ms)
    event.started.CopyFrom(JobStarted(started_at_ms=at_ms, queue_wait_ms=job.queue_wait_ms or 0.0))
    return event


def progress(job: Job, at_ms: int, message: str | None) -> JobEvent:
    event = _of_attempt(job, EventType.JOB_PROGRESS, at_ms)
    event.progress.CopyFrom(JobProgress(progress=job.progress or 0.0, message=message))
    return event


def completed(job: Job, at_ms: int) -> JobEvent:
    event = _of_attempt(job, EventType.JOB_COMPLETED, at_ms)
    event.completed.CopyFrom(JobCompleted(completed_at_ms=at_ms, duration_ms=job.duration_ms or 0.0))
    return event


def failed(job: Job, at_ms: int) -> JobEvent:
    event = _of_attempt(job, EventType.JOB_FAILED, at_ms)
    event.failed.CopyFrom(
        JobFailed(
            failed_at_ms=at_ms,
            duration_ms=job.duration_ms or 0.0,
            error=job.error or "",
            error_type=job.error_type or "",
            error_fingerprint=job.error_fingerprint or "",
        )
    )
    return event


def retrying(job: Job, at_ms: int) -> JobEvent:
    retry_at_ms = job.due_at_ms or at_ms
    event = _of_attempt(job, EventType.JOB_RETRYING, at_ms)
    event.retrying.CopyFrom(
        JobRetrying(
            current_attempt=job.attempts,
            next_attempt=job.attempts + 1,
            retry_at_ms=retry_at_ms,
            delay_ms=float(retry_at_ms - at_ms),
            error=job.error or "",
        )
    )
    return event


def cancelled(job: Job, at_ms: int) -> JobEvent:
    """The attempt of a job that never ran is the first one, which will not come; its worker is absent."""
    event = _of_attempt(job, EventType.JOB_CANCELLED, at_ms)
    event.attempt = max(1, job.attempts)
    event.cancelled.CopyFrom(JobCancelled(cancelled_at_ms=at_ms, reason=job.cancel_reason))
    return event


def artifact_created(artifact: Artifact, at_ms: int) -> ArtifactEvent:
    return ArtifactEvent(
        event_id=new_event_id(),
        type=EventType.ARTIFACT_CREATED,
        at_ms=at_ms,
        job_id=artifact.job_id,
        artifact_id=artifact.id,
        artifact=artifact,
    )


def artifact_deleted(job_id: str, artifact_id: str, at_ms: int) -> ArtifactEvent:
    return ArtifactEvent(
        event_id=new_event_id(),
        type=EventType.ARTIFACT_DELETED,
        at_ms=at_ms,
        job_id=job_id,
        artifact_id=artifact_id,
    )


def _base(job: Job, kind: EventType, at_ms: int) -> JobEvent:
    return JobEvent(
        event_id=new_event_id(),
        type=kind,
        job_id=job.id,
        root_id=job.root_id,
        parent_id=job.parent_id,
        function=job.function,
        function_name=job.function_name,
        trace_id=job.trace_id,
        at_ms=at_ms,
        seq=job.seq,
    )


def _of_attempt(job: Job, kind: EventType, at_ms: int) -> JobEvent:
    event = _base(job, kind, at_ms)
    if job.worker_id is not None:
        event.worker_id = job.worker_id
    event.attempt = job.attempts
    event.max_retries = job.max_retries
    return event
