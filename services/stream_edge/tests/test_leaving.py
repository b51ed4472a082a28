"""Leaving: announced, each client after a delay of its own, paced, and in time."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

from millstream_kit.clock import ManualClock
from millstream_stream_edge.testing import Running, Serve, a_job_event, job_record

EVENTS = "/api/v1/events/stream"


async def test_a_drain_asks_everyone_to_come_back_and_closes(running: Running) -> None:
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(running.client.open(EVENTS)) for _ in range(20)]
        for stream in streams:
            await stream.next()
        started = time.monotonic()
        await running.edge.drain()
        assert time.monotonic() - started < 5
        lasts = [(await stream.rest())[-1] for stream in streams]
    assert {last.event for last in lasts} == {"stream.reconnect"}
    assert {last.data["reason"] for last in lasts} == {"drain"}
    assert len({last.data["after_ms"] for last in lasts}) > 10
    assert all(last.retry == last.data["after_ms"] for last in lasts)
    assert not running.edge.hub.subscribers


async def test_while_draining_nobody_is_taken_in(running: Running) -> None:
    await running.edge.drain()
    async with running.client.open(EVENTS) as stream:
        assert stream.response.status_code == 200
        (only,) = await stream.rest()
    assert (only.event, only.data["reason"]) == ("stream.unavailable", "draining")


async def test_closing_is_paced(serve: Serve) -> None:
    running = await serve(close_rate_per_s=40.0)
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(running.client.open(EVENTS)) for _ in range(40)]
        for stream in streams:
            await stream.next()
        ended: list[float] = []

        async def until_end(stream):  # type: ignore[no-untyped-def]
            await stream.rest()
            ended.append(time.monotonic())

        readers = [asyncio.create_task(until_end(stream)) for stream in streams]
        started = time.monotonic()
        await running.edge.drain()
        await asyncio.gather(*readers)
    took = [at - started for at in sorted(ended)]
    assert took[-1] > 0.7
    assert took[19] < took[-1] * 0.8


async def test_what_came_before_the_drain_is_not_lost(serve: Serve) -> None:
    one, two = await serve(), await serve()
    async with one.client.open(EVENTS) as stream:
        await stream.next()
        await one.log.append([job_record(a_job_event(seq=n)) for n in range(100)])
        draining = asyncio.create_task(one.edge.drain())
        heard = [block.data["seq"] for block in await stream.rest() if block.event is None]
        await draining
    await one.log.append([job_record(a_job_event(seq=n)) for n in range(100, 200)])
    async with two.client.open(EVENTS, last_event_id=stream.last_event_id) as other:
        heard += [event["seq"] for event in await other.data(200 - len(heard))]
    assert sorted(heard) == list(range(200))


async def test_readiness_fails_first(serve: Serve) -> None:
    running = await serve()
    assert (await running.client.http.get("/readyz")).status_code == 200
    running.app.state.readiness.fail("draining")
    assert (await running.client.http.get("/readyz")).status_code == 503


async def test_a_stream_has_a_maximum_age_with_jitter(serve: Serve) -> None:
    clock = ManualClock()
    running = await serve(clock=clock, max_age_s=1000, heartbeat_s=100_000, status_s=100_000)
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(running.client.open(EVENTS)) for _ in range(10)]
        for stream in streams:
            await stream.next()
        await clock.advance(799)
        assert len(running.edge.hub.subscribers) == 10
        await clock.advance(200)
        remaining = len(running.edge.hub.subscribers)
        await clock.advance(202)
        lasts = [(await stream.rest())[-1] for stream in streams]
    assert 0 < remaining < 10
    assert {last.data["reason"] for last in lasts} == {"max_age"}


async def test_it_leaves_under_a_server_that_knows_nothing_of_drain(serve: Serve) -> None:
    """sse-starlette's watcher notices that the server was told to exit."""
    from sse_starlette.sse import AppStatus

    running = await serve()
    async with running.client.open(EVENTS) as stream:
        await stream.next()
        AppStatus.should_exit = True
        try:
            last = (await stream.rest())[-1]
        finally:
            AppStatus.should_exit = False
    assert (last.event, last.data["reason"]) == ("stream.reconnect", "drain")
