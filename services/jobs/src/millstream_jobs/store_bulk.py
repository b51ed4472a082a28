"""Bulk actions as they are kept: each with the ids of its jobs in parts, of which what is done with is deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from millstream_kit.db import Database, Dialect
from sqlalchemy import Row, and_, delete, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_jobs.bulk import (
    DRAFT_KEPT_MS,
    ENDED_KEPT_MS,
    BulkAction,
    BulkKind,
    BulkState,
    Skip,
    parts_of,
)
from millstream_jobs.store_dialect import locked
from millstream_jobs.store_durations import JobDurations
from millstream_jobs.store_filter import JobFilter
from millstream_jobs.store_queries import conditions_of
from millstream_jobs.store_search import JobSearch, search_of
from millstream_jobs.store_tables import bulk_actions, bulk_parts, jobs

SEARCH_S = 10.0
MOST_SEARCHED = 10_000_000


class BulkQueries(JobSearch, JobDurations):
    """See `store.Store`."""

    _db: Database

    async def ids_of(self, which: JobFilter, most: int) -> tuple[Sequence[str], str | None]:
        few = await self.few(which)
        conditions = conditions_of(which) if few is None else conditions_of(which, few)
        wanted = search_of(which) if few is None else None
        of = jobs if few is None else few
        async with self._db.connect() as connection:
            if wanted is not None:
                hits, place = await self.scan(
                    connection, wanted, conditions, None, most=most, most_scanned=MOST_SEARCHED, span_s=SEARCH_S
                )
                return [hit.id for hit in hits], place
            rows = await connection.execute(select(of.c.id).where(*conditions).order_by(of.c.id.desc()).limit(most + 1))
            return [row.id for row in rows], None

    async def bulk_action(self, action_id: str) -> BulkAction | None:
        async with self._db.connect() as connection:
            return await _one(connection, _ACTION.where(bulk_actions.c.id == action_id))

    async def bulk_actions(self, limit: int, before_id: str | None = None) -> Sequence[BulkAction]:
        place = bulk_actions.c.id < before_id if before_id is not None else true()
        shown = bulk_actions.c.state != BulkState.DRAFT.value
        query = _ACTION.where(shown, place).order_by(bulk_actions.c.id.desc()).limit(limit)
        async with self._db.connect() as connection:
            return [_action_of(row) for row in await connection.execute(query)]

    async def running_bulk(self) -> str | None:
        running = select(bulk_actions.c.id).where(bulk_actions.c.state == BulkState.RUNNING.value)
        async with self._db.connect() as connection:
            first: str | None = await connection.scalar(running.order_by(bulk_actions.c.started_at_ms).limit(1))
        return first

    async def forget_bulk(self, now_ms: int) -> None:
        c = bulk_actions.c
        draft = and_(c.state == BulkState.DRAFT.value, c.made_at_ms < now_ms - DRAFT_KEPT_MS)
        gone = or_(draft, c.ended_at_ms < now_ms - ENDED_KEPT_MS)
        async with self._db.begin() as connection:
            await connection.execute(delete(bulk_parts).where(bulk_parts.c.action_id.in_(select(c.id).where(gone))))
            await connection.execute(delete(bulk_actions).where(gone))


class BulkTransaction:
    """See `store.Transaction`."""

    _connection: AsyncConnection
    _dialect: Dialect

    async def add_bulk(self, action: BulkAction, ids: Sequence[str]) -> None:
        await self._connection.execute(insert(bulk_actions).values(_values_of(action)))
        parts = [
            {"action_id": action.id, "number": number, "ids": json.dumps(list(part))}
            for number, part in enumerate(parts_of(ids))
        ]
        if parts:
            await self._connection.execute(insert(bulk_parts), parts)

    async def lock_bulk(self, action_id: str) -> BulkAction | None:
        return await _one(self._connection, locked(self._dialect, _ACTION.where(bulk_actions.c.id == action_id)))

    async def set_bulk(self, action: BulkAction) -> None:
        changed = update(bulk_actions).where(bulk_actions.c.id == action.id).values(_values_of(action))
        await self._connection.execute(changed)
        if action.ended_at_ms is not None:
            await self._connection.execute(delete(bulk_parts).where(bulk_parts.c.action_id == action.id))

    async def take_bulk_part(self, action_id: str) -> Sequence[str] | None:
        c = bulk_parts.c
        first = select(c.number, c.ids).where(c.action_id == action_id).order_by(c.number).limit(1)
        row = (await self._connection.execute(first)).one_or_none()
        if row is None:
            return None
        await self._connection.execute(delete(bulk_parts).where(c.action_id == action_id, c.number == row.number))
        ids: list[str] = json.loads(row.ids)
        return ids


_ACTION = select(bulk_actions)


async def _one(connection: AsyncConnection, query: Any) -> BulkAction | None:
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _action_of(row)


def _action_of(row: Row[Any]) -> BulkAction:
    fields = dict(row._mapping)
    skips = {code: Skip(**skip) for code, skip in json.loads(fields.pop("skips")).items()}
    kind, state = BulkKind(fields.pop("kind")), BulkState(fields.pop("state"))
    return BulkAction(**fields, kind=kind, state=state, skips=skips)


def _values_of(action: BulkAction) -> dict[str, Any]:
    skips = {code: asdict(skip) for code, skip in action.skips.items()}
    return asdict(action) | {"kind": action.kind.value, "state": action.state.value, "skips": json.dumps(skips)}
