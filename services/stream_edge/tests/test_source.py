"""One suite for what the edge asks of a log, on the embedded one and on Apache Kafka."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from millstream_contracts.ids import new_job_id
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import EventType, Topic
from millstream_kit.clock import ManualClock
from millstream_kit.log import NewRecord
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.log_kafka import KafkaLog
from millstream_kit.testing import wait_until
from millstream_stream_edge.source import stream_topics
from millstream_stream_edge.testing import (
    Running,
    Serve,
    a_feed,
    a_job_event,
    a_job_hour,
    a_worker,
    an_api,
    an_api_hour,
    an_artifact_event,
    api_record,
    artifact_record,
    feed_record,
    job_record,
    parse,
    tombstone,
    worker_record,
)

EVENTS = "/api/v1/events/stream"
AnyLog = EmbeddedLog | KafkaLog


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
async def log(request: pytest.FixtureRequest) -> AsyncIterator[AnyLog]:
    is_kafka = request.param == "kafka"
    held: AnyLog = KafkaLog(request.getfixturevalue("kafka_servers")) if is_kafka else EmbeddedLog(":memory:")
    await held.ensure_topics(stream_topics())  # a cold broker takes its time over that
    yield held
    await held.close()


def mine(function: str, count: int) -> list[NewRecord]:
    """Events of a function nobody else speaks of: topics on a shared broker outlive their test."""
    return [job_record(a_job_event(function=function, seq=n)) for n in range(1, count + 1)]


async def test_each_of_the_eight_delivers_its_types(serve: Serve) -> None:
    running = await serve()
    job_id, api, worker = new_job_id(), f"api-{new_job_id().lower()}"[:60], f"w-{new_job_id()}"
    hour = running.edge._clock.now_ms() // 3_600_000 * 3_600_000
    records = {
        f"{EVENTS}?job_id={job_id}": (job_record(a_job_event(job_id=job_id)), {EventType.JOB_QUEUED}),
        "/api/v1/apis/stream": (api_record(an_api(api)), {EventType.APIS_SNAPSHOT}),
        f"/api/v1/apis/events/stream?api_name={api}": (feed_record(a_feed(api)), {EventType.API_REQUEST}),
        "/api/v1/workers/stream": (worker_record(a_worker(worker)), {EventType.WORKERS_SNAPSHOT}),
        "/api/v1/jobs/trends/stream": (a_job_hour(hour, function=api, complete=1), {EventType.JOBS_TRENDS_SNAPSHOT}),
        "/api/v1/apis/trends/stream": (
            an_api_hour(hour, api_name=api, success_2xx=1),
            {EventType.APIS_TRENDS_SNAPSHOT},
        ),
        f"/api/v1/apis/{api}/stream": (api_record(an_api(api, requests_24h=5)), {EventType.API_SNAPSHOT}),
        f"/api/v1/jobs/{job_id}/artifacts/stream": (
            artifact_record(an_artifact_event(job_id)),
            {EventType.ARTIFACT_CREATED},
        ),
    }
    assert len(records) == len(load_inventory().stream_list)
    for path, (record, types) in records.items():
        async with running.client.open(path) as stream:
            assert (await stream.next()).event == "stream.open"
            await running.log.append([record])
            heard = {event["type"] for event in await stream.data(1)}
        assert heard == types, path


async def test_order_within_a_key_is_kept(serve: Serve) -> None:
    running = await serve()
    jobs = [new_job_id() for _ in range(20)]
    async with running.client.open(f"{EVENTS}?function=ordered") as stream:
        await stream.next()
        for seq in range(1, 11):
            await running.log.append([job_record(a_job_event(job_id=job, seq=seq, function="ordered")) for job in jobs])
        heard = await stream.data(200)
    for job in jobs:
        assert [event["seq"] for event in heard if event["job_id"] == job] == list(range(1, 11))


async def test_a_new_edge_fills_its_rings_before_it_is_ready(serve: Serve) -> None:
    one = await serve()
    async with one.client.open(f"{EVENTS}?function=rolled") as stream:
        opened = await stream.next()
    await one.log.append(mine("rolled", 50))
    two = await serve()
    ring = two.edge.source.rings[Topic.JOBS_EVENTS]
    assert len(ring) >= 50
    async with two.client.open(f"{EVENTS}?function=rolled", last_event_id=opened.id) as stream:
        assert sorted(event["seq"] for event in await stream.data(50)) == list(range(1, 51))
    assert two.edge.metrics.catchups._value.get() == 0


async def test_what_is_older_than_the_rewind_is_read_from_the_log(serve: Serve) -> None:
    one = await serve()
    async with one.client.open(f"{EVENTS}?function=older") as stream:
        opened = await stream.next()
    await one.log.append(mine("older", 50))
    two = await serve(rewind_s=0)
    async with two.client.open(f"{EVENTS}?function=older", last_event_id=opened.id) as stream:
        assert sorted(event["seq"] for event in await stream.data(50)) == list(range(1, 51))
        await two.log.append(mine("older", 1))
        await stream.data(1)
    assert two.edge.metrics.catchups._value.get() == 1


async def test_compacted_topics_are_whole_at_start_and_tombstones_count(serve: Serve, log: AnyLog) -> None:
    one = await serve()
    worker = f"w-{new_job_id()}"
    await log.append([worker_record(a_worker(worker, name="t-" + worker.lower(), jobs_processed=n)) for n in range(5)])
    table = one.edge.source.tables[Topic.WORKERS_SNAPSHOTS]
    await wait_until(lambda: worker.encode() in table.rows)
    two = await serve()
    row = two.edge.source.tables[Topic.WORKERS_SNAPSHOTS].rows[worker.encode()]
    assert row.message.jobs_processed == 4  # type: ignore[attr-defined]
    await log.append([tombstone(Topic.WORKERS_SNAPSHOTS, worker)])
    await wait_until(lambda: worker.encode() not in table.rows)


async def test_a_topic_made_anew_is_announced_and_gone_on_with(serve: Serve, log: AnyLog) -> None:
    running = await serve(topic_check_s=0.2)
    async with (
        running.client.open(f"{EVENTS}?function=anew") as stream,
        running.client.open("/api/v1/workers/stream") as other,
    ):
        await stream.next()
        await other.data(1)
        await log.append(mine("anew", 5))
        await stream.data(5)
        before = stream.last_event_id
        await log.delete_topics([Topic.JOBS_EVENTS])
        await make_again(log)
        await log.append(mine("anew", 7))
        gap = await stream.control("stream.gap", timeout_s=90)
        assert gap.data == {"type": "stream.gap", "reason": "topic_recreated", "snapshot": "/api/v1/jobs"}
        heard = [event["seq"] for event in await stream.data(7, timeout_s=90)]
        assert sorted(heard) == list(range(1, 8))
        await log.append(mine("anew", 1))
        await stream.data(1)
    async with running.client.open(f"{EVENTS}?function=anew", last_event_id=before) as stream:
        await stream.next()
        assert (await stream.next()).data["reason"] == "topic_recreated"
    assert not [block for block in other.blocks if block.event == "stream.gap"]


async def make_again(log: AnyLog) -> None:
    async def made() -> bool:
        found = await log.ensure_topics([Topic.JOBS_EVENTS])
        return Topic.JOBS_EVENTS in found

    await wait_until(made, timeout_s=90)


async def test_edges_over_one_log_share_their_positions(serve: Serve) -> None:
    one, two = await serve(), await serve()
    async with one.client.open(f"{EVENTS}?function=shared") as stream:
        position = (await stream.next()).id
    heard: list[int] = []
    for n in range(6):
        running: Running = (one, two)[n % 2]
        await running.log.append([job_record(a_job_event(function="shared", seq=10 * n + k)) for k in range(10)])
        async with running.client.open(f"{EVENTS}?function=shared", last_event_id=position) as stream:
            heard += [event["seq"] for event in await stream.data(10)]
            position = stream.last_event_id
    assert heard == sorted(heard) or sorted(heard) == list(range(60))
    assert len(set(heard)) == len(heard) == 60


class TestRewind:
    """Only the embedded log lets a test say when a record was written."""

    @pytest.fixture
    async def log(self) -> None:
        return None

    async def test_event_topics_are_sought_back_by_time_and_no_further(self, serve: Serve) -> None:
        clock = ManualClock()
        log = EmbeddedLog(":memory:", clock)
        await log.ensure_topics(list(load_inventory().topics))
        await log.append(mine("old", 30))
        await clock.advance(121)
        await log.append(mine("new", 20))
        running = await serve(log, clock=clock)
        assert len(running.edge.source.rings[Topic.JOBS_EVENTS]) == 20
        await log.close()

    async def test_what_is_read_back_at_start_is_neither_late_nor_a_rate(self, serve: Serve) -> None:
        clock = ManualClock()
        log = EmbeddedLog(":memory:", clock)
        await log.ensure_topics(list(load_inventory().topics))
        await log.append([worker_record(a_worker(f"w{n}")) for n in range(5)])
        await clock.advance(86_400)
        await log.append(mine("late", 5))
        await clock.advance(60)
        running = await serve(log, clock=clock)
        source, told = running.edge.source, await streams_of(running)
        for name in ("workers", "events"):
            assert told[name]["newest_at"] is not None
            assert (told[name]["lag_ms"], told[name]["records_per_min"]) == (0, 0)
        assert parse(source.status([Topic.WORKERS_SNAPSHOTS]).decode().strip()).data["lag_ms"] == 0
        text = (await running.client.http.get("/metrics")).text
        assert f'millstream_edge_lag_seconds{{topic="{Topic.WORKERS_SNAPSHOTS}"}} 0.0' in text
        latency = running.edge.metrics.latency.labels(Topic.JOBS_EVENTS)
        await log.append(mine("late", 3))
        await wait_until(lambda: len(source.rings[Topic.JOBS_EVENTS]) == 8)
        await wait_until(lambda: sum(bucket.get() for bucket in latency._buckets) == 3)
        assert latency._sum.get() == 0, "a minute old were those read back, and they do not count"
        assert (await streams_of(running))["events"]["records_per_min"] == 3
        await log.close()


async def streams_of(running: Running) -> dict[str, Any]:
    """What is said of each stream."""
    answer = await running.client.http.get("/api/v1/streams")
    return {stream["name"]: stream for stream in answer.json()["streams"]}
