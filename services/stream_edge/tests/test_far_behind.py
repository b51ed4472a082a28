"""Row 3: beyond the rings, clients share the readers of the log, and there are only so many readers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack

from millstream_contracts.names import Topic
from millstream_kit.clock import Clock, ManualClock
from millstream_kit.log import Batch, Log, LogReader, TopicPartition
from millstream_kit.log_delivery import Bounds
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.testing import wait_until
from millstream_stream_edge.testing import Running, Serve, a_job_event, job_record, open_plain

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
        self._log.open -= 1
        await self._reader.close()


async def say(log: Log, first: int, count: int) -> list[int]:
    numbers = list(range(first, first + count))
    await log.append([job_record(a_job_event(seq=n)) for n in numbers])
    return numbers


async def behind(
    serve: Serve, log: Gated, count: int, clock: Clock | None = None, **settings: float
) -> tuple[Running, str]:
    """An edge whose ring holds ten records, and an id from before so many."""
    log.gate.set()
    running = await serve(log, clock, ring_events=10, **settings)
    async with running.client.open(EVENTS) as stream:
        position = (await stream.next()).id
    assert position is not None
    await say(log, 1, count)
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
    assert read <= 2 * 300, "one convoy for the first, at most one more for those it had passed"
    await running.edge.drain()
    await log.close()


async def test_there_are_never_more_readers_than_allowed(serve: Serve) -> None:
    log = Gated()
    running, position = await behind(serve, log, 60, catchup_readers=2)
    places = [position]
    async with running.client.open(EVENTS, last_event_id=position) as stream:
        while len(places) < 6:  # places apart, the later ones first, so that no convoy takes the next one along
            await stream.data(1)
            places = list(dict.fromkeys([stream.last_event_id or position, *places]))
            if len([b for b in stream.blocks if b.event is None]) == 60:
                break
    log.gate.clear()
    log.most_open = 1
    async with AsyncExitStack() as stack:
        for place in places:
            await stack.enter_async_context(open_plain(running.url, EVENTS, last_event_id=place))
        crowd = [asyncio.create_task(heard_by(running, position, 60)) for _ in range(5)]
        await wait_until(lambda: log.open >= 2)
        log.gate.set()
        for heard in await asyncio.gather(*crowd):
            assert sorted(heard) == list(range(1, 61))
    assert log.most_open <= 1 + 2, "the edge's own, and two convoys"
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


BEAT_S = 17.5  # 15 s and 15 %, and a slot of the wheel: what comes by then is in time for a proxy's 18 s


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


async def test_while_the_log_is_away_it_is_told_and_beats(serve: Serve) -> None:
    log = Gated()
    clock = ManualClock()
    running, position = await behind(serve, log, 300, clock)
    log.gate.clear()
    async with running.client.open(EVENTS, last_event_id=position) as stream:
        assert (await stream.next()).event == "stream.open"
        for tell in log.tell:
            tell(False)
        told = await stream.next(5)
        assert (told.event, told.data["kafka"], told.id) == ("stream.status", "away", None)
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
