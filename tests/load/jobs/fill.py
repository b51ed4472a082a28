"""A database as it is after a million jobs: thirty days of a hundred functions, the last one half past six in the evening.

Yesterday and today are made by the model's own steps and folded by the service, so their figures are those the service
keeps; only the rows of jobs and attempts are written in their last state, not one state after the other. The days before
are yesterday again, moved by whole days inside the database: rows, ids, figures.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from load.jobs.lives import Life
from millstream_contracts.times import hour_of
from millstream_jobs.figures import DAY_MS, ERROR_LEVELS_MS, HOUR_MS, LEVELS_MS, forgotten_before
from millstream_jobs.new_job import Defaults
from millstream_jobs.store import KEPT_HOURS
from millstream_jobs.store_figure_tables import buckets, error_buckets, tallies, trend_hours
from millstream_jobs.store_model import Function
from millstream_jobs.store_queries import first_id_at
from millstream_jobs.store_sql import SqlStore
from millstream_jobs.store_tables import attempts, jobs, log_lines
from millstream_jobs.tallies import tally_text
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from sqlalchemy import ColumnElement, Connection, Integer, Table, cast, func, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

DAYS = 29  # before today
EVENING_MS = 18 * HOUR_MS + HOUR_MS // 2
NIGHT_MS = HOUR_MS  # at a day's end, when nothing new comes: what began ends before midnight
FOLD = 100
LINES = 10_000
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_END = len("job_") + 10
Shifted = Callable[[ColumnElement[Any]], ColumnElement[Any]]


def evening_before(now_ms: int) -> int:
    """The last time it was half past six in the evening, UTC: the moment a filled database stands at."""
    return (now_ms - EVENING_MS) // DAY_MS * DAY_MS + EVENING_MS


async def fill(database: Database, count: int, now_ms: int) -> None:
    """Write `count` jobs that end at `now_ms`, an evening, with everything the service keeps of them."""
    midnight_ms = now_ms - now_ms % DAY_MS
    a_day = round(count / (DAYS + EVENING_MS / DAY_MS))
    yesterday = Life(a_day, (midnight_ms - DAY_MS, midnight_ms - NIGHT_MS), now_ms)
    today = Life(count - DAYS * a_day, (midnight_ms, now_ms), now_ms, has_tree=True)
    async with database.begin() as connection:
        await connection.run_sync(_each_index, "drop")
    async with SqlStore(database, ManualClock(now_ms)).begin() as transaction:
        await transaction.declare([_function(defaults, now_ms) for defaults in today.defaults], {})
    await _live(database, yesterday, now_ms)
    for days in range(1, DAYS):
        async with database.begin() as connection:
            await _repeat(connection, midnight_ms - DAY_MS, days * DAY_MS, now_ms)
    await _live(database, today, now_ms)
    async with database.begin() as connection:
        await connection.run_sync(_each_index, "create")
    await _write_log(database, now_ms)
    await _say_hours(database, now_ms)
    await _tidy(database)


async def _live(database: Database, life: Life, now_ms: int) -> None:
    store = SqlStore(database, ManualClock(now_ms))
    for rows in life.batches():
        async with database.begin() as connection:
            await connection.execute(insert(jobs), rows.jobs)
            if rows.attempts:
                await connection.execute(insert(attempts), rows.attempts)
            await connection.execute(insert(tallies).values(body=tally_text(rows.moves)))
    while await store.fold(FOLD):
        pass


async def _repeat(connection: AsyncConnection, day_ms: int, by_ms: int, now_ms: int) -> None:
    """Write a day once more, so much earlier."""
    ends_ms = day_ms + DAY_MS

    def earlier(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return column - by_ms

    root, parent = jobs.alias(), jobs.alias()
    moved = _moved(jobs, earlier) | {
        "id": _id_earlier(jobs, by_ms), "root_id": _id_earlier(root, by_ms), "parent_id": _id_earlier(parent, by_ms)
    }  # fmt: skip
    family = jobs.join(root, root.c.id == jobs.c.root_id).outerjoin(parent, parent.c.id == jobs.c.parent_id)
    of_the_day = jobs.c.id >= first_id_at(day_ms), jobs.c.id < first_id_at(ends_ms)
    query = select(*moved.values()).select_from(family).where(*of_the_day)
    await connection.execute(insert(jobs).from_select(list(moved), query))
    moved = _moved(attempts, earlier) | {"job_id": _id_earlier(jobs, by_ms)}
    query = select(*moved.values()).select_from(attempts.join(jobs, jobs.c.id == attempts.c.job_id)).where(*of_the_day)
    await connection.execute(insert(attempts).from_select(list(moved), query))
    for table, levels in ((buckets, LEVELS_MS), (error_buckets, ERROR_LEVELS_MS)):
        moved = _moved(table, earlier)
        for step_ms in levels:
            kept_ms = max(day_ms, forgotten_before(step_ms, now_ms, levels) + by_ms)
            there = table.c.step_ms == step_ms, table.c.at_ms >= kept_ms, table.c.at_ms < ends_ms
            await connection.execute(insert(table).from_select(list(moved), select(*moved.values()).where(*there)))
    moved = _moved(trend_hours, earlier)
    kept_ms = max(day_ms, hour_of(now_ms) - KEPT_HOURS * HOUR_MS + by_ms)
    query = select(*moved.values()).where(trend_hours.c.hour_ms >= kept_ms, trend_hours.c.hour_ms < ends_ms)
    await connection.execute(insert(trend_hours).from_select(list(moved), query))


def _moved(table: Table, earlier: Shifted) -> dict[str, ColumnElement[Any]]:
    """A table's columns, its instants moved."""
    instants = {"at_ms", "hour_ms"}
    return {c.name: earlier(c) if c.name in instants or c.name.endswith("_at_ms") else c for c in table.c}


def _id_earlier(of: Any, by_ms: int) -> ColumnElement[Any]:
    """The id a job would have, had it been made so much earlier: other time, same dice."""
    at_ms = of.c.created_at_ms - by_ms
    letters = [func.substr(_CROCKFORD, cast(at_ms // 32**n % 32, Integer) + 1, 1) for n in range(9, -1, -1)]
    return reduce(lambda before, letter: before.concat(letter), [*letters, func.substr(of.c.id, _TIME_END + 1)],
                  literal("job_"))  # fmt: skip


def _each_index(connection: Connection, what: str) -> None:
    """A table is filled fastest without its indexes; they are built in one go afterwards."""
    for table in (jobs, attempts):
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            getattr(index, what)(connection)


def _function(defaults: Defaults, now_ms: int) -> Function:
    return Function(
        key=defaults.function,
        name=defaults.function_name,
        type=defaults.job_type,
        timeout_s=defaults.timeout_s,
        max_retries=defaults.max_retries,
        retry_delay_s=defaults.retry_delay_s,
        max_concurrency=None,
        version=None,
        paused=False,
        declared_at_ms=now_ms,
    )


async def _write_log(database: Database, now_ms: int) -> None:
    """One job in the middle wrote much."""
    levels = ("debug", "info", "info", "warning", "error")
    lines = [
        {
            "attempt": 1, "at_ms": now_ms + n, "level": levels[n % len(levels)],
            "message": f"line {n} of a long log that goes on and on", "fields": None,
        }
        for n in range(LINES)
    ]  # fmt: skip
    async with database.begin() as connection:
        middle = select(jobs.c.id).where(jobs.c.id >= first_id_at(now_ms - 15 * DAY_MS)).order_by(jobs.c.id).limit(1)
        job_id = await connection.scalar(middle)
        await connection.execute(insert(log_lines), [line | {"job_id": job_id} for line in lines])


async def _say_hours(database: Database, now_ms: int) -> None:
    """The trends as they were told hour by hour."""
    async with database.begin() as connection:
        over = update(trend_hours).where(trend_hours.c.hour_ms < hour_of(now_ms))
        await connection.execute(over.values(active=3))
        await connection.execute(update(trend_hours).values(published=trend_hours.c.version))


async def _tidy(database: Database) -> None:
    """What autovacuum does within minutes. SQLite has nothing of the kind, and its readers no statistics."""
    if database.dialect == "postgresql":
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM (ANALYZE, PARALLEL 0)"))
