"""A connection that makes fewer trips ends what it began, however its caller leaves."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from millstream_kit.db import Database
from sqlalchemy import text

LONG = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500000) SELECT max(i) FROM n")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'a.db'}", service="a")
    async with made.begin() as connection:
        await connection.execute(text("CREATE TABLE t (i INTEGER PRIMARY KEY)"))
    yield made
    await made.close()


async def count(database: Database) -> int:
    async with database.connect() as connection:
        return int(await connection.scalar(text("SELECT count(*) FROM t")) or 0)


@pytest.mark.parametrize("at_s", [0.0, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.02])
async def test_who_is_cancelled_leaves_no_transaction_behind(database: Database, at_s: float) -> None:
    async def write() -> None:
        async with database.begin() as connection:
            await connection.execute(text("INSERT INTO t VALUES (1)"))
            await connection.execute(LONG)
            raise AssertionError("it was to be cancelled before")

    writing = asyncio.create_task(write())
    await asyncio.sleep(at_s)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    async with asyncio.timeout(5), database.begin() as connection:
        await connection.execute(text("INSERT INTO t VALUES (2)"))
    assert await count(database) == 1


async def test_an_error_leaves_the_connection_usable(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.begin() as connection:
            await connection.execute(text("INSERT INTO t VALUES (1)"))
            raise ZeroDivisionError
    assert await count(database) == 0


async def test_rows_that_a_write_returns_and_how_many_it_touched(database: Database) -> None:
    async with database.begin() as connection:
        many = await connection.execute(text("INSERT INTO t VALUES (:i)"), [{"i": i} for i in range(5)])
        told = await connection.execute(text("DELETE FROM t WHERE i > 2 RETURNING i"))
        assert sorted(told.scalars()) == [3, 4]
        touched = await connection.execute(text("UPDATE t SET i = i + 10"))
        assert (many.rowcount, touched.rowcount) == (5, 3)


async def test_a_snapshot_sees_one_moment_and_a_reader_each_its_own(database: Database) -> None:
    async with database.snapshot() as still, database.connect() as moving:
        seen = [await c.scalar(text("SELECT count(*) FROM t")) for c in (still, moving)]
        async with database.begin() as writer:
            await writer.execute(text("INSERT INTO t VALUES (1)"))
        seen += [await c.scalar(text("SELECT count(*) FROM t")) for c in (still, moving)]
    assert seen == [0, 0, 0, 1]
