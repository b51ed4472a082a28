"""What APIs did in a day, read from their buckets: whole, or added up by the database to what a list shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from millstream_kit.db import Database, Dialect
from millstream_kit.sketch import Sketch
from sqlalchemy import BigInteger, ColumnElement, Select, Table, and_, cast, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.dialect import among, listed_bytes
from millstream_apis.model import TOTAL, Counts, EndpointKey, Recent
from millstream_apis.parts import DayPart, past_parts
from millstream_apis.store import Endpoints
from millstream_apis.store_series import BUCKETS
from millstream_apis.tables import ENDPOINTS, HOURS, MINUTES, ODOMETERS

_E = ENDPOINTS.c
BY_CLASS = tuple(f"n_{c}xx" for c in range(1, 6))


class _Bucket(NamedTuple):
    api_name: str
    key: EndpointKey
    at_ms: int
    counts: Counts


class SqlDays:
    """See `store.DayStore`."""

    _db: Database

    async def recent(self, names: Sequence[str], since_ms: int, *, is_whole: bool) -> Mapping[str, Recent]:
        hours: dict[str, dict[int, dict[EndpointKey, Counts]]] = {name: {} for name in names}
        async with self._db.snapshot() as connection:
            driven = await ever_of(connection, self._db.dialect, names)
            for bucket in await self._buckets(connection, HOURS, names, since_ms, None, is_whole=is_whole):
                _add(hours[bucket.api_name].setdefault(bucket.at_ms, {}), bucket)
        return {name: Recent(driven.get(name, 0), mine) for name, mine in hours.items()}

    async def past(
        self, names: Sequence[str], now_ms: int, settled_ms: int, *, is_whole: bool
    ) -> Mapping[str, Endpoints]:
        found: dict[str, dict[EndpointKey, Counts]] = {name: {} for name in names}
        async with self._db.snapshot() as connection:
            for part in past_parts(now_ms, settled_ms):
                span = part.start_ms, part.end_ms
                for bucket in await self._buckets(connection, BUCKETS[part.step_ms], names, *span, is_whole=is_whole):
                    _put(found[bucket.api_name], bucket, part)
        return {name: {key: c for key, c in mine.items() if c.requests} for name, mine in found.items()}

    async def minutes_between(
        self, names: Sequence[str], start_ms: int, end_ms: int, *, is_whole: bool
    ) -> Mapping[str, Endpoints]:
        found: dict[str, dict[EndpointKey, Counts]] = {name: {} for name in names}
        async with self._db.connect() as connection:
            for bucket in await self._buckets(connection, MINUTES, names, start_ms, end_ms, is_whole=is_whole):
                _add(found[bucket.api_name], bucket)
        return found

    async def _buckets(
        self,
        connection: AsyncConnection,
        table: Table,
        names: Sequence[str],
        start_ms: int,
        end_ms: int | None,
        *,
        is_whole: bool,
    ) -> Iterator[_Bucket]:
        within = and_(table.c.at_ms >= start_ms, true() if end_ms is None else table.c.at_ms < end_ms)
        by_step = end_ms is None
        if is_whole:
            rows = await connection.execute(_wholes(self._db.dialect, table, names, within, by_step=by_step))
            return (
                _Bucket(
                    api,
                    EndpointKey(method, path),
                    at_ms,
                    Counts(by_class, sum_ms, last_ms, _together(sketches), taken, sent),
                )
                for api, method, path, at_ms, *by_class, sum_ms, last_ms, sketches, taken, sent in rows
            )
        rows = await connection.execute(totals_of(self._db.dialect, table, names, within, by_step=by_step))
        return (
            _Bucket(api, TOTAL, at_ms, Counts(by_class, sum_ms, last_ms))
            for api, at_ms, *by_class, sum_ms, last_ms in rows
        )


async def ever_of(connection: AsyncConnection, dialect: Dialect, names: Sequence[str]) -> Mapping[str, int]:
    """How many requests of each of these APIs were ever counted."""
    ever = (
        select(_E.api_name, func.sum(ODOMETERS.c.requests))
        .join_from(ODOMETERS, ENDPOINTS, _E.id == ODOMETERS.c.endpoint_id)
        .where(among(dialect, _E.api_name, names))
        .group_by(_E.api_name)
    )
    return {name: int(requests) for name, requests in await connection.execute(ever)}


def _together(sketches: str) -> Sketch:
    return Sketch.together(map(bytes.fromhex, sketches.split(" ")))


def counted_in(table: Table, *, by_step: bool = False) -> tuple[ColumnElement[Any], ...]:
    """What a group of buckets holds, but for their sketches and bytes; the first is where it begins."""
    c = table.c
    # PostgreSQL's sum is a numeric, which takes longer to read than to add up.
    sums = (cast(func.sum(c[n]), BigInteger).label(n) for n in BY_CLASS)
    step = c.at_ms if by_step else func.min(c.at_ms).label("at_ms")
    return step, *sums, func.sum(c.latency_sum_ms).label("sum_ms"), func.max(c.last_at_ms).label("last_ms")


def _wholes(
    dialect: Dialect, table: Table, names: Sequence[str], within: ColumnElement[bool], *, by_step: bool
) -> Select[Any]:
    """Of each endpoint of these APIs what it did, whichever partitions counted it; step by step, or all in one."""
    endpoint = (_E.api_name, _E.method, _E.path)
    c = table.c
    moved = func.sum(c.request_bytes), func.sum(c.response_bytes)
    return (
        select(*endpoint, *counted_in(table, by_step=by_step), listed_bytes(dialect, c.sketch), *moved)
        .join_from(table, ENDPOINTS, _E.id == table.c.endpoint_id)
        .where(among(dialect, _E.api_name, names), within)
        .group_by(*endpoint, *((table.c.at_ms,) if by_step else ()))
    )


def totals_of(
    dialect: Dialect, table: Table, names: Sequence[str], within: ColumnElement[bool], *, by_step: bool
) -> Select[Any]:
    """Of each of these APIs its totals, whichever partitions counted them; step by step, or all of them in one."""
    c = table.c
    by = (c.at_ms,) if by_step else ()
    counted = counted_in(table, by_step=by_step)
    wanted = (among(dialect, _E.api_name, names), _E.method == TOTAL.method, _E.path == TOTAL.path)
    if dialect == "postgresql":
        # By endpoint, or all endpoints of that time would be read to find the totals among them.
        mine = select(*counted).where(c.endpoint_id == _E.id, within).group_by(*by)
        of_one = mine.having(func.count() > 0).lateral()
        return select(_E.api_name, of_one).join_from(ENDPOINTS, of_one, true()).where(*wanted)
    of_all = select(_E.api_name, *counted).join_from(table, ENDPOINTS, _E.id == c.endpoint_id)
    return of_all.where(*wanted, within).group_by(_E.api_name, *by)


def _add(found: dict[EndpointKey, Counts], bucket: _Bucket) -> None:
    """To what was found; a bucket's counts are nobody else's yet."""
    if bucket.key in found:
        found[bucket.key].merge(bucket.counts)
    else:
        found[bucket.key] = bucket.counts


def _put(found: dict[EndpointKey, Counts], bucket: _Bucket, part: DayPart) -> None:
    if not part.is_gone:
        _add(found, bucket)
    elif bucket.key in found:
        found[bucket.key].take_away(bucket.counts)
