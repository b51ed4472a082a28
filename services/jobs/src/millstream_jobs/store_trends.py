"""The hours of the trends: what changed and is to be published, what ran when an hour ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from millstream_contracts.times import HOUR_MS, hour_of
from millstream_kit.db import Database, inserting
from sqlalchemy import bindparam, delete, func, or_, select, update

from millstream_jobs.figures import TREND_COUNTS
from millstream_jobs.model import Status
from millstream_jobs.store import KEPT_HOURS
from millstream_jobs.store_figure_tables import trend_hours
from millstream_jobs.store_model import TrendHour
from millstream_jobs.store_tables import attempts, jobs

HOUR_COLUMNS = [trend_hours.c[name] for name in TrendHour.__slots__]


class TrendQueries:
    """See `store.Store`."""

    _db: Database

    async def changed_hours(self, now_ms: int, limit: int) -> Sequence[TrendHour]:
        """Hours that are over and do not say yet what ran at their end are left for later."""
        changed = trend_hours.c.version != trend_hours.c.published
        said = or_(trend_hours.c.active.is_not(None), trend_hours.c.hour_ms >= hour_of(now_ms))
        return await self._hours(
            select(*HOUR_COLUMNS).where(changed, said).order_by(trend_hours.c.hour_ms).limit(limit)
        )

    async def hours_before(self, before_ms: int, limit: int) -> Sequence[TrendHour]:
        return await self._hours(select(*HOUR_COLUMNS).where(trend_hours.c.hour_ms < before_ms).limit(limit))

    async def _hours(self, query: Any) -> Sequence[TrendHour]:
        async with self._db.connect() as connection:
            return [TrendHour(*row) for row in await connection.execute(query)]

    async def mark_published(self, hours: Sequence[TrendHour]) -> None:
        statement = (
            update(trend_hours)
            .where(trend_hours.c.hour_ms == bindparam("hour"), trend_hours.c.function == bindparam("key"))
            .values(published=bindparam("seen"))
        )
        rows = [{"hour": h.hour_ms, "key": h.function, "seen": h.version} for h in _ordered(hours)]
        async with self._db.begin() as connection:
            await connection.execute(statement, rows)

    async def forget_hours(self, hours: Sequence[TrendHour]) -> None:
        statement = delete(trend_hours).where(
            trend_hours.c.hour_ms == bindparam("hour"), trend_hours.c.function == bindparam("key")
        )
        async with self._db.begin() as connection:
            await connection.execute(statement, [{"hour": h.hour_ms, "key": h.function} for h in _ordered(hours)])

    async def close_hours(self, now_ms: int) -> None:
        open_hour = hour_of(now_ms)
        over = trend_hours.c.hour_ms < open_hour
        newest = select(func.max(trend_hours.c.hour_ms)).where(over)
        async with self._db.begin() as connection:
            # Hours nobody was there to close had jobs running, too.
            last = await connection.scalar(newest) or open_hour - 2 * HOUR_MS
            missed = range(max(last, open_hour - KEPT_HOURS * HOUR_MS) + HOUR_MS, open_hour, HOUR_MS)
            for hour_ms in sorted(set(await self._unsaid(connection, open_hour)) | set(missed)):
                await self._close_hour(connection, hour_ms)
            # What still runs belongs to the open hour too, even before anything happens in it.
            await self._begin_hour(connection, open_hour)

    async def has_unsaid_hours(self, now_ms: int) -> bool:
        async with self._db.connect() as connection:
            return bool(await self._unsaid(connection, hour_of(now_ms)))

    async def _unsaid(self, connection: Any, open_hour_ms: int) -> Sequence[int]:
        hour = trend_hours.c.hour_ms
        rows = await connection.execute(
            select(hour).distinct().where(trend_hours.c.active.is_(None), hour < open_hour_ms)
        )
        return list(rows.scalars())

    async def _close_hour(self, connection: Any, hour_ms: int) -> None:
        end = hour_ms + HOUR_MS
        ran = (
            select(attempts.c.function, func.min(jobs.c.job_type), func.count())
            .join(jobs, jobs.c.id == attempts.c.job_id)
            .where(attempts.c.started_at_ms < end, or_(attempts.c.ended_at_ms.is_(None), attempts.c.ended_at_ms >= end))
            .group_by(attempts.c.function)
        )
        at_end = {row[0]: (row[1], row[2]) for row in await connection.execute(ran)}
        counted = select(trend_hours.c.function, trend_hours.c.active).where(trend_hours.c.hour_ms == hour_ms)
        known = {row[0]: row[1] for row in await connection.execute(counted)}
        await self._write_hours(
            connection,
            [_empty_hour(hour_ms, function, *at_end[function]) for function in at_end.keys() - known.keys()],
        )
        statement = (
            update(trend_hours)
            .where(trend_hours.c.hour_ms == hour_ms, trend_hours.c.function == bindparam("key"))
            .values(active=bindparam("ran"), version=trend_hours.c.version + 1)
        )
        rows = [
            {"key": function, "ran": at_end.get(function, ("", 0))[1]}
            for function, active in sorted(known.items())
            if active is None
        ]
        if rows:
            await connection.execute(statement, rows)

    async def _begin_hour(self, connection: Any, hour_ms: int) -> None:
        running = (
            select(jobs.c.function, func.min(jobs.c.job_type))
            .where(jobs.c.status == Status.ACTIVE.value)
            .group_by(jobs.c.function)
        )
        found = (await connection.execute(running)).all()
        await self._write_hours(connection, [_empty_hour(hour_ms, row[0], row[1], None) for row in found])

    async def _write_hours(self, connection: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            statement = inserting(self._db.dialect, trend_hours).on_conflict_do_nothing()
            await connection.execute(statement, sorted(rows, key=lambda row: str(row["function"])))


def _ordered(hours: Sequence[TrendHour]) -> list[TrendHour]:
    return sorted(hours, key=lambda h: (h.hour_ms, h.function))


def _empty_hour(hour_ms: int, function: str, job_type: str, active: int | None) -> dict[str, Any]:
    counts = dict.fromkeys(TREND_COUNTS, 0)
    return counts | {
        "hour_ms": hour_ms,
        "function": function,
        "job_type": job_type,
        "active": active,
        "version": 1,
        "published": 0,
    }
