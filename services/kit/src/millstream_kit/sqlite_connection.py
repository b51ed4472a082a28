"""A connection to SQLite for an event loop: aiosqlite's, with one trip to its thread for a statement and all its rows.

aiosqlite makes a trip for the cursor, the statement, the rows and the end. Each is two threads' waking, dearer than what SQLite
does for most of our statements; what is asked stays the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any

import aiosqlite


class OneTripConnection(aiosqlite.Connection):
    """What SQLAlchemy's dialect uses of an `aiosqlite.Connection`; a transaction that is not open is not ended."""

    _unsure = False  # whether a statement may still run whose caller has left

    def cursor(self) -> Any:
        return _Cursor(self)

    async def commit(self) -> None:
        if self._unsure or self.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        if self._unsure or self.in_transaction:
            await super().rollback()

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self._unsure = True
        trip: Callable[..., Awaitable[Any]] = super()._execute
        result = await trip(fn, *args, **kwargs)
        self._unsure = False
        return result


class _Cursor(aiosqlite.Cursor):
    """One statement, run and read whole."""

    _conn: OneTripConnection

    def __init__(self, connection: OneTripConnection) -> None:
        self._conn = connection
        self._rows: list[Any] = []

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> _Cursor:
        return await self._run(sqlite3.Connection.execute, sql, parameters or ())

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> _Cursor:
        return await self._run(sqlite3.Connection.executemany, sql, parameters)

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """It was when its rows were read."""

    async def _run(self, how: Callable[..., sqlite3.Cursor], *args: Any) -> _Cursor:
        self._cursor, self._rows = await self._conn._execute(_whole, how, self._conn._conn, *args)
        return self


def _whole(how: Callable[..., sqlite3.Cursor], *args: Any) -> tuple[sqlite3.Cursor, list[Any]]:
    cursor = how(*args)
    try:
        return cursor, cursor.fetchall()
    finally:
        cursor.close()


def open_connection(database: str, **kwargs: Any) -> OneTripConnection:
    """As `aiosqlite.connect`; its thread does not keep the process."""
    connection = OneTripConnection(partial(sqlite3.connect, database, **kwargs), iter_chunk_size=64)
    connection._thread.daemon = True
    return connection
