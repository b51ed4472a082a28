"""Losses of workers in a database; kept by whoever notices them, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from millstream_kit.db import Database
from pydantic import TypeAdapter
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_workers.model import Loss, Pod, Worker
from millstream_workers.tables import LOSSES

L = LOSSES.c
_POD = TypeAdapter(Pod | None)


class SqlLosses:
    """See `store.Store`."""

    _db: Database

    async def losses(self, from_ms: int, to_ms: int, limit: int) -> tuple[list[Loss], int]:
        within = L.lost_at_ms >= from_ms, L.lost_at_ms < to_ms
        newest = select(LOSSES).where(*within).order_by(L.lost_at_ms.desc(), L.worker_id).limit(limit)
        async with self._db.connect() as connection:
            rows = (await connection.execute(newest)).mappings().all()
            total = await connection.scalar(select(func.count()).select_from(LOSSES).where(*within)) or 0
        return [Loss(**dict(row) | {"pod": _POD.validate_python(row["pod"])}) for row in rows], total

    async def forget_losses(self, before_ms: int) -> None:
        async with self._db.begin() as tx:
            await tx.execute(delete(LOSSES).where(L.lost_at_ms < before_ms))

    async def _note_losses(self, tx: AsyncConnection, workers: Sequence[Worker], now_ms: int) -> None:
        if workers:
            await tx.execute(insert(LOSSES), [asdict(Loss.of(worker, now_ms)) for worker in workers])

    async def _note_back(self, tx: AsyncConnection, worker: Worker) -> None:
        """It was heard again, so it was not lost."""
        open_ones = L.worker_id == worker.id, L.back_at_ms.is_(None)
        await tx.execute(update(LOSSES).where(*open_ones).values(back_at_ms=worker.last_heartbeat_ms))

    async def _note_ends(self, tx: AsyncConnection, pods: Mapping[str, Pod]) -> None:
        """How their pods stand now: why one ended is told after its worker went silent."""
        for worker_id, pod in sorted(pods.items()):
            open_ones = L.worker_id == worker_id, L.back_at_ms.is_(None)
            await tx.execute(update(LOSSES).where(*open_ones).values(pod=asdict(pod)))
