"""Series: the database adds up the counts of every step; the percentiles of a step are remembered.

A bucket only ever grows, so a step with as many requests as before has the percentiles it had before: its sketches are
read and merged once, and again when there are more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from millstream_kit.db import Database
from millstream_kit.sketch import Sketch
from sqlalchemy import BigInteger, ColumnElement, Select, Table, cast, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.model import ALL_APIS, HOUR_MS, MINUTE_MS, TEN_S_MS, TOTAL, Span, Step
from millstream_apis.tables import ENDPOINTS, HOURS, MINUTES, TENS

REMEMBERED = 50_000  # steps, of some 250 bytes
BUCKETS: Mapping[int, Table] = {TEN_S_MS: TENS, MINUTE_MS: MINUTES, HOUR_MS: HOURS}
SHARES = (0.5, 0.95, 0.99)
_E = ENDPOINTS.c
_NOTHING = (None, None, None)

_Percentiles = Sequence[float | None]


class _Known(NamedTuple):
    """Of how many requests these are the percentiles."""

    requests: int
    percentiles: _Percentiles


class SqlSeries:
    """Reads series."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._known: dict[tuple[int, int, int], _Known] = {}  # endpoint, step, its beginning; the longest unused first

    async def series(self, span: Span, name: str | None = None) -> Mapping[int, Step]:
        """Step to what happened in it, of one API or of all together; steps without requests are left out."""
        async with self._db.snapshot() as connection:
            total = (_E.api_name == (ALL_APIS if name is None else name), _E.method == TOTAL.method)
            endpoint_id = await connection.scalar(select(_E.id).where(*total, _E.path == TOTAL.path))
            if endpoint_id is None:
                return {}
            found = {row[0]: row[1:] for row in await connection.execute(_counts(endpoint_id, span))}
            known = {at_ms: self._known.pop((endpoint_id, span.step_ms, at_ms), None) for at_ms in found}
            grown = {at_ms for at_ms, k in known.items() if k is None or k.requests != sum(found[at_ms][:5])}
            read = await _percentiles(connection, endpoint_id, span, grown)
        steps = {}
        for at_ms, (*by_class, latency_ms) in found.items():
            before, requests = known[at_ms], sum(by_class)
            now = before if before and at_ms not in grown else _Known(requests, read.get(at_ms, _NOTHING))
            self._known[endpoint_id, span.step_ms, at_ms] = now
            steps[at_ms] = Step._make((*by_class, latency_ms / requests if requests else None, *now.percentiles))
        while len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return steps


def _counts(endpoint_id: int, span: Span) -> Select[Any]:
    table = _table(span)
    c = table.c
    # Said as it is, not as a parameter: the same expression is selected and grouped by.
    step = (c.at_ms - c.at_ms % literal_column(str(span.step_ms))).label("step")
    sums = (cast(func.sum(c[f"n_{n}xx"]), BigInteger) for n in range(1, 6))
    return select(step, *sums, func.sum(c.latency_sum_ms)).where(*_within(table, endpoint_id, span)).group_by(step)


async def _percentiles(
    connection: AsyncConnection, endpoint_id: int, span: Span, steps: set[int]
) -> Mapping[int, _Percentiles]:
    """The percentiles of these steps, from their sketches."""
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
    return {at_ms: sketch.quantiles(*SHARES) for at_ms, sketch in merged.items()}


def _table(span: Span) -> Table:
    return BUCKETS[max(step for step in BUCKETS if span.step_ms % step == 0)]


def _within(table: Table, endpoint_id: int, span: Span) -> tuple[ColumnElement[bool], ...]:
    return table.c.endpoint_id == endpoint_id, table.c.at_ms >= span.start_ms, table.c.at_ms < span.end_ms
