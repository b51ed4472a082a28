"""`events`, `jobs.trends`, `artifacts`: what happens to jobs. What is not there to be said is left out of job events."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from millstream_contracts.names import EventType
from millstream_contracts.payloads.fields import (
    Attempt,
    Count,
    EventId,
    Hour,
    Instant,
    JobId,
    Milliseconds,
    Name,
    Share,
    Text,
    TraceId,
)

Trigger = Literal["api", "task", "cron", "event", "retry", "interrupted"]
ArtifactType = Literal[
    "text",
    "json",
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/gif",
    "image/svg",
    "file/pdf",
    "file/csv",
    "file/xml",
    "file/html",
    "file/binary",
]


class _Fact(TypedDict):
    event_id: EventId
    job_id: JobId
    root_id: Annotated[
        JobId, Field(description="The first job of the tree this one belongs to; itself where it is first.")
    ]
    parent_id: NotRequired[Annotated[JobId, Field(description="The job that enqueued this one.")]]
    function: Annotated[Name, Field(description="The function's key.")]
    function_name: Annotated[Text, Field(description="The function's name, for people.")]
    trace_id: NotRequired[TraceId]
    at: Annotated[Instant, Field(description="When it happened, by the server's clock.")]
    seq: Annotated[
        int,
        Field(ge=1, description="Grows by one with every event of the job except progress, which repeats the newest."),
    ]


class _OfAttempt(_Fact):
    worker_id: Annotated[Text, Field(description="The worker instance that ran the attempt.")]
    attempt: Attempt
    max_retries: Count


class JobQueued(_Fact):
    """A job waits: enqueued, promoted when its time came, or given back."""

    type: Literal[EventType.JOB_QUEUED]
    queued_at: Instant
    scheduled_at: Annotated[Instant, Field(description="When it may run; later than `at` while it is pending.")]
    priority: Annotated[int, Field(ge=0, le=9, description="Higher runs first.")]
    trigger: Annotated[Trigger, Field(description="What caused the job; `interrupted` where a worker did not end it.")]
    worker_id: NotRequired[Annotated[Text, Field(description="Only if `interrupted`: the worker that had it.")]]


class JobStarted(_OfAttempt):
    """A worker took the job."""

    type: Literal[EventType.JOB_STARTED]
    started_at: Instant
    queue_wait_ms: Annotated[Milliseconds, Field(description="Milliseconds since it last became queued.")]


class JobProgress(_OfAttempt):
    """How far a running job says it is; at most two a second."""

    type: Literal[EventType.JOB_PROGRESS]
    progress: Share
    message: NotRequired[str]


class JobCompleted(_OfAttempt):
    """The job ended well. Its result is read over REST."""

    type: Literal[EventType.JOB_COMPLETED]
    completed_at: Instant
    duration_ms: Milliseconds


class JobFailed(_OfAttempt):
    """The job ended in failure; it will not be tried again."""

    type: Literal[EventType.JOB_FAILED]
    failed_at: Instant
    duration_ms: Milliseconds
    error: Annotated[Text, Field(description="What the exception says, or its type where it says nothing.")]
    error_type: str
    error_fingerprint: Annotated[str, Field(description="The same for failures that are alike.")]


class JobRetrying(_OfAttempt):
    """An attempt failed and another will follow."""

    type: Literal[EventType.JOB_RETRYING]
    current_attempt: Attempt
    next_attempt: Annotated[int, Field(ge=2)]
    retry_at: Instant
    delay_ms: Milliseconds
    error: Text


class JobCancelled(_Fact):
    """The job was called off, before it ran or while it did."""

    type: Literal[EventType.JOB_CANCELLED]
    worker_id: NotRequired[Annotated[Text, Field(description="Only if it ran.")]]
    attempt: Attempt
    max_retries: Count
    cancelled_at: Instant
    reason: NotRequired[str]


class JobTrendHour(TypedDict):
    """Outcomes of one hour. All but `active` count facts by their `at`."""

    hour: Hour
    complete: Count
    failed: Count
    retrying: Count
    active: Annotated[Count, Field(description="Running at the hour's end; now, for the open hour.")]
    cancelled: Count


class JobTrends(TypedDict):
    """Hours, ascending and zero-filled, the open one last."""

    hourly: list[JobTrendHour]


class JobsTrendsSnapshot(TypedDict):
    """Outcomes by the hour, as they stand."""

    type: Literal[EventType.JOBS_TRENDS_SNAPSHOT]
    event_id: EventId
    at: Instant
    trends: JobTrends


class Artifact(TypedDict):
    """A file a job left behind; its content is read over REST."""

    id: Text
    job_id: JobId
    name: Text
    type: ArtifactType
    content_type: Text
    size_bytes: Count
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    storage_backend: Text
    status: Text
    error: str | None
    created_at: Instant


class _ArtifactFact(TypedDict):
    event_id: EventId
    at: Instant
    job_id: JobId
    artifact_id: Text


class ArtifactCreated(_ArtifactFact):
    """An artifact can be read now."""

    type: Literal[EventType.ARTIFACT_CREATED]
    artifact: Artifact


class ArtifactDeleted(_ArtifactFact):
    """An artifact is gone."""

    type: Literal[EventType.ARTIFACT_DELETED]
    artifact: Artifact | None
