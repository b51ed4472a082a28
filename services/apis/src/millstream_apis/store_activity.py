"""What a list shows of every API: its last hours by status class, the percentiles of their latency and their Apdex.

hours that stand still | hours that still move
└ kept, counts and one sketch ┘ └ counts read; their sketches when there are more requests ┘

What is kept holds as long as the API's odometer says so (`model.Odometer`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from millstream_kit.db import Database
from millstream_kit.sketch import Sketch
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.dialect import among
from millstream_apis.model import TOTAL, Activity, Latency
from millstream_apis.store_days import ever_of, totals_of
from millstream_apis.tables import APIS, ENDPOINTS, HOURS

MERGED_AT_ONCE = 10  # APIs, before others have a turn

_Hours = Mapping[int, Sequence[int]]  # by status class
_NO_HOURS: _Hours = {}


class _Known(NamedTuple):
    """What was read of an API: hours that stand still, and what those that move held then."""

    span: tuple[int, int]  # of the hours that stand still
    driven: int  # the odometer at their end
    hours: _Hours
    sketch: Sketch  # never changed
    newest: _Hours
    latency: Latency


class Activities:
    """Hours of every API, kept."""

    def __init__(self, database: Database, apdex_ms: int) -> None:
        self._db = database
        self._apdex_ms = apdex_ms
        self._known: dict[str, _Known] = {}

    async def between(self, since_ms: int, settled_ms: int) -> Mapping[str, Activity]:
        """See `store.ReadingStore`."""
        span = since_ms, settled_ms
        async with self._db.snapshot() as connection:
            names = (await connection.scalars(select(APIS.c.name))).all()
            ever = await ever_of(connection, self._db.dialect, names)
            newest = await self._hours(connection, names, settled_ms, None)
            moving = {name: sum(map(sum, hours.values())) for name, hours in newest.items()}
            driven = {name: requests - moving.get(name, 0) for name, requests in ever.items()}
            holding = {n: k for n in ever if (k := self._known.get(n)) and k.span == span and k.driven == driven[n]}
            unread = [name for name in ever if name not in holding]
            grown = [n for n in ever if n not in holding or holding[n].newest != newest.get(n, _NO_HOURS)]
            hours = await self._hours(connection, unread, *span)
            old = await self._sketches(connection, unread, *span)
            new = await self._sketches(connection, grown, settled_ms, None)
        for place, name in enumerate(grown):
            if place % MERGED_AT_ONCE == 0:
                await asyncio.sleep(0)
            past = holding.get(name)
            sketch = past.sketch if past else Sketch.together(old.get(name, ()))
            still = past.hours if past else hours.get(name, _NO_HOURS)
            moved = newest.get(name, _NO_HOURS)
            by_class = [sum(some) for some in zip(*still.values(), *moved.values(), strict=True)]
            latency = Latency.of(_together(sketch, new.get(name, ())), by_class, self._apdex_ms)
            holding[name] = _Known(span, driven[name], still, sketch, moved, latency)
        self._known = holding
        whole = {name: Activity({**known.hours, **known.newest}, known.latency) for name, known in holding.items()}
        return {name: activity for name, activity in whole.items() if activity.hours}

    async def _hours(
        self, connection: AsyncConnection, names: Sequence[str], from_ms: int, to_ms: int | None
    ) -> Mapping[str, _Hours]:
        found: dict[str, dict[int, Sequence[int]]] = {}
        if not names:
            return found
        query = totals_of(self._db.dialect, HOURS, names, _within(from_ms, to_ms), by_step=True)
        for name, at_ms, *by_class, _, _ in await connection.execute(query):
            found.setdefault(name, {})[at_ms] = by_class
        return found

    async def _sketches(
        self, connection: AsyncConnection, names: Sequence[str], from_ms: int, to_ms: int | None
    ) -> Mapping[str, Sequence[bytes]]:
        found: dict[str, list[bytes]] = {}
        if not names:
            return found
        is_total = ENDPOINTS.c.method == TOTAL.method, ENDPOINTS.c.path == TOTAL.path
        of_each = select(ENDPOINTS.c.api_name, HOURS.c.sketch).join_from(HOURS, ENDPOINTS)
        mine = among(self._db.dialect, ENDPOINTS.c.api_name, names)
        for name, sketch in await connection.execute(of_each.where(*is_total, mine, _within(from_ms, to_ms))):
            found.setdefault(name, []).append(sketch)
        return found


def _within(from_ms: int, to_ms: int | None) -> ColumnElement[bool]:
    after = HOURS.c.at_ms >= from_ms
    return after if to_ms is None else and_(after, HOURS.c.at_ms < to_ms)


def _together(still: Sketch, newest: Iterable[bytes]) -> Sketch:
    whole = still.copy()
    for sketch in newest:
        whole.merge(Sketch.from_bytes(sketch))
    return whole
