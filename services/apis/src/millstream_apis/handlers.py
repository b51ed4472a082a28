"""What the service does when asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from millstream_contracts.limits import load_limits
from millstream_kit.clock import Clock
from millstream_kit.log import Log, LogUnavailable
from millstream_kit.paging import Total
from millstream_kit.sketch import Sketch
from millstream_kit.telemetry import current_traceparent
from millstream_kit.usual import Share

from millstream_apis.admission import Admission
from millstream_apis.days import Days
from millstream_apis.errors import ApiUnknown, LogAway
from millstream_apis.metrics import ApisMetrics
from millstream_apis.model import (
    DAY_MS,
    HOUR_MS,
    TOTAL,
    Activity,
    ApiView,
    Batch,
    Counts,
    EndpointKey,
    Instance,
    Request,
    Span,
    Step,
    TrendHour,
    day_window,
    hour_of,
    settled_before,
)
from millstream_apis.parts import range_parts
from millstream_apis.records import batch_record
from millstream_apis.settings import ApisSettings
from millstream_apis.store import Api, CountingStore, Endpoints, LogPage, Place, ReadingStore, RequestFilter
from millstream_apis.uses import Consumers, Enqueued
from millstream_apis.views import list_view, minutes_by_endpoint, rate_since, view_of, zero_filled

RECORD_REQUESTS = load_limits().ingest_requests  # a record stays below what a topic takes
MEET_EVERY_S = 300.0
MET_MOST = 10_000


class Traffic:
    """API traffic: taken in, and shown."""

    def __init__(
        self,
        counting: CountingStore,
        reading: ReadingStore,
        sink: Log,
        clock: Clock,
        settings: ApisSettings,
        metrics: ApisMetrics,
        days: Days,
        tell: Callable[[], None],
    ) -> None:
        self._counting = counting
        self._reading = reading
        self._sink = sink
        self._clock = clock
        self._metrics = metrics
        self._tell = tell
        self._days = days
        self._totals = Days(reading, is_whole=False)
        self._ttl_ms = round(settings.instance_ttl_s * 1000)
        self._active_ms = round(settings.active_s * 1000)
        self._admission = Admission(reading, clock)
        self._met: dict[tuple[str, str], float] = {}

    async def admit(self, api_name: str, instance_ids: Iterable[str]) -> None:
        """Let these instances of an API in.

        Raises:
            TooMany: there is no room for the API, or for one of them.
        """
        await self._admission.admit(api_name, instance_ids)

    async def take_in(self, by_api: Mapping[str, Sequence[Request]], *, refused: int = 0) -> None:
        """Publish requests to be counted: a record per instance, for nearly always there is one.

        Args:
            by_api: API name to its requests.
            refused: how many more there were.

        Raises:
            LogAway: the log cannot take them now.
        """
        self._metrics.refused.inc(refused)
        by_instance: dict[tuple[str, str], list[Request]] = {}
        for api_name, requests in by_api.items():
            for request in requests:
                by_instance.setdefault((api_name, request.instance_id), []).append(request)
        now, traceparent = self._clock.now_ms(), current_traceparent()
        records = [
            batch_record(Batch(api_name, instance_id, now, tuple(mine[start : start + RECORD_REQUESTS])), traceparent)
            for (api_name, instance_id), mine in by_instance.items()
            for start in range(0, len(mine), RECORD_REQUESTS)
        ]
        if not records:
            return
        try:
            await self._sink.append(records)
        except LogUnavailable as error:
            raise LogAway from error
        self._metrics.accepted.inc(sum(map(len, by_instance.values())))

    async def meet(self, api_name: str, instance: Instance) -> None:
        """An instance nobody hears a heartbeat of is there: what it is, noted now and then, as its requests keep it."""
        key, now = (api_name, instance.id), self._clock.monotonic()
        if now - self._met.get(key, -MEET_EVERY_S) < MEET_EVERY_S:
            return
        if len(self._met) >= MET_MOST:
            self._met.clear()
        self._met[key] = now
        await self.on_heartbeat(api_name, instance)

    async def on_heartbeat(self, api_name: str, instance: Instance, docs_url: str | None = None) -> None:
        """An instance says that it is there."""
        await self._counting.keep_instance(api_name, instance, docs_url)
        self._tell()

    async def apis(self) -> list[ApiView]:
        """Every API, without its endpoints, the busiest first."""
        now = self._clock.now_ms()
        # Two at once: while the database looks for one, what it found of another is put together. More would only queue.
        (apis, totals), (instances, minutes, routes) = await asyncio.gather(self._counted(now), self._called(now))
        rates: dict[str, list[tuple[int, int]]] = {}
        for name, _, at_ms, requests in minutes:
            rates.setdefault(name, []).append((at_ms, requests))
        views = [
            list_view(
                api,
                instances.get(api.name, ()),
                totals[api.name].get(TOTAL) or Counts(),
                rates.get(api.name, ()),
                routes.get(api.name, set()),
                now_ms=now,
                active_ms=self._active_ms,
            )
            for api in apis
        ]
        return sorted(views, key=lambda v: (-v.total.requests, v.name))

    async def _counted(self, now: int) -> tuple[Sequence[Api], Mapping[str, Endpoints]]:
        apis = await self._reading.apis()
        return apis, await self._totals.of([api.name for api in apis], now)

    async def _called(
        self, now: int
    ) -> tuple[
        Mapping[str, Sequence[Instance]],
        Sequence[tuple[str, EndpointKey, int, int]],
        Mapping[str, AbstractSet[EndpointKey]],
    ]:
        reading = self._reading
        return (
            await reading.instances(now - self._ttl_ms),
            await reading.minutes(rate_since(now)),
            await reading.routes(day_window(now)[0]),
        )

    async def api(self, name: str) -> ApiView:
        """One API with its endpoints.

        Raises:
            ApiUnknown: nobody ever reported for it.
        """
        known = await self._reading.apis([name])
        if not known:
            raise ApiUnknown(name)
        now = self._clock.now_ms()
        minutes = await self._reading.minutes(rate_since(now), [name])
        instances = await self._reading.instances(now - self._ttl_ms, [name])
        endpoints = (await self._days.of([name], now))[name]
        return view_of(
            known[0],
            instances.get(name, ()),
            endpoints,
            minutes_by_endpoint(minutes).get(name, {}),
            now_ms=now,
            active_ms=self._active_ms,
        )

    async def trends(self, hours: int, api_name: str | None) -> list[TrendHour]:
        """The last hours of one API, or of all, with nothing left out."""
        now = self._clock.now_ms()
        found = await self._reading.trends(hour_of(now) - (hours - 1) * HOUR_MS, api_name)
        return zero_filled(found, hours, now)

    async def activity(self) -> tuple[Sequence[int], Mapping[str, Activity]]:
        """The last 24 hours, the open one last, and what each API did in them."""
        now = self._clock.now_ms()
        hours = _hours_of_day(now)
        return hours, await self._reading.activity(hours[0], settled_before(now))

    async def endpoint_hours(
        self, api_name: str
    ) -> tuple[Sequence[int], Mapping[EndpointKey, Mapping[int, Sequence[int]]]]:
        """The last 24 hours, the open one last, and what each endpoint of an API did in them, TOTAL among them."""
        hours = _hours_of_day(self._clock.now_ms())
        return hours, await self._reading.endpoint_hours(api_name, hours[0])

    async def latencies(self, span: Span, api_name: str | None, endpoint: EndpointKey) -> Sketch:
        """How long the requests of an endpoint took, of one API, or of all."""
        return await self._reading.latencies(span, api_name, endpoint) if span.steps else Sketch()

    async def latency_steps(self, span: Span, api_name: str | None, endpoint: EndpointKey) -> Mapping[int, Sketch]:
        """The same step by step."""
        return await self._reading.latency_steps(span, api_name, endpoint) if span.steps else {}

    async def known(self, api_name: str) -> None:
        """Somebody reported for it.

        Raises:
            ApiUnknown: nobody ever did.
        """
        if not await self._reading.apis([api_name]):
            raise ApiUnknown(api_name)

    async def endpoints(self, span: Span, api_name: str) -> Endpoints:
        """What those of an API that were called did, TOTAL among them.

        Raises:
            ApiUnknown: nobody ever reported for it.
        """
        await self.known(api_name)
        now = self._clock.now_ms()
        return (
            await self._reading.endpoints(api_name, range_parts(span, now), settled_before(now)) if span.steps else {}
        )

    async def totals(self, span: Span) -> Mapping[str, Counts]:
        """What every API did that was called."""
        now = self._clock.now_ms()
        return await self._reading.totals(range_parts(span, now), settled_before(now)) if span.steps else {}

    async def faults(self, span: Span) -> Mapping[str, Share]:
        """How many of each API's requests ended in a server's error."""
        return await self._reading.faults(range_parts(span, self._clock.now_ms())) if span.steps else {}

    async def enqueued(self, span: Span, api_name: str, endpoint: EndpointKey) -> Sequence[Enqueued]:
        """What requests of an API, or of one endpoint of it, enqueued.

        Raises:
            ApiUnknown: nobody ever reported for it.
        """
        await self.known(api_name)
        return await self._reading.enqueued(span, api_name, endpoint) if span.steps else ()

    async def consumers(self, span: Span, api_name: str, endpoint: EndpointKey) -> Consumers:
        """Who called an API, or one endpoint of it.

        Raises:
            ApiUnknown: nobody ever reported for it.
        """
        await self.known(api_name)
        return await self._reading.consumers(span, api_name, endpoint) if span.steps else Consumers()

    async def series(self, span: Span, api_name: str | None) -> list[tuple[int, Step]]:
        """One API, or all, step by step, with nothing left out."""
        if not span.steps:
            return []
        found = await self._reading.series(span, api_name, settled_before(self._clock.now_ms()))
        nothing = Step()
        return [(at_ms, found.get(at_ms, nothing)) for at_ms in span.steps]

    async def requests(self, wanted: RequestFilter, limit: int, before: Place | None, counted: Total | None) -> LogPage:
        """A page of the request log."""
        return await self._reading.requests(wanted, limit, before, counted)


def _hours_of_day(now_ms: int) -> range:
    return range(hour_of(now_ms) - DAY_MS + HOUR_MS, hour_of(now_ms) + 1, HOUR_MS)
