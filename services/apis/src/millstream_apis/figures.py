"""The figures of requests, as they are sent out: of an endpoint, of an API, in a day or in a period."""

from __future__ import annotations

from typing import Any

from millstream_contracts.times import to_rfc3339
from pydantic import BaseModel

from millstream_apis.model import MINUTE_MS, Counts, Latency, Span, whole_bytes


class RequestFigures(BaseModel):
    avg_latency_ms: float | None
    p50_latency_ms: float | None
    p95_latency_ms: float | None
    p99_latency_ms: float | None
    apdex: float | None
    error_rate: float | None
    success_rate: float | None
    client_error_rate: float | None
    server_error_rate: float | None
    status_2xx: int
    status_3xx: int
    status_4xx: int
    status_5xx: int
    last_request_at: str | None
    request_bytes: int
    response_bytes: int


class PeriodFigures(RequestFigures):
    """Of a period; requests per minute are those of all of it."""

    requests: int
    requests_per_min: float


class CalledEndpoint(PeriodFigures):
    method: str
    path: str


class CalledList(BaseModel):
    """The endpoints that were called in the period, the busiest first; of others nothing is said. `whole` is of the API."""

    after: str | None
    before: str | None
    endpoints: list[CalledEndpoint]
    whole: PeriodFigures


class ApiFigures(PeriodFigures):
    name: str


class ApiFiguresList(BaseModel):
    """The APIs that were called in the period, the busiest first; of others nothing is said."""

    after: str | None
    before: str | None
    apis: list[ApiFigures]


def figure_fields(counts: Counts, apdex_ms: int) -> dict[str, Any]:
    """`RequestFigures`."""
    return {
        "avg_latency_ms": counts.avg_latency_ms,
        **Latency.of(counts.sketch, counts.by_class, apdex_ms)._asdict(),
        "error_rate": counts.error_rate,
        "success_rate": counts.success_rate,
        "client_error_rate": counts.share(4),
        "server_error_rate": counts.share(5),
        "status_2xx": counts.by_class[1],
        "status_3xx": counts.by_class[2],
        "status_4xx": counts.by_class[3],
        "status_5xx": counts.by_class[4],
        "last_request_at": to_rfc3339(counts.last_at_ms) if counts.last_at_ms else None,
        "request_bytes": whole_bytes(counts.request_bytes),
        "response_bytes": whole_bytes(counts.response_bytes),
    }


def period_figures(counts: Counts, span: Span, now_ms: int, apdex_ms: int) -> dict[str, Any]:
    """`PeriodFigures`."""
    minutes = (min(span.end_ms, now_ms) - span.start_ms) / MINUTE_MS
    return {
        "requests": counts.requests,
        "requests_per_min": round(counts.requests / minutes, 2) if minutes > 0 else 0.0,
        **figure_fields(counts, apdex_ms),
    }
