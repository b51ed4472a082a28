"""Reading what was counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from millstream_kit.db import Database
from millstream_kit.usual import Share
from sqlalchemy import BigInteger, Column, ColumnElement, Row, Select, and_, cast, func, select, true, tuple_

from millstream_apis.dialect import among
from millstream_apis.model import ALL_APIS, APDEX_MS, TOTAL, Activity, Counts, EndpointKey, Instance, TrendHour
from millstream_apis.parts import DayPart
from millstream_apis.store import Api
from millstream_apis.store_activity import Activities
from millstream_apis.store_consumers import SqlConsumers
from millstream_apis.store_days import BY_CLASS, SqlDays
from millstream_apis.store_log import SqlLog
from millstream_apis.store_ranges import Ranges
from millstream_apis.store_routes import Routes
from millstream_apis.store_series import SqlSeries
from millstream_apis.tables import APIS, ENDPOINTS, HOURS, INSTANCES, MINUTES

E = ENDPOINTS.c
_IS_TOTAL = and_(E.method == TOTAL.method, E.path == TOTAL.path)
_OF_EACH_API = and_(_IS_TOTAL, E.api_name != ALL_APIS)


class SqlReading(SqlDays, SqlSeries, SqlConsumers, SqlLog):
    """The counted, read back."""

    def __init__(self, database: Database, *, apdex_ms: int = APDEX_MS) -> None:
        super().__init__(database, apdex_ms)
        self._routes = Routes(database)
        self._ranges = Ranges(database)
        self._activities = Activities(database, apdex_ms)

    async def apis(self, names: Sequence[str] | None = None) -> list[Api]:
        query = select(APIS).where(self._among(APIS.c.name, names)).order_by(APIS.c.name)
        async with self._db.connect() as connection:
            return [Api(r.name, r.first_seen_ms, r.docs_url) for r in await connection.execute(query)]

    async def instances(self, since_ms: int, names: Sequence[str] | None = None) -> Mapping[str, Sequence[Instance]]:
        i = INSTANCES.c
        query = (
            select(INSTANCES)
            .where(i.last_heartbeat_ms >= since_ms, self._among(i.api_name, names))
            .order_by(i.api_name, i.started_at_ms, i.id)
        )
        found: dict[str, list[Instance]] = {}
        async with self._db.connect() as connection:
            for row in (await connection.execute(query)).mappings():
                values = {k: v for k, v in row.items() if k != "api_name"}
                instance = Instance(**values | {"endpoints": tuple(row["endpoints"])})
                found.setdefault(row["api_name"], []).append(instance)
        return found

    async def routes(self, since_ms: int) -> Mapping[str, AbstractSet[EndpointKey]]:
        return await self._routes.called_since(since_ms)

    async def endpoints(self, name: str, parts: Sequence[DayPart], settled_ms: int) -> Mapping[EndpointKey, Counts]:
        return await self._ranges.endpoints(name, parts, settled_ms)

    async def totals(self, parts: Sequence[DayPart], settled_ms: int) -> Mapping[str, Counts]:
        return await self._ranges.totals(parts, settled_ms)

    async def faults(self, parts: Sequence[DayPart]) -> Mapping[str, Share]:
        return await self._ranges.faults(parts)

    async def minutes(
        self, since_ms: int, names: Sequence[str] | None = None
    ) -> list[tuple[str, EndpointKey, int, int]]:
        c = MINUTES.c
        requests = cast(func.sum(c.n_1xx + c.n_2xx + c.n_3xx + c.n_4xx + c.n_5xx), BigInteger)
        query = (
            select(E.api_name, E.method, E.path, c.at_ms, requests)
            .join_from(MINUTES, ENDPOINTS, E.id == c.endpoint_id)
            .where(c.at_ms >= since_ms, _OF_EACH_API if names is None else E.api_name.in_(names))
            .group_by(E.api_name, E.method, E.path, c.at_ms)
        )
        async with self._db.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [(api, EndpointKey(method, path), at_ms, requests) for api, method, path, at_ms, requests in rows]

    async def activity(self, since_ms: int, settled_ms: int) -> Mapping[str, Activity]:
        return await self._activities.between(since_ms, settled_ms)

    async def endpoint_hours(self, name: str, since_ms: int) -> Mapping[EndpointKey, Mapping[int, Sequence[int]]]:
        c = HOURS.c
        query = (
            select(E.method, E.path, c.at_ms, *(cast(func.sum(c[n]), BigInteger) for n in BY_CLASS))
            .join_from(HOURS, ENDPOINTS, E.id == c.endpoint_id)
            .where(E.api_name == name, c.at_ms >= since_ms)
            .group_by(E.method, E.path, c.at_ms)
        )
        found: dict[EndpointKey, dict[int, Sequence[int]]] = {}
        async with self._db.connect() as connection:
            for method, path, at_ms, *by_class in await connection.execute(query):
                found.setdefault(EndpointKey(method, path), {})[at_ms] = by_class
        return found

    async def trends(self, since_ms: int, name: str | None = None) -> Mapping[int, TrendHour]:
        query = _trends().where(HOURS.c.at_ms >= since_ms, E.api_name == (ALL_APIS if name is None else name))
        async with self._db.connect() as connection:
            return {row.at_ms: _trend(row) for row in await connection.execute(query)}

    async def trend_hours(self, places: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], TrendHour]:
        query = _trends(E.api_name).where(tuple_(E.api_name, HOURS.c.at_ms).in_(places))
        async with self._db.connect() as connection:
            return {(row.api_name, row.at_ms): _trend(row) for row in await connection.execute(query)}

    def _among(self, column: Column[str], names: Sequence[str] | None) -> ColumnElement[bool]:
        return true() if names is None else among(self._db.dialect, column, names)


def _trends(*by: Any) -> Select[Any]:
    c = HOURS.c
    sums = (func.sum(c[n]).label(n) for n in (*BY_CLASS, "latency_sum_ms"))
    return (
        select(*by, c.at_ms, *sums)
        .join_from(HOURS, ENDPOINTS, E.id == c.endpoint_id)
        .where(_IS_TOTAL)
        .group_by(*by, c.at_ms)
    )


def _trend(row: Row[Any]) -> TrendHour:
    n_1xx, n_2xx, n_3xx, n_4xx, n_5xx = (int(getattr(row, n)) for n in BY_CLASS)
    requests = n_1xx + n_2xx + n_3xx + n_4xx + n_5xx
    return TrendHour(row.at_ms, n_2xx, n_3xx, n_4xx, n_5xx, requests, row.latency_sum_ms)
