"""Reading what was counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from millstream_kit.db import Database
from sqlalchemy import Select, Table, and_, func, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.buckets import counts_of
from millstream_apis.model import (
    ALL_APIS,
    HOUR_MS,
    MINUTE_MS,
    TEN_S_MS,
    TOTAL,
    Counts,
    EndpointKey,
    Instance,
    Request,
    Span,
    TrendHour,
    day_window,
)
from millstream_apis.store import Api, LoggedRequest, RequestFilter
from millstream_apis.store_counting import endpoint_key
from millstream_apis.tables import APIS, ENDPOINTS, HOURS, INSTANCES, MINUTES, REQUESTS, TENS

E = ENDPOINTS.c
R = REQUESTS.c
_IS_TOTAL = and_(E.method == TOTAL.method, E.path == TOTAL.path)
_OF_EACH_API = and_(_IS_TOTAL, E.api_name != ALL_APIS)
_BUCKETS = {TEN_S_MS: TENS, MINUTE_MS: MINUTES, HOUR_MS: HOURS}


class SqlReading:
    """The counted, read back."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def apis(self, name: str | None = None) -> list[Api]:
        query = select(APIS).where(true() if name is None else APIS.c.name == name).order_by(APIS.c.name)
        async with self._db.connect() as connection:
            return [Api(r.name, r.first_seen_ms, r.docs_url) for r in await connection.execute(query)]

    async def instances(self, since_ms: int, name: str | None = None) -> Mapping[str, Sequence[Instance]]:
        i = INSTANCES.c
        query = (
            select(INSTANCES)
            .where(i.last_heartbeat_ms >= since_ms, true() if name is None else i.api_name == name)
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
        async with self._db.connect() as connection:
            for table, start, end in _spans(now_ms):
                c = table.c
                query = (
                    select(
                        E.api_name,
                        *(func.sum(c[f"n_{n}xx"]).label(f"n_{n}xx") for n in range(1, 6)),
                        func.sum(c.latency_sum_ms).label("latency_sum_ms"),
                        func.max(c.last_at_ms).label("last_at_ms"),
                    )
                    .join_from(table, ENDPOINTS, E.id == c.endpoint_id)
                    .where(_OF_EACH_API, _within(table, start, end))
                    .group_by(E.api_name)
                )
                for row in (await connection.execute(query)).mappings():
                    found.setdefault(row["api_name"], Counts()).merge(counts_of(row, sketch=False))
        return found

    async def routes(self, now_ms: int) -> Mapping[str, set[EndpointKey]]:
        found: dict[str, set[EndpointKey]] = {}
        async with self._db.connect() as connection:
            for table, start, end in _spans(now_ms):
                called = select(table.c.endpoint_id).where(_within(table, start, end)).distinct()
                query = select(E.api_name, E.method, E.path).where(E.id.in_(called))
                for row in (await connection.execute(query)).mappings():
                    found.setdefault(row["api_name"], set()).add(endpoint_key(row))
        return found

    async def endpoints(self, name: str, now_ms: int) -> Mapping[EndpointKey, Counts]:
        found: dict[EndpointKey, Counts] = {}
        async with self._db.connect() as connection:
            for table, start, end in _spans(now_ms):
                query = (
                    select(E.method, E.path, table)
                    .join_from(table, ENDPOINTS, E.id == table.c.endpoint_id)
                    .where(E.api_name == name, _within(table, start, end))
                )
                for row in (await connection.execute(query)).mappings():
                    found.setdefault(endpoint_key(row), Counts()).merge(counts_of(row))
        return found

    async def minutes(self, since_ms: int, name: str | None = None) -> list[tuple[str, EndpointKey, int, int]]:
        c = MINUTES.c
        requests = func.sum(c.n_1xx + c.n_2xx + c.n_3xx + c.n_4xx + c.n_5xx).label("requests")
        query = (
            select(E.api_name, E.method, E.path, c.at_ms, requests)
            .join_from(MINUTES, ENDPOINTS, E.id == c.endpoint_id)
            .where(c.at_ms >= since_ms, _OF_EACH_API if name is None else E.api_name == name)
            .group_by(E.api_name, E.method, E.path, c.at_ms)
        )
        async with self._db.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [(row["api_name"], endpoint_key(row), row["at_ms"], int(row["requests"])) for row in rows]

    async def trends(self, since_ms: int, name: str | None = None) -> Mapping[int, TrendHour]:
        wanted = and_(HOURS.c.at_ms >= since_ms, E.api_name == (ALL_APIS if name is None else name))
        async with self._db.connect() as connection:
            return await self._trends(connection, wanted)

    async def trend_hours(self, name: str, hours: Sequence[int]) -> Sequence[TrendHour]:
        wanted = and_(HOURS.c.at_ms.in_(hours), E.api_name == name)
        async with self._db.connect() as connection:
            found = await self._trends(connection, wanted)
        return [found.get(hour, TrendHour(hour)) for hour in sorted(hours)]

    async def series(self, span: Span, name: str | None = None) -> Mapping[int, Counts]:
        table = _BUCKETS[max(step for step in _BUCKETS if span.step_ms % step == 0)]
        query = (
            select(table)
            .join_from(table, ENDPOINTS, E.id == table.c.endpoint_id)
            .where(_IS_TOTAL, E.api_name == (ALL_APIS if name is None else name))
            .where(_within(table, span.start_ms, span.end_ms))
        )
        found: dict[int, Counts] = {}
        async with self._db.connect() as connection:
            for row in (await connection.execute(query)).mappings():
                found.setdefault(row["at_ms"] - row["at_ms"] % span.step_ms, Counts()).merge(counts_of(row))
        return found

    async def _trends(self, connection: AsyncConnection, wanted: Any) -> dict[int, TrendHour]:
        c = HOURS.c
        query = (
            select(c.at_ms, *(func.sum(c[f"n_{n}xx"]).label(f"n_{n}xx") for n in range(2, 6)))
            .join_from(HOURS, ENDPOINTS, E.id == c.endpoint_id)
            .where(_IS_TOTAL, wanted)
            .group_by(c.at_ms)
        )
        rows = (await connection.execute(query)).all()
        return {r.at_ms: TrendHour(r.at_ms, int(r.n_2xx), int(r.n_3xx), int(r.n_4xx), int(r.n_5xx)) for r in rows}

    async def requests(self, wanted: RequestFilter, limit: int, before: tuple[int, int] | None) -> list[LoggedRequest]:
        query = _filtered(select(REQUESTS), wanted).order_by(R.at_ms.desc(), R.seq.desc()).limit(limit)
        if before is not None:
            at_ms, seq = before
            query = query.where(or_(R.at_ms < at_ms, and_(R.at_ms == at_ms, R.seq < seq)))
        async with self._db.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_logged(row) for row in rows]

    async def count_requests(self, wanted: RequestFilter, most: int) -> int:
        some = _filtered(select(literal(1)).select_from(REQUESTS), wanted).limit(most).subquery()
        async with self._db.connect() as connection:
            return int((await connection.execute(select(func.count()).select_from(some))).scalar_one())


def _spans(now_ms: int) -> tuple[tuple[Table, int, int | None], ...]:
    start, whole_hours = day_window(now_ms)
    return (MINUTES, start, whole_hours), (HOURS, whole_hours, None)


def _within(table: Table, start: int, end: int | None) -> Any:
    return and_(table.c.at_ms >= start, true() if end is None else table.c.at_ms < end)


def _filtered(query: Select[Any], wanted: RequestFilter) -> Select[Any]:
    for column, value in (
        (R.api_name, wanted.api_name),
        (R.method, wanted.method),
        (R.path, wanted.path),
        (R.status, wanted.status),
        (R.instance_id, wanted.instance_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.after_ms is not None:
        query = query.where(R.at_ms >= wanted.after_ms)
    if wanted.before_ms is not None:
        query = query.where(R.at_ms < wanted.before_ms)
    return query


def _logged(row: Mapping[Any, Any]) -> LoggedRequest:
    names = ("id", "at_ms", "method", "path", "status", "latency_ms", "instance_id", "sampled", "trace_id")
    return LoggedRequest(row["seq"], row["api_name"], Request(**{n: row[n] for n in names}))
