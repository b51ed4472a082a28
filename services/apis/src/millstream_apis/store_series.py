"""Series: the database adds up the counts of every step; what a step held is remembered.

Steps before the hours that still move are read once: they hold as long as the odometer says so (`model.Odometer`). The
latency of any step holds while it has as many requests as before, as a bucket only ever grows: its sketches are read and
merged once, and again when there are more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from millstream_kit.db import Database
from millstream_kit.sketch import Sketch
from sqlalchemy import BigInteger, ColumnElement, Select, Table, cast, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.model import (
    ALL_APIS,
    HOUR_MS,
    MINUTE_MS,
    TEN_S_MS,
    TOTAL,
    EndpointKey,
    Latency,
    Odometer,
    Span,
    Step,
    hour_of,
)
from millstream_apis.tables import ENDPOINTS, HOURS, MINUTES, ODOMETERS, TENS

REMEMBERED = 50_000  # steps, of some 250 bytes
STEPS_OF_ONE = 4_000  # of one series; an answer has at most 1,500
BUCKETS: Mapping[int, Table] = {TEN_S_MS: TENS, MINUTE_MS: MINUTES, HOUR_MS: HOURS}
_E = ENDPOINTS.c


@dataclass(frozen=True, slots=True)
class _Kept:
    """Every step of an endpoint from one instant to another, a whole hour, and some that are newer."""

    from_ms: int
    to_ms: int
    driven: int  # the odometer at `to_ms`
    steps: Mapping[int, Step]

    def covers(self, span: Span) -> bool:
        return self.from_ms <= span.start_ms <= self.to_ms


_NOTHING_KEPT = _Kept(0, 0, -1, {})


class SqlSeries:
    """Reads series."""

    def __init__(self, database: Database, apdex_ms: int) -> None:
        self._db = database
        self._apdex_ms = apdex_ms
        self._kept: dict[tuple[int, int], _Kept] = {}  # endpoint, step; the longest unused first

    async def series(self, span: Span, name: str | None, settled_ms: int) -> Mapping[int, Step]:
        """See `store.SeriesStore`."""
        async with self._db.snapshot() as connection:
            endpoint_id = await connection.scalar(select(_E.id).where(*_is(name, TOTAL)))
            if endpoint_id is None:
                return {}
            kept = self._kept.get((endpoint_id, span.step_ms), _NOTHING_KEPT)
            to_ms = min(settled_ms, hour_of(span.end_ms))
            odometer = await odometer_of(connection, endpoint_id, min(kept.to_ms or to_ms, to_ms))
            holds = kept.covers(span) and odometer.at(kept.to_ms) == kept.driven
            unread = Span(kept.to_ms if holds else span.start_ms, span.end_ms, span.step_ms)
            read = await _read(connection, endpoint_id, unread, kept.steps, self._apdex_ms)
        steps = {**kept.steps, **read} if holds else read
        end_ms = max(kept.to_ms, to_ms) if holds else to_ms
        from_ms = kept.from_ms if holds and len(steps) < STEPS_OF_ONE else span.start_ms
        self._keep((endpoint_id, span.step_ms), _Kept(from_ms, end_ms, odometer.at(end_ms), steps))
        return steps

    async def latencies(self, span: Span, name: str | None, endpoint: EndpointKey = TOTAL) -> Sketch:
        """See `store.LatencyStore`."""
        table = _table(span)
        within = table.c.at_ms >= span.start_ms, table.c.at_ms < span.end_ms
        of_it = select(table.c.sketch).join_from(table, ENDPOINTS).where(*_is(name, endpoint), *within)
        async with self._db.connect() as connection:
            return Sketch.together((await connection.scalars(of_it)).all())

    async def latency_steps(self, span: Span, name: str | None, endpoint: EndpointKey = TOTAL) -> Mapping[int, Sketch]:
        """See `store.LatencyStore`."""
        table = _table(span)
        within = table.c.at_ms >= span.start_ms, table.c.at_ms < span.end_ms
        of_it = select(table.c.at_ms, table.c.sketch).join_from(table, ENDPOINTS).where(*_is(name, endpoint), *within)
        steps: dict[int, list[bytes]] = {}
        async with self._db.connect() as connection:
            for at_ms, sketch in await connection.execute(of_it):
                steps.setdefault(at_ms - at_ms % span.step_ms, []).append(sketch)
        return {at_ms: Sketch.together(sketches) for at_ms, sketches in steps.items()}

    def _keep(self, key: tuple[int, int], kept: _Kept) -> None:
        if len(kept.steps) >= STEPS_OF_ONE:
            kept = replace(kept, steps={at_ms: step for at_ms, step in kept.steps.items() if at_ms >= kept.from_ms})
        self._kept.pop(key, None)
        self._kept[key] = kept
        held = sum(len(one.steps) for one in self._kept.values())
        while held > REMEMBERED:
            held -= len(self._kept.pop(next(iter(self._kept))).steps)


def _is(name: str | None, endpoint: EndpointKey) -> tuple[ColumnElement[bool], ...]:
    api_name = ALL_APIS if name is None else name
    return _E.api_name == api_name, _E.method == endpoint.method, _E.path == endpoint.path


async def odometer_of(connection: AsyncConnection, endpoint_id: int, since_ms: int) -> Odometer:
    """Of an API's TOTAL, with its hours since then."""
    o, h = ODOMETERS.c, HOURS.c
    ever = await connection.scalar(select(func.sum(o.requests)).where(o.endpoint_id == endpoint_id))
    requests = func.sum(h.n_1xx + h.n_2xx + h.n_3xx + h.n_4xx + h.n_5xx)
    newest = select(h.at_ms, requests).where(h.endpoint_id == endpoint_id, h.at_ms >= since_ms).group_by(h.at_ms)
    return Odometer(int(ever or 0), {at_ms: int(n) for at_ms, n in await connection.execute(newest)})


async def _read(
    connection: AsyncConnection, endpoint_id: int, span: Span, known: Mapping[int, Step], apdex_ms: int
) -> dict[int, Step]:
    """Steps as the database has them, with the latency that is known of as many requests."""
    if span.start_ms >= span.end_ms:
        return {}
    found = {row[0]: row[1:] for row in await connection.execute(_counts(endpoint_id, span))}
    grown = {at_ms for at_ms, row in found.items() if at_ms not in known or known[at_ms].requests != sum(row[:5])}
    sketches = await _sketches(connection, endpoint_id, span, grown)
    steps = {}
    for at_ms, (*by_class, latency_ms) in found.items():
        requests = sum(by_class)
        if at_ms in grown:
            of_it = Latency.of(sketches.get(at_ms, Sketch()), by_class, apdex_ms)
        else:
            of_it = known[at_ms].latency
        steps[at_ms] = Step._make((*by_class, latency_ms / requests if requests else None, *of_it))
    return steps


def _counts(endpoint_id: int, span: Span) -> Select[Any]:
    table = _table(span)
    c = table.c
    # Said as it is, not as a parameter: the same expression is selected and grouped by.
    step = (c.at_ms - c.at_ms % literal_column(str(span.step_ms))).label("step")
    sums = (cast(func.sum(c[f"n_{n}xx"]), BigInteger) for n in range(1, 6))
    return select(step, *sums, func.sum(c.latency_sum_ms)).where(*_within(table, endpoint_id, span)).group_by(step)


async def _sketches(connection: AsyncConnection, endpoint_id: int, span: Span, steps: set[int]) -> Mapping[int, Sketch]:
    """How long the requests of these steps took."""
    if not steps:
        return {}
    touched = Span(min(steps), max(steps) + span.step_ms, span.step_ms)
    table = _table(span)
    merged: dict[int, Sketch] = {}
    query = select(table.c.at_ms, table.c.sketch).where(*_within(table, endpoint_id, touched))
    for at_ms, sketch in await connection.execute(query):
        at_step = at_ms - at_ms % span.step_ms
        if at_step in merged:
            merged[at_step].merge(Sketch.from_bytes(sketch))
        elif at_step in steps:
            merged[at_step] = Sketch.from_bytes(sketch)
    return merged


def _table(span: Span) -> Table:
    return BUCKETS[max(step for step in BUCKETS if span.step_ms % step == 0)]


def _within(table: Table, endpoint_id: int, span: Span) -> tuple[ColumnElement[bool], ...]:
    return table.c.endpoint_id == endpoint_id, table.c.at_ms >= span.start_ms, table.c.at_ms < span.end_ms
