"""The last 24 hours of APIs that are read again every second, though most of a day stands still.

minutes up to a whole hour | whole hours | the open hour
└ kept; minutes are taken away as they leave ┘ └ read ┘
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from millstream_apis.model import Counts, EndpointKey, day_window, hour_of
from millstream_apis.store import Endpoints, ReadingStore

ENDPOINTS_KEPT = 20_000  # of some 2 KB


@dataclass(slots=True)
class _Past:
    """What an API did from the day's beginning to the open hour."""

    start_ms: int
    open_ms: int
    counts: dict[EndpointKey, Counts]


class Days:
    """Days of APIs. Who keeps one must be told of every request counted since in an hour that is over."""

    def __init__(self, reading: ReadingStore) -> None:
        self._reading = reading
        self._past: dict[str, _Past] = {}
        self._asked: frozenset[str] = frozenset()

    def moved(self, name: str, hours: Iterable[int]) -> None:
        """Requests of these hours were counted."""
        past = self._past.get(name)
        if past is not None and any(hour < past.open_ms for hour in hours):
            del self._past[name]

    def forget(self, is_gone: Callable[[str], bool]) -> None:
        """Read these anew when they are asked for."""
        self._past = {name: past for name, past in self._past.items() if not is_gone(name)}

    async def of(self, names: Sequence[str], now_ms: int) -> Mapping[str, Endpoints]:
        """What each endpoint of these APIs did in 24 hours."""
        self._asked = frozenset(names)
        await self._have(names, now_ms)
        newest = await self._reading.hours(names, hour_of(now_ms), None)
        return {name: _together(self._past[name].counts, newest.get(name, {})) for name in names}

    async def _have(self, names: Sequence[str], now_ms: int) -> None:
        start, whole = day_window(now_ms)
        open_ms = hour_of(now_ms)
        late: dict[int, list[str]] = {}
        unread = []
        for name in names:
            past = self._past.get(name)
            if past is None or past.open_ms != open_ms or past.start_ms > start:
                unread.append(name)
            elif past.start_ms < start:
                late.setdefault(past.start_ms, []).append(name)
        for begin, mine in late.items():
            left = await self._reading.minutes_between(mine, begin, start)
            for name in mine:
                self._take_away(self._past[name], left.get(name, {}), start)
        if unread:
            await self._read(unread, start, whole, open_ms)

    async def _read(self, names: Sequence[str], start: int, whole: int, open_ms: int) -> None:
        if sum(len(past.counts) for past in self._past.values()) > ENDPOINTS_KEPT:
            self._past = {name: past for name, past in self._past.items() if name in self._asked}
        minutes = await self._reading.minutes_between(names, start, whole)
        hours = await self._reading.hours(names, whole, open_ms)
        for name in names:
            counts = dict(_together(hours.get(name, {}), minutes.get(name, {})))
            self._past[name] = _Past(start, open_ms, counts)

    def _take_away(self, past: _Past, left: Endpoints, start: int) -> None:
        for key, counts in left.items():
            if key in past.counts:
                past.counts[key].take_away(counts)
                if not past.counts[key].requests:
                    del past.counts[key]
        past.start_ms = start


def _together(one: Endpoints, other: Endpoints) -> Endpoints:
    """Both, leaving them as they are."""
    whole = {**one, **other}
    for key in one.keys() & other.keys():
        counts = Counts()
        counts.merge(one[key])
        counts.merge(other[key])
        whole[key] = counts
    return whole
