"""Every field of section 4, as the contract writes it."""

from __future__ import annotations

import pytest
from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import Endpoint, Instance
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent, JobFailed, JobQueued
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import (
    Autoscaler,
    Deployment,
    Pod,
    ScalingMetric,
    Usage,
)
from millstream_contracts.names import EventType
from millstream_stream_edge import payloads
from millstream_stream_edge.payloads import BadRecord
from millstream_stream_edge.testing import (
    NOON_MS,
    a_feed,
    a_job_event,
    a_worker,
    an_api,
    an_artifact_event,
)

NOON = "2026-01-01T12:00:00.000Z"
EVERY = {"type", "event_id", "job_id", "root_id", "function", "function_name", "at", "seq"}
RAN = {"worker_id", "attempt", "max_retries"}

# The table of streams.md, section 4.
FIELDS = {
    EventType.JOB_QUEUED: {"queued_at", "scheduled_at", "priority", "trigger"},
    EventType.JOB_STARTED: {"started_at", "queue_wait_ms"} | RAN,
    EventType.JOB_PROGRESS: {"progress", "message"} | RAN,
    EventType.JOB_COMPLETED: {"completed_at", "duration_ms"} | RAN,
    EventType.JOB_FAILED: {"failed_at", "duration_ms", "error", "error_type", "error_fingerprint"} | RAN,
    EventType.JOB_RETRYING: {"current_attempt", "next_attempt", "retry_at", "delay_ms", "error"} | RAN,
    EventType.JOB_CANCELLED: {"cancelled_at", "reason"} | RAN,
}


@pytest.mark.parametrize("type_", FIELDS)
def test_a_job_event_has_exactly_its_fields(type_: str) -> None:
    ran = {} if type_ == EventType.JOB_QUEUED else {"worker_id": "w1", "attempt": 1, "max_retries": 3}
    body = payloads.job_event(a_job_event(type_, **ran))
    assert body.keys() == EVERY | FIELDS[type_]
    assert body["type"] == type_
    assert body["at"] == NOON


@pytest.mark.parametrize("type_", FIELDS)
def test_what_is_optional_is_left_out_of_job_events(type_: str) -> None:
    body = payloads.job_event(a_job_event(type_, parent_id="job_p", trace_id="t1"))
    assert (body["parent_id"], body["trace_id"]) == ("job_p", "t1")
    assert None not in payloads.job_event(a_job_event(type_)).values()


def test_times_are_rfc3339_with_milliseconds_and_durations_are_floats() -> None:
    body = payloads.job_event(a_job_event(EventType.JOB_RETRYING))
    assert body["retry_at"] == NOON
    assert body["delay_ms"] == 1000.0
    assert isinstance(body["delay_ms"], float)


def test_an_error_is_never_empty() -> None:
    failed = JobFailed(failed_at_ms=NOON_MS, duration_ms=1, error="", error_type="KeyError", error_fingerprint="f")
    assert payloads.job_event(a_job_event(EventType.JOB_FAILED, failed=failed))["error"] == "KeyError"


@pytest.mark.parametrize(
    "event",
    [
        JobEvent(),
        JobEvent(event_id="e", job_id="j", type="job.exploded", queued=JobQueued()),
        JobEvent(event_id="e", job_id="j", type=EventType.JOB_STARTED, queued=JobQueued()),
        JobEvent(event_id="e", job_id="", type=EventType.JOB_QUEUED, queued=JobQueued()),
    ],
)
def test_a_job_event_that_contradicts_itself_is_bad(event: JobEvent) -> None:
    with pytest.raises(BadRecord):
        payloads.job_event(event)


def test_an_artifact_that_is_gone_is_null() -> None:
    body = payloads.artifact_event(an_artifact_event("job_1", type_=EventType.ARTIFACT_DELETED))
    assert body.keys() == {"type", "event_id", "at", "job_id", "artifact_id", "artifact"}
    assert body["artifact"] is None


def test_an_artifact_is_that_of_rest() -> None:
    body = payloads.artifact_event(an_artifact_event("job_1"))["artifact"]
    assert body.keys() == {
        "id", "job_id", "name", "type", "content_type", "size_bytes", "sha256", "storage_backend", "status", "error",
        "created_at",
    }  # fmt: skip
    assert body["error"] is None


def test_a_request_is_that_of_rest_and_says_what_was_dropped() -> None:
    feed = a_feed()
    body = payloads.api_request(feed, feed.items[0])
    assert body.keys() == {"type", "event_id", "at", "request", "dropped"}
    assert body["dropped"] == 2
    assert body["request"].keys() == {
        "id", "at", "api_name", "method", "path", "status", "latency_ms", "instance_id", "sampled", "trace_id",
        "request_bytes", "response_bytes", "consumer",
    }  # fmt: skip
    assert body["request"]["trace_id"] is None
    assert body["request"]["response_bytes"] is None
    feed.items[0].request.path = ""
    assert payloads.api_request(feed, feed.items[0])["request"]["path"] == "(unmatched)"


def test_an_api_is_that_of_rest() -> None:
    endpoint = Endpoint(method="GET", path="/", last_request_at_ms=NOON_MS)
    instance = Instance(id="i1", started_at_ms=NOON_MS, last_heartbeat_ms=NOON_MS)
    body = payloads.api_snapshot(an_api(endpoints=[endpoint], total_endpoints=1, instances=[instance]))
    info = {
        "name", "active", "instance_count", "instances", "endpoint_count", "requests_24h", "avg_latency_ms",
        "error_rate", "requests_per_min",
    }  # fmt: skip
    assert body.keys() == {"type", "event_id", "at", "api"}
    assert body["api"].keys() == {"api", "endpoints", "total_endpoints"}
    assert body["api"]["api"].keys() == info | {
        "docs_url", "success_rate", "client_error_rate", "server_error_rate",
    }  # fmt: skip
    assert body["api"]["api"]["instances"][0].keys() == {
        "id", "api_name", "started_at", "last_heartbeat", "host", "port", "endpoints", "hostname", "version",
    }  # fmt: skip
    assert body["api"]["endpoints"][0].keys() == {
        "method", "path", "requests_24h", "requests_per_min", "avg_latency_ms", "p50_latency_ms", "p95_latency_ms",
        "p99_latency_ms", "apdex", "error_rate", "success_rate", "client_error_rate", "server_error_rate", "status_2xx",
        "status_3xx", "status_4xx", "status_5xx", "last_request_at", "request_bytes", "response_bytes", "tags",
    }  # fmt: skip
    assert body["api"]["endpoints"][0]["last_request_at"] == NOON
    assert payloads.api_info(an_api()).keys() == info


def test_instances_of_one_name_are_one_worker() -> None:
    pod = Pod(name="p", namespace="n")
    body = payloads.worker_info(
        "shop",
        [a_worker("w1", pod=pod), a_worker("w2", state="lost", functions=["mail"], function_names={"mail": "Mail"})],
    )
    assert body.keys() == {
        "name", "active", "instance_count", "instances", "functions", "function_names", "concurrency",
    }  # fmt: skip
    assert (body["active"], body["instance_count"], body["concurrency"]) == (True, 2, 4)
    assert body["functions"] == ["mail", "resize"]
    assert body["instances"][0].keys() == {
        "id", "worker_name", "started_at", "last_heartbeat", "functions", "function_names", "concurrency",
        "active_jobs", "jobs_processed", "jobs_failed", "hostname", "state", "version", "pod",
        "asked", "paused", "usage",
    }  # fmt: skip
    assert body["instances"][0]["pod"].keys() == {
        "name", "namespace", "node", "phase", "restarts", "last_restart_reason", "image", "cpu_limit_cores",
        "memory_limit_bytes", "deployment",
    }  # fmt: skip
    assert body["instances"][0]["pod"]["restarts"] is None
    assert body["instances"][1]["pod"] is None
    assert body["instances"][0]["usage"] is None


def test_what_scales_a_worker_and_what_it_uses_are_said() -> None:
    scaler = Autoscaler(
        name="shop",
        min_replicas=1,
        max_replicas=8,
        desired_replicas=3,
        metrics=[ScalingMetric(name="cpu", target="70%")],
    )
    deployment = Deployment(name="shop", desired_replicas=3, ready_replicas=2, autoscaler=scaler)
    used = Usage(cpu_cores=0.25, memory_bytes=2**28)
    body = payloads.worker_instance(a_worker("w1", pod=Pod(name="p", namespace="n", deployment=deployment), usage=used))
    assert body["pod"]["deployment"] == {
        "name": "shop", "desired_replicas": 3, "ready_replicas": 2,
        "autoscaler": {
            "name": "shop", "min_replicas": 1, "max_replicas": 8, "desired_replicas": 3,
            "metrics": [{"name": "cpu", "current": None, "target": "70%"}],
        },
    }  # fmt: skip
    assert body["usage"] == {
        "cpu_cores": 0.25, "cpu_limit_cores": None, "memory_bytes": 2**28, "memory_limit_bytes": None, "loop_lag_ms": None,
    }  # fmt: skip
