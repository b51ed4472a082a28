"""The last 24 hours of APIs that are read again and again, though most of a day stands still.

minutes up to a whole hour | whole hours | hours that still move
└ kept; minutes are taken away as they leave ┘ └ read ┘

What is kept holds as long as the API's odometer says so (`model.Odometer`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from millstream_apis.model import MINUTE_MS, Counts, EndpointKey, Recent, day_window, settled_before
from millstream_apis.store import DayStore, Endpoints
from millstream_apis.way import Way

# Endpoints, of some 2 KB. Past so many, what nobody asked for lately is let go; what is asked for every second stays, or it
# would be read every second.
KEPT = 20_000
IDLE_MS = 10 * MINUTE_MS
# APIs whose sketches are put together before others have a turn: of the newest hours, and of the day before them.
NEWEST_AT_ONCE = 10
PAST_AT_ONCE = 1


@dataclass(frozen=True, slots=True)
class _Past:
    """What an API did from the day's beginning to where its hours may still move; it is replaced, never changed."""

    start_ms: int
    settled_ms: int
    driven: int  # the odometer at its end
    counts: Endpoints


class _Now(NamedTuple):
    """What was read of an API just now, and its past, unless that must be read, too."""

    newest: Sequence[Endpoints]
    driven: int
    past: _Past | None


class Days:
    """Days of APIs, kept.

    Args:
        is_whole: of every endpoint and with the sketches of its latencies; else only TOTAL and no sketch.
    """

    def __init__(self, reading: DayStore, *, is_whole: bool) -> None:
        self._reading = reading
        self._is_whole = is_whole
        self._kept: dict[str, _Past] = {}  # the longest unused first

    async def of(self, names: Sequence[str], now_ms: int, way: Way | None = None) -> Mapping[str, Endpoints]:
        """What these APIs did in 24 hours.

        Args:
            way: given where a past must be read; None for those who go first.
        """
        start_ms, settled_ms = day_window(now_ms)[0], settled_before(now_ms)
        read: dict[str, _Now] = {}
        for since_ms, mine in self._by_since(names, start_ms, settled_ms).items():
            for some in self._few(list(mine), NEWEST_AT_ONCE):
                recents = await self._reading.recent(some, since_ms, is_whole=self._is_whole)
                read |= {name: _now(recents.get(name, Recent()), mine[name], settled_ms) for name in some}
        left = await self._left(read, start_ms)
        unread = [name for name, now in read.items() if now.past is None]
        pasts = await self._unread(unread, now_ms, settled_ms, way)
        found = {}
        for name, now in read.items():
            counts = pasts.get(name, {}) if now.past is None else _less(now.past.counts, left.get(name, {}))
            self._keep(name, _Past(start_ms, settled_ms, now.driven, counts))
            found[name] = _together(counts, *now.newest)
            if self._is_whole:
                await asyncio.sleep(0)
        self._let_go(start_ms - IDLE_MS)
        return found

    def _by_since(
        self, names: Sequence[str], start_ms: int, settled_ms: int
    ) -> Mapping[int, Mapping[str, _Past | None]]:
        """From when on these must be read, with what is kept of the time before."""
        found: dict[int, dict[str, _Past | None]] = {}
        for name in names:
            past = self._kept.get(name)
            if past is not None and past.start_ms <= start_ms <= past.settled_ms <= settled_ms:
                found.setdefault(past.settled_ms, {})[name] = past
            else:
                found.setdefault(settled_ms, {})[name] = None
        return found

    async def _left(self, read: Mapping[str, _Now], start_ms: int) -> Mapping[str, Endpoints]:
        """The minutes that have left the day since they were kept."""
        late: dict[int, list[str]] = {}
        for name, now in read.items():
            if now.past is not None and now.past.start_ms < start_ms:
                late.setdefault(now.past.start_ms, []).append(name)
        found: dict[str, Endpoints] = {}
        for begin_ms, mine in late.items():
            found |= await self._reading.minutes_between(mine, begin_ms, start_ms, is_whole=self._is_whole)
        return found

    async def _unread(
        self, names: Sequence[str], now_ms: int, settled_ms: int, way: Way | None
    ) -> Mapping[str, Endpoints]:
        found: dict[str, Endpoints] = {}
        for some in self._few(names, PAST_AT_ONCE):
            if way is not None:
                await way.give()
            found |= await self._reading.past(some, now_ms, settled_ms, is_whole=self._is_whole)
        return found

    def _few(self, names: Sequence[str], at_once: int) -> Iterator[Sequence[str]]:
        """A few at a time: to put thousands of sketches together would hold up everybody else."""
        step = at_once if self._is_whole else max(1, len(names))
        return (names[start : start + step] for start in range(0, len(names), step))

    def _keep(self, name: str, past: _Past) -> None:
        self._kept.pop(name, None)
        self._kept[name] = past

    def _let_go(self, before_ms: int) -> None:
        """Those whose day was last asked for when it began before then."""
        held = sum(len(past.counts) for past in self._kept.values())
        for name, past in list(self._kept.items()) if held > KEPT else ():
            if held <= KEPT or past.start_ms >= before_ms:
                return
            held -= len(past.counts)
            del self._kept[name]


def _now(recent: Recent, past: _Past | None, settled_ms: int) -> _Now:
    """What was read since the past's end; the past is brought up to where hours still move, if it holds."""
    newest = [endpoints for hour, endpoints in recent.hours.items() if hour >= settled_ms]
    closed = [endpoints for hour, endpoints in recent.hours.items() if hour < settled_ms]
    odometer = recent.odometer
    driven = odometer.at(settled_ms)
    if past is None or past.driven != odometer.at(past.settled_ms):
        return _Now(newest, driven, None)
    if closed:
        past = _Past(past.start_ms, settled_ms, driven, _together(past.counts, *closed))
    return _Now(newest, driven, past)


def _together(*parts: Endpoints) -> Endpoints:
    """All of them, leaving each as it is."""
    found: dict[EndpointKey, list[Counts]] = {}
    for part in parts:
        for key, counts in part.items():
            found.setdefault(key, []).append(counts)
    return {key: some[0] if len(some) == 1 else Counts.together(some) for key, some in found.items()}


def _less(counts: Endpoints, left: Endpoints) -> Endpoints:
    """Without the minutes that have left; endpoints nobody calls any more are gone."""
    rest = dict(counts)
    for key in left.keys() & counts.keys():
        rest[key] = counts[key].copy()
        rest[key].take_away(left[key])
        if not rest[key].requests:
            del rest[key]
    return rest
