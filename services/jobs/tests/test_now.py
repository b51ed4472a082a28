"""What waits, what ran last: how things stand at this moment."""

from __future__ import annotations

from typing import Any

import pytest
from millstream_jobs.handlers.jobs import cancel_job
from millstream_jobs.inputs import CancelIn
from millstream_jobs.store_queries import last_ended, last_failed
from sqlalchemy import text
from sqlalchemy.dialects import postgresql


class TestNow:
    async def test_the_queue_by_state(self, house: Any) -> None:
        await house.enqueue()
        await house.enqueue(delay_s=60)
        await house.clock.advance(90)
        standing = (await house.store.standings())["resize"]
        assert (standing.queued, standing.pending) == (1, 1)
        assert (await house.store.urgencies(house.clock.now_ms()))["resize"].due == 1

    async def test_what_ran_last(self, house: Any) -> None:
        await house.declare("other")
        jobs = []
        for function, outcome in (("resize", "failure"), ("other", "success"), ("resize", None)):
            await house.enqueue(function, priority=len(jobs))
            job = await house.lease_one(function)
            await house.clock.advance(1)
            if outcome is not None:
                await house.report(job, "outcome", outcome=outcome, error="x")
            jobs.append(job.id)
        waiting = [(await house.enqueue(priority=p)).id for p in (0, 9, 4)]

        async def ids(found: Any) -> list[str]:
            return [job.id for job in await found]

        assert await ids(house.store.recent_runs(None, 2)) == [jobs[2], jobs[1]]
        assert await ids(house.store.recent_runs("resize", 5)) == [jobs[2], jobs[0]]
        assert await ids(house.store.recent_failures(5)) == [jobs[0]]
        assert sorted(await ids(house.store.oldest_queued(5))) == sorted(waiting)
        assert (await house.store.standings())["other"].last_run_id == jobs[1]


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
async def test_what_ran_last_is_found_without_a_look_at_what_never_ran(house: Any) -> None:
    """However many were cancelled while they waited, and all of them since."""
    await house.enqueue()
    ran = await house.lease_one()
    await house.report(ran, "outcome", outcome="success")
    await house.clock.advance(1)
    for _ in range(20):
        await cancel_job(house.context, (await house.enqueue()).id, CancelIn())
    assert [job.id for job in await house.store.recent_runs(None, 10)] == [ran.id]
    query = last_ended(10).compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    async with house.database.begin() as connection:
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(await connection.scalars(text(f"EXPLAIN (ANALYZE) {query}")))
    assert "Rows Removed by Filter" not in plan


async def test_what_failed_last_is_found_without_a_look_at_all_that_failed(small_house: Any) -> None:
    """SQLite, which knows nothing of how many failed, walks the index of failures from its end."""
    async with small_house.database.connect() as connection:
        query = last_failed("sqlite", 10).compile(dialect=connection.dialect)
        values = tuple(query.params[name] for name in query.positiontup or ())
        steps = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)).all()
    assert [str(step.detail).partition("(")[0].strip() for step in steps] == ["SEARCH jobs USING INDEX jobs_failed"]
