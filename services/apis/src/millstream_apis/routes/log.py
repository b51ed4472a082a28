"""Figures over time: the request log, trends, series."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from fastapi import Request as HttpRequest
from millstream_contracts.inventory import load_inventory
from millstream_contracts.limits import load_limits
from millstream_contracts.names import Scope
from millstream_contracts.times import to_rfc3339
from millstream_kit.answers import check_period, refuse_forgotten, written
from millstream_kit.auth import require
from millstream_kit.bodies import Instant
from millstream_kit.clock import Clock
from millstream_kit.deploys import DeployList, DeploysQuery, list_deploys
from millstream_kit.errors import invalid
from millstream_kit.paging import PageQuery, Pages, Total, bad_cursor
from pydantic import BaseModel, Field

from millstream_apis.bodies import (
    ActivityList,
    ConsumerList,
    EnqueuedList,
    EventList,
    Hour,
    Latencies,
    Series,
    Trends,
    activity_fields,
    consumers_fields,
    enqueued_fields,
    latencies_fields,
)
from millstream_apis.inputs import BODY_BYTES_MAX, ID_PATTERN, LATENCY_MAX_MS
from millstream_apis.model import DAY_MS, HOUR_MS, MINUTE_MS, TEN_S_MS, TENS_KEPT_MS, TOTAL, EndpointKey, Span
from millstream_apis.routes.names import GOES_FIRST, KnownName, TrafficOf
from millstream_apis.settings import ApisSettings
from millstream_apis.store import LoggedRequest, Place, RequestFilter
from millstream_apis.uses import CONSUMERS_KEPT_MS

router = APIRouter(dependencies=[require(Scope.APIS_READ), GOES_FIRST])

_NAME = f"^{load_inventory().name_pattern}$"
_METHOD = Field(
    None,
    pattern=r"^([A-Za-z][A-Za-z-]{0,31}|\*)$",
    description="With `path`, of one endpoint alone; both as `/apis/{name}` says them.",
)
_PATH = Field(None, max_length=load_limits().path_chars, pattern=r"^[^\x00-\x1f\x7f]*$")
_CONSUMER = Field(None, min_length=1, max_length=load_limits().consumer_chars, pattern=r"^[^\x00-\x1f\x7f]*$")
_SEQ_MAX = 2**63 - 1
STEPS = {"10s": TEN_S_MS, "1m": MINUTE_MS, "5m": 5 * MINUTE_MS, "1h": HOUR_MS}
POINTS_MAX = 1_500  # a day of minutes


class EventsQuery(PageQuery):
    """What `/apis/events` may be asked for."""

    id: str | None = Field(None, pattern=f"^{ID_PATTERN}$")
    trace_id: str | None = Field(None, pattern=r"^[0-9a-f]{32}$")
    api_name: str | None = Field(None, pattern=_NAME)
    method: str | None = Field(None, pattern=r"^[A-Za-z][A-Za-z-]{0,31}$")
    path: str | None = _PATH
    status: str | None = Field(None, pattern=r"^[1-5](\d\d|xx)$", description="One, as `404`, or a class, as `4xx`.")
    instance_id: str | None = Field(None, pattern=f"^{ID_PATTERN}$")
    min_latency_ms: float | None = Field(None, ge=0, le=LATENCY_MAX_MS)
    below_latency_ms: float | None = Field(None, gt=0, le=LATENCY_MAX_MS)
    min_response_bytes: int | None = Field(
        None, ge=0, le=BODY_BYTES_MAX, description="An answer whose size nobody said is left out."
    )
    consumer: str | None = _CONSUMER
    after: Instant | None = None
    before: Instant | None = None
    limit: int = Field(200, ge=1, le=2_000)

    def wanted(self) -> RequestFilter:
        """The lines asked for."""
        check_period(self.after, self.before)
        if self.below_latency_ms is not None and self.below_latency_ms <= (self.min_latency_ms or 0):
            raise invalid("below_latency_ms", "is not above min_latency_ms")
        return RequestFilter(
            self.id,
            self.trace_id,
            self.api_name,
            self.method.upper() if self.method else None,
            self.path,
            None if self.status is None else _statuses(self.status),
            self.instance_id,
            self.after,
            self.before,
            self.min_latency_ms,
            self.below_latency_ms,
            self.min_response_bytes,
            self.consumer,
        )


class LatenciesQuery(BaseModel):
    """What `/apis/latencies` may be asked for; without times, the last 24 hours."""

    api_name: str | None = Field(None, pattern=_NAME)
    method: str | None = _METHOD
    path: str | None = _PATH
    after: Instant | None = None
    before: Instant | None = None

    def endpoint(self) -> EndpointKey:
        """The endpoint asked for; TOTAL where none is.

        Raises:
            Refusal: it is said in part, or of no API.
        """
        endpoint = _endpoint(self.method, self.path)
        if endpoint != TOTAL and self.api_name is None:
            raise invalid("api_name", "is asked for beside method and path")
        return endpoint

    def span(self, now_ms: int, settings: ApisSettings) -> Span:
        """By the minute as far as a day and as they are kept, else by the hour; rounded outwards."""
        return span_of(self.after, self.before, now_ms, settings)


class PeriodOfHours(BaseModel):
    """What is counted by the hour may be asked for; without times, the last 24 hours."""

    after: Instant | None = None
    before: Instant | None = None
    limit: int = Field(20, ge=1, le=1_000)

    def span(self, now_ms: int) -> Span:
        """Whole hours, as far as they are kept."""
        after, before = period_of(self.after, self.before, now_ms, usual_ms=DAY_MS)
        return Span.around(max(after, now_ms - CONSUMERS_KEPT_MS), before, HOUR_MS)


class HoursQuery(PeriodOfHours):
    """What `/apis/{name}/consumers` and `/apis/{name}/jobs` may be asked for."""

    method: str | None = _METHOD
    path: str | None = _PATH


class TrendsQuery(BaseModel):
    """What `/apis/trends` may be asked for."""

    hours: int = Field(24, ge=1, le=168)
    api_name: str | None = Field(None, pattern=_NAME)


class SeriesQuery(BaseModel):
    """What `/apis/series` may be asked for; without times, the last hour."""

    after: Instant | None = None
    before: Instant | None = None
    step: Literal["10s", "1m", "5m", "1h"] = "1m"
    api_name: str | None = Field(None, pattern=_NAME)

    def span(self, now_ms: int, settings: ApisSettings) -> Span:
        """The steps asked for; none of them begins later than now.

        Raises:
            Refusal: it ends before it begins, its steps are too many, or their buckets are not kept any more.
        """
        after, before = period_of(self.after, self.before, now_ms, usual_ms=HOUR_MS)
        step_ms = STEPS[self.step]
        span = Span.around(after, before, step_ms)
        if len(span.steps) > POINTS_MAX:
            raise invalid("step", f"more than {POINTS_MAX} points; take a longer step or a shorter time")
        kept = partial(kept_ms, settings)
        refuse_forgotten(self.step, STEPS, lambda ms: after >= now_ms - kept(ms), kept)
        return span


def period_of(after: int | None, before: int | None, now_ms: int, *, usual_ms: int) -> tuple[int, int]:
    """From when to when: not beyond now, and so long where nobody says when it begins.

    Raises:
        Refusal: it ends before it begins.
    """
    check_period(after, before)
    end = now_ms + 1 if before is None else min(before, now_ms + 1)
    return end - usual_ms if after is None else after, end


def span_of(after: int | None, before: int | None, now_ms: int, settings: ApisSettings) -> Span:
    """A period, the last 24 hours if none is said: by the minute as far as a day and as minutes are kept."""
    after, before = period_of(after, before, now_ms, usual_ms=DAY_MS)
    is_fine = before - after <= DAY_MS and after >= now_ms - kept_ms(settings, MINUTE_MS)
    step_ms = MINUTE_MS if is_fine else HOUR_MS
    return Span.around(max(after, now_ms - kept_ms(settings, step_ms)), before, step_ms)


def _endpoint(method: str | None, path: str | None) -> EndpointKey:
    """The endpoint asked for; TOTAL where none is.

    Raises:
        Refusal: it is said in part.
    """
    if not method and not path:
        return TOTAL
    if not method:
        raise invalid("method", "is asked for beside path")
    if not path:
        raise invalid("path", "is asked for beside method")
    return EndpointKey(method.upper(), path)


def _statuses(text: str) -> range:
    if text.endswith("xx"):
        return range(100 * int(text[0]), 100 * int(text[0]) + 100)
    return range(int(text), int(text) + 1)


def kept_ms(settings: ApisSettings, step_ms: int) -> int:
    """How long buckets of such a step are kept."""
    if step_ms < MINUTE_MS:
        return TENS_KEPT_MS
    return round(settings.minutes_kept_h * HOUR_MS if step_ms < HOUR_MS else settings.hours_kept_d * DAY_MS)


@router.get("/apis/events", response_model=EventList)
async def events(query: Annotated[EventsQuery, Query()], http: HttpRequest, traffic: TrafficOf) -> Response:
    """The request log, newest first; what came before `kept_since` has been let go."""
    clock: Clock = http.app.state.clock
    settings: ApisSettings = http.app.state.settings
    pages = query.pages("requests")
    page = await traffic.requests(query.wanted(), query.limit, _place(pages), pages.total)
    return written(
        {
            "events": [_line(line) for line in page.lines],
            "total": page.total.rows,
            "total_exact": page.total.is_exact,
            "has_more": page.next is not None,
            "next_cursor": None if page.next is None else _cursor(pages, page.next, page.total),
            "scanned_until": None if page.scanned_to_ms is None else to_rfc3339(page.scanned_to_ms),
            "kept_since": to_rfc3339(clock.now_ms() - round(settings.requests_kept_h * HOUR_MS)),
        }
    )


@router.get("/apis/trends")
async def trends(query: Annotated[TrendsQuery, Query()], traffic: TrafficOf) -> Trends:
    """Requests by hour and status class."""
    return Trends(hourly=[Hour.of(hour) for hour in await traffic.trends(query.hours, query.api_name)])


@router.get("/apis/deploys")
async def deploys(query: Annotated[DeploysQuery, Query()], http: HttpRequest) -> DeployList:
    """When versions began to run, the newest first: of the last 24 hours where no time is given."""
    return await list_deploys(http.app.state.deploys, query, http.app.state.clock)


@router.get("/apis/activity", response_model=ActivityList)
async def activity(traffic: TrafficOf) -> Response:
    """The last 24 hours of every API in one answer: a list of APIs shows them all."""
    return written(activity_fields(*await traffic.activity()))


@router.get("/apis/latencies", response_model=Latencies)
async def latencies(query: Annotated[LatenciesQuery, Query()], http: HttpRequest, traffic: TrafficOf) -> Response:
    """How many requests took how long."""
    clock: Clock = http.app.state.clock
    span = query.span(clock.now_ms(), http.app.state.settings)
    took = await traffic.latencies(span, query.api_name, query.endpoint())
    return written(latencies_fields(span, clock.now_ms(), took))


@router.get("/apis/{name}/jobs", response_model=EnqueuedList)
async def enqueued(
    name: KnownName, query: Annotated[HoursQuery, Query()], http: HttpRequest, traffic: TrafficOf
) -> Response:
    """How many jobs of which functions the requests of an API, or of one endpoint of it, enqueued; by the hour, for eight days."""
    clock: Clock = http.app.state.clock
    span = query.span(clock.now_ms())
    found = await traffic.enqueued(span, name, _endpoint(query.method, query.path))
    return written(enqueued_fields(span, clock.now_ms(), found, query.limit))


@router.get("/apis/{name}/consumers", response_model=ConsumerList)
async def consumers(
    name: KnownName, query: Annotated[HoursQuery, Query()], http: HttpRequest, traffic: TrafficOf
) -> Response:
    """Who called an API, or one endpoint of it, the busiest first; by the hour, for as long as eight days."""
    clock: Clock = http.app.state.clock
    span = query.span(clock.now_ms())
    found = await traffic.consumers(span, name, _endpoint(query.method, query.path))
    return written(consumers_fields(span, clock.now_ms(), found, query.limit))


@router.get("/apis/series", response_model=Series)
async def series(query: Annotated[SeriesQuery, Query()], http: HttpRequest, traffic: TrafficOf) -> Response:
    """Requests by step and status class, with percentiles of their latency."""
    clock: Clock = http.app.state.clock
    span = query.span(clock.now_ms(), http.app.state.settings)
    steps = await traffic.series(span, query.api_name)
    return written({"points": [{"at": to_rfc3339(at_ms), **step._asdict()} for at_ms, step in steps]})


def _line(line: LoggedRequest) -> dict[str, Any]:
    return {
        "id": line.id,
        "at": to_rfc3339(line.at_ms),
        "api_name": line.api_name,
        "method": line.method,
        "path": line.path,
        "status": line.status,
        "latency_ms": line.latency_ms,
        "instance_id": line.instance_id,
        "sampled": line.sampled,
        "trace_id": line.trace_id,
        "request_bytes": line.request_bytes,
        "response_bytes": line.response_bytes,
        "consumer": line.consumer,
    }


def _cursor(pages: Pages, place: Place, total: Total) -> str:
    at_ms, seq = place
    return pages.after({"at": at_ms, "seq": seq, **total.carried()})


def _place(pages: Pages) -> Place | None:
    """The line the last page ended with; None for the first page."""
    if not pages.place:
        return None
    at, seq = pages.place.get("at"), pages.place.get("seq")
    if not isinstance(at, int) or not isinstance(seq, int) or not (0 <= at <= _SEQ_MAX and 0 <= seq <= _SEQ_MAX):
        raise bad_cursor()
    return at, seq
