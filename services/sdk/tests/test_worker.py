"""Running jobs: what a function may say, how it may end, what is told to the server."""

from __future__ import annotations

import asyncio
import logging
import threading
import time

import pytest
from millstream import Context, Millstream, NonRetryable
from millstream.context import current_context
from millstream.testing import MemoryServer
from millstream.worker import Worker, WorkerOptions

log = logging.getLogger("shop")


async def until(fact, timeout_s: float = 10.0):
    deadline = time.monotonic() + timeout_s
    while not (answer := fact()):
        assert time.monotonic() < deadline, "not in time"
        await asyncio.sleep(0.01)
    return answer


class TestAFunction:
    async def test_runs_async_on_a_loop_that_is_not_the_workers(self, app: Millstream, working) -> None:
        @app.function()
        async def where() -> str:
            return threading.current_thread().name

        async with working():
            assert await (await where.enqueue()).result(10) == "millstream-user-loop"

    async def test_runs_sync_in_a_thread(self, app: Millstream, working) -> None:
        @app.function()
        def where() -> str:
            return threading.current_thread().name

        async with working():
            assert (await (await where.enqueue()).result(10)).startswith("millstream-job")

    async def test_is_tried_again_when_it_raises(self, app: Millstream, server: MemoryServer, working) -> None:
        @app.function(retries=2)
        async def shaky(ctx: Context) -> int:
            if ctx.attempt < 3:
                raise ConnectionError("busy")
            return ctx.attempt

        async with working():
            handle = await shaky.enqueue()
            assert await handle.result(10) == 3
        assert server.jobs[handle.id].outcomes == ["failure", "failure", "success"]

    async def test_fails_for_good_when_it_says_so(self, app: Millstream, server: MemoryServer, working) -> None:
        class Declined(NonRetryable):
            pass

        @app.function(retries=5)
        def pay() -> None:
            raise Declined("the bank said no")

        async with working():
            handle = await pay.enqueue()
            assert (await handle.wait(10)).status == "failed"
        job = server.jobs[handle.id]
        assert (job.attempts, job.error) == (1, "the bank said no")
        assert job.error_type.endswith("Declined")
        assert "in pay" in job.traceback
        assert "execution.py" not in job.traceback

    async def test_fails_for_good_when_its_arguments_do_not_fit(self, app, server: MemoryServer, working) -> None:
        """As after a change of the function: trying again cannot help."""

        @app.function(retries=5)
        async def count(to: int) -> int:
            return to

        async with working():
            await until(lambda: server.functions)
            handle = await app.enqueue("count", {"to": "ten"})
            job = await handle.wait(10)
        assert (job.status, job.attempts, job.error_type) == ("failed", 1, "InvalidArguments")
        assert "to: Input should be a valid integer" in (job.error or "")

    async def test_fails_for_good_when_its_result_is_too_large(self, app: Millstream, working) -> None:
        @app.function(retries=5)
        async def huge() -> str:
            return "x" * 300_000

        async with working():
            job = await (await huge.enqueue()).wait(10)
        assert (job.status, job.attempts, job.error_type) == ("failed", 1, "TooLarge")
        assert "put large data in an artifact" in (job.error or "")

    @pytest.mark.parametrize("value", [object(), {1: object()}, "\ud800"], ids=["object", "nested", "half"])
    async def test_fails_for_good_when_its_result_is_not_json(self, app: Millstream, working, value) -> None:
        @app.function(retries=5)
        async def odd():
            return value

        async with working():
            job = await (await odd.enqueue()).wait(10)
        assert (job.status, job.error_type) == ("failed", "UnfitResult")

    async def test_fails_for_good_when_its_result_is_not_a_number(self, app: Millstream, working) -> None:
        @app.function(retries=5)
        async def odd() -> float:
            return float("nan")

        async with working():
            job = await (await odd.enqueue()).wait(10)
        assert (job.status, job.error_type) == ("failed", "UnfitResult")

    async def test_that_exits_does_not_take_the_worker_with_it(self, app: Millstream, working) -> None:
        @app.function(retries=0)
        async def leave() -> None:
            raise SystemExit(3)

        @app.function()
        async def stay() -> int:
            return 1

        async with working():
            assert (await (await leave.enqueue()).wait(10)).error_type == "SystemExit"
            assert await (await stay.enqueue()).result(10) == 1

    @pytest.mark.parametrize("kind", ["async", "sync"])
    async def test_is_stopped_when_its_time_is_up(self, app, server: MemoryServer, working, kind: str) -> None:
        stopped = threading.Event()

        async def slow_async() -> None:
            try:
                await asyncio.sleep(30)
            finally:
                stopped.set()

        def slow_sync(ctx: Context) -> None:
            ctx.cancelled.wait(30)
            stopped.set()

        slow = app.function(retries=0, timeout=0.2)(slow_async if kind == "async" else slow_sync)
        async with working():
            handle = await slow.enqueue()
            assert (await handle.wait(10)).status == "failed"
            await until(stopped.is_set)
        assert server.jobs[handle.id].outcomes == ["timeout"]


class TestTheContext:
    async def test_sends_progress_log_lines_and_a_checkpoint(self, app, server: MemoryServer, working) -> None:
        @app.function(retries=1)
        def work(ctx: Context) -> None:
            ctx.log("began", shelf=3)
            log.warning("low on %s", "rye")
            ctx.progress(0.5, "half")
            ctx.checkpoint({"page": 7})
            if ctx.attempt == 1:
                raise ConnectionError
            assert ctx.last_checkpoint == {"page": 7}

        async with working():
            handle = await work.enqueue()
            assert (await handle.wait(10)).status == "complete"
        job = server.jobs[handle.id]
        assert [(line["level"], line["message"]) for line in job.lines[:2]] == [
            ("info", "began"), ("warning", "low on rye"),
        ]  # fmt: skip
        assert job.lines[0]["fields"] == {"shelf": 3}
        assert 0.5 in job.progress_seen

    async def test_sends_at_most_two_progress_reports_a_second(self, app, server: MemoryServer, working) -> None:
        @app.function()
        def busy(ctx: Context) -> None:
            until_at = time.monotonic() + 1.2
            while time.monotonic() < until_at:
                ctx.progress(0.5)

        async with working():
            handle = await busy.enqueue()
            await handle.wait(15)
        assert 1 <= len(server.jobs[handle.id].progress_seen) <= 4

    async def test_of_one_job_is_not_that_of_another(self, app, server: MemoryServer, working) -> None:
        """Jobs run side by side; their lines and children must not mix."""

        @app.function()
        async def tell(word: str) -> str:
            await asyncio.sleep(0.05)
            log.warning(word)
            context = current_context()
            assert context is not None
            return context.job_id

        async with working():
            handles = [await tell.enqueue(word=f"w{n}") for n in range(4)]
            assert [await h.result(10) for h in handles] == [h.id for h in handles]
        for n, handle in enumerate(handles):
            assert [line["message"] for line in server.jobs[handle.id].lines] == [f"w{n}"]

    @pytest.mark.parametrize("kind", ["async", "sync"])
    async def test_makes_what_a_job_enqueues_its_child(self, app, server: MemoryServer, working, kind: str) -> None:
        @app.function()
        async def child() -> None: ...

        async def parent_async() -> str:
            return (await child.enqueue()).id

        def parent_sync() -> str:
            return child.enqueue_sync().id

        parent = app.function()(parent_async if kind == "async" else parent_sync)
        async with working():
            handle = await parent.enqueue()
            child_id = await handle.result(10)
        assert server.jobs[child_id].parent_id == handle.id

    async def test_enqueues_children_by_itself_too(self, app: Millstream, server: MemoryServer, working) -> None:
        @app.function()
        async def child(word: str) -> None: ...

        @app.function()
        def parent(ctx: Context) -> str:
            return ctx.enqueue_sync(child, word="bread").id

        async with working():
            handle = await parent.enqueue()
            child_id = await handle.result(10)
        assert (server.jobs[child_id].parent_id, server.jobs[child_id].kwargs) == (handle.id, {"word": "bread"})

    @pytest.mark.parametrize("kind", ["async", "sync"])
    async def test_keeps_artifacts(self, app: Millstream, server: MemoryServer, working, kind: str) -> None:
        async def draw_async(ctx: Context) -> None:
            await ctx.artifact("thumb.png", b"\x89PNG")

        def draw_sync(ctx: Context) -> None:
            ctx.artifact_sync("thumb.png", b"\x89PNG")

        draw = app.function()(draw_async if kind == "async" else draw_sync)
        async with working():
            handle = await draw.enqueue()
            assert (await handle.wait(10)).status == "complete"
        [kept] = server.jobs[handle.id].artifacts
        assert b"image/png" in kept["body"]
        assert b"\x89PNG" in kept["body"]


class TestCancelling:
    async def test_an_async_function_gets_a_cancelled_error(self, app, server: MemoryServer, working) -> None:
        seen: list[type[BaseException]] = []

        @app.function()
        async def slow() -> None:
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError as error:
                seen.append(type(error))
                raise

        server.lease_ttl_s = 1.5
        async with working():
            handle = await slow.enqueue()
            await until(lambda: server.jobs[handle.id].status == "active")
            await handle.cancel()
            assert (await handle.wait(10)).status == "cancelled"
        assert seen == [asyncio.CancelledError]
        assert server.jobs[handle.id].outcomes == ["cancelled"]

    async def test_a_synchronous_function_is_told_by_its_next_call(self, app, server: MemoryServer, working) -> None:
        @app.function()
        def slow(ctx: Context) -> None:
            try:
                while True:
                    ctx.progress(0.1)
                    ctx.cancelled.wait(0.05)
            finally:
                ctx.log("cleaned up")

        async with working():
            handle = await slow.enqueue()
            await until(lambda: server.jobs[handle.id].status == "active")
            await handle.cancel()
            assert (await handle.wait(10)).status == "cancelled"
        assert server.jobs[handle.id].lines[-1]["message"] == "cleaned up"

    async def test_a_success_that_comes_first_counts(self, app, server: MemoryServer, working) -> None:
        @app.function()
        def stubborn(ctx: Context) -> int:
            ctx.cancelled.wait(10)
            return 7

        server.lease_ttl_s = 1.5
        async with working():
            handle = await stubborn.enqueue()
            await until(lambda: server.jobs[handle.id].status == "active")
            await handle.cancel()
            assert await handle.result(10) == 7


class TestTheFleet:
    async def test_hears_of_a_worker_until_it_leaves(self, app: Millstream, server: MemoryServer, working) -> None:
        @app.function(name="Nothing")
        async def nothing() -> None: ...

        async with working(version="1.2"):
            await (await nothing.enqueue()).wait(10)
            await until(lambda: server.heartbeats[-1]["jobs_processed"] == 1)
        assert server.heartbeats[0]["state"] == "starting"
        assert [beat["leaving"] for beat in server.heartbeats][-2:] == [False, True]
        last = server.heartbeats[-1]
        assert (last["worker_name"], last["state"], last["version"]) == ("shop", "draining", "1.2")
        assert last["function_names"] == {"nothing": "Nothing"}
        assert list(server.versions.values()) == ["1.2"]

    async def test_declares_functions_again_when_the_server_forgot_them(
        self, app, server: MemoryServer, working
    ) -> None:
        @app.function()
        async def nothing() -> int:
            return 1

        async with working():
            await until(lambda: server.functions)
            server.forget()
            await until(lambda: server.functions)
            assert await (await nothing.enqueue()).result(10) == 1

    def test_an_app_without_functions_cannot_work(self) -> None:
        with pytest.raises(ValueError, match="no functions"):
            Worker(Millstream("empty"))


class TestAWorkerThatIsAsked:
    async def test_pauses_and_goes_on(self, app: Millstream, server: MemoryServer, working) -> None:
        may_end = threading.Event()

        @app.function()
        def slow() -> None:
            may_end.wait(10)

        @app.function()
        def quick() -> int:
            return 7

        async with working():
            running = await slow.enqueue()
            await until(lambda: server.jobs[running.id].status == "active")
            server.asked = "pause"
            await until(lambda: server.heartbeats[-1].get("paused"))
            waiting = await quick.enqueue()
            may_end.set()
            await running.result(10)
            await until(lambda: server.heartbeats[-1]["active_jobs"] == 0)
            beats = len(server.heartbeats)
            await until(lambda: len(server.heartbeats) > beats + 2)
            assert server.jobs[waiting.id].status == "queued"
            server.asked = None
            assert await waiting.result(10) == 7
            await until(lambda: "paused" not in server.heartbeats[-1])

    async def test_drains_and_leaves(self, app: Millstream, server: MemoryServer) -> None:
        may_end = threading.Event()

        @app.function()
        def slow() -> int:
            may_end.wait(10)
            return 7

        worker = Worker(app, WorkerOptions(heartbeat_s=0.2))
        life = asyncio.create_task(worker.run())
        running = await slow.enqueue()
        await until(lambda: server.jobs[running.id].status == "active")
        server.asked = "drain"
        await until(lambda: server.heartbeats[-1]["state"] == "draining")
        assert not life.done()
        may_end.set()
        await asyncio.wait_for(life, 10)
        assert server.jobs[running.id].outcomes == ["success"]
        assert server.heartbeats[-1]["leaving"] is True
