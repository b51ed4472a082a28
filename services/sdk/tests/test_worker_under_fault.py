"""Promises a worker keeps when things go wrong."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from millstream import Context
from millstream.testing import MemoryServer
from millstream.worker import Worker, WorkerOptions, runtime


async def until(fact, timeout_s: float = 10.0):
    deadline = time.monotonic() + timeout_s
    while not (answer := fact()):
        assert time.monotonic() < deadline, "not in time"
        await asyncio.sleep(0.01)
    return answer


async def test_a_function_that_blocks_its_loop_keeps_its_lease(app, server: MemoryServer, working) -> None:
    """Leases are renewed from a loop user code never runs on: three lease lifetimes of `time.sleep` lose nothing."""
    server.lease_ttl_s = 1.0

    @app.function(timeout=60)
    async def blocking() -> str:
        time.sleep(3.2)
        return "done"

    async with working():
        handle = await blocking.enqueue()
        await until(lambda: server.jobs[handle.id].status == "active")
        began = len(server.heartbeats)
        assert await handle.result(20) == "done"
        assert len(server.heartbeats) - began > 5
    job = server.jobs[handle.id]
    assert (job.attempts, job.interruptions) == (1, 0)


async def test_a_blocked_loop_does_not_hide_a_timeout(app, server: MemoryServer, working) -> None:
    @app.function(retries=0, timeout=0.3)
    async def blocking() -> None:
        time.sleep(1.5)

    async with working():
        handle = await blocking.enqueue()
        await until(lambda: server.jobs[handle.id].outcomes == ["timeout"], 1.4)


async def test_an_outcome_waits_for_a_server_that_is_away(app, server: MemoryServer, working) -> None:
    release = threading.Event()

    @app.function()
    async def work() -> int:
        while not release.is_set():
            await asyncio.sleep(0.01)
        return 5

    async with working() as worker:
        handle = await work.enqueue()
        await until(lambda: server.jobs[handle.id].status == "active")
        server.away = True
        release.set()
        await until(lambda: worker._reporter.is_away)
        server.away, server.broken = False, True
        asked = len(server.requests)
        await until(lambda: ("POST", "/leases/reports") in server.requests[asked:])
        server.broken = False
        assert await handle.result(15) == 5
    assert server.jobs[handle.id].attempts == 1


async def test_an_answer_that_is_lost_does_not_finish_a_job_twice(app, server: MemoryServer, working) -> None:
    @app.function()
    async def work() -> int:
        server.lose_answers = 1
        return 5

    async with working():
        handle = await work.enqueue()
        assert await handle.result(10) == 5
        await until(lambda: not server.lose_answers)
    assert server.jobs[handle.id].outcomes == ["success"]


async def test_a_slow_server_is_given_the_time_it_takes(app, server: MemoryServer, working, caplog) -> None:
    """A third of a lease is the first patience; a starved server may need longer for every answer."""
    server.lease_ttl_s, server.slow_s = 3.0, 1.5

    @app.function()
    async def work() -> int:
        return 5

    async with working():
        handle = await work.enqueue()
        await until(lambda: "reports go on" in caplog.text)
        assert await handle.result(10) == 5
    assert server.jobs[handle.id].outcomes == ["success"]


async def test_an_attempt_that_lost_its_lease_stops_and_says_nothing(app, server: MemoryServer, working) -> None:
    server.lease_ttl_s = 1.0
    stopped = threading.Event()

    @app.function()
    async def work(ctx: Context) -> int:
        if ctx.attempt > 1:
            return ctx.attempt
        try:
            await asyncio.sleep(30)
        finally:
            stopped.set()
        return 0

    async with working():
        handle = await work.enqueue()
        await until(lambda: server.jobs[handle.id].status == "active")
        server.expire(handle.id)
        assert await handle.result(10) == 2
        await until(stopped.is_set)
    assert server.jobs[handle.id].outcomes == ["success"]


async def test_one_bad_report_does_not_hold_up_the_others(app, server: MemoryServer, working) -> None:
    """A server that refuses a whole batch is asked one by one; the refused outcome becomes a clear failure."""
    answer = server._report

    def picky(batch):
        if any(report.get("result") == "poison" for report in batch["reports"]):
            from millstream.testing.server import _problem

            return _problem(422, "invalid", "the result is poison")
        return answer(batch)

    server._report = picky

    @app.function(retries=3)
    async def work(word: str) -> str:
        return word

    async with working():
        bad, good = await work.enqueue(word="poison"), await work.enqueue(word="bread")
        assert await good.result(10) == "bread"
        job = await bad.wait(10)
    assert (job.status, job.error_type, job.attempts) == ("failed", "OutcomeRefused", 1)


class TestDraining:
    async def test_lets_running_jobs_finish_and_leases_no_more(self, app, server: MemoryServer, working) -> None:
        release = threading.Event()

        @app.function()
        def work() -> int:
            release.wait(10)
            return 1

        async with working(concurrency=1) as worker:
            first, second = await work.enqueue(), await work.enqueue()
            await until(lambda: server.jobs[first.id].status == "active")
            worker.stop()
            await until(lambda: server.heartbeats[-1]["state"] == "draining")
            release.set()
        assert server.jobs[first.id].status == "complete"
        assert (server.jobs[second.id].status, server.jobs[second.id].attempts) == ("queued", 0)

    @pytest.mark.parametrize("kind", ["async", "sync"])
    async def test_hands_back_what_does_not_finish_in_time(self, app, server: MemoryServer, working, kind: str) -> None:
        async def slow_async() -> None:
            await asyncio.sleep(60)

        def slow_sync(ctx: Context) -> None:
            ctx.cancelled.wait(60)
            ctx.progress(0.5)

        slow = app.function()(slow_async if kind == "async" else slow_sync)
        async with working(drain_s=0.2) as worker:
            handle = await slow.enqueue()
            await until(lambda: server.jobs[handle.id].status == "active")
            worker.stop()
        job = server.jobs[handle.id]
        assert (job.status, job.outcomes, job.interruptions) == ("queued", ["hand_back"], 0)

    async def test_a_second_stop_does_not_wait(self, app, server: MemoryServer, working) -> None:
        @app.function()
        async def slow() -> None:
            await asyncio.sleep(60)

        began = time.monotonic()
        async with working(drain_s=60) as worker:
            handle = await slow.enqueue()
            await until(lambda: server.jobs[handle.id].status == "active")
            worker.stop()
            worker.stop()
        assert time.monotonic() - began < 15
        assert server.jobs[handle.id].outcomes == ["hand_back"]

    async def test_waits_for_a_server_that_is_away_while_the_lease_may_live(self, app, server, monkeypatch) -> None:
        """An outcome is never dropped while somebody may still take it."""
        monkeypatch.setattr(runtime, "HAND_BACK_S", 0.1)  # else the test would wait five seconds to see nothing
        release = threading.Event()

        @app.function()
        async def work() -> int:
            while not release.is_set():
                await asyncio.sleep(0.01)
            return 3

        worker = Worker(app, WorkerOptions(drain_s=0.5))
        running = asyncio.create_task(worker.run())
        handle = await work.enqueue()
        await until(lambda: server.jobs[handle.id].status == "active")
        server.away = True
        release.set()
        worker.stop()
        await until(lambda: worker._reporter.is_away)
        _, still_running = await asyncio.wait([running], timeout=2)
        assert still_running
        server.away = False
        await asyncio.wait_for(running, 20)
        assert server.jobs[handle.id].outcomes == ["success"]

    async def test_a_function_that_will_not_end_is_left_behind(self, app, server: MemoryServer, working) -> None:
        release = threading.Event()

        @app.function()
        def deaf() -> None:
            release.wait(30)

        async with working(drain_s=0.1) as worker:
            handle = await deaf.enqueue()
            await until(lambda: server.jobs[handle.id].status == "active")
        assert not worker.is_clean
        assert server.jobs[handle.id].outcomes == ["hand_back"]
        release.set()


async def test_a_credential_that_is_refused_ends_the_worker_with_the_reason(app, server: MemoryServer) -> None:
    from millstream import Unauthorized
    from millstream.testing.server import _problem

    server._declare = lambda wish: _problem(401, "invalid_credential", "The key is not valid.")
    app.function(key="one")(lambda: None)
    with pytest.raises(Unauthorized, match="not valid"):
        await asyncio.wait_for(Worker(app, WorkerOptions(drain_s=0)).run(), 10)


async def test_a_job_of_a_function_this_worker_lost_is_handed_back(app, server: MemoryServer, working) -> None:
    @app.function()
    async def work() -> None: ...

    async with working() as worker:
        await until(lambda: worker._state == "active")
        app.functions.pop("work")
        handle = await work.enqueue()
        await until(lambda: "hand_back" in server.jobs[handle.id].outcomes)


def test_a_flood_of_lines_is_bounded_and_counted() -> None:
    from millstream.worker.outbox import LOG_BYTES_KEPT, Outbox

    clock = iter(float(n) for n in range(10_000_000))
    outbox = Outbox("job_1", "t", 30, lambda: None, lambda: next(clock))
    for _ in range(400):
        outbox.log("info", "x" * 8000, {})
    assert outbox._line_bytes <= LOG_BYTES_KEPT
    outbox.end({"kind": "outcome", "outcome": "cancelled"})
    reports = []
    while taken := outbox.take():
        reports += taken
    assert [r.kind for r in reports][-1] == "outcome"
    assert "lines were left out here" in reports[-2].body
    assert all(len(r.body) < 1_000_000 for r in reports)
