"""Records to append, as their producers would write them."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message
from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import (
    ApiSnapshot,
    ApiTrendHour,
    FeedItem,
    Request,
    RequestFeed,
)
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
    JobTrendHour,
)
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import WorkerSnapshot
from millstream_contracts.headers import record_headers
from millstream_contracts.ids import new_event_id, new_id, new_job_id
from millstream_contracts.names import EventType, Topic
from millstream_kit.log import NewRecord

NOON_MS = 1_767_268_800_000
_DETAILS: dict[str, dict[str, Message]] = {
    EventType.JOB_QUEUED: {"queued": JobQueued(queued_at_ms=NOON_MS, scheduled_at_ms=NOON_MS, trigger="api")},
    EventType.JOB_STARTED: {"started": JobStarted(started_at_ms=NOON_MS, queue_wait_ms=1.5)},
    EventType.JOB_PROGRESS: {"progress": JobProgress(progress=0.5, message="half")},
    EventType.JOB_COMPLETED: {"completed": JobCompleted(completed_at_ms=NOON_MS, duration_ms=2.5)},
    EventType.JOB_FAILED: {
        "failed": JobFailed(
            failed_at_ms=NOON_MS, duration_ms=2.5, error="no", error_type="ValueError", error_fingerprint="f1"
        )
    },
    EventType.JOB_RETRYING: {
        "retrying": JobRetrying(
            current_attempt=1, next_attempt=2, retry_at_ms=NOON_MS, delay_ms=1000.0, error="no, but later"
        )
    },
    EventType.JOB_CANCELLED: {"cancelled": JobCancelled(cancelled_at_ms=NOON_MS, reason="enough")},
}


def a_job_event(
    type_: str = EventType.JOB_QUEUED, *, job_id: str | None = None, function: str = "resize", seq: int = 1, **more: Any
) -> JobEvent:
    """One fact about a job, with the detail its type needs."""
    job_id = job_id or new_job_id()
    fields: dict[str, Any] = {"root_id": job_id, "function_name": function.title(), **_DETAILS[type_], **more}
    return JobEvent(
        event_id=new_event_id(), type=type_, job_id=job_id, function=function, at_ms=NOON_MS, seq=seq, **fields
    )


def job_record(event: JobEvent) -> NewRecord:
    return _record(Topic.JOBS_EVENTS, event.job_id, event, event.type)


def an_artifact_event(job_id: str, *, type_: str = EventType.ARTIFACT_CREATED) -> ArtifactEvent:
    artifact_id = new_id("art")
    artifact = Artifact(
        id=artifact_id,
        job_id=job_id,
        name="a.txt",
        type="text",
        content_type="text/plain",
        size_bytes=3,
        sha256="0" * 64,
        storage_backend="local",
        status="ready",
        created_at_ms=NOON_MS,
    )
    return ArtifactEvent(
        event_id=new_event_id(),
        type=type_,
        at_ms=NOON_MS,
        job_id=job_id,
        artifact_id=artifact_id,
        artifact=artifact if type_ == EventType.ARTIFACT_CREATED else None,
    )


def artifact_record(event: ArtifactEvent) -> NewRecord:
    return _record(Topic.JOBS_ARTIFACTS, event.job_id, event, event.type)


def a_feed(api_name: str = "payments", *, status: int = 200, latency_ms: float = 5.0, n: int = 1) -> RequestFeed:
    """A record of the feed for people, with `n` requests."""
    return RequestFeed(
        api_name=api_name,
        items=[
            FeedItem(
                event_id=new_event_id(),
                at_ms=NOON_MS,
                dropped=2,
                request=Request(
                    id=new_id("req"),
                    at_ms=NOON_MS,
                    method="GET",
                    path="/pay/{id}",
                    status=status,
                    latency_ms=latency_ms,
                    instance_id="i1",
                    sampled=False,
                ),
            )
            for _ in range(n)
        ],
    )


def feed_record(feed: RequestFeed) -> NewRecord:
    return _record(Topic.APIS_REQUESTS, feed.api_name, feed, EventType.API_REQUEST)


def an_api(name: str = "payments", *, requests_24h: int = 1, **more: Any) -> ApiSnapshot:
    return ApiSnapshot(
        event_id=new_event_id(), at_ms=NOON_MS, name=name, active=True, requests_24h=requests_24h, **more
    )


def api_record(snapshot: ApiSnapshot) -> NewRecord:
    return _record(Topic.APIS_SNAPSHOTS, snapshot.name, snapshot, EventType.API_SNAPSHOT)


def a_worker(id_: str = "w1", *, name: str = "shop", state: str = "active", **more: Any) -> WorkerSnapshot:
    return WorkerSnapshot(
        event_id=new_event_id(),
        at_ms=NOON_MS,
        id=id_,
        worker_name=name,
        started_at_ms=NOON_MS,
        state=state,
        **{"functions": ["resize"], "function_names": {"resize": "Resize"}, "concurrency": 4, **more},
    )


def worker_record(snapshot: WorkerSnapshot) -> NewRecord:
    return _record(Topic.WORKERS_SNAPSHOTS, snapshot.id, snapshot, EventType.WORKERS_SNAPSHOT)


def a_job_hour(hour_ms: int, *, function: str = "resize", job_type: str = "task", **counts: int) -> NewRecord:
    hour = JobTrendHour(
        event_id=new_event_id(), at_ms=hour_ms, function=function, job_type=job_type, hour_ms=hour_ms, **counts
    )
    return _record(Topic.JOBS_TRENDS, f"{function}/{hour_ms}", hour, EventType.JOBS_TRENDS_SNAPSHOT)


def an_api_hour(hour_ms: int, *, api_name: str = "payments", **counts: int) -> NewRecord:
    hour = ApiTrendHour(event_id=new_event_id(), at_ms=hour_ms, api_name=api_name, hour_ms=hour_ms, **counts)
    return _record(Topic.APIS_TRENDS, f"{api_name}/{hour_ms}", hour, EventType.APIS_TRENDS_SNAPSHOT)


def tombstone(topic: str, key: str) -> NewRecord:
    return NewRecord(topic, key.encode(), None)


def _record(topic: str, key: str, message: Message, type_: str) -> NewRecord:
    return NewRecord(topic, key.encode(), message.SerializeToString(), record_headers(type_))
