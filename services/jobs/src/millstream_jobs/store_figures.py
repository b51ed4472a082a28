"""The outbox, the hourly counts and the figures of the dashboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from millstream_contracts.times import HOUR_MS, hour_of
from millstream_kit.clock import Clock
from millstream_kit.db import Database
from sqlalchemy import Integer, and_, bindparam, case, cast, delete, func, or_, select, update

from millstream_jobs.model import Status
from millstream_jobs.store import FailingFunction, OutboxRow, OutcomeCounts, QueueCount, TrendHour, shard_lease
from millstream_jobs.store_dialect import upsert
from millstream_jobs.store_queries import made_between
from millstream_jobs.store_tables import attempts, jobs, leases, outbox, trend_hours

_OUTBOX = [outbox.c[name] for name in OutboxRow.__slots__]
_HOUR = [trend_hours.c[name] for name in TrendHour.__slots__]
_RAN = (Status.COMPLETE.value, Status.FAILED.value)


class OutboxQueries:
    """See `store.Store`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    async def outbox_batch(self, shards: Mapping[int, int], limit: int) -> Sequence[OutboxRow]:
        ours = or_(*(and_(leases.c.name == shard_lease(s), leases.c.epoch == e) for s, e in shards.items()))
        held = select(cast(func.substr(leases.c.name, len(shard_lease(0))), Integer)).where(
            ours, leases.c.expires_at_ms > self._clock.now_ms()
        )
        query = select(*_OUTBOX).where(outbox.c.shard.in_(held)).order_by(outbox.c.id).limit(limit)
        async with self._db.connect() as connection:
            return [OutboxRow(*row) for row in await connection.execute(query)]

    async def outbox_delete(self, ids: Sequence[int]) -> None:
        async with self._db.begin() as connection:
            await connection.execute(delete(outbox).where(outbox.c.id.in_(ids)))

    async def outbox_size(self) -> tuple[int, int | None]:
        async with self._db.connect() as connection:
            row = (await connection.execute(select(func.count(), func.min(outbox.c.written_at_ms)))).one()
        return row[0], row[1]


class FigureQueries:
    """See `store.Store`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def trend_hours(
        self, since_ms: int, function: str | None = None, job_type: str | None = None
    ) -> Sequence[TrendHour]:
        query = select(*_HOUR).where(trend_hours.c.hour_ms >= since_ms).order_by(trend_hours.c.hour_ms)
        if function is not None:
            query = query.where(trend_hours.c.function == function)
        if job_type is not None:
            query = query.where(trend_hours.c.job_type == job_type)
        return await self._hours(query)

    async def changed_hours(self, limit: int) -> Sequence[TrendHour]:
        changed = trend_hours.c.version != trend_hours.c.published
        return await self._hours(select(*_HOUR).where(changed).order_by(trend_hours.c.hour_ms).limit(limit))

    async def hours_before(self, before_ms: int, limit: int) -> Sequence[TrendHour]:
        return await self._hours(select(*_HOUR).where(trend_hours.c.hour_ms < before_ms).limit(limit))

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
        unsaid = select(trend_hours.c.hour_ms).where(trend_hours.c.active.is_(None), trend_hours.c.hour_ms < open_hour)
        async with self._db.begin() as connection:
            hours = set((await connection.execute(unsaid.distinct())).scalars()) | {open_hour - HOUR_MS}
            for hour_ms in sorted(hours):
                await self._close_hour(connection, hour_ms)
            # What still runs belongs to the open hour too, even before anything happens in it.
            await self._begin_hour(connection, open_hour)

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
            statement = upsert(self._db.dialect, trend_hours).on_conflict_do_nothing()
            await connection.execute(statement, sorted(rows, key=lambda row: str(row["function"])))

    async def active_now(
        self, functions: Sequence[str] | None = None, job_type: str | None = None
    ) -> Mapping[str, int]:
        query = select(jobs.c.function, func.count()).where(jobs.c.status == Status.ACTIVE.value)
        if functions is not None:
            query = query.where(jobs.c.function.in_(functions))
        if job_type is not None:
            query = query.where(jobs.c.job_type == job_type)
        async with self._db.connect() as connection:
            return {row[0]: row[1] for row in await connection.execute(query.group_by(jobs.c.function))}

    async def queue_counts(self, now_ms: int) -> Sequence[QueueCount]:
        waiting = [s.value for s in (Status.PENDING, Status.QUEUED, Status.ACTIVE, Status.RETRYING)]
        query = (
            select(
                jobs.c.function,
                jobs.c.status,
                func.count(),
                func.sum(case((jobs.c.due_at_ms <= now_ms, 1), else_=0)),
                func.sum(case((jobs.c.cancel_requested_at_ms.is_not(None), 1), else_=0)),
            )
            .where(jobs.c.status.in_(waiting))
            .group_by(jobs.c.function, jobs.c.status)
        )
        async with self._db.connect() as connection:
            rows = await connection.execute(query)
            return [QueueCount(r[0], Status(r[1]), r[2], int(r[3]), int(r[4])) for r in rows]

    async def outcome_counts(
        self, function: str | None, after_ms: int | None, before_ms: int | None, *, by_completion: bool = False
    ) -> OutcomeCounts:
        conditions = [] if by_completion else made_between(after_ms, before_ms)
        if by_completion:
            conditions.append(jobs.c.completed_at_ms >= (after_ms or 0))
            if before_ms is not None:
                conditions.append(jobs.c.completed_at_ms < before_ms)
        if function is not None:
            conditions.append(jobs.c.function == function)
        query = (
            select(jobs.c.status, func.count(), func.sum(jobs.c.duration_ms)).where(*conditions).group_by(jobs.c.status)
        )
        async with self._db.connect() as connection:
            rows = (await connection.execute(query)).all()
        counts = {row[0]: row[1] for row in rows}
        ran = sum(counts.get(status, 0) for status in _RAN)
        took = sum(row[2] or 0.0 for row in rows if row[0] in _RAN)
        return OutcomeCounts(sum(counts.values()), counts, took / ran if ran else None)

    async def failing_functions(self, since_ms: int, limit: int) -> Sequence[FailingFunction]:
        failures = func.sum(case((jobs.c.status == Status.FAILED.value, 1), else_=0))
        query = (
            select(
                jobs.c.function,
                func.max(jobs.c.function_name),
                func.count(),
                failures,
                func.max(jobs.c.started_at_ms),
            )
            .where(jobs.c.completed_at_ms >= since_ms, jobs.c.status.in_(_RAN))
            .group_by(jobs.c.function)
            .having(failures > 0)
            .order_by((failures * 1.0 / func.count()).desc(), failures.desc(), jobs.c.function)
            .limit(limit)
        )
        async with self._db.connect() as connection:
            return [FailingFunction(r[0], r[1], r[2], int(r[3]), r[4]) for r in await connection.execute(query)]


def _ordered(hours: Sequence[TrendHour]) -> list[TrendHour]:
    return sorted(hours, key=lambda h: (h.hour_ms, h.function))


def _empty_hour(hour_ms: int, function: str, job_type: str, active: int | None) -> dict[str, Any]:
    counts = dict.fromkeys(("complete", "failed", "retrying", "cancelled", "runs", "run_ms", "starts", "wait_ms"), 0)
    return counts | {
        "hour_ms": hour_ms,
        "function": function,
        "job_type": job_type,
        "active": active,
        "version": 1,
        "published": 0,
    }
