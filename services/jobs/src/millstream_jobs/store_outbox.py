"""The outbox as its relay reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from millstream_kit.clock import Clock
from millstream_kit.db import Database
from sqlalchemy import Integer, and_, case, cast, delete, func, or_, select

from millstream_jobs.store import shard_lease
from millstream_jobs.store_model import OutboxRow
from millstream_jobs.store_tables import jobs, leases, outbox

_OUTBOX = [outbox.c[name] for name in OutboxRow.__slots__]


class OutboxQueries:
    """See `store.Store`."""

    _db: Database
    _clock: Clock

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

    async def published_seqs(self, ids: Sequence[str]) -> Mapping[str, int | None]:
        # One pass over what waits: while the log is away that can be much, and no index knows its keys.
        waiting = select(outbox.c.key).where(outbox.c.key.in_(ids)).distinct().subquery()
        seq = case((waiting.c.key.is_(None), jobs.c.seq)).label("seq")
        query = select(jobs.c.id, seq).outerjoin(waiting, waiting.c.key == jobs.c.id).where(jobs.c.id.in_(ids))
        async with self._db.connect() as connection:
            return {row.id: row.seq for row in await connection.execute(query)}
