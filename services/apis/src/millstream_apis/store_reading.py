"""Reading what was counted."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeVar

from millstream_kit.sketch import Sketch
from sqlalchemy import Row, Select, Table, and_, exists, func, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.buckets import counts_of
from millstream_apis.model import (
    ALL_APIS,
    TOTAL,
    Counts,
    DayPart,
    EndpointKey,
    Instance,
    TrendHour,
    day_parts,
    day_window,
)
from millstream_apis.store import Api, Endpoints
from millstream_apis.store_counting import endpoint_key
from millstream_apis.store_log import SqlLog
from millstream_apis.store_series import BUCKETS, SqlSeries
from millstream_apis.tables import APIS, ENDPOINTS, HOURS, INSTANCES, MINUTES

K = TypeVar("K", bound=Hashable)
E = ENDPOINTS.c
_IS_TOTAL = and_(E.method == TOTAL.method, E.path == TOTAL.path)
_OF_EACH_API = and_(_IS_TOTAL, E.api_name != ALL_APIS)


class SqlReading(SqlSeries, SqlLog):
    """The counted, read back."""

    async def apis(self, names: Sequence[str] | None = None) -> list[Api]:
        query = select(APIS).where(_among(APIS.c.name, names)).order_by(APIS.c.name)
        async with self._db.connect() as connection:
            return [Api(r.name, r.first_seen_ms, r.docs_url) for r in await connection.execute(query)]

    async def instances(self, since_ms: int, names: Sequence[str] | None = None) -> Mapping[str, Sequence[Instance]]:
        i = INSTANCES.c
        query = (
            select(INSTANCES)
            .where(i.last_heartbeat_ms >= since_ms, _among(i.api_name, names))
            .order_by(i.api_name, i.started_at_ms, i.id)
        )
        found: dict[str, list[Instance]] = {}
        async with self._db.connect() as connection:
            for row in (await connection.execute(query)).mappings():
                values = {k: v for k, v in row.items() if k != "api_name"}
                instance = Instance(**values | {"endpoints": tuple(row["endpoints"])})
                found.setdefault(row["api_name"], []).append(instance)
        return found

    async def totals(self, now_ms: int) -> Mapping[str, Counts]:
        found: dict[str, Counts] = {}
        async with self._db.snapshot() as connection:
            for part in day_parts(now_ms):
                for row in (await connection.execute(self._sums(part))).mappings():
                    if row["last_at_ms"] is not None:
                        _put(found, row["api_name"], counts_of(row, sketch=False), part)
        return {name: counts for name, counts in found.items() if counts.requests}

    def _sums(self, part: DayPart) -> Select[Any]:
        table = BUCKETS[part.step_ms]
        c = table.c
        sums = (
            *(func.sum(c[f"n_{n}xx"]).label(f"n_{n}xx") for n in range(1, 6)),
            func.sum(c.latency_sum_ms).label("latency_sum_ms"),
            func.max(c.last_at_ms).label("last_at_ms"),
        )
        within = _within(table, part.start_ms, part.end_ms)
        if self._db.dialect == "postgresql":
            # By endpoint, or all endpoints of that time would be read to find the totals among them.
            of_one = select(*sums).where(c.endpoint_id == E.id, within).lateral()
            return select(E.api_name, of_one).join_from(ENDPOINTS, of_one, true()).where(_OF_EACH_API)
        of_all = select(E.api_name, *sums).join_from(table, ENDPOINTS, E.id == c.endpoint_id)
        return of_all.where(_OF_EACH_API, within).group_by(E.api_name)

    async def routes(self, now_ms: int) -> Mapping[str, set[EndpointKey]]:
        start, whole = day_window(now_ms)
        called = (
            exists().where(table.c.endpoint_id == E.id, _within(table, begin, end))
            for table, begin, end in ((HOURS, whole, None), (MINUTES, start, whole))
        )
        query = select(E.api_name, E.method, E.path).where(or_(*called))
        found: dict[str, set[EndpointKey]] = {}
        async with self._db.connect() as connection:
            for row in (await connection.execute(query)).mappings():
                found.setdefault(row["api_name"], set()).add(endpoint_key(row))
        return found

    async def endpoints(self, name: str, now_ms: int) -> Endpoints:
        found: dict[EndpointKey, Counts] = {}
        async with self._db.snapshot() as connection:
            for part in day_parts(now_ms):
                counted = await _counts(connection, BUCKETS[part.step_ms], [name], part.start_ms, part.end_ms)
                for key, counts in counted.get(name, {}).items():
                    _put(found, key, counts, part)
        return {key: counts for key, counts in found.items() if counts.requests}

    async def minutes_between(self, names: Sequence[str], start_ms: int, end_ms: int) -> Mapping[str, Endpoints]:
        async with self._db.connect() as connection:
            return await _counts(connection, MINUTES, names, start_ms, end_ms)

    async def hours(self, names: Sequence[str], start_ms: int, end_ms: int | None) -> Mapping[str, Endpoints]:
        async with self._db.connect() as connection:
            return await _counts(connection, HOURS, names, start_ms, end_ms)

    async def minutes(
        self, since_ms: int, names: Sequence[str] | None = None
    ) -> list[tuple[str, EndpointKey, int, int]]:
        c = MINUTES.c
        requests = func.sum(c.n_1xx + c.n_2xx + c.n_3xx + c.n_4xx + c.n_5xx).label("requests")
        query = (
            select(E.api_name, E.method, E.path, c.at_ms, requests)
            .join_from(MINUTES, ENDPOINTS, E.id == c.endpoint_id)
            .where(c.at_ms >= since_ms, _OF_EACH_API if names is None else E.api_name.in_(names))
            .group_by(E.api_name, E.method, E.path, c.at_ms)
        )
        async with self._db.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [(row["api_name"], endpoint_key(row), row["at_ms"], int(row["requests"])) for row in rows]

    async def trends(self, since_ms: int, name: str | None = None) -> Mapping[int, TrendHour]:
        query = _trends().where(HOURS.c.at_ms >= since_ms, E.api_name == (ALL_APIS if name is None else name))
        async with self._db.connect() as connection:
            return {row.at_ms: _trend(row) for row in await connection.execute(query)}

    async def trend_hours(self, places: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], TrendHour]:
        query = _trends(E.api_name).where(tuple_(E.api_name, HOURS.c.at_ms).in_(places))
        async with self._db.connect() as connection:
            return {(row.api_name, row.at_ms): _trend(row) for row in await connection.execute(query)}


async def _counts(
    connection: AsyncConnection, table: Table, names: Sequence[str], start_ms: int, end_ms: int | None
) -> Mapping[str, Endpoints]:
    if end_ms is not None and end_ms <= start_ms:
        return {}
    c = table.c
    counted = (*(c[f"n_{n}xx"] for n in range(1, 6)), c.latency_sum_ms, c.last_at_ms, c.sketch)
    query = (
        select(E.api_name, E.method, E.path, *counted)
        .join_from(table, ENDPOINTS, E.id == c.endpoint_id)
        .where(E.api_name.in_(names), _within(table, start_ms, end_ms))
    )
    found: dict[str, dict[EndpointKey, Counts]] = {}
    for name, method, path, *by_class, latency_ms, last_at_ms, sketch in await connection.execute(query):
        counts = Counts(by_class, latency_ms, last_at_ms, Sketch.from_bytes(sketch))
        of_api, key = found.setdefault(name, {}), EndpointKey(method, path)
        if key in of_api:
            of_api[key].merge(counts)
        else:
            of_api[key] = counts
    return found


def _put(found: dict[K, Counts], key: K, counts: Counts, part: DayPart) -> None:
    if not part.is_gone:
        found.setdefault(key, Counts()).merge(counts)
    elif key in found:
        found[key].take_away(counts)


def _among(column: Any, names: Sequence[str] | None) -> Any:
    return true() if names is None else column.in_(names)


def _trends(*by: Any) -> Select[Any]:
    c = HOURS.c
    return (
        select(*by, c.at_ms, *(func.sum(c[f"n_{n}xx"]).label(f"n_{n}xx") for n in range(2, 6)))
        .join_from(HOURS, ENDPOINTS, E.id == c.endpoint_id)
        .where(_IS_TOTAL)
        .group_by(*by, c.at_ms)
    )


def _trend(row: Row[Any]) -> TrendHour:
    return TrendHour(row.at_ms, int(row.n_2xx), int(row.n_3xx), int(row.n_4xx), int(row.n_5xx))


def _within(table: Table, start: int, end: int | None) -> Any:
    return and_(table.c.at_ms >= start, true() if end is None else table.c.at_ms < end)
