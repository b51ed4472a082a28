"""Records as the JSON of the contract (streams.md section 4, the shapes of rest.md).

Optional fields are left out of job events when there is nothing to say, and null everywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from google.protobuf.message import Message
from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import (
    ApiSnapshot,
    Endpoint,
    FeedItem,
    Instance,
    RequestFeed,
)
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import (
    Artifact,
    ArtifactEvent,
    JobEvent,
)
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import (
    Deployment,
    Pod,
    Usage,
    WorkerSnapshot,
)
from millstream_contracts.names import EventType
from millstream_contracts.payloads.apis import UNMATCHED_PATH
from millstream_contracts.times import to_rfc3339

Json = dict[str, Any]
dumps = orjson.dumps


class BadRecord(ValueError):
    """A record that parses but says what cannot be."""


def _maybe(message: Message, field: str) -> Any:
    return getattr(message, field) if message.HasField(field) else None


def _time_or_none(ms: int | None) -> str | None:
    return None if ms is None else to_rfc3339(ms)


# --- jobs -------------------------------------------------------------------------------------------------------------


def _queued(event: JobEvent) -> Json:
    d = event.queued
    return {
        "queued_at": to_rfc3339(d.queued_at_ms),
        "scheduled_at": to_rfc3339(d.scheduled_at_ms),
        "priority": d.priority,
        "trigger": d.trigger,
    }


def _started(event: JobEvent) -> Json:
    d = event.started
    return {"started_at": to_rfc3339(d.started_at_ms), "queue_wait_ms": d.queue_wait_ms}


def _progress(event: JobEvent) -> Json:
    d = event.progress
    return {"progress": d.progress} | ({"message": d.message} if d.HasField("message") else {})


def _completed(event: JobEvent) -> Json:
    d = event.completed
    return {"completed_at": to_rfc3339(d.completed_at_ms), "duration_ms": d.duration_ms}


def _failed(event: JobEvent) -> Json:
    d = event.failed
    return {
        "failed_at": to_rfc3339(d.failed_at_ms),
        "duration_ms": d.duration_ms,
        "error": d.error or d.error_type,
        "error_type": d.error_type,
        "error_fingerprint": d.error_fingerprint,
    }


def _retrying(event: JobEvent) -> Json:
    d = event.retrying
    return {
        "current_attempt": d.current_attempt,
        "next_attempt": d.next_attempt,
        "retry_at": to_rfc3339(d.retry_at_ms),
        "delay_ms": d.delay_ms,
        "error": d.error,
    }


def _cancelled(event: JobEvent) -> Json:
    d = event.cancelled
    return {"cancelled_at": to_rfc3339(d.cancelled_at_ms)} | ({"reason": d.reason} if d.HasField("reason") else {})


_DETAILS: dict[str, tuple[str, Callable[[JobEvent], Json]]] = {
    EventType.JOB_QUEUED: ("queued", _queued),
    EventType.JOB_STARTED: ("started", _started),
    EventType.JOB_PROGRESS: ("progress", _progress),
    EventType.JOB_COMPLETED: ("completed", _completed),
    EventType.JOB_FAILED: ("failed", _failed),
    EventType.JOB_RETRYING: ("retrying", _retrying),
    EventType.JOB_CANCELLED: ("cancelled", _cancelled),
}


def job_event(event: JobEvent) -> Json:
    """One fact about a job.

    Raises:
        BadRecord: its type is unknown or does not fit its detail, or it names no job.
    """
    known = _DETAILS.get(event.type)
    if known is None or event.WhichOneof("detail") != known[0] or not event.job_id or not event.event_id:
        raise BadRecord(f"not a job event: type {event.type!r}, detail {event.WhichOneof('detail')}")
    body: Json = {
        "type": event.type,
        "event_id": event.event_id,
        "job_id": event.job_id,
        "root_id": event.root_id,
        "function": event.function,
        "function_name": event.function_name,
        "at": to_rfc3339(event.at_ms),
        "seq": event.seq,
    }
    for field in ("parent_id", "trace_id", "worker_id", "attempt", "max_retries"):
        if event.HasField(field):
            body[field] = getattr(event, field)
    return body | known[1](event)


def artifact(a: Artifact) -> Json:
    return {
        "id": a.id,
        "job_id": a.job_id,
        "name": a.name,
        "type": a.type,
        "content_type": a.content_type,
        "size_bytes": a.size_bytes,
        "sha256": a.sha256,
        "storage_backend": a.storage_backend,
        "status": a.status,
        "error": _maybe(a, "error"),
        "created_at": to_rfc3339(a.created_at_ms),
    }


def artifact_event(event: ArtifactEvent) -> Json:
    """An artifact that came or went.

    Raises:
        BadRecord: its type is unknown, or it names no job.
    """
    if event.type not in {EventType.ARTIFACT_CREATED, EventType.ARTIFACT_DELETED} or not event.job_id:
        raise BadRecord(f"not an artifact event: type {event.type!r}")
    return {
        "type": event.type,
        "event_id": event.event_id,
        "at": to_rfc3339(event.at_ms),
        "job_id": event.job_id,
        "artifact_id": event.artifact_id,
        "artifact": artifact(event.artifact) if event.HasField("artifact") else None,
    }


# --- apis -------------------------------------------------------------------------------------------------------------


def api_request(feed: RequestFeed, item: FeedItem) -> Json:
    """One request of the feed for people.

    Raises:
        BadRecord: it has no API, no id or no request.
    """
    if not feed.api_name or not item.event_id or not item.HasField("request"):
        raise BadRecord("not a feed item")
    r = item.request
    return {
        "type": EventType.API_REQUEST,
        "event_id": item.event_id,
        "at": to_rfc3339(item.at_ms),
        "request": {
            "id": r.id,
            "at": to_rfc3339(r.at_ms),
            "api_name": feed.api_name,
            "method": r.method,
            "path": r.path or UNMATCHED_PATH,
            "status": r.status,
            "latency_ms": r.latency_ms,
            "instance_id": r.instance_id,
            "sampled": r.sampled,
            "trace_id": _maybe(r, "trace_id"),
            "request_bytes": _maybe(r, "request_bytes"),
            "response_bytes": _maybe(r, "response_bytes"),
            "consumer": _maybe(r, "consumer"),
        },
        "dropped": item.dropped,
    }


def _instance(i: Instance, api_name: str) -> Json:
    return {
        "id": i.id,
        "api_name": api_name,
        "started_at": to_rfc3339(i.started_at_ms),
        "last_heartbeat": to_rfc3339(i.last_heartbeat_ms),
        "host": _maybe(i, "host"),
        "port": _maybe(i, "port"),
        "endpoints": list(i.endpoints),
        "hostname": _maybe(i, "hostname"),
        "version": _maybe(i, "version"),
    }


def api_info(s: ApiSnapshot) -> Json:
    return {
        "name": s.name,
        "active": s.active,
        "instance_count": len(s.instances),
        "instances": [_instance(i, s.name) for i in s.instances],
        "endpoint_count": s.endpoint_count,
        "requests_24h": s.requests_24h,
        "avg_latency_ms": _maybe(s, "avg_latency_ms"),
        "error_rate": _maybe(s, "error_rate"),
        "requests_per_min": s.requests_per_min,
    }


def api_overview(s: ApiSnapshot) -> Json:
    return api_info(s) | {
        "docs_url": _maybe(s, "docs_url"),
        "success_rate": _maybe(s, "success_rate"),
        "client_error_rate": _maybe(s, "client_error_rate"),
        "server_error_rate": _maybe(s, "server_error_rate"),
    }


def _endpoint(e: Endpoint) -> Json:
    return {
        "method": e.method,
        "path": e.path,
        "requests_24h": e.requests_24h,
        "requests_per_min": e.requests_per_min,
        "avg_latency_ms": _maybe(e, "avg_latency_ms"),
        "p50_latency_ms": _maybe(e, "p50_latency_ms"),
        "p95_latency_ms": _maybe(e, "p95_latency_ms"),
        "p99_latency_ms": _maybe(e, "p99_latency_ms"),
        "apdex": _maybe(e, "apdex"),
        "error_rate": _maybe(e, "error_rate"),
        "success_rate": _maybe(e, "success_rate"),
        "client_error_rate": _maybe(e, "client_error_rate"),
        "server_error_rate": _maybe(e, "server_error_rate"),
        "status_2xx": e.status_2xx,
        "status_3xx": e.status_3xx,
        "status_4xx": e.status_4xx,
        "status_5xx": e.status_5xx,
        "last_request_at": _time_or_none(_maybe(e, "last_request_at_ms")),
        "request_bytes": e.request_bytes,
        "response_bytes": e.response_bytes,
        "tags": list(e.tags),
    }


def api_snapshot(s: ApiSnapshot) -> Json:
    """One API, whole."""
    return {
        "type": EventType.API_SNAPSHOT,
        "event_id": s.event_id,
        "at": to_rfc3339(s.at_ms),
        "api": {
            "api": api_overview(s),
            "endpoints": [_endpoint(e) for e in s.endpoints],
            "total_endpoints": s.total_endpoints,
        },
    }


# --- workers ----------------------------------------------------------------------------------------------------------


def _deployment(d: Deployment) -> Json:
    a = d.autoscaler if d.HasField("autoscaler") else None
    return {
        "name": d.name,
        "desired_replicas": d.desired_replicas,
        "ready_replicas": d.ready_replicas,
        "autoscaler": a
        and {
            "name": a.name,
            "min_replicas": a.min_replicas,
            "max_replicas": a.max_replicas,
            "desired_replicas": a.desired_replicas,
            "metrics": [
                {"name": m.name, "current": _maybe(m, "current"), "target": _maybe(m, "target")} for m in a.metrics
            ],
        },
    }


def _usage(u: Usage) -> Json:
    names = ("cpu_cores", "cpu_limit_cores", "memory_bytes", "memory_limit_bytes", "loop_lag_ms")
    return {name: _maybe(u, name) for name in names}


def _pod(p: Pod) -> Json:
    return {
        "name": p.name,
        "namespace": p.namespace,
        "node": _maybe(p, "node"),
        "phase": _maybe(p, "phase"),
        "restarts": _maybe(p, "restarts"),
        "last_restart_reason": _maybe(p, "last_restart_reason"),
        "image": _maybe(p, "image"),
        "cpu_limit_cores": _maybe(p, "cpu_limit_cores"),
        "memory_limit_bytes": _maybe(p, "memory_limit_bytes"),
        "deployment": _deployment(p.deployment) if p.HasField("deployment") else None,
    }


def worker_instance(w: WorkerSnapshot) -> Json:
    return {
        "id": w.id,
        "worker_name": w.worker_name,
        "started_at": to_rfc3339(w.started_at_ms),
        "last_heartbeat": to_rfc3339(w.last_heartbeat_ms),
        "functions": list(w.functions),
        "function_names": dict(sorted(w.function_names.items())),
        "concurrency": w.concurrency,
        "active_jobs": w.active_jobs,
        "jobs_processed": w.jobs_processed,
        "jobs_failed": w.jobs_failed,
        "hostname": _maybe(w, "hostname"),
        "state": w.state,
        "version": _maybe(w, "version"),
        "pod": _pod(w.pod) if w.HasField("pod") else None,
        "asked": _maybe(w, "asked"),
        "paused": w.paused,
        "usage": _usage(w.usage) if w.HasField("usage") else None,
    }


def worker_info(name: str, instances: Sequence[WorkerSnapshot]) -> Json:
    """The instances of one name as one worker; a lost instance is listed but lends no capacity."""
    present = [w for w in instances if w.state != "lost"]
    names = {key: text for w in instances for key, text in w.function_names.items()}
    return {
        "name": name,
        "active": bool(present),
        "instance_count": len(instances),
        "instances": [worker_instance(w) for w in instances],
        "functions": sorted({key for w in instances for key in w.functions}),
        "function_names": dict(sorted(names.items())),
        "concurrency": sum(w.concurrency for w in present),
    }
