"""What others are told of APIs: snapshots, trend hours and the feed, each API by the one replica that holds its shard.

A holder that found its leases changed after telling marks what it told as untold again, because its word may have
come after the next holder's.
"""

from __future__ import annotations

import asyncio
import zlib
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from millstream_kit.clock import Clock
from millstream_kit.log import Log, LogUnavailable, NewRecord
from millstream_kit.waiting import to_the_end, wait_for

from millstream_apis.days import Days
from millstream_apis.metrics import ApisMetrics
from millstream_apis.model import ApiView, Request, TrendHour
from millstream_apis.records import feed_record, snapshot_record, trend_record
from millstream_apis.settings import ApisSettings
from millstream_apis.share import Share
from millstream_apis.store import FeedRow, ReadingStore, TellingStore, Untold
from millstream_apis.views import face, minutes_by_endpoint, next_change_ms, rate_since, view_of
from millstream_apis.way import Way

log = structlog.get_logger(__name__)

GROUP = "tell"
SHARDS = 4
LOOK_EVERY_S = 0.5
# Of the machine's time, between two looks: under load every transaction nudges, and a look costs as much for one as for ten.
REST_S = 0.1
FEED_ROWS = 500
TOLD_AT_ONCE = 20  # APIs; then it is looked again who needs it most


def shard_leases() -> list[str]:
    """The names of the leases, one per shard of APIs."""
    return [f"{GROUP}/{s}" for s in range(SHARDS)]


def shard_of(api_name: str) -> str:
    """The lease whose holder tells of this API."""
    return f"{GROUP}/{zlib.crc32(api_name.encode()) % SHARDS}"


def by_need(names: Iterable[str], changes: Mapping[str, Sequence[Untold]], told_at: Mapping[str, float]) -> list[str]:
    """APIs that were called before those that are only told again, and who was told longest ago first."""
    called = {name for name, moved in changes.items() if any(change.hour_ms for change in moved)}
    return sorted(names, key=lambda name: (name not in called, told_at.get(name, 0.0), name))


@dataclass(slots=True)
class Told:
    """The face of an API others know, when they were told, and when time may change it."""

    face: tuple[object, ...]
    at: float
    due_ms: int | None


class Publisher:
    """Tells others, at most once a second per API."""

    def __init__(
        self,
        reading: ReadingStore,
        telling: TellingStore,
        sink: Log,
        share: Share,
        clock: Clock,
        settings: ApisSettings,
        metrics: ApisMetrics,
        days: Days,
        way: Way,
    ) -> None:
        self._reading = reading
        self._telling = telling
        self._sink = sink
        self._share = share
        self._clock = clock
        self._settings = settings
        self._metrics = metrics
        self._ttl_ms = round(settings.instance_ttl_s * 1000)
        self._active_ms = round(settings.active_s * 1000)
        self._held: dict[str, int] = {}
        self._told: dict[str, Told] = {}
        self._days = days
        self._way = way
        self._fed_at: dict[str, deque[float]] = {}
        self._nudged = asyncio.Event()
        share.on_change(self._nudged.set)
        self.rounds = 0

    def nudge(self) -> None:
        """Look now instead of at the next tick."""
        self._nudged.set()

    async def run(self) -> None:
        """Look and tell until cancelled."""
        while True:
            self._nudged.clear()
            has_more = await to_the_end(self.look())
            self.rounds += 1
            if not has_more:
                await asyncio.sleep(REST_S)
                await wait_for(self._nudged, LOOK_EVERY_S, self._clock)

    async def look(self) -> bool:
        """One round; whether there is more to tell than it told."""
        await self._take_over()
        if not self._held:
            return False
        try:
            await self._feed()
            return await self._tell()
        except LogUnavailable:
            log.warning("log is away, telling later")
            return False

    async def _take_over(self) -> None:
        held = dict(self._share.held)
        if held == self._held:
            return
        gained = {name for name, epoch in held.items() if self._held.get(name) != epoch}
        self._held = held
        self._told = {n: t for n, t in self._told.items() if shard_of(n) in held and shard_of(n) not in gained}
        if gained:
            names = [a.name for a in await self._reading.apis() if shard_of(a.name) in gained]
            await self._telling.tell_again(names)

    async def _tell(self) -> bool:
        changes = [c for c in await self._telling.untold() if shard_of(c.api_name) in self._held]
        by_api: dict[str, list[Untold]] = {}
        for change in changes:
            by_api.setdefault(change.api_name, []).append(change)
        told_at = {name: told.at for name, told in self._told.items()}
        ready = by_need(filter(self._may_tell, by_api.keys() | self._due()), by_api, told_at)
        if ready:
            await self._tell_apis({name: by_api.get(name, []) for name in ready[:TOLD_AT_ONCE]})
        return len(ready) > TOLD_AT_ONCE

    def _due(self) -> set[str]:
        now = self._clock.now_ms()
        return {name for name, told in self._told.items() if told.due_ms is not None and told.due_ms <= now}

    def _may_tell(self, name: str) -> bool:
        told = self._told.get(name)
        return told is None or self._clock.monotonic() - told.at >= self._settings.publish_every_s

    async def _tell_apis(self, changes: Mapping[str, Sequence[Untold]]) -> None:
        now = self._clock.now_ms()
        records = await self._trends([(c.api_name, c.hour_ms) for moved in changes.values() for c in moved], now)
        views = await self._views(list(changes), now)
        news = []
        for view in filter(self._is_news, views):
            news.append(snapshot_record(view, now, self._settings.apdex_ms))
            await asyncio.sleep(0)
        self._metrics.snapshots.inc(len(news))
        if records := records + news:
            await self._sink.append(records)
        await self._telling.told([c for moved in changes.values() for c in moved])
        for view in views:
            self._remember(view, now)
        for name in changes.keys() - {view.name for view in views}:
            self._told.pop(name, None)  # an API nobody knows any more is not due again and again
        if records:
            await self._make_sure(list(changes))

    def _is_news(self, view: ApiView) -> bool:
        told = self._told.get(view.name)
        return told is None or told.face != face(view)

    def _remember(self, view: ApiView, now: int) -> None:
        due = next_change_ms(view, now, ttl_ms=self._ttl_ms, active_ms=self._active_ms)
        if self._is_news(view):
            self._told[view.name] = Told(face(view), self._clock.monotonic(), due)
        else:
            self._told[view.name].due_ms = due

    async def _make_sure(self, names: Sequence[str]) -> None:
        """Whether our word was still ours to say when it was said."""
        lost = await self._share.lost_of({s: e for s, e in self._held.items() if s in {shard_of(n) for n in names}})
        if lost:
            await self._telling.tell_again([n for n in names if shard_of(n) in lost])

    async def _trends(self, moved: Iterable[tuple[str, int]], now: int) -> list[NewRecord]:
        places = sorted({(name, hour) for name, hour in moved if hour})
        found = await self._reading.trend_hours(places) if places else {}
        return [trend_record(name, found.get((name, hour), TrendHour(hour)), now) for name, hour in places]

    async def _views(self, told: Sequence[str], now: int) -> list[ApiView]:
        known = await self._reading.apis(told)
        names = [api.name for api in known]
        instances = await self._reading.instances(now - self._ttl_ms, names)
        minutes = minutes_by_endpoint(await self._reading.minutes(rate_since(now), names))
        counts = await self._days.of(names, now, self._way)
        return [
            view_of(
                api,
                instances.get(api.name, ()),
                counts[api.name],
                minutes.get(api.name, {}),
                now_ms=now,
                active_ms=self._active_ms,
            )
            for api in known
        ]

    async def _feed(self) -> None:
        rows = [r for r in await self._telling.feed(FEED_ROWS) if shard_of(r.api_name) in self._held]
        by_api: dict[str, list[FeedRow]] = {}
        for row in rows:
            by_api.setdefault(row.api_name, []).append(row)
        records, done = [], []
        for name, mine in by_api.items():
            if allowance := self._allowance(name):
                records.append(self._pick(name, mine, allowance))
                done += [r.seq for r in mine]
        if records:
            await self._sink.append(records)
            await self._telling.fed(done)

    def _pick(self, name: str, rows: Sequence[FeedRow], allowance: int) -> NewRecord:
        found: list[tuple[str, Request]] = [item for row in rows for item in row.items]
        picked = sorted(found, key=lambda item: item[1].urgency, reverse=True)[:allowance]
        dropped = sum(row.dropped for row in rows) + len(found) - len(picked)
        self._fed_at[name].extend([self._clock.monotonic()] * len(picked))
        self._metrics.fed.inc(len(picked))
        self._metrics.dropped.inc(dropped)
        return feed_record(name, sorted(picked, key=lambda item: item[1].at_ms), dropped)

    def _allowance(self, name: str) -> int:
        """How many more requests of this API the feed may hold in the second that ends now."""
        fed = self._fed_at.setdefault(name, deque())
        while fed and self._clock.monotonic() - fed[0] >= 1.0:
            fed.popleft()
        return self._settings.feed_per_s - len(fed)
