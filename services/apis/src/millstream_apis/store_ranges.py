"""What endpoints, or APIs, did between two instants, from as few buckets as there are.

minutes up to a whole hour | hours that stand still, in pieces that are kept | hours that may still move | minutes

A piece holds as long as the odometer says so (`model.Odometer`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from millstream_kit.db import Database
from millstream_kit.sketch import Sketch
from millstream_kit.usual import Share
from sqlalchemy import BigInteger, ColumnElement, Select, Table, cast, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.dialect import listed_bytes
from millstream_apis.model import ALL_APIS, CLASSES, DAY_MS, HOUR_MS, TOTAL, Counts, EndpointKey
from millstream_apis.parts import DayPart
from millstream_apis.store_days import BY_CLASS, counted_in
from millstream_apis.store_series import BUCKETS, odometer_of
from millstream_apis.tables import ENDPOINTS

PIECES_MS = (DAY_MS, 6 * HOUR_MS)
REMEMBERED = 20_000  # rows of pieces, of some 700 bytes
MERGED_AT_ONCE = 50  # rows, before others have a turn

_E = ENDPOINTS.c
_TOTALS = (_E.method == TOTAL.method) & (_E.path == TOTAL.path) & (_E.api_name != ALL_APIS)
_Key = tuple[str, EndpointKey]  # API name, endpoint


class _Row(NamedTuple):
    """What one endpoint did in some buckets, its latencies not put together yet."""

    by_class: Sequence[int]
    latency_sum_ms: float
    last_at_ms: int
    request_bytes: float
    response_bytes: float
    sketches: Sequence[bytes]


_Rows = Mapping[_Key, _Row]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Hours that stand still."""

    driven: int  # the odometer at their end
    rows: _Rows


class Ranges:
    """Reads ranges; what stands still of them is remembered."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._kept: dict[tuple[str, int, int], _Piece] = {}  # whose, from, to; the longest unused first

    async def endpoints(self, name: str, parts: Sequence[DayPart], settled_ms: int) -> Mapping[EndpointKey, Counts]:
        """See `store.RangeStore`."""
        found = await self._between(name, _E.api_name == name, parts, settled_ms)
        return {endpoint: counts for (_, endpoint), counts in found.items()}

    async def totals(self, parts: Sequence[DayPart], settled_ms: int) -> Mapping[str, Counts]:
        """See `store.RangeStore`."""
        found = await self._between(ALL_APIS, _TOTALS, parts, settled_ms)
        return {name: counts for (name, _), counts in found.items()}

    async def faults(self, parts: Sequence[DayPart]) -> Mapping[str, Share]:
        """See `store.RangeStore`."""
        found: dict[str, Share] = {}
        async with self._db.snapshot() as connection:
            for part in parts:
                for api, of, wrong in await connection.execute(_faults(BUCKETS[part.step_ms], part)):
                    known, sign = found.get(api, Share(0, 0)), -1 if part.is_gone else 1
                    found[api] = Share(known.of + sign * of, known.wrong + sign * wrong)
        return {api: share for api, share in found.items() if share.of > 0}

    async def _between(
        self, scope: str, wanted: ColumnElement[bool], parts: Sequence[DayPart], settled_ms: int
    ) -> Mapping[_Key, Counts]:
        there, gone = list[_Rows](), list[_Rows]()
        async with self._db.snapshot() as connection:
            for part in parts:
                if part.step_ms == HOUR_MS:
                    there += await self._hours(connection, scope, wanted, part, settled_ms)
                else:
                    rows = await self._read(connection, wanted, part.step_ms, part.start_ms, part.end_ms)
                    (gone if part.is_gone else there).append(rows)
        return await _together(there, gone)

    async def _hours(
        self, connection: AsyncConnection, scope: str, wanted: ColumnElement[bool], part: DayPart, settled_ms: int
    ) -> Sequence[_Rows]:
        still, moving = pieces_of(part.start_ms, part.end_ms, settled_ms)
        found = [await self._read(connection, wanted, HOUR_MS, *span) for span in moving]
        if not still:
            return found
        of_scope = select(_E.id).where(_E.api_name == scope, _E.method == TOTAL.method, _E.path == TOTAL.path)
        number = await connection.scalar(of_scope)
        if number is None:
            return found
        odometer = await odometer_of(connection, number, still[0][1])
        for start_ms, end_ms in still:
            place, driven = (scope, start_ms, end_ms), odometer.at(end_ms)
            piece = self._kept.pop(place, None)
            if piece is None or piece.driven != driven:
                piece = _Piece(driven, _packed(await self._read(connection, wanted, HOUR_MS, start_ms, end_ms)))
            self._kept[place] = piece
            found.append(piece.rows)
        self._let_go()
        return found

    async def _read(
        self, connection: AsyncConnection, wanted: ColumnElement[bool], step_ms: int, start_ms: int, end_ms: int
    ) -> _Rows:
        at = BUCKETS[step_ms].c.at_ms
        query = self._query(BUCKETS[step_ms], wanted, (at >= start_ms) & (at < end_ms))
        return {
            (api, EndpointKey(method, path)): _Row(
                by_class, sum_ms, last_ms, taken, sent, [bytes.fromhex(one) for one in sketches.split(" ")]
            )
            for api, method, path, _, *by_class, sum_ms, last_ms, sketches, taken, sent in await connection.execute(
                query
            )
        }

    def _query(self, table: Table, wanted: ColumnElement[bool], within: ColumnElement[bool]) -> Select[Any]:
        c = table.c
        endpoint = (_E.api_name, _E.method, _E.path)
        moved = func.sum(c.request_bytes), func.sum(c.response_bytes)
        counted = (*counted_in(table), listed_bytes(self._db.dialect, c.sketch).label("sketches"))
        if self._db.dialect == "postgresql":
            # By endpoint, or those of all APIs of that time would be read to find these among them.
            sums = (moved[0].label("taken"), moved[1].label("sent"))
            mine = select(*counted, *sums).where(c.endpoint_id == _E.id, within).having(func.count() > 0).lateral()
            return select(*endpoint, mine).join_from(ENDPOINTS, mine, true()).where(wanted)
        of_all = select(*endpoint, *counted, *moved).join_from(table, ENDPOINTS, _E.id == c.endpoint_id)
        return of_all.where(wanted, within).group_by(_E.id)

    def _let_go(self) -> None:
        held = sum(len(piece.rows) for piece in self._kept.values())
        while held > REMEMBERED:
            held -= len(self._kept.pop(next(iter(self._kept))).rows)


def _faults(table: Table, part: DayPart) -> Select[Any]:
    """Of each API how many requests, and how many server errors; counts alone are a tenth of what sketches are."""
    c = table.c
    of, wrong = (cast(func.sum(some), BigInteger) for some in (sum(c[name] for name in BY_CLASS), c.n_5xx))
    mine = select(_E.api_name, of, wrong).join_from(table, ENDPOINTS, _E.id == c.endpoint_id)
    return mine.where(_TOTALS, c.at_ms >= part.start_ms, c.at_ms < part.end_ms).group_by(_E.api_name)


def pieces_of(start_ms: int, end_ms: int, settled_ms: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Whole hours as pieces to be kept, all before they may still move, and as what lies between them."""
    still, others = list[tuple[int, int]](), list[tuple[int, int]]()
    at, until = start_ms, min(end_ms, settled_ms)
    while at < end_ms:
        long = next((ms for ms in PIECES_MS if at % ms == 0 and at + ms <= until), None)
        if long is not None:
            still.append((at, at + long))
        elif others and others[-1][1] == at:
            others[-1] = (others[-1][0], at + HOUR_MS)
        else:
            others.append((at, at + HOUR_MS))
        at += long or HOUR_MS
    return still, others


def _packed(rows: _Rows) -> _Rows:
    return {key: row._replace(sketches=[Sketch.together(row.sketches).to_bytes()]) for key, row in rows.items()}


async def _together(there: Sequence[_Rows], gone: Sequence[_Rows]) -> Mapping[_Key, Counts]:
    """Endpoints that were called, with what they did."""
    found: dict[_Key, Counts] = {}
    for place, key in enumerate(dict.fromkeys(chain.from_iterable(there))):
        if place % MERGED_AT_ONCE == 0:
            await asyncio.sleep(0)
        counts = _counts(rows[key] for rows in there if key in rows)
        for rows in gone:
            if key in rows:
                counts.take_away(_counts([rows[key]]))
        if counts.requests:
            found[key] = counts
    return found


def _counts(rows: Iterable[_Row]) -> Counts:
    mine = list(rows)
    if not mine:
        return Counts()
    by_class, sum_ms, last_ms, taken, sent, sketches = zip(*mine, strict=True)
    classes = [sum(one[n] for one in by_class) for n in range(CLASSES)]
    sketch = Sketch.together(chain.from_iterable(sketches))
    return Counts(classes, sum(sum_ms), max(last_ms), sketch, sum(taken), sum(sent))
