"""One suite for the store, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from millstream_jobs.handlers.due import advance_due_jobs
from millstream_jobs.handlers.enqueue import Wish, enqueue_jobs
from millstream_jobs.inputs import EnqueueIn
from millstream_jobs.store_tables import metadata
from millstream_kit.db import Database


async def test_migrations_make_exactly_the_tables_the_code_uses(database: Database) -> None:
    def compare(connection: Any) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database.connect() as connection:
        assert await connection.run_sync(compare) == []


async def test_a_job_reads_back_as_it_was_written(house: Any) -> None:
    job = await house.enqueue(kwargs={"größe": [1, {"a": None}]}, priority=3, tags=["x", "y"], idempotency_key="k")
    row = await house.store.job(job.id)
    assert row.job == job
    assert row.payloads.kwargs == '{"größe":[1,{"a":null}]}'


async def test_jobs_are_leased_by_priority_then_age(house: Any) -> None:
    late, early, urgent = [await house.enqueue(priority=p) for p in (1, 1, 9)]
    del early
    await house.clock.advance(1)
    last = await house.enqueue(priority=1)
    rows = await house.lease(most=10)
    assert rows[0].job.id == urgent.id
    assert rows[-1].job.id == last.id
    assert {row.job.id for row in rows} >= {late.id}


async def test_no_job_is_leased_twice_by_many_workers_at_once(house: Any) -> None:
    count = 60
    wishes = [EnqueueIn(function="resize", kwargs={"n": n}) for n in range(count)]
    await enqueue_jobs(house.context, [Wish(w) for w in wishes])

    async def work(worker: str) -> list[str]:
        mine: list[str] = []
        while rows := await house.lease(most=3, worker=worker):
            mine += [row.job.id for row in rows]
        return mine

    taken = [job for part in await asyncio.gather(*(work(f"w{n}") for n in range(12))) for job in part]
    # A worker may meet only rows that others hold at this moment and go; what it left is there for the next.
    taken += await work("last")
    assert len(taken) == len(set(taken)) == count


async def test_a_limited_function_never_runs_more_than_its_limit(house: Any) -> None:
    await house.declare("limited", max_concurrency=2)
    for _ in range(6):
        await house.enqueue("limited")
    parts = await asyncio.gather(*(house.lease("limited", most=2, worker=f"w{n}") for n in range(5)))
    assert sum(len(part) for part in parts) == 2


async def test_two_replicas_do_what_is_due_once(house: Any) -> None:
    for _ in range(20):
        await house.enqueue(delay_s=5)
    await house.clock.advance(5)
    await asyncio.gather(*(advance_due_jobs(house.context, 7) for _ in range(5)))
    await advance_due_jobs(house.context)
    events = [event for event in await house.said() if event.seq == 2]
    assert len(events) == 20


async def test_one_idempotency_key_makes_one_job_under_contention(house: Any) -> None:
    wish = EnqueueIn(function="resize", idempotency_key="once")
    answers = await asyncio.gather(*(enqueue_jobs(house.context, [Wish(wish)]) for _ in range(8)))
    assert len({answer[0].row.job.id for answer in answers}) == 1
    assert sum(answer[0].is_new for answer in answers) == 1


async def test_crossed_idempotency_keys_do_not_deadlock(house: Any) -> None:
    one, two = (EnqueueIn(function="resize", idempotency_key=key) for key in "ab")
    orders = ([one, two], [two, one]) * 4
    answers = await asyncio.gather(*(enqueue_jobs(house.context, [Wish(w) for w in order]) for order in orders))
    assert len({a.row.job.id for answer in answers for a in answer}) == 2


async def test_log_lines_page_forwards(house: Any) -> None:
    await house.enqueue()
    job = await house.lease_one()
    lines = [
        {"at": "2026-01-01T00:00:00Z", "level": level, "message": f"line {n} 50%", "fields": {"n": n}}
        for n, level in enumerate(["info", "error", "info"])
    ]
    await house.report(job, "log", lines=lines)

    async def read(**more: Any) -> tuple[list[str], bool]:
        asked = {"limit": 10, "after_id": 0, "attempt": None, "levels": [], "text": None} | more
        found, _, more_left = await house.store.log_lines(job.id, **asked)
        return [line.message for line in found], more_left

    assert await read() == (["line 0 50%", "line 1 50%", "line 2 50%"], False)
    assert await read(limit=1) == (["line 0 50%"], True)
    assert await read(levels=["error"]) == (["line 1 50%"], False)
    assert await read(text="2 50%") == (["line 2 50%"], False)
    assert await read(attempt=2) == ([], False)


async def test_only_shards_that_are_still_held_are_read(house: Any) -> None:
    await house.enqueue()
    holdings = house.holdings("a")
    await holdings.renew()
    shards = holdings.shards()
    assert len(await house.store.outbox_batch(shards, 10)) == 1
    await house.clock.advance(6)
    assert await house.store.outbox_batch(shards, 10) == []
    await house.holdings("b").renew()
    assert await house.store.outbox_batch(shards, 10) == []


@pytest.mark.parametrize("size", [1, 500])
async def test_a_batch_of_jobs_is_one_transaction(house: Any, size: int) -> None:
    wishes = [EnqueueIn(function="resize") for _ in range(size)]
    await enqueue_jobs(house.context, [Wish(w) for w in wishes])
    assert len(await house.said()) == size


async def test_where_a_function_is_in_the_code_is_kept_as_it_was_last_declared(house: Any) -> None:
    await house.declare("charge", import_path="shop.jobs:charge")
    assert (await house.store.function("charge")).import_path == "shop.jobs:charge"
    await house.declare("charge")
    assert (await house.store.function("charge")).import_path is None
