"""The store on PostgreSQL and SQLite."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from millstream_kit.db import Database, inserting
from millstream_kit.deploys import Deploys
from pydantic import TypeAdapter
from sqlalchemy import Table, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_workers.minutes import Ended
from millstream_workers.model import Asked, Change, Pod, State, Usage, Worker, change_between
from millstream_workers.store import Heard, Untold
from millstream_workers.store_losses import SqlLosses
from millstream_workers.tables import LEFT, UNTOLD, WORKERS

W, U, L = WORKERS.c, UNTOLD.c, LEFT.c
_POD = TypeAdapter(Pod)
COLUMNS = tuple(column.name for column in WORKERS.columns)


class SqlStore(SqlLosses):
    """Workers in a database."""

    def __init__(self, database: Database, deploys: Deploys) -> None:
        self._db = database
        self._deploys = deploys

    async def beat(self, worker: Worker) -> Heard:
        async with self._db.begin() as tx:
            left = select(L.id).where(L.id == worker.id, L.started_at_ms >= worker.started_at_ms)
            if (await tx.execute(left)).first() is not None:
                return Heard(Change.NONE)
            query = select(WORKERS).where(W.id == worker.id)
            row = (await tx.execute(self._locking(query))).mappings().first()
            old = _worker(row) if row else None
            worker = worker.after(old)
            change = change_between(old, worker)
            await tx.execute(self._upsert(WORKERS, _row(worker), "id"))
            if change is not Change.NONE:
                await self._mark(tx, [worker.id], facts=change is Change.FACTS)
            if change is Change.FACTS:
                await self._note_deploy(tx, worker, worker.last_heartbeat_ms)
            if old is not None and old.state is State.LOST:
                await self._note_back(tx, worker)
        return Heard(change, worker.asked, Ended.between(old, worker))

    async def ask(self, worker_id: str, asked: Asked | None) -> Worker | None:
        async with self._db.begin() as tx:
            query = select(WORKERS).where(W.id == worker_id)
            row = (await tx.execute(self._locking(query))).mappings().first()
            if row is None:
                return None
            worker = _worker(row)
            if worker.is_leaving or worker.asked == asked:
                return worker
            await tx.execute(update(WORKERS).where(W.id == worker_id).values(asked=asked.value if asked else None))
            await self._mark(tx, [worker_id], facts=True)
        return replace(worker, asked=asked)

    async def leave(self, worker_id: str, started_at_ms: int, now_ms: int) -> bool:
        async with self._db.begin() as tx:
            mark = {"id": worker_id, "started_at_ms": started_at_ms, "left_at_ms": now_ms}
            await tx.execute(self._upsert(LEFT, mark, "id"))
            gone = await tx.execute(
                delete(WORKERS).where(W.id == worker_id, W.started_at_ms <= started_at_ms).returning(W.id)
            )
            was_there = gone.first() is not None
            if was_there:
                await self._mark(tx, [worker_id], facts=True)
        return was_there

    async def notice_silence(self, now_ms: int) -> list[str]:
        silent = and_(W.state != State.LOST.value, W.silent_at_ms <= now_ms)
        async with self._db.begin() as tx:
            lost = update(WORKERS).where(silent).values(state=State.LOST.value).returning(*WORKERS.c)
            workers = [_worker(row) for row in (await tx.execute(lost)).mappings()]
            await self._note_losses(tx, workers, now_ms)
            ids = sorted(worker.id for worker in workers)
            await self._mark(tx, ids, facts=True)
        return ids

    async def forget(self, silent_before_ms: int, left_before_ms: int) -> list[str]:
        gone = and_(W.state == State.LOST.value, W.silent_at_ms <= silent_before_ms)
        async with self._db.begin() as tx:
            ids = await self._ids(tx, delete(WORKERS).where(gone).returning(W.id))
            await self._mark(tx, ids, facts=True)
            await tx.execute(delete(LEFT).where(L.left_at_ms <= left_before_ms))
        return ids

    async def see_pods(self, pods: Mapping[str, Pod], now_ms: int) -> None:
        async with self._db.begin() as tx:
            for worker_id, pod in sorted(pods.items()):
                seen = update(WORKERS).where(W.id == worker_id).values(pod=asdict(pod)).returning(*WORKERS.c)
                if row := (await tx.execute(seen)).mappings().first():
                    await self._note_deploy(tx, _worker(row), now_ms)
            await self._note_ends(tx, pods)
            await self._mark(tx, list(pods), facts=True)

    async def workers(self) -> list[Worker]:
        async with self._db.connect() as connection:
            return [_worker(row) for row in (await connection.execute(select(WORKERS))).mappings()]

    async def worker(self, worker_id: str) -> Worker | None:
        async with self._db.connect() as connection:
            row = (await connection.execute(select(WORKERS).where(W.id == worker_id))).mappings().first()
        return _worker(row) if row else None

    async def untold(self, *, counters_too: bool, limit: int) -> list[Untold]:
        query = select(U.worker_id, U.version, *WORKERS.c).join_from(UNTOLD, WORKERS, U.worker_id == W.id, isouter=True)
        if not counters_too:
            query = query.where(U.facts)
        async with self._db.connect() as connection:
            rows = (await connection.execute(query.order_by(U.worker_id).limit(limit))).all()
        return [
            Untold(row[0], row[1], _worker(dict(zip(COLUMNS, row[2:], strict=True))) if row[2] is not None else None)
            for row in rows
        ]

    async def told(self, changes: Sequence[Untold]) -> None:
        if not changes:
            return
        same = or_(*(and_(U.worker_id == c.worker_id, U.version == c.version) for c in changes))
        async with self._db.begin() as tx:
            await tx.execute(delete(UNTOLD).where(same))

    async def tell_again(self, worker_ids: Sequence[str]) -> None:
        async with self._db.begin() as tx:
            await self._mark(tx, worker_ids, facts=True)

    async def _note_deploy(self, tx: AsyncConnection, worker: Worker, now_ms: int) -> None:
        async def others_run(version: str) -> bool:
            group = select(WORKERS).where(W.worker_name == worker.worker_name, W.id != worker.id)
            others = [_worker(row) for row in (await tx.execute(group)).mappings()]
            return any(o.runs_version == version and o.state is not State.LOST for o in others)

        await self._deploys.note(
            tx,
            worker.worker_name,
            worker.runs_version,
            began_ms=worker.started_at_ms,
            now_ms=now_ms,
            others_run=others_run,
        )

    async def _mark(self, tx: AsyncConnection, ids: Sequence[str], *, facts: bool) -> None:
        """Remember workers as untold, under a version that was never used before."""
        if not ids:
            return
        rows = [{"worker_id": i, "version": secrets.randbits(62), "facts": facts} for i in sorted(ids)]
        insert = inserting(self._db.dialect, UNTOLD).values(rows)
        await tx.execute(
            insert.on_conflict_do_update(
                index_elements=["worker_id"],
                set_={"version": insert.excluded.version, "facts": or_(U.facts, insert.excluded.facts)},
            )
        )

    async def _ids(self, tx: AsyncConnection, statement: Any) -> list[str]:
        return sorted((await tx.execute(statement)).scalars())

    def _upsert(self, table: Table, row: Mapping[str, Any], key: str) -> Any:
        insert = inserting(self._db.dialect, table).values(row)
        others = {name: insert.excluded[name] for name in row if name != key}
        return insert.on_conflict_do_update(index_elements=[key], set_=others)

    def _locking(self, query: Any) -> Any:
        return query.with_for_update() if self._db.dialect == "postgresql" else query


def _row(worker: Worker) -> dict[str, Any]:
    row = {
        name: getattr(worker, name) for name in COLUMNS if name not in {"functions", "function_names", "pod", "usage"}
    }
    return row | {
        "state": worker.state.value,
        "asked": worker.asked.value if worker.asked else None,
        "functions": list(worker.functions),
        "function_names": dict(worker.function_names),
        "pod": asdict(worker.pod) if worker.pod else None,
        "usage": asdict(worker.usage) if worker.usage else None,
    }


def _worker(row: Mapping[Any, Any]) -> Worker:
    values = {name: row[name] for name in COLUMNS if name != "silent_at_ms"}
    return Worker(
        **values
        | {
            "state": State(row["state"]),
            "asked": Asked(row["asked"]) if row["asked"] else None,
            "functions": tuple(row["functions"]),
            "pod": _POD.validate_python(row["pod"]) if row["pod"] else None,
            "usage": Usage(**row["usage"]) if row["usage"] else None,
        }
    )
