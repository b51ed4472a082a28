"""Saved views as they are kept: a row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from millstream_kit.db import Database, Dialect
from sqlalchemy import ColumnElement, Row, delete, insert, or_, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_jobs.saved_views import SavedView
from millstream_jobs.store_tables import saved_views


class SavedViewQueries:
    """See `store.Store`."""

    _db: Database

    async def views(self, subject: str) -> Sequence[SavedView]:
        async with self._db.connect() as connection:
            return await _seen_by(connection, subject)


class SavedViewTransaction:
    """See `store.Transaction`."""

    _connection: AsyncConnection
    _dialect: Dialect

    async def lock_views(self) -> None:
        # SQLite needs nothing: its writer is alone (BEGIN IMMEDIATE).
        if self._dialect == "postgresql":
            await self._connection.execute(text("LOCK TABLE saved_views IN SHARE ROW EXCLUSIVE MODE"))

    async def views(self, subject: str) -> Sequence[SavedView]:
        return await _seen_by(self._connection, subject)

    async def view(self, view_id: str) -> SavedView | None:
        row = (await self._connection.execute(select(saved_views).where(saved_views.c.id == view_id))).one_or_none()
        return None if row is None else _view_of(row)

    async def add_view(self, view: SavedView) -> None:
        await self._connection.execute(insert(saved_views).values(asdict(view)))

    async def set_view(self, view: SavedView) -> None:
        await self._connection.execute(update(saved_views).where(saved_views.c.id == view.id).values(asdict(view)))

    async def delete_view(self, view_id: str) -> None:
        await self._connection.execute(delete(saved_views).where(saved_views.c.id == view_id))


async def _seen_by(connection: AsyncConnection, subject: str) -> Sequence[SavedView]:
    seen: ColumnElement[bool] = or_(saved_views.c.made_by == subject, saved_views.c.is_shared == true())
    rows = await connection.execute(select(saved_views).where(seen).order_by(saved_views.c.name, saved_views.c.id))
    return [_view_of(row) for row in rows]


def _view_of(row: Row[Any]) -> SavedView:
    return SavedView(**row._mapping)
