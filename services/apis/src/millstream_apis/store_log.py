"""The request log: by API and time from an index; whatever else is asked for is looked for among the newest."""

from __future__ import annotations

from typing import Any

from millstream_kit.db import Database
from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.store import LoggedRequest, LogPage, Place, RequestFilter
from millstream_apis.tables import REQUESTS

COUNTED_EXACTLY = 10_000
MOST_SCANNED = 20_000  # by one page of a search
R = REQUESTS.c
_NEWEST = (R.at_ms.desc(), R.seq.desc())
_COLUMNS = [R[name] for name in LoggedRequest._fields]


class SqlLog:
    """Reads the request log."""

    _db: Database

    async def requests(self, wanted: RequestFilter, limit: int, before: Place | None) -> LogPage:
        """Lines, newest first, older than a place. A search looks at so many and says how far that was."""
        indexed, searched = _indexed(wanted), _searched(wanted)
        where = indexed if before is None else [*indexed, _older(before)]
        async with self._db.connect() as connection:
            if searched:
                return await _search(connection, where, searched, limit, is_first=before is None)
            query = select(*_COLUMNS).where(*where).order_by(*_NEWEST).limit(limit + 1)
            rows = [LoggedRequest._make(row) for row in await connection.execute(query)]
            some = select(literal(1)).select_from(REQUESTS).where(*indexed).limit(COUNTED_EXACTLY + 1).subquery()
            total = int(await connection.scalar(select(func.count()).select_from(some)) or 0)
        page = rows[:limit]
        return LogPage(
            page, min(total, COUNTED_EXACTLY), total <= COUNTED_EXACTLY, page[-1].place if len(rows) > limit else None
        )


async def _search(
    connection: AsyncConnection,
    where: list[ColumnElement[bool]],
    searched: list[tuple[Any, Any]],
    limit: int,
    *,
    is_first: bool,
) -> LogPage:
    looked_at = select(*_COLUMNS).where(*where).order_by(*_NEWEST).limit(MOST_SCANNED).subquery()
    meant = and_(*(looked_at.c[column.name] == value for column, value in searched))
    query = select(looked_at).where(meant).order_by(looked_at.c.at_ms.desc(), looked_at.c.seq.desc()).limit(limit + 1)
    rows = [LoggedRequest._make(row) for row in await connection.execute(query)]
    if len(rows) > limit:
        return LogPage(rows[:limit], len(rows), total_exact=False, next=rows[limit - 1].place)
    last = select(R.at_ms, R.seq).where(*where).order_by(*_NEWEST).offset(MOST_SCANNED - 1).limit(1)
    end = (await connection.execute(last)).one_or_none()
    if end is None:
        return LogPage(rows, len(rows), total_exact=is_first, next=None)
    place = (end.at_ms, end.seq)
    return LogPage(rows, len(rows), total_exact=False, next=place, scanned_to_ms=end.at_ms)


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
        (R.method, wanted.method),
        (R.path, wanted.path),
        (R.status, wanted.status),
        (R.instance_id, wanted.instance_id),
    )
    return [(column, value) for column, value in asked if value is not None]


def _older(place: Place) -> ColumnElement[bool]:
    at_ms, seq = place
    return and_(R.at_ms <= at_ms, or_(R.at_ms < at_ms, R.seq < seq))
