"""Partitions that an administrator adds to a topic are read from their beginning, and positions carry them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from kafka.admin import KafkaAdminClient
from millstream_contracts.ids import new_job_id
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Topic
from millstream_kit.log import NewRecord
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.log_kafka import KafkaLog
from millstream_kit.log_rules import partition_of
from millstream_kit.testing import wait_until
from millstream_stream_edge.position import TopicPosition
from millstream_stream_edge.source import stream_topics
from millstream_stream_edge.testing import Running, Serve, a_job_event, job_record
from parts.kafka import Broker
from structlog.testing import capture_logs

EVENTS = "/api/v1/events/stream"
BEFORE = load_inventory().topics[Topic.JOBS_EVENTS].partitions


class Administrator:
    """Adds partitions, and appends to the topic as it is then."""

    def __init__(self, log: EmbeddedLog | KafkaLog, servers: str | None) -> None:
        self.log = log
        self._servers = servers

    async def make_topics(self) -> None:
        async def made() -> bool:
            return stream_topics() == tuple(sorted(await self.log.ensure_topics(stream_topics())))

        await wait_until(made, timeout_s=90)  # a broker takes its time over deleting the old ones

    async def add_partitions(self, count: int) -> None:
        if self._servers is not None:
            await asyncio.to_thread(_add_to_kafka, self._servers, count)
            return
        assert isinstance(self.log, EmbeddedLog)
        with self.log._file.query() as connection:
            for _ in range(count):
                change = "UPDATE topics SET partitions = partitions + 1 WHERE name = ? RETURNING id, partitions - 1"
                (row,) = connection.execute(change, (Topic.JOBS_EVENTS,)).fetchall()
                connection.execute("INSERT INTO heads (topic_id, partition) VALUES (?, ?)", row)

    async def append(self, records: list[NewRecord]) -> None:
        """By a producer that knows all partitions: one that was there before hears of new ones after minutes."""
        log = self.log if self._servers is None else KafkaLog(self._servers)
        await log.append(records)
        if log is not self.log:
            await log.close()


def _add_to_kafka(servers: str, count: int) -> None:
    admin = KafkaAdminClient(bootstrap_servers=servers)
    known = len(admin.describe_topics([Topic.JOBS_EVENTS])[0]["partitions"])
    admin.create_partitions({Topic.JOBS_EVENTS: known + count})
    admin.close()


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
async def administrator(request: pytest.FixtureRequest) -> AsyncIterator[Administrator]:
    servers: str | None = None
    if request.param == "kafka":
        broker: Broker = request.getfixturevalue("kafka_broker")
        servers = broker.servers
    log = EmbeddedLog(":memory:") if servers is None else KafkaLog(servers)
    made = Administrator(log, servers)
    await made.make_topics()
    yield made
    await log.delete_topics([Topic.JOBS_EVENTS])  # the next test finds it as the inventory says
    await log.close()


@pytest.fixture
def log(administrator: Administrator) -> EmbeddedLog | KafkaLog:
    return administrator.log


def records_in(partition: int, seqs: range, *, of: int) -> list[NewRecord]:
    """Events of a job whose key goes to one of `of` partitions."""
    while partition_of((job_id := new_job_id()).encode(), of) != partition:
        pass
    return [job_record(a_job_event(job_id=job_id, seq=seq)) for seq in seqs]


async def width(running: Running, partitions: int) -> None:
    ring = running.edge.source.rings[Topic.JOBS_EVENTS]
    await wait_until(lambda: len(ring.end) == partitions, timeout_s=30)


async def test_what_comes_there_is_heard_and_missed_by_nobody(serve: Serve, administrator: Administrator) -> None:
    running = await serve(topic_check_s=0.1)
    with capture_logs() as lines:
        async with running.client.open(EVENTS) as stream, running.client.open(EVENTS) as narrow:
            opened = await stream.next()
            await narrow.next()
            await administrator.append(records_in(0, range(1, 3), of=BEFORE))
            await narrow.data(2)
            await administrator.add_partitions(2)
            await administrator.append(
                records_in(BEFORE + 1, range(3, 6), of=BEFORE + 2) + records_in(0, range(6, 8), of=BEFORE + 2)
            )
            assert sorted(event["seq"] for event in await stream.data(7)) == list(range(1, 8))
            between = stream.last_event_id or ""
            assert not [block for block in stream.blocks if block.event == "stream.gap"]
    assert [line["added"] for line in lines if line["log_level"] == "error"] == [2]
    assert len(running.edge.codec.decode(between)[Topic.JOBS_EVENTS].offsets) == BEFORE + 2
    await administrator.append(records_in(BEFORE, range(8, 9), of=BEFORE + 2))
    for position, missing in ((opened.id, range(1, 9)), (narrow.last_event_id, range(3, 9)), (between, range(8, 9))):
        async with running.client.open(EVENTS, last_event_id=position) as stream:
            assert (await stream.next()).event == "stream.open"
            assert sorted(event["seq"] for event in await stream.data(len(missing))) == list(missing)
            assert not [block for block in stream.blocks if block.event == "stream.gap"]


async def test_who_is_brought_up_from_the_log_hears_it_too(serve: Serve, administrator: Administrator) -> None:
    running = await serve(topic_check_s=0.1, ring_events=5)
    async with running.client.open(EVENTS) as stream:
        opened = await stream.next()
    await administrator.append(records_in(1, range(1, 31), of=BEFORE))
    await administrator.add_partitions(1)
    await width(running, BEFORE + 1)
    await administrator.append(records_in(BEFORE, range(31, 61), of=BEFORE + 1))
    ring = running.edge.source.rings[Topic.JOBS_EVENTS]
    await wait_until(lambda: sum(ring.end) == 60, timeout_s=30)  # else what comes is more than the ring holds
    async with running.client.open(EVENTS, last_event_id=opened.id) as stream:
        assert sorted(event["seq"] for event in await stream.data(60)) == list(range(1, 61))
        assert not [block for block in stream.blocks if block.event == "stream.gap"]


async def test_made_anew_without_them_the_topic_is_read_whole(serve: Serve, administrator: Administrator) -> None:
    running = await serve(topic_check_s=0.1)
    await administrator.add_partitions(1)
    await width(running, BEFORE + 1)
    await administrator.append(records_in(BEFORE, range(1, 3), of=BEFORE + 1))
    async with running.client.open(EVENTS) as stream:
        await stream.next()
        await administrator.log.delete_topics([Topic.JOBS_EVENTS])
        await administrator.make_topics()
        assert (await stream.control("stream.gap", timeout_s=60)).data["reason"] == "topic_recreated"
        await administrator.append([record for p in range(BEFORE) for record in records_in(p, range(3), of=BEFORE)])
        assert len(await stream.data(3 * BEFORE, timeout_s=60)) == 3 * BEFORE
    assert len(running.edge.source.rings[Topic.JOBS_EVENTS].end) == BEFORE


async def test_an_edge_that_does_not_read_them_yet_has_the_client_come_back(
    serve: Serve, administrator: Administrator
) -> None:
    quick, slow = await serve(topic_check_s=0.1), await serve(topic_check_s=3600)
    await administrator.add_partitions(1)
    await width(quick, BEFORE + 1)
    async with quick.client.open(EVENTS) as stream:
        opened = await stream.next()
    async with slow.client.open(EVENTS, last_event_id=opened.id) as stream:
        assert (await stream.next()).event == "stream.unavailable"
    ring = slow.edge.source.rings[Topic.JOBS_EVENTS]
    never_had = {Topic.JOBS_EVENTS: TopicPosition(ring.epoch, (0,) * (BEFORE + 2))}
    async with slow.client.open(EVENTS, last_event_id=slow.edge.codec.encode(never_had)) as stream:
        assert (await stream.control("stream.gap")).data["reason"] == "invalid_position"
