"""Schedules as they are kept: a row each, and a row for each of the newest instants they were due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from millstream_kit.db import Database, Dialect, inserting
from sqlalchemy import Row, Select, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_jobs.model import Status
from millstream_jobs.schedules import KEPT_FIRES, Fire, FireOutcome, Overlap, Schedule
from millstream_jobs.store_dialect import locked
from millstream_jobs.store_model import PastFire
from millstream_jobs.store_queries import statuses_in
from millstream_jobs.store_tables import jobs, schedule_fires, schedules


class ScheduleQueries:
    """See `store.Store`."""

    _db: Database

    async def schedules(self, functions: Sequence[str] | None = None) -> Sequence[Schedule]:
        c = schedules.c
        query = select(schedules).order_by(c.next_at_ms.is_(None), c.next_at_ms, c.function)
        async with self._db.connect() as connection:
            return await _found(connection, query if functions is None else query.where(c.function.in_(functions)))

    async def next_schedule_at_ms(self) -> int | None:
        query = select(func.min(schedules.c.next_at_ms)).where(schedules.c.next_at_ms.is_not(None))
        async with self._db.connect() as connection:
            found: int | None = await connection.scalar(query)
        return found

    async def fires(self, function: str) -> Sequence[PastFire]:
        c = schedule_fires.c
        query = (
            select(schedule_fires, jobs.c.status, jobs.c.duration_ms)
            .outerjoin(jobs, jobs.c.id == c.job_id)
            .where(c.function == function)
            .order_by(c.at_ms.desc())
            .limit(KEPT_FIRES)
        )
        async with self._db.connect() as connection:
            return [_past_fire_of(row) for row in await connection.execute(query)]


class ScheduleTransaction:
    """See `store.Transaction`."""

    _connection: AsyncConnection
    _dialect: Dialect

    async def lock_schedules(self, functions: Sequence[str]) -> Mapping[str, Schedule]:
        query = select(schedules).where(schedules.c.function.in_(functions)).order_by(schedules.c.function)
        return {one.function: one for one in await _found(self._connection, locked(self._dialect, query))}

    async def lock_due_schedules(self, now_ms: int, limit: int) -> Sequence[Schedule]:
        due = schedules.c.next_at_ms <= now_ms
        query = select(schedules).where(due).order_by(schedules.c.next_at_ms).limit(limit)
        return await _found(self._connection, locked(self._dialect, query, skip=True))

    async def keep_schedules(self, wanted: Sequence[Schedule]) -> None:
        if not wanted:
            return
        statement = inserting(self._dialect, schedules)
        new = {c.name: statement.excluded[c.name] for c in schedules.c if c.name != "function"}
        statement = statement.on_conflict_do_update(index_elements=["function"], set_=new)
        rows = [asdict(one) | {"overlap": one.overlap.value} for one in sorted(wanted, key=lambda s: s.function)]
        await self._connection.execute(statement, rows)

    async def forget_schedules(self, functions: Sequence[str]) -> None:
        for table in (schedules, schedule_fires):
            await self._connection.execute(delete(table).where(table.c.function.in_(functions)))

    async def add_fires(self, fires: Sequence[Fire]) -> None:
        if not fires:
            return
        rows = [asdict(fire) | {"outcome": fire.outcome.value} for fire in fires]
        await self._connection.execute(insert(schedule_fires), rows)
        c = schedule_fires.c
        for function in {fire.function for fire in fires}:
            last = (
                select(c.at_ms).where(c.function == function).order_by(c.at_ms.desc()).offset(KEPT_FIRES - 1).limit(1)
            )
            old = c.function == function, c.at_ms < last.scalar_subquery()
            await self._connection.execute(delete(schedule_fires).where(*old))

    async def statuses(self, ids: Sequence[str]) -> Mapping[str, Status]:
        return await statuses_in(self._connection, ids)


async def _found(connection: AsyncConnection, query: Select[Any]) -> list[Schedule]:
    rows = await connection.execute(query)
    return [Schedule(**dict(row._mapping) | {"overlap": Overlap(row.overlap)}) for row in rows]


def _past_fire_of(row: Row[Any]) -> PastFire:
    values = dict(row._mapping) | {"outcome": FireOutcome(row.outcome)}
    status, duration_ms = values.pop("status"), values.pop("duration_ms")
    return PastFire(Fire(**values), None if status is None else Status(status), duration_ms)
