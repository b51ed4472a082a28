"""Enqueueing and what became of it, against the server in memory."""

from __future__ import annotations

import asyncio

import pytest
from millstream import ApiError, Conflict, InvalidArguments, JobFailed, Millstream, NotFound, Unreachable
from millstream.testing import MemoryServer


@pytest.fixture
def double(app: Millstream):
    @app.function()
    async def double(number: int) -> int:
        return number * 2

    return double


async def test_it_declares_a_function_nobody_knows_yet(double, server: MemoryServer) -> None:
    """An API may roll out before its workers."""
    handle = await double.enqueue(number=2)
    assert server.jobs[handle.id].kwargs == {"number": 2}
    assert server.declared == 1


async def test_options_travel_apart_from_arguments(double, server: MemoryServer) -> None:
    handle = await double.options(delay_s=5, priority=7, tags=["blue"], idempotency_key="k").enqueue(3)
    job = server.jobs[handle.id]
    assert (job.delay_s, job.priority, job.tags, job.idempotency_key) == (5, 7, ["blue"], "k")


async def test_the_same_idempotency_key_finds_the_same_job(double) -> None:
    first = await double.options(idempotency_key="once").enqueue(1)
    second = await double.options(idempotency_key="once").enqueue(1)
    assert first.id == second.id


async def test_an_answer_that_is_lost_is_asked_for_again_and_makes_one_job(double, server: MemoryServer) -> None:
    await double.enqueue(number=0)
    server.lose_answers = 2
    await double.enqueue(number=1)
    assert len(server.jobs) == 2


async def test_bad_arguments_are_refused_before_anything_is_sent(double, server: MemoryServer) -> None:
    with pytest.raises(InvalidArguments):
        await double.enqueue(number="many")
    assert server.requests == []


async def test_a_server_that_is_not_there_is_named(app: Millstream, double, server: MemoryServer) -> None:
    app.client.patience_s = 0.0
    server.away = True
    with pytest.raises(Unreachable, match=r"nobody answered at http://millstream\.test"):
        await double.enqueue(number=1)


def test_the_synchronous_twin_enqueues_and_waits(app: Millstream, double, server: MemoryServer) -> None:
    handle = double.enqueue_sync(number=4)
    assert handle.status_sync() == "queued"
    assert handle.cancel_sync().status == "cancelled"
    assert handle.wait_sync(1).is_finished


def test_the_synchronous_twin_works_from_many_threads(double, server: MemoryServer) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as threads:
        ids = {handle.id for handle in threads.map(lambda n: double.enqueue_sync(number=n), range(40))}
    assert len(ids) == len(server.jobs) == 40


async def test_a_result_comes_back_as_its_type(app: Millstream, working, server: MemoryServer) -> None:
    @app.function()
    async def pair(first: int) -> tuple[int, str]:
        return first, "two"

    async with working():
        handle = await pair.enqueue(1)
        assert await handle.result(10) == (1, "two")


async def test_asking_for_the_result_of_a_failed_job_raises(app: Millstream, working) -> None:
    @app.function(retries=0)
    async def broken() -> None:
        raise LookupError("no such shelf")

    async with working():
        handle = await broken.enqueue()
        with pytest.raises(JobFailed, match="LookupError: no such shelf"):
            await handle.result(10)


async def test_waiting_ends_in_time(double) -> None:
    handle = await double.enqueue(1)
    with pytest.raises(TimeoutError, match="still queued"):
        await handle.wait(0.1)


async def test_refusals_are_exceptions_with_code_status_and_detail(app: Millstream, double) -> None:
    with pytest.raises(NotFound) as caught:
        await app.enqueue("nobody", {})
    assert (caught.value.status, caught.value.code) == (404, "unknown_function")
    handle = await double.enqueue(1)
    await handle.cancel("not needed")
    with pytest.raises(Conflict) as conflict:
        await handle.cancel()
    assert "cancelled already" in conflict.value.detail


def test_each_event_loop_has_its_own_connections(double, app: Millstream) -> None:
    async def once() -> None:
        await double.enqueue(number=1)
        await app.aclose()

    asyncio.run(once())
    asyncio.run(once())


async def test_another_server_at_the_address_is_recognised() -> None:
    import httpx

    other = Millstream(
        "x", url="http://other.test", transport=httpx.MockTransport(lambda _: httpx.Response(200, text="<html>"))
    )
    other.client.patience_s = 0.0
    with pytest.raises(ApiError, match="is this its address"):
        await other.job("job_1").status()
