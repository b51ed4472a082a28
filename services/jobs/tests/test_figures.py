"""Figures tell what the facts tell, on SQLite and on PostgreSQL, folded or not."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from millstream_contracts.times import HOUR_MS, hour_of
from millstream_jobs import model
from millstream_jobs.app import STORAGE
from millstream_jobs.figures import (
    ERROR_LEVELS_MS,
    EVERY_FUNCTION,
    KEPT_MS,
    LEVELS_MS,
    MINUTE_MS,
    MOST_VERSIONS,
    OTHER_ERRORS,
    SLOT_MS,
    TREND_COUNTS,
    Figures,
    Point,
    Stretch,
    covering,
)
from millstream_jobs.handlers.due import advance_due_jobs
from millstream_jobs.handlers.jobs import cancel_job
from millstream_jobs.inputs import CancelIn
from millstream_jobs.model import Status
from millstream_jobs.neighbours import Whereabouts
from millstream_jobs.store_figure_tables import buckets, error_buckets, standings, tallies
from millstream_jobs.store_folding import MOST_KINDS
from millstream_jobs.store_model import Change
from millstream_jobs.store_sql import SqlStore
from millstream_kit.db import Database
from millstream_kit.sketch import Sketch
from sqlalchemy import MetaData, func, select, text

NOW = 1_767_268_800_000 + 12_345_678
ENDS = {"job.completed": "complete", "job.failed": "failed", "job.cancelled": "cancelled", "job.retrying": "retrying"}
FUNCTIONS = ("resize", "other")


class TestCovering:
    @given(st.integers(0, 30 * 24 * HOUR_MS), st.integers(0, 30 * 24 * HOUR_MS))
    def test_it_is_the_period_without_hole_or_overlap(self, one: int, two: int) -> None:
        after, before = NOW - max(one, two), NOW - min(one, two)
        found = covering(after, before, NOW)
        for left, right in itertools.pairwise(found):
            assert left.to_ms == right.from_ms
        assert all(s.from_ms % s.step_ms == 0 == s.to_ms % s.step_ms for s in found)
        assert before <= after or (found[0].from_ms <= after and found[-1].to_ms >= before)

    @given(st.integers(0, 24 * HOUR_MS))
    def test_it_is_few_buckets_and_no_more_than_the_finest_kept_too_long(self, age: int) -> None:
        found = covering(NOW - age, None, NOW)
        assert sum((s.to_ms - s.from_ms) // s.step_ms for s in found) < 100
        finest = next(step for step in LEVELS_MS if age <= KEPT_MS[step])
        assert NOW - age - found[0].from_ms < finest

    def test_what_is_open_ended_reaches_beyond_now(self) -> None:
        assert covering(None, None, NOW)[-1].to_ms > NOW
        assert covering(NOW - SLOT_MS, None, NOW)[-1].to_ms > NOW


async def live(house: Any, dice: random.Random, steps: int) -> None:
    """Jobs of two functions come, run, fail, wait, are cancelled, are lost; now and then somebody folds."""
    await house.declare("resize", max_retries=1, retry_delay=5)
    await house.declare("other")
    made, running = [], []
    for _ in range(steps):
        what = dice.choice(("enqueue", "enqueue", "lease", "lease", "report", "report", "cancel", "pass", "fold"))
        if what == "enqueue":
            made.append(await house.enqueue(dice.choice(FUNCTIONS), delay_s=dice.choice((0, 0, 40))))
        elif what == "lease":
            running += [row.job for row in await house.lease(*FUNCTIONS, most=2)]
        elif what == "report" and running:
            job = running.pop(dice.randrange(len(running)))
            outcome = dice.choice(("success", "success", "failure"))
            error = {"error": f"bad {dice.choice('ab')} {len(made)}", "error_type": "E"}
            await house.report(job, "outcome", outcome=outcome, **(error if outcome == "failure" else {}))
        elif what == "cancel" and made:
            job = await house.job(dice.choice(made))
            if not job.is_finished:
                await cancel_job(house.context, job.id, CancelIn())
        elif what == "pass":
            await house.clock.advance(dice.choice((1, 7, 20, 600, 2_000)))
            await advance_due_jobs(house.context)
        else:
            await house.store.fold(dice.choice((1, 3, 100)))


class Recount:
    """The figures once more, from the facts in the outbox and the jobs as they stand."""

    def __init__(self, events: list[Any]) -> None:
        self.events = events

    def counts(self, function: str, after: int = 0, before: int = 2**60) -> Counter[str]:
        mine = [e for e in self.events if function in (EVERY_FUNCTION, e.function) and after <= e.at_ms < before]
        found = Counter(ENDS[e.type] for e in mine if e.type in ENDS)
        found["queued"] = sum(e.type == "job.queued" and e.seq == 1 for e in mine)
        found["started"] = sum(e.type == "job.started" for e in mine)
        return found

    def point(self, function: str, after: int, before: int) -> Point:
        counts = self.counts(function, after, before)
        figures = Figures(**{name: counts[name] for name in TREND_COUNTS})
        for e in self.events:
            if function in (EVERY_FUNCTION, e.function) and after <= e.at_ms < before:
                if e.type == "job.started":
                    figures.waited(round(e.started.queue_wait_ms))
                elif e.type in ("job.completed", "job.failed"):
                    figures.ran(round((e.completed if e.type == "job.completed" else e.failed).duration_ms))
        return Point.of(figures)

    def runs(self, function: str, after: int = 0) -> Sketch:
        sketch = Sketch()
        for e in self.events:
            mine = function in (EVERY_FUNCTION, e.function) and after <= e.at_ms
            if mine and e.type in ("job.completed", "job.failed"):
                sketch.add(round((e.completed if e.type == "job.completed" else e.failed).duration_ms))
        return sketch

    def errors(self) -> Counter[tuple[str, str]]:
        return Counter((e.function, e.failed.error_fingerprint) for e in self.events if e.type == "job.failed")


def ever(clock: Any, levels: Sequence[int] = LEVELS_MS) -> list[Stretch]:
    return covering(None, None, clock.now_ms(), levels)


def counts_of(figures: Any) -> Counter[str]:
    names = ("queued", "started", "complete", "failed", "retrying", "cancelled")
    return Counter({name: getattr(figures, name) for name in names})


@pytest.mark.parametrize("seed", [1, 2])
async def test_figures_equal_a_recount_of_the_facts(house: Any, seed: int) -> None:
    await live(house, random.Random(seed), 160)
    store, recount, now = house.store, Recount(await house.said()), house.clock.now_ms()
    for folded in (False, True):
        if folded:
            while await store.fold(7):
                pass
        for function in (*FUNCTIONS, EVERY_FUNCTION):
            figures = await store.figures(function, covering(None, None, now))
            assert counts_of(figures) == +recount.counts(function)
            since = now - 50 * MINUTE_MS
            part = await store.figures(function, covering(since, None, now))
            assert counts_of(part) == +recount.counts(function, since - since % SLOT_MS)
            for begin in (None, since):
                runs = await store.runs(function, covering(begin, None, now))
                assert runs.to_bytes() == recount.runs(function, (begin or 0) - (begin or 0) % SLOT_MS).to_bytes()
            for step in (SLOT_MS, 5 * MINUTE_MS, HOUR_MS):
                for at, point in (await store.series(function, step, now - 20 * HOUR_MS, now + step)).items():
                    assert point == recount.point(function, at, at + step)
        by_function, _ = await store.overview(now - 20 * HOUR_MS)
        assert {f: counts_of(x) for f, x in by_function.items()} == {f: +recount.counts(f) for f in by_function}
        groups = await store.error_groups(None, covering(None, None, now, ERROR_LEVELS_MS), 50)
        assert Counter({(g.function, g.fingerprint): g.count for g in groups}) == recount.errors()
        for function, standing in (await store.overview(now))[1].items():
            kept = Counter(
                {
                    s.value: getattr(standing, s.value)
                    for s in (Status.PENDING, Status.QUEUED, Status.ACTIVE, Status.RETRYING)
                }
            )
            jobs = [
                job
                for e in recount.events
                if e.seq == 1 and e.function == function
                for job in [await house.job(e.job_id)]
            ]
            assert +kept == Counter(job.status.value for job in jobs if not job.is_finished)
            begun = [(job.started_at_ms, job.id) for job in jobs if job.started_at_ms is not None]
            assert (standing.last_run_at_ms, standing.last_run_id) == max(begun)
    async with house.database.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(tallies)) == 0


async def test_buckets_are_let_go_and_what_is_asked_for_stays(house: Any) -> None:
    """As time goes by a period is told by ever larger buckets; the smaller ones are gone."""
    for _ in range(3):
        await house.enqueue()
        await house.report(await house.lease_one(), "outcome", outcome="failure", error="x", retryable=False)
    await house.store.fold(100)
    begun = house.clock.now_ms()
    for days, sizes in ((0.5, 4), (2, 3), (20, 2), (100, 1), (500, 0)):
        await house.clock.advance((begun - house.clock.now_ms()) / 1000 + days * 86_400)
        while await house.store.forget_buckets(1):
            pass
        async with house.database.connect() as connection:
            assert await connection.scalar(select(func.count()).select_from(buckets)) == 2 * sizes
        kept = 3 if sizes else 0
        assert (await house.store.figures("resize", ever(house.clock))).failed == kept
        assert sum(g.count for g in await house.store.error_groups(None, ever(house.clock, ERROR_LEVELS_MS), 9)) == kept


async def test_a_fact_that_is_too_late_for_small_buckets_counts_in_large_ones(house: Any) -> None:
    await house.enqueue()
    await house.clock.advance(10 * 86_400)
    await house.store.fold(100)
    async with house.database.connect() as connection:
        steps = set(await connection.scalars(select(buckets.c.step_ms)))
    assert steps == {HOUR_MS, 24 * HOUR_MS}
    assert (await house.store.figures("resize", ever(house.clock))).queued == 1


async def test_many_that_fold_at_once_count_once(house: Any) -> None:
    for _ in range(30):
        await house.enqueue()
    await asyncio.gather(*(house.store.fold(4) for _ in range(12)))
    assert (await house.store.figures("resize", ever(house.clock))).queued == 30
    async with house.database.connect() as connection:
        assert await connection.scalar(select(standings.c.queued)) == 30


async def test_errors_that_are_all_different_stay_few_and_are_all_counted(house: Any) -> None:
    """A name in the message makes a kind of its own; the kinds there were before the bucket was full go on by themselves."""
    names = ["".join(letters) for letters in itertools.product("abcdefghijkl", repeat=2)]
    for name in [*names, names[0], names[-1]]:
        await house.enqueue()
        await house.report(await house.lease_one(), "outcome", outcome="failure", error=f"no {name}", retryable=False)
        await house.clock.advance(0.001)
        if name.endswith("f"):
            await house.store.fold(100)
    while await house.store.fold(100):
        pass
    groups = await house.store.error_groups(None, ever(house.clock, ERROR_LEVELS_MS), 500)
    by_kind = {group.fingerprint: group for group in groups}
    other = by_kind.pop(OTHER_ERRORS)
    assert (len(by_kind), other.count) == (MOST_KINDS, len(names) - MOST_KINDS + 1)
    assert Counter(group.count for group in by_kind.values()) == {1: MOST_KINDS - 1, 2: 1}
    assert (await house.job(other.last_job_id)).error == f"no {names[-1]}"
    async with house.database.connect() as connection:
        rows = await connection.scalar(select(func.count()).select_from(error_buckets))
    assert rows == len(ERROR_LEVELS_MS) * (MOST_KINDS + 1)


async def test_a_group_of_failures_tells_the_versions_that_failed_the_newest_first(house: Any) -> None:
    """Folded or only noted, each once; of a job whose worker never said its version none is told."""

    async def fail(version: str | None) -> None:
        await house.enqueue()
        job = await house.lease_one(where=Whereabouts("shop-7d", version))
        await house.clock.advance(1)
        await house.report(job, "outcome", outcome="failure", error="no", retryable=False)

    async def told() -> list[tuple[int, tuple[str, ...]]]:
        groups = await house.store.error_groups("resize", ever(house.clock, ERROR_LEVELS_MS), 9)
        return [(group.count, group.versions) for group in groups]

    await fail(None)
    assert await told() == [(1, ())]
    await fail("1.1")
    await fail("1.2")
    await house.store.fold(100)
    await fail("1.1")
    assert await told() == [(4, ("1.1", "1.2"))]
    while await house.store.fold(100):
        pass
    assert await told() == [(4, ("1.1", "1.2"))]
    await house.clock.advance(26 * 3600)
    await fail("1.3")
    await house.store.fold(100)
    count, versions = (await told())[0]
    assert (count, versions[0], set(versions)) == (5, "1.3", {"1.1", "1.2", "1.3"})
    for n in range(MOST_VERSIONS + 3):
        await fail(f"2.{n}")
    while await house.store.fold(100):
        pass
    _, versions = (await told())[0]
    assert versions == tuple(f"2.{n}" for n in range(MOST_VERSIONS + 2, 2, -1))


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
async def test_transactions_of_one_function_do_not_wait_for_each_other(house: Any) -> None:
    """Both are open at once, and each has counted; SQLite has one writer."""
    for _ in range(2):
        await house.enqueue()
    first, second = await house.lease_one(), await house.lease_one()

    async def end(job: Any, barrier: asyncio.Barrier) -> None:
        async with house.store.begin() as transaction:
            locked = (await transaction.lock_jobs([job.id]))[job.id]
            await transaction.record([Change(model.succeed(locked, house.clock.now_ms()))])
            await barrier.wait()

    barrier = asyncio.Barrier(2)
    await asyncio.wait_for(asyncio.gather(end(first, barrier), end(second, barrier)), 20)
    assert (await house.store.figures("resize", ever(house.clock))).complete == 2


async def test_what_was_counted_before_is_carried_over(database: Database, clock: Any) -> None:
    async with database.engine.connect() as connection:
        await connection.run_sync(_empty)
        await connection.run_sync(_migrate, "0001")
        hour = hour_of(clock.now_ms())
        row = "(function, hour_ms, job_type, complete, failed, retrying, cancelled, runs, run_ms, starts, wait_ms, active, version, published)"
        values = ", ".join(
            f"('{f}', {hour - back * HOUR_MS}, 'task', 3, 1, 0, 2, 4, 400.0, 5, 50.0, 0, 1, 1)"
            for f in FUNCTIONS
            for back in range(3)
        )
        await connection.execute(text(f"INSERT INTO trend_hours {row} VALUES {values}"))
        await connection.commit()
        await connection.run_sync(_migrate, "head")
        await connection.commit()
    store = SqlStore(database, clock)
    figures = await store.figures("resize", ever(clock))
    assert (figures.complete, figures.failed, figures.cancelled, figures.started, figures.avg_run_ms) == (
        9,
        3,
        6,
        15,
        100,
    )
    assert (await store.figures(EVERY_FUNCTION, ever(clock))).complete == 18
    async with database.connect() as connection:
        assert set(await connection.scalars(select(buckets.c.step_ms).distinct())) == {HOUR_MS, 24 * HOUR_MS}


def _empty(connection: Any) -> None:
    found = MetaData()
    found.reflect(connection)
    found.drop_all(connection)


def _migrate(connection: Any, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", STORAGE.migrations.replace(".", ":", 1).replace(".", "/"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
