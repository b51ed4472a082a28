"""Row 19: metrics that answer what an incident asks."""

from __future__ import annotations

import asyncio
import re
import time

from millstream_contracts.names import Topic
from millstream_kit.clock import ManualClock
from millstream_kit.log import NewRecord
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.testing import wait_until
from millstream_stream_edge.testing import NOON_MS, Running, Serve, a_job_event, job_record

EVENTS = "/api/v1/events/stream"


async def scraped(running: Running) -> dict[str, float]:
    """Every sample, by its name and labels."""
    text = (await running.client.http.get("/metrics")).text
    samples = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in samples}


async def test_how_late_an_event_was_at_the_socket_by_the_logs_own_time(serve: Serve) -> None:
    log = EmbeddedLog(":memory:", ManualClock(NOON_MS))
    running = await serve(log, ManualClock(NOON_MS + 2_000))
    async with running.client.open(EVENTS) as stream:
        await stream.next()
        await running.log.append([job_record(a_job_event(seq=n)) for n in range(10)])
        await stream.data(10)
    told = await scraped(running)
    name = "millstream_edge_record_to_socket_seconds"
    labels = f'{{topic="{Topic.JOBS_EVENTS}"}}'
    assert told[f"{name}_count{labels}"] == 10
    assert told[f"{name}_sum{labels}"] == 10 * 2.0
    await wait_until(lambda: not running.edge.hub.subscribers)
    await log.close()


async def test_a_loop_that_stood_still_is_seen(running: Running) -> None:
    await asyncio.sleep(0.3)
    time.sleep(0.8)  # more than the slot of the wheel that is waited for anyway
    await asyncio.sleep(1)  # what came after does not hide it
    told = await scraped(running)
    name = "millstream_edge_loop_delay_seconds"
    assert told[f"{name}_count"] - told[f'{name}_bucket{{le="0.5"}}'] >= 1


async def test_who_came_back_and_what_brought_them_up(serve: Serve) -> None:
    running = await serve(ring_events=10)
    async with running.client.open(EVENTS) as stream:
        far = (await stream.next()).id
        await running.log.append([job_record(a_job_event(seq=n)) for n in range(5)])
        await stream.data(5)
        near = stream.last_event_id
    await running.log.append([job_record(a_job_event(seq=n)) for n in range(10)])
    ring = running.edge.source.rings[Topic.JOBS_EVENTS]
    await wait_until(lambda: sum(ring.end) == 15)
    for place, count in ((far, 15), (near, 10)):
        async with running.client.open(EVENTS, last_event_id=place) as stream:
            await stream.data(count)
    told = await scraped(running)
    assert told['millstream_edge_resumed_total{source="log"}'] == 1
    assert told['millstream_edge_resumed_total{source="ring"}'] == 1
    assert told["millstream_edge_catchups_total"] == 1


async def test_who_came_and_who_went_and_why(running: Running) -> None:
    for _ in range(2):
        async with running.client.open(EVENTS) as stream:
            await stream.next()
    await wait_until(lambda: not running.edge.hub.subscribers)
    async with running.client.open(EVENTS) as stream:
        await stream.next()
        await running.edge.drain()
    told = await scraped(running)
    assert told['millstream_edge_opened_total{stream="events"}'] == 3
    assert told['millstream_edge_left_total{stream="events"}'] == 2
    assert told['millstream_edge_closed_total{reason="drain"}'] == 1


async def test_what_an_incident_asks_for_is_there(running: Running) -> None:
    async with running.client.open(EVENTS) as stream:
        await stream.next()
        await running.log.append([NewRecord(Topic.JOBS_EVENTS, b"job", b"\xff garbage"), job_record(a_job_event())])
        await stream.data(1)
        told = await scraped(running)
    assert told['millstream_edge_connections{stream="events"}'] == 1
    assert told['millstream_edge_deliveries_total{stream="events"}'] >= 1
    assert told['millstream_edge_gaps_total{reason="poison"}'] == 1
    for name in ("held_bytes", "lagging_connections", "loop_delay_seconds_count", "log_away", "ticks_total"):
        assert f"millstream_edge_{name}" in told


async def test_no_label_names_a_user_an_address_or_a_resource(running: Running) -> None:
    async with running.client.open(f"{EVENTS}?function=secret-function") as stream:
        await stream.next()
        labels = set(re.findall(r"(\w+)=\"", "\n".join(n for n in await scraped(running) if "millstream_edge" in n)))
    assert labels <= {"stream", "topic", "reason", "source", "le"}
