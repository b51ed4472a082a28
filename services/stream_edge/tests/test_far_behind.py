"""Row 3: beyond the rings, clients share the readers of the log, and there are only so many readers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest
from millstream_contracts.ids import new_job_id
from millstream_contracts.names import Topic
from millstream_kit.clock import Clock, ManualClock
from millstream_kit.log import Batch, Log, LogReader, TopicPartition
from millstream_kit.log_delivery import Bounds
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.testing import wait_until
from millstream_stream_edge import convoy
from millstream_stream_edge.position import TopicPosition
from millstream_stream_edge.testing import Running, Serve, a_job_event, job_record, open_plain
from millstream_stream_edge.upkeep import LATEST
from millstream_stream_edge.wheel import SLOT_S

EVENTS = "/api/v1/events/stream"


class Gated(EmbeddedLog):
    """A log that says who reads it, and lets readers wait."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        super().__init__(":memory:", bounds=bounds)
        self.gate = asyncio.Event()
        self.opened = self.open = self.most_open = 0
        self.shut_from = 0  # a reader opened as this one, or later, finds the gate shut
        self.tell: list[Callable[[bool], None]] = []

    def reader(
        self,
        positions: Mapping[TopicPartition, int],
        on_batch: Callable[[Batch], None],
        on_status: Callable[[bool], None] | None = None,
    ) -> LogReader:
        self.opened += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        if self.opened == self.shut_from:
            self.gate.clear()
        if on_status is not None:
            self.tell.append(on_status)
        return _GatedReader(self, super().reader(positions, self._held(on_batch), on_status))

    def _held(self, on_batch: Callable[[Batch], None]) -> Callable[[Batch], None]:
        def later(batch: Batch) -> None:
            if self.gate.is_set():
                on_batch(batch)
            else:
                waiting.append(asyncio.create_task(hand_over(batch)))

        async def hand_over(batch: Batch) -> None:
            await self.gate.wait()
            on_batch(batch)

        waiting: list[asyncio.Task[None]] = []
        return later


class _GatedReader:
    def __init__(self, log: Gated, reader: LogReader) -> None:
        self._log = log
        self._reader = reader
        self.seek = reader.seek

    async def close(self) -> None:
        await self._reader.close()
        self._log.open -= 1


async def say(log: Log, first: int, count: int, **more: str) -> list[int]:
    numbers = list(range(first, first + count))
    await log.append([job_record(a_job_event(seq=n, **more)) for n in numbers])
    return numbers


async def behind(
    serve: Serve, log: Gated, count: int, clock: Clock | None = None, job_id: str | None = None, **settings: float
) -> tuple[Running, str]:
    """An edge whose ring holds ten records, and an id from before so many."""
    log.gate.set()
    running = await serve(log, clock, ring_events=10, **settings)
    async with running.client.open(EVENTS) as stream:
        position = (await stream.next()).id
    assert position is not None
    await say(log, 1, count, **({"job_id": job_id} if job_id else {}))
    await wait_until(lambda: sum(running.edge.source.rings[Topic.JOBS_EVENTS].end) >= count)
    return running, position


async def heard_by(running: Running, position: str, count: int) -> list[int]:
    async with open_plain(running.url, EVENTS, last_event_id=position) as stream:
        heard = [event["seq"] for event in await stream.data(count, timeout_s=60)]
        assert not [block for block in stream.blocks if block.event == "stream.gap"]
    return heard


async def test_a_crowd_far_behind_reads_the_log_as_often_as_one_client(serve: Serve) -> None:
    log = Gated()
    running, position = await behind(serve, log, 300, catchup_readers=1)
    log.gate.clear()
    crowd = [asyncio.create_task(heard_by(running, position, 300)) for _ in range(40)]
    await wait_until(lambda: running.edge.metrics.catchups._value.get() == 40, timeout_s=60)
    log.gate.set()
    for heard in await asyncio.gather(*crowd):
        assert sorted(heard) == list(range(1, 301))
    read = running.edge.metrics.catchup_records.labels(Topic.JOBS_EVENTS)._value.get()
    assert read <= 300, "all of them came before the first convoy had passed their place"
    await running.edge.drain()
    await log.close()


def place_of(running: Running, passed: int) -> str:
    """The id of a client that had so many events, all of one job."""
    ring = running.edge.source.rings[Topic.JOBS_EVENTS]
    offsets = tuple(min(passed, end) for end in ring.end)
    return running.edge.codec.encode({Topic.JOBS_EVENTS: TopicPosition(ring.epoch, offsets)})


async def set_out(running: Running, places: list[int], count: int) -> list[asyncio.Task[list[int]]]:
    """Clients at these places, in that order, each of them with the convoys or waiting for one."""
    crowd: list[asyncio.Task[list[int]]] = []
    for passed in places:
        crowd.append(asyncio.create_task(heard_by(running, place_of(running, passed), count - passed)))
        await wait_until(lambda: running.edge.metrics.catchups._value.get() == len(crowd))
    return crowd


async def test_there_are_never_more_readers_than_allowed(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convoy, "NEAR_RECORDS", 5)
    log = Gated()
    running, _ = await behind(serve, log, 100, job_id=new_job_id(), catchup_readers=2)
    log.gate.clear()
    places = [0, 20, 40, 60, 80]  # too far apart to share
    crowd = await set_out(running, places, 100)
    assert log.open == 1 + 2, "the edge's own, and two convoys"
    (waiting,) = running.edge.metrics.waiting.collect()[0].samples
    assert waiting.value == 3
    log.gate.set()
    for passed, heard in zip(places, await asyncio.gather(*crowd), strict=True):
        assert heard == list(range(passed + 1, 101))
    assert log.most_open == 1 + 2
    await running.edge.drain()
    await log.close()


async def test_who_waits_at_one_place_sets_out_together(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convoy, "NEAR_RECORDS", 5)
    log = Gated()
    running, _ = await behind(serve, log, 100, job_id=new_job_id(), catchup_readers=1)
    log.gate.clear()
    crowd = await set_out(running, [0, *[50] * 20], 100)
    log.gate.set()
    await asyncio.gather(*crowd)
    assert log.opened == 1 + 2, "a convoy for the first, and one for all the others"
    await running.edge.drain()
    await log.close()


async def test_who_joined_on_the_way_goes_on_live(serve: Serve) -> None:
    log = Gated()
    running, position = await behind(serve, log, 100)
    async with running.client.open(EVENTS, last_event_id=position) as stream:
        heard = [event["seq"] for event in await stream.data(100)]
        await say(log, 101, 5)  # no more than the ring holds
        heard += [event["seq"] for event in await stream.data(5)]
    assert sorted(heard) == list(range(1, 106))
    await running.edge.drain()
    await log.close()


BEAT_S = 15 * LATEST + SLOT_S  # the latest that a heartbeat may come


def test_the_latest_heartbeat_is_within_what_the_contract_says() -> None:
    assert BEAT_S <= 15 * 1.2


async def test_while_the_log_is_slow_it_beats_with_the_place_reached(serve: Serve) -> None:
    log = Gated(Bounds(batch_records=20))
    clock = ManualClock()
    running, position = await behind(serve, log, 600, clock, status_s=10_000, catchup_bytes=65536)
    log.shut_from = log.opened + 2  # one stretch comes, the next one does not
    async with running.client.open(EVENTS, last_event_id=position) as stream:
        await wait_until(lambda: not log.gate.is_set())
        for _ in range(3):
            await clock.advance(BEAT_S)
            beat = await stream.until(lambda block: block.event is not None and block.event != "stream.open", 5)
            assert (beat.event, beat.data) == ("stream.position", {"type": "stream.position"})
        heard = [block.data["seq"] for block in stream.blocks if block.event is None]
        assert 0 < len(heard) < 600
        log.gate.set()
        async with running.client.open(EVENTS, last_event_id=beat.id) as other:
            rest = [event["seq"] for event in await other.data(600 - len(heard))]
        assert sorted(heard + rest) == list(range(1, 601)), "the id of a heartbeat is the place reached"
        assert sorted(heard + [event["seq"] for event in await stream.data(600 - len(heard))]) == list(range(1, 601))
    await wait_until(lambda: not running.edge.hub.subscribers)
    await running.edge.drain()
    await log.close()


async def test_who_waits_for_the_log_leaves_as_everyone_else(serve: Serve) -> None:
    log = Gated()
    running, position = await behind(serve, log, 300)
    log.gate.clear()
    async with running.client.open(EVENTS, last_event_id=position) as stream:
        assert (await stream.next()).event == "stream.open"
        await running.edge.drain()
        (last,) = await stream.rest()
    assert (last.event, last.data["reason"], last.id) == ("stream.reconnect", "drain", position)
    assert running.edge.metrics.closed.labels("drain_deadline")._value.get() == 0
    log.gate.set()
    await log.close()


async def test_while_the_log_is_away_it_is_told_and_beats(serve: Serve) -> None:
    log = Gated()
    clock = ManualClock()
    running, position = await behind(serve, log, 300, clock)
    log.gate.clear()
    async with running.client.open(EVENTS, last_event_id=position) as stream:
        assert (await stream.next()).event == "stream.open"
        await wait_until(lambda: log.open == 1 + 1)
        for tell in log.tell:
            tell(False)
        told = await stream.next(5)
        assert (told.event, told.data["kafka"], told.id) == ("stream.status", "away", None)
        await wait_until(lambda: log.open == 1)  # its reader is shut; the clock says when to try again
        since, kinds = len(stream.blocks), []
        for _ in range(5):
            await clock.advance(BEAT_S)
            kinds.append((await stream.next(5)).event)
        assert kinds.count("stream.position") >= 3
        assert kinds.count("stream.status") == 1
        assert {block.id for block in stream.blocks[since:]} <= {position, None}
        for tell in log.tell:
            tell(True)
        assert (await stream.control("stream.status", 5)).data["kafka"] == "ok"
        log.gate.set()
        await clock.advance(2)
        assert sorted([event["seq"] for event in await stream.data(300)]) == list(range(1, 301))
    await wait_until(lambda: not running.edge.hub.subscribers)
    await running.edge.drain()
    await log.close()
