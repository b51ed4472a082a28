"""Row 4: what retention takes while it is being read is announced: received and announced is what was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from millstream_contracts.ids import new_job_id
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Topic
from millstream_kit.clock import ManualClock
from millstream_kit.log import Batch, Log, LogReader, TopicPartition
from millstream_kit.log_delivery import Bounds
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.testing import wait_until
from millstream_stream_edge.position import TopicPosition
from millstream_stream_edge.testing import Running, Serve, StreamReader, a_job_event, job_record

EVENTS = "/api/v1/events/stream"
JOB = new_job_id()  # one job is one partition, and so its events are in order
EVERYTHING = -1  # as retention: whatever there is, is too old
GAP = {"type": "stream.gap", "reason": "retention", "snapshot": "/api/v1/jobs"}


class Losing(EmbeddedLog):
    """A log whose retention comes between two reads."""

    def __init__(self, clock: ManualClock, retention_ms: int) -> None:
        topics = load_inventory().topics
        events = topics[Topic.JOBS_EVENTS].model_copy(update={"retention_ms": retention_ms})
        # A reader reads ten, and no more before those are taken.
        bounds = Bounds(batch_records=10, pending_records=1)
        super().__init__(":memory:", clock, topics={**topics, Topic.JOBS_EVENTS: events}, bounds=bounds)
        self.opened = 0
        self.loses_before_reader = self.loses_after_batch = 0

    def reader(
        self,
        positions: Mapping[TopicPartition, int],
        on_batch: Callable[[Batch], None],
        on_status: Callable[[bool], None] | None = None,
    ) -> LogReader:
        self.opened += 1
        if self.opened == self.loses_before_reader:
            self.retain()

        def taken(batch: Batch) -> None:
            if any(record.topic == Topic.JOBS_EVENTS for record in batch.records):
                self.loses_after_batch -= 1
                if self.loses_after_batch == 0:
                    self.retain()
            on_batch(batch)

        return super().reader(positions, taken, on_status)


async def say(log: Log, first: int, last: int) -> None:
    await log.append([job_record(a_job_event(job_id=JOB, seq=n)) for n in range(first, last + 1)])


async def heard_until(stream: StreamReader, last: int) -> list[int | str]:
    """What came, in order: numbers, and the reasons of gaps."""
    heard: list[int | str] = []
    while not heard or heard[-1] != last:
        block = await stream.next()
        if block.event == "stream.gap":
            assert block.data == GAP
            heard.append(block.data["reason"])
        elif block.event is None:
            heard.append(block.data["seq"])
    return heard


def beginning(running: Running) -> str:
    """The id of a client that has had nothing yet."""
    ring = running.edge.source.rings[Topic.JOBS_EVENTS]
    return running.edge.codec.encode({Topic.JOBS_EVENTS: TopicPosition(ring.epoch, (0,) * len(ring.end))})


@pytest.mark.parametrize("left", [301, 591], ids=["some is left", "nothing is left"])
async def test_while_a_convoy_reads(serve: Serve, left: int) -> None:
    clock = ManualClock()
    log = Losing(clock, retention_ms=1000)
    running = await serve(log, ring_events=10, catchup_bytes=65536)
    await say(log, 1, 300)
    if left == 301:
        await clock.advance(2)
    await say(log, 301, 600)
    ring = running.edge.source.rings[Topic.JOBS_EVENTS]
    await wait_until(lambda: sum(ring.end) == 600)
    if left == 591:  # the ring's, whatever the log has lost
        await clock.advance(2)
    log.loses_before_reader = log.opened + 2
    async with running.client.open(EVENTS, last_event_id=beginning(running)) as stream:
        heard = await heard_until(stream, 600)
    lost_from = heard.index("retention") + 1
    assert 1 < lost_from < 300
    assert heard == [*range(1, lost_from), "retention", *range(left, 601)]
    told = running.edge.metrics.gaps.labels("retention")._value.get()
    assert told == 1
    await running.edge.drain()
    await log.close()


async def test_while_an_edge_fills_its_rings(serve: Serve) -> None:
    clock = ManualClock()
    log = Losing(clock, retention_ms=1000)
    await log.ensure_topics(list(load_inventory().topics))
    await say(log, 1, 30)
    await clock.advance(2)
    await say(log, 31, 60)
    log.loses_after_batch = 1
    running = await serve(log, clock=clock)
    async with running.client.open(EVENTS, last_event_id=beginning(running)) as stream:
        assert await heard_until(stream, 60) == [*range(1, 11), "retention", *range(31, 61)]
    await log.close()


async def test_while_clients_listen(serve: Serve) -> None:
    log = Losing(ManualClock(), EVERYTHING)
    running = await serve(log)
    async with running.client.open(EVENTS) as stream:
        await stream.next()
        log.loses_after_batch = 1
        await say(log, 1, 30)
        ring = running.edge.source.rings[Topic.JOBS_EVENTS]
        await wait_until(lambda: sum(ring.end) == 30)
        await say(log, 31, 35)
        assert await heard_until(stream, 35) == [*range(1, 11), "retention", *range(31, 36)]
    await running.edge.drain()
    await log.close()
