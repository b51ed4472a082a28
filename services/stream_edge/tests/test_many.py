"""Many clients, many cuts: received and announced is what was produced."""

from __future__ import annotations

import asyncio
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from millstream_contracts.names import Topic
from millstream_kit.clock import SystemClock
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import free_port, wait_until
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.testing import Running, Serve, a_job_event, job_record, open_plain, serving_edge

EVENTS = "/api/v1/events/stream"


async def listen(running: Running, position: str | None, last: int, heard: list[int], patience: float) -> str | None:
    """Hear events until the last one or for some time; what has no id behind it yet is not counted."""
    pending: list[int] = []
    async with open_plain(running.url, EVENTS, last_event_id=position) as stream:
        try:
            async with asyncio.timeout(patience):
                while len(heard) < last:
                    block = await stream.next()
                    assert block.event in {None, "stream.open", "stream.position"}
                    if block.event is None:
                        pending.append(block.data["seq"])
                    if block.id is not None:
                        position = block.id
                        heard += pending
                        pending = []
        except TimeoutError:
            pass
    return position


async def test_two_hundred_clients_cut_at_random_miss_nothing(serve: Serve) -> None:
    running = await serve()
    total = 80

    async def client(cuts: random.Random) -> list[int]:
        heard: list[int] = []
        async with open_plain(running.url, EVENTS, last_event_id=start) as stream:
            position = (await stream.next()).id
        while len(heard) < total:
            position = await listen(running, position, total, heard, cuts.uniform(0.3, 3.0))
        return heard

    async with running.client.open(EVENTS) as stream:
        start = (await stream.next()).id
    clients = [asyncio.create_task(client(random.Random(n))) for n in range(200)]
    for n in range(0, total, 4):
        await running.log.append([job_record(a_job_event(seq=n + k)) for k in range(1, 5)])
        await asyncio.sleep(0.05)  # so that clients are cut between events, not only before and after
    async with asyncio.timeout(100):
        for heard in await asyncio.gather(*clients):
            assert sorted(heard) == list(range(1, total + 1))
    await wait_until(lambda: not running.edge.hub.subscribers)
    assert list(running.edge.hub._groups) == []


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bursts=st.lists(st.tuples(st.integers(1, 60), st.integers(0, 2)), min_size=1, max_size=12),
    held=st.sampled_from([5, 50, 10_000]),
)
def test_received_and_announced_is_what_was_produced(bursts: list[tuple[int, int]], held: int) -> None:
    asyncio.run(cut_between_bursts(bursts, held))


async def cut_between_bursts(bursts: list[tuple[int, int]], held: int) -> None:
    """Say bursts of events; between them stay, be cut, or move to another edge."""
    log = EmbeddedLog(":memory:", SystemClock())
    known = {"auth": AuthSettings(mode="off"), "drain_s": 2.0, "ring_events": held}
    async with (
        serving_edge(EdgeSettings(port=free_port(), **known), log) as one,  # type: ignore[arg-type]
        serving_edge(EdgeSettings(port=free_port(), **known), log) as two,  # type: ignore[arg-type]
    ):
        said = 0
        heard: list[int] = []
        announced = 0
        running = one
        async with running.client.open(EVENTS) as stream:
            position = (await stream.next()).id
        for count, move in bursts:
            await log.append([job_record(a_job_event(seq=said + k)) for k in range(1, count + 1)])
            said += count
            running = (one, two)[move % 2]
            ring = running.edge.source.rings[Topic.JOBS_EVENTS]
            await wait_until(lambda ring=ring, said=said: sum(ring.end) >= said)  # type: ignore[misc]
            async with running.client.open(EVENTS, last_event_id=position) as stream:
                while position != running.edge.codec.encode({Topic.JOBS_EVENTS: at_end(running)}):
                    block = await stream.next()
                    announced += block.event == "stream.gap"
                    if block.event is None:
                        heard.append(block.data["seq"])
                    position = block.id or position
        assert len(heard) == len(set(heard))
        assert announced or sorted(heard) == list(range(1, said + 1))
        assert announced == 0, "nothing left the log, so nothing may be announced"
    await log.close()


def at_end(running: Running):  # type: ignore[no-untyped-def]
    from millstream_stream_edge.cursor import Cursor

    return Cursor(running.edge.source.rings[Topic.JOBS_EVENTS]).position()
