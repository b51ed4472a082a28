"""`apis`, `api`, `apis.events`, `apis.trends`: APIs and their traffic. What is unknown is null."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from millstream_contracts.names import EventType
from millstream_contracts.payloads.fields import (
    Count,
    EventId,
    Hour,
    Instant,
    Milliseconds,
    Name,
    Percent,
    PerMinute,
    Share,
    Text,
    TraceId,
)

UNMATCHED_PATH = "(unmatched)"


class ApiInstance(TypedDict):
    """One process of an API."""

    id: Text
    api_name: Name
    started_at: Instant
    last_heartbeat: Instant
    host: str | None
    port: Annotated[int, Field(ge=1, le=65_535)] | None
    endpoints: Annotated[list[str], Field(description="Declared endpoints, as `GET /orders/{id}`.")]
    hostname: str | None
    version: Annotated[str | None, Field(description="Of its code, where it says one.")]


class ApiInfo(TypedDict):
    """An API as lists show it; figures are of the last 24 hours."""

    name: Name
    active: bool
    instance_count: Count
    instances: list[ApiInstance]
    endpoint_count: Count
    requests_24h: Count
    avg_latency_ms: Milliseconds | None
    error_rate: Annotated[Percent | None, Field(description="Percent of 4xx and 5xx; null without requests.")]
    requests_per_min: PerMinute


class ApiOverview(ApiInfo):
    """An API as its page shows it."""

    docs_url: str | None
    success_rate: Percent | None
    client_error_rate: Percent | None
    server_error_rate: Percent | None


class ApiEndpoint(TypedDict):
    """A method and a route template; figures are of the last 24 hours."""

    method: Text
    path: Annotated[str, Field(description="The route's template; `(unmatched)` for requests that matched none.")]
    requests_24h: Count
    requests_per_min: PerMinute
    avg_latency_ms: Milliseconds | None
    p50_latency_ms: Milliseconds | None
    p95_latency_ms: Milliseconds | None
    p99_latency_ms: Milliseconds | None
    apdex: Annotated[Share | None, Field(description="How content latency and server errors leave those who ask.")]
    error_rate: Percent | None
    success_rate: Percent | None
    client_error_rate: Percent | None
    server_error_rate: Percent | None
    status_2xx: Count
    status_3xx: Count
    status_4xx: Count
    status_5xx: Count
    last_request_at: Instant | None
    request_bytes: Annotated[Count, Field(description="Of the bodies of all of them, as far as they were told.")]
    response_bytes: Annotated[Count, Field(description="Of the bodies of all answers, as far as they were told.")]
    tags: Annotated[list[str], Field(description="What it is about, as its API says; empty where it says nothing.")]


class ApiDetail(TypedDict):
    """An API with its endpoints."""

    api: ApiOverview
    endpoints: list[ApiEndpoint]
    total_endpoints: Count


class ApiSnapshot(TypedDict):
    """One API as it stands."""

    type: Literal[EventType.API_SNAPSHOT]
    event_id: EventId
    at: Instant
    api: ApiDetail


class ApiList(TypedDict):
    """APIs by requests, most first."""

    apis: list[ApiInfo]
    total: Count


class ApisSnapshot(TypedDict):
    """All APIs as they stand."""

    type: Literal[EventType.APIS_SNAPSHOT]
    event_id: EventId
    at: Instant
    apis: ApiList


class ApiRequestEvent(TypedDict):
    """One request an API answered."""

    id: Text
    at: Instant
    api_name: Name
    method: Text
    path: Annotated[str, Field(description="The route's template; `(unmatched)` where none matched.")]
    status: Annotated[int, Field(ge=100, le=599)]
    latency_ms: Milliseconds
    instance_id: Text
    sampled: bool
    trace_id: TraceId | None
    request_bytes: Annotated[Count | None, Field(description="Of its body; null where nobody said.")]
    response_bytes: Annotated[Count | None, Field(description="Of its answer's body; null where nobody said.")]
    consumer: Annotated[
        Text | None, Field(description="Who made it, as the API names them; null where it names nobody.")
    ]


class ApiRequest(TypedDict):
    """A line of the feed for people; figures are counted from all requests, not from the feed."""

    type: Literal[EventType.API_REQUEST]
    event_id: EventId
    at: Instant
    request: ApiRequestEvent
    dropped: Annotated[Count, Field(description="Requests of this API left out since its last line.")]


class ApiTrendHour(TypedDict):
    """Answers of one hour, by status class."""

    hour: Hour
    success_2xx: Count
    redirect_3xx: Count
    client_4xx: Count
    server_5xx: Count


class ApiTrends(TypedDict):
    """Hours, ascending and zero-filled, the open one last."""

    hourly: list[ApiTrendHour]


class ApisTrendsSnapshot(TypedDict):
    """Answers by the hour, as they stand."""

    type: Literal[EventType.APIS_TRENDS_SNAPSHOT]
    event_id: EventId
    at: Instant
    trends: ApiTrends
