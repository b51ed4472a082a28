"""The request log: by API, time and trace from an index; whatever else is asked for is looked for among the newest."""

from __future__ import annotations

from typing import Any, NamedTuple

from millstream_kit.db import Database
from millstream_kit.paging import MOST_COUNTED, Total
from sqlalchemy import ColumnElement, Subquery, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.model import HOUR_MS
from millstream_apis.store import LoggedRequest, LogPage, Place, RequestFilter
from millstream_apis.tables import REQUEST_HOUR, REQUESTS

MOST_SCANNED = 20_000  # by one page of a search
R = REQUESTS.c
_NEWEST = (R.at_ms.desc(), R.seq.desc())
_COLUMNS = [R[name] for name in LoggedRequest._fields]


class SqlLog:
    """Reads the request log."""

    _db: Database

    async def requests(
        self, wanted: RequestFilter, limit: int, before: Place | None, counted: Total | None = None
    ) -> LogPage:
        """See `store.LogStore`."""
        indexed, searched = _indexed(wanted), _searched(wanted)
        async with self._db.connect() as connection:
            if wanted.trace_id is not None:
                indexed += await _of_trace(connection, wanted.trace_id, indexed)
            where = indexed if before is None else [*indexed, _older(before)]
            if searched:
                seen = None
                if counted is None or before is None:
                    seen = await _look(connection, indexed, searched)
                    counted = seen.total
                return await _search(connection, where, searched, limit, counted, seen if before is None else None)
            query = select(*_COLUMNS).where(*where).order_by(*_NEWEST).limit(limit + 1)
            rows = [LoggedRequest._make(row) for row in await connection.execute(query)]
            some = select(literal(1)).select_from(REQUESTS).where(*indexed).limit(MOST_COUNTED + 1).subquery()
            held = int(await connection.scalar(select(func.count()).select_from(some)) or 0)
        page = rows[:limit]
        return LogPage(page, Total.of(held), page[-1].place if len(rows) > limit else None)


async def _of_trace(
    connection: AsyncConnection, trace_id: str, where: list[ColumnElement[bool]]
) -> list[ColumnElement[bool]]:
    """Looked up in every hour there is; requests of a trace may lie days apart."""
    ends = [select(end(R.at_ms)).where(*where).scalar_subquery() for end in (func.min, func.max)]
    oldest, newest = (await connection.execute(select(*ends))).one()
    hours = [] if oldest is None else range(oldest // HOUR_MS, newest // HOUR_MS + 1)
    return [REQUEST_HOUR.in_(hours), R.trace_id == trace_id]


class _Seen(NamedTuple):
    """How many of the newest lines a search looks at, and how many of those it means."""

    looked: int
    found: int

    @property
    def is_all(self) -> bool:
        return self.looked < MOST_SCANNED

    @property
    def total(self) -> Total:
        return Total.of(self.found, is_all=self.is_all)


async def _look(
    connection: AsyncConnection, where: list[ColumnElement[bool]], searched: list[tuple[Any, Any]]
) -> _Seen:
    some = select(*(column for column, _ in searched)).where(*where).order_by(*_NEWEST).limit(MOST_SCANNED).subquery()
    query = select(func.count(), func.count().filter(_meant(some, searched))).select_from(some)
    return _Seen._make((await connection.execute(query)).one())


async def _search(
    connection: AsyncConnection,
    where: list[ColumnElement[bool]],
    searched: list[tuple[Any, Any]],
    limit: int,
    total: Total,
    seen: _Seen | None,
) -> LogPage:
    """A page. What was seen of just these lines already is not looked for again."""
    rows = [] if seen is not None and not seen.found else await _found(connection, where, searched, limit + 1)
    if len(rows) > limit:
        return LogPage(rows[:limit], total, next=rows[limit - 1].place)
    end = None if seen is not None and seen.is_all else await _last(connection, where)
    return LogPage(rows, total, next=end, scanned_to_ms=None if end is None else end[0])


async def _found(
    connection: AsyncConnection, where: list[ColumnElement[bool]], searched: list[tuple[Any, Any]], most: int
) -> list[LoggedRequest]:
    looked_at = select(*_COLUMNS).where(*where).order_by(*_NEWEST).limit(MOST_SCANNED).subquery()
    newest = (looked_at.c.at_ms.desc(), looked_at.c.seq.desc())
    query = select(looked_at).where(_meant(looked_at, searched)).order_by(*newest).limit(most)
    return [LoggedRequest._make(row) for row in await connection.execute(query)]


async def _last(connection: AsyncConnection, where: list[ColumnElement[bool]]) -> Place | None:
    """The last line a search looks at; None where there are not so many."""
    query = select(R.at_ms, R.seq).where(*where).order_by(*_NEWEST).offset(MOST_SCANNED - 1).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (row.at_ms, row.seq)


def _meant(looked_at: Subquery, searched: list[tuple[Any, Any]]) -> ColumnElement[bool]:
    return and_(*(_is(looked_at.c[column.name], value) for column, value in searched))


class _Within(NamedTuple):
    """An amount from one to below another."""

    least: float
    below: float | None

    @classmethod
    def of(cls, wanted: RequestFilter) -> _Within | None:
        least, below = wanted.min_latency_ms, wanted.below_latency_ms
        return None if least is None and below is None else cls(least or 0.0, below)


def _is(column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    if isinstance(value, _Within):
        return column >= value.least if value.below is None else and_(column >= value.least, column < value.below)
    return column.between(value[0], value[-1]) if isinstance(value, range) else column == value


def _indexed(wanted: RequestFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.api_name is not None:
        conditions.append(R.api_name == wanted.api_name)
    if wanted.after_ms is not None:
        conditions.append(R.at_ms >= wanted.after_ms)
    if wanted.before_ms is not None:
        conditions.append(R.at_ms < wanted.before_ms)
    return conditions


def _searched(wanted: RequestFilter) -> list[tuple[Any, Any]]:
    asked = (
        (R.id, wanted.id),
        (R.method, wanted.method),
        (R.path, wanted.path),
        (R.status, wanted.statuses),
        (R.instance_id, wanted.instance_id),
        (R.consumer, wanted.consumer),
        (R.latency_ms, _Within.of(wanted)),
        (R.response_bytes, None if wanted.min_response_bytes is None else _Within(wanted.min_response_bytes, None)),
    )
    return [(column, value) for column, value in asked if value is not None]


def _older(place: Place) -> ColumnElement[bool]:
    at_ms, seq = place
    return and_(R.at_ms <= at_ms, or_(R.at_ms < at_ms, R.seq < seq))
