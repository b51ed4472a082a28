"""What is sent out: the shapes of answers, and how they are filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from millstream_contracts.times import to_hour, to_rfc3339
from millstream_kit.sketch import Sketch
from pydantic import BaseModel

from millstream_apis.figures import RequestFigures, figure_fields
from millstream_apis.model import (
    CLASSES,
    LATENCY_ENDS_MS,
    Activity,
    ApiView,
    EndpointKey,
    EndpointView,
    Instance,
    Span,
    TrendHour,
    whole_bytes,
)
from millstream_apis.uses import Consumers, Enqueued


class Rejected(BaseModel):
    index: int
    error: str


class Accepted(BaseModel):
    accepted: int
    rejected: list[Rejected]


class InstanceOut(BaseModel):
    id: str
    api_name: str
    started_at: str
    last_heartbeat: str
    host: str | None
    port: int | None
    endpoints: list[str]
    hostname: str | None
    version: str | None


class ApiInfo(BaseModel):
    name: str
    active: bool
    instance_count: int
    instances: list[InstanceOut]
    endpoint_count: int
    requests_24h: int
    avg_latency_ms: float | None
    error_rate: float | None
    requests_per_min: float


class ApiOverview(ApiInfo):
    docs_url: str | None
    success_rate: float | None
    client_error_rate: float | None
    server_error_rate: float | None


class ApiEndpoint(RequestFigures):
    method: str
    path: str
    requests_24h: int
    requests_per_min: float
    tags: list[str]


class ApiList(BaseModel):
    apis: list[ApiInfo]
    total: int


class ApiDetail(BaseModel):
    api: ApiOverview
    endpoints: list[ApiEndpoint]
    total_endpoints: int


class ApiRequestEvent(BaseModel):
    id: str
    at: str
    api_name: str
    method: str
    path: str
    status: int
    latency_ms: float
    instance_id: str
    sampled: bool
    trace_id: str | None
    request_bytes: int | None
    response_bytes: int | None
    consumer: str | None


class EventList(BaseModel):
    events: list[ApiRequestEvent]
    total: int
    total_exact: bool
    has_more: bool
    next_cursor: str | None
    scanned_until: str | None
    kept_since: str


class Hour(BaseModel):
    hour: str
    success_2xx: int
    redirect_3xx: int
    client_4xx: int
    server_5xx: int

    @classmethod
    def of(cls, hour: TrendHour) -> Hour:
        """An hour as clients read it."""
        return cls(
            hour=to_hour(hour.hour_ms),
            success_2xx=hour.success_2xx,
            redirect_3xx=hour.redirect_3xx,
            client_4xx=hour.client_4xx,
            server_5xx=hour.server_5xx,
        )


class Trends(BaseModel):
    hourly: list[Hour]


class SeriesPoint(BaseModel):
    at: str
    status_1xx: int
    status_2xx: int
    status_3xx: int
    status_4xx: int
    status_5xx: int
    avg_latency_ms: float | None
    p50_latency_ms: float | None
    p95_latency_ms: float | None
    p99_latency_ms: float | None
    apdex: float | None


class ApiActivity(BaseModel):
    """Requests by status class in each of the hours, percentiles of the latency of all, their Apdex."""

    status_2xx: list[int]
    status_3xx: list[int]
    status_4xx: list[int]
    status_5xx: list[int]
    p50_latency_ms: float | None
    p95_latency_ms: float | None
    p99_latency_ms: float | None
    apdex: float | None


class EndpointHours(BaseModel):
    """Requests of one endpoint by status class in each of the hours."""

    method: str
    path: str
    status_2xx: list[int]
    status_3xx: list[int]
    status_4xx: list[int]
    status_5xx: list[int]


class EndpointHoursList(BaseModel):
    """The hours, the open one last, and what endpoints did in them; one without requests is left out."""

    hours: list[str]
    endpoints: list[EndpointHours]


class ActivityList(BaseModel):
    """The hours, the open one last, and what APIs did in them, by name; one without requests is left out."""

    hours: list[str]
    apis: dict[str, ApiActivity]


class LatencyClassOut(BaseModel):
    """Named as the filter of `/apis/events` that finds them."""

    min_latency_ms: float
    below_latency_ms: float | None
    count: int


class Latencies(BaseModel):
    """The period that was counted: what was asked for, rounded outwards to buckets; null where there is no time in it."""

    after: str | None
    before: str | None
    total: int
    latencies: list[LatencyClassOut]


class ConsumerOut(BaseModel):
    """Null is all who are past the bound of consumers that are told apart."""

    consumer: str | None
    requests: int
    error_rate: float
    client_errors: int
    server_errors: int
    request_bytes: int
    response_bytes: int
    last_request_at: str


class EnqueuedJobs(BaseModel):
    """A function of null is all past the bound of functions that are told apart."""

    method: str
    path: str
    function: str | None
    jobs: int


class EnqueuedList(BaseModel):
    """The jobs that requests of the period enqueued, by endpoint and function, the most first; `total` is of all of them."""

    after: str | None
    before: str | None
    total: int
    enqueued: list[EnqueuedJobs]


class EndpointConsumers(BaseModel):
    method: str
    path: str
    consumers: int


class ConsumerList(BaseModel):
    """Who called in the period, the busiest first, and how many called each endpoint; `total` is of those told apart."""

    after: str | None
    before: str | None
    total: int
    consumers: list[ConsumerOut]
    endpoints: list[EndpointConsumers]


class Series(BaseModel):
    points: list[SeriesPoint]


def info_fields(view: ApiView) -> dict[str, Any]:
    """`ApiInfo`: an API as lists show it."""
    return {
        "name": view.name,
        "active": view.active,
        "instance_count": len(view.instances),
        "instances": [_instance_fields(view.name, i) for i in view.instances],
        "endpoint_count": view.endpoint_count,
        "requests_24h": view.total.requests,
        "avg_latency_ms": view.total.avg_latency_ms,
        "error_rate": view.total.error_rate,
        "requests_per_min": view.requests_per_min,
    }


def overview_fields(view: ApiView) -> dict[str, Any]:
    """`ApiOverview`: an API as its page shows it."""
    return info_fields(view) | {
        "docs_url": view.docs_url,
        "success_rate": view.total.success_rate,
        "client_error_rate": view.total.share(4),
        "server_error_rate": view.total.share(5),
    }


def endpoint_fields(view: EndpointView, apdex_ms: int) -> dict[str, Any]:
    """`ApiEndpoint`."""
    return {
        **view.key._asdict(),
        "requests_24h": view.counts.requests,
        "requests_per_min": view.requests_per_min,
        "tags": view.tags,
        **figure_fields(view.counts, apdex_ms),
    }


def activity_fields(hours: Sequence[int], apis: Mapping[str, Activity]) -> dict[str, Any]:
    """`ActivityList`."""
    return {"hours": list(map(to_hour, hours)), "apis": {name: _activity(hours, one) for name, one in apis.items()}}


def endpoint_hours_fields(
    hours: Sequence[int], endpoints: Mapping[EndpointKey, Mapping[int, Sequence[int]]]
) -> dict[str, Any]:
    """`EndpointHoursList`."""
    return {
        "hours": list(map(to_hour, hours)),
        "endpoints": [{**key._asdict(), **_hour_by_hour(hours, one)} for key, one in sorted(endpoints.items())],
    }


def latencies_fields(span: Span, now_ms: int, requests: Sketch) -> dict[str, Any]:
    """`Latencies`."""
    return {
        **period_fields(span, now_ms),
        "total": requests.count,
        "latencies": [
            {"min_latency_ms": least, "below_latency_ms": below, "count": many}
            for least, below, many in requests.classes(LATENCY_ENDS_MS)
        ],
    }


def enqueued_fields(span: Span, now_ms: int, found: Sequence[Enqueued], limit: int) -> dict[str, Any]:
    """`EnqueuedList`."""
    return {
        **period_fields(span, now_ms),
        "total": sum(one.jobs for one in found),
        "enqueued": [
            {**one.endpoint._asdict(), "function": one.function.name or None, "jobs": one.jobs} for one in found[:limit]
        ],
    }


def consumers_fields(span: Span, now_ms: int, found: Consumers, limit: int) -> dict[str, Any]:
    """`ConsumerList`."""
    return {
        **period_fields(span, now_ms),
        "total": found.named,
        "consumers": [
            {
                "consumer": key.name or None,
                "requests": use.requests,
                "error_rate": 100 * (use.client_errors + use.server_errors) / use.requests,
                "client_errors": use.client_errors,
                "server_errors": use.server_errors,
                "request_bytes": whole_bytes(use.request_bytes),
                "response_bytes": whole_bytes(use.response_bytes),
                "last_request_at": to_rfc3339(use.last_at_ms),
            }
            for key, use in found.uses[:limit]
        ],
        "endpoints": [{**key._asdict(), "consumers": many} for key, many in found.by_endpoint],
    }


def period_fields(span: Span, now_ms: int) -> dict[str, str | None]:
    """What was counted; null where there is no time in it."""
    return {
        "after": to_rfc3339(span.start_ms) if span.steps else None,
        "before": to_rfc3339(min(span.end_ms, now_ms)) if span.steps else None,
    }


def _activity(hours: Sequence[int], one: Activity) -> dict[str, Any]:
    return {**_hour_by_hour(hours, one.hours), **one.latency._asdict()}


def _hour_by_hour(hours: Sequence[int], found: Mapping[int, Sequence[int]]) -> dict[str, Any]:
    nothing = (0,) * CLASSES
    _, *by_class = zip(*(found.get(at_ms, nothing) for at_ms in hours), strict=True)
    return {f"status_{n}xx": counts for n, counts in enumerate(by_class, 2)}


def _instance_fields(api_name: str, instance: Instance) -> dict[str, Any]:
    return {
        "id": instance.id,
        "api_name": api_name,
        "started_at": to_rfc3339(instance.started_at_ms),
        "last_heartbeat": to_rfc3339(instance.last_heartbeat_ms),
        "host": instance.host,
        "port": instance.port,
        "endpoints": instance.endpoints,
        "hostname": instance.hostname,
        "version": instance.version,
    }
