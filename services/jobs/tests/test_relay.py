"""The outbox's way to the log: nothing lost, nothing out of order, whatever dies in between."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent, JobTrendHour
from millstream_contracts.names import Topic
from millstream_jobs.bell import Signal
from millstream_jobs.metrics import Metrics
from millstream_jobs.progress import ProgressFeed
from millstream_jobs.relay import Relay
from millstream_jobs.testing import read_all
from millstream_jobs.trends import TrendsPublisher
from millstream_kit.log import Appended, LogUnavailable, NewRecord
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.metrics import new_registry

EVENTS = Topic.JOBS_EVENTS.value


class Killed(Exception):
    """The process dies here."""


class DyingLog:
    """Appends, then dies before anybody learns of it."""

    def __init__(self, log: EmbeddedLog) -> None:
        self._log = log

    async def append(self, records: Sequence[NewRecord]) -> list[Appended]:
        await self._log.append(records)
        raise Killed


class AbsentLog:
    async def append(self, records: Sequence[NewRecord]) -> list[Appended]:
        raise LogUnavailable("no broker")


class SlowLog:
    """Appends one record at a time, giving way in between, as a second relay would hope for."""

    def __init__(self, log: EmbeddedLog) -> None:
        self._log = log

    async def append(self, records: Sequence[NewRecord]) -> list[Appended]:
        done = []
        for record in records:
            done += await self._log.append([record])
            await asyncio.sleep(0)
        return done


async def published(log: EmbeddedLog) -> dict[str, list[JobEvent]]:
    by_job: dict[str, list[JobEvent]] = defaultdict(list)
    for record in await read_all(log, EVENTS):
        event = JobEvent.FromString(record.value or b"")
        assert record.key == event.job_id.encode()
        assert record.header("event-type") == event.type.encode()
        by_job[event.job_id].append(event)
    return by_job


async def some_lives(house: Any, jobs: int = 5) -> None:
    for _ in range(jobs):
        await house.enqueue()
    for row in await house.lease(most=jobs):
        await house.report(row.job, "outcome", outcome="success")


async def drain(relay: Relay) -> None:
    while await relay.publish_batch():
        pass


async def test_it_publishes_in_order_and_forgets(house: Any, log: EmbeddedLog) -> None:
    await some_lives(house)
    await drain(await house.relay(log))
    for events in (await published(log)).values():
        assert [e.type for e in events] == ["job.queued", "job.started", "job.completed"]
        assert [e.seq for e in events] == [1, 2, 3]
    assert await house.store.outbox_size() == (0, None)


async def test_a_crash_between_sending_and_forgetting_repeats_and_loses_nothing(house: Any, log: EmbeddedLog) -> None:
    await some_lives(house)
    with pytest.raises(Killed):
        await (await house.relay(DyingLog(log), "first")).publish_batch()
    await house.clock.advance(6)
    await drain(await house.relay(log, "second"))
    for events in (await published(log)).values():
        assert [e.seq for e in events] == [1, 2, 3, 1, 2, 3]
        assert len({e.event_id for e in events}) == 3


async def test_while_the_log_is_away_the_outbox_waits(house: Any, log: EmbeddedLog) -> None:
    await some_lives(house, 1)
    relay = await house.relay(AbsentLog())
    with pytest.raises(LogUnavailable):
        await relay.publish_batch()
    assert (await house.store.outbox_size())[0] == 3


async def test_two_relays_never_interleave_a_job(house: Any, log: EmbeddedLog) -> None:
    """One holds the shards; when it loses them, the other begins where the outbox stands."""
    one, two = house.holdings("one"), house.holdings("two")
    await one.renew()
    await two.renew()
    assert two.shards() == {}
    relays = [house.relay_under(SlowLog(log), one), house.relay_under(SlowLog(log), two)]
    for _ in range(4):
        await some_lives(house)
        await asyncio.gather(*(relay.publish_batch() for relay in relays))
    await house.clock.advance(6)
    await two.renew()
    assert one.shards() == {}
    await some_lives(house)
    await asyncio.gather(*(drain(relay) for relay in relays))
    events = await published(log)
    assert len(events) == 25
    assert all([e.seq for e in life] == [1, 2, 3] for life in events.values())


async def test_a_relay_that_overslept_publishes_nothing(house: Any, log: EmbeddedLog) -> None:
    """Its own idea of what it holds is stale; the row in the database tells."""
    holdings = house.holdings("one")
    await holdings.renew()
    await house.holdings("two").renew()
    await some_lives(house, 1)
    stale = holdings.shards()
    await house.clock.advance(6)
    await house.holdings("two").renew()
    assert await house.store.outbox_batch(stale, 10) == []


class TestProgress:
    def feed(self, house: Any, log: Any) -> ProgressFeed:
        return ProgressFeed(house.store, log, house.clock, Metrics(new_registry()))

    async def progress(self, house: Any, feed: ProgressFeed, job: Any, done: float) -> None:
        await house.report(job, "progress", progress=done)
        feed.offer([(house.progress.said[-1], None)])

    async def test_at_most_two_a_second_and_the_newest_last(self, house: Any, log: EmbeddedLog) -> None:
        await house.enqueue()
        job = await house.lease_one()
        await drain(await house.relay(log))
        feed = self.feed(house, log)
        for step in range(20):
            await self.progress(house, feed, job, step / 20)
            await feed.publish_ready()
            await house.clock.advance(0.1)
        await house.clock.advance(1)
        await feed.publish_ready()
        [said] = (await published(log)).values()
        assert [e.type for e in said[:2]] == ["job.queued", "job.started"]
        assert 3 <= len(said[2:]) <= 6
        assert said[-1].progress.progress == 0.95
        assert [e.at_ms for e in said] == sorted(e.at_ms for e in said)
        assert {e.seq for e in said[2:]} == {2}

    async def test_it_waits_for_what_the_outbox_has_yet_to_say(self, house: Any, log: EmbeddedLog) -> None:
        await house.enqueue()
        job = await house.lease_one()
        feed = self.feed(house, log)
        await self.progress(house, feed, job, 0.5)
        assert await feed.publish_ready() == 0
        await drain(await house.relay(log))
        assert await feed.publish_ready() == 1
        [said] = (await published(log)).values()
        assert [e.type for e in said] == ["job.queued", "job.started", "job.progress"]

    async def test_it_is_not_said_of_a_job_that_has_moved_on(self, house: Any, log: EmbeddedLog) -> None:
        await house.enqueue()
        job = await house.lease_one()
        feed = self.feed(house, log)
        await self.progress(house, feed, job, 0.5)
        await house.report(job, "outcome", outcome="success")
        assert await feed.publish_ready() == 0
        await drain(await house.relay(log))
        assert await feed.publish_ready() == 0
        [said] = (await published(log)).values()
        assert [e.type for e in said] == ["job.queued", "job.started", "job.completed"]

    async def test_it_is_dropped_when_the_log_is_away(self, house: Any, log: EmbeddedLog) -> None:
        await house.enqueue()
        job = await house.lease_one()
        await drain(await house.relay(log))
        feed = self.feed(house, AbsentLog())
        await self.progress(house, feed, job, 0.5)
        assert await feed.publish_ready() == 1
        assert await feed.publish_ready() == 0


class TestTrends:
    async def trends(self, log: EmbeddedLog) -> dict[str, JobTrendHour | None]:
        newest: dict[str, JobTrendHour | None] = {}
        for record in await read_all(log, Topic.JOBS_TRENDS.value):
            assert record.key is not None
            newest[record.key.decode()] = None if record.value is None else JobTrendHour.FromString(record.value)
        return newest

    async def publisher(self, house: Any, log: EmbeddedLog) -> TrendsPublisher:
        holdings = house.holdings("trends")
        await holdings.renew()
        return TrendsPublisher(house.store, log, holdings, Signal(), house.clock, Metrics(new_registry()))

    async def test_the_open_hour_tells_what_runs_now(self, small_house: Any, log: EmbeddedLog) -> None:
        house = small_house
        publisher = await self.publisher(house, log)
        await house.enqueue()
        job = await house.lease_one()
        await house.store.fold(100)
        assert await publisher.publish_changes() == 1
        [hour] = (await self.trends(log)).values()
        assert hour is not None
        assert (hour.active, hour.complete, hour.job_type) == (1, 0, "task")
        await house.report(job, "outcome", outcome="success")
        await house.store.fold(100)
        assert await publisher.publish_changes() == 1
        assert await publisher.publish_changes() == 0
        [hour] = (await self.trends(log)).values()
        assert hour is not None
        assert (hour.active, hour.complete) == (0, 1)

    async def test_hours_nobody_may_ask_for_are_taken_back(self, small_house: Any, log: EmbeddedLog) -> None:
        house = small_house
        publisher = await self.publisher(house, log)
        await some_lives(house, 1)
        await house.store.fold(100)
        await publisher.publish_changes()
        await house.clock.advance(9 * 24 * 3600)
        await publisher.turn_hour()
        assert set((await self.trends(log)).values()) == {None}
        assert await house.store.trend_hours(0) == ([], 0)
