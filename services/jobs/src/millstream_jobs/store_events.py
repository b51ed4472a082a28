"""Events: the functions they trigger, and those that may be told again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from millstream_kit.clock import Clock
from millstream_kit.db import Database
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_jobs.store import Duplicate
from millstream_jobs.store_model import Function, JobRow, StoredEvent
from millstream_jobs.store_rows import FUNCTION, WHOLE_JOB, job_row_of
from millstream_jobs.store_tables import emitted, functions, jobs

KEPT_MS = 7 * 86_400_000


class EventQueries:
    """See `store.Store`."""

    _db: Database
    _clock: Clock

    async def forget_events(self, limit: int) -> int:
        # Their ids sort by time: the oldest are found by the key.
        oldest = select(emitted.c.id, emitted.c.at_ms).order_by(emitted.c.id).limit(limit).subquery()
        gone = select(oldest.c.id).where(oldest.c.at_ms < self._clock.now_ms() - KEPT_MS)
        async with self._db.begin() as connection:
            return (await connection.execute(delete(emitted).where(emitted.c.id.in_(gone)))).rowcount


class EventTransaction:
    """See `store.Transaction`."""

    _connection: AsyncConnection

    async def functions_on(self, patterns: Sequence[str], limit: int) -> Sequence[Function]:
        fits = functions.c.type == "event", functions.c.pattern.in_(patterns)
        query = select(*FUNCTION).where(*fits).order_by(functions.c.key).limit(limit)
        return [Function(**row._mapping) for row in await self._connection.execute(query)]

    async def event_by_key(self, event_type: str, idempotency_key: str) -> StoredEvent | None:
        of_key = emitted.c.type == event_type, emitted.c.idempotency_key == idempotency_key
        row = (await self._connection.execute(select(emitted).where(*of_key))).one_or_none()
        return None if row is None else StoredEvent(**row._mapping)

    async def jobs_of_event(self, event_id: str) -> Sequence[JobRow]:
        made = jobs.c.idempotency_key == event_id, jobs.c.event_id == event_id
        query = select(*WHOLE_JOB).where(*made).order_by(jobs.c.function)
        return [job_row_of(row) for row in await self._connection.execute(query)]

    async def add_event(self, event: StoredEvent) -> None:
        try:
            await self._connection.execute(insert(emitted).values(asdict(event)))
        except IntegrityError as error:
            raise Duplicate from error
