"""Kafka goes away and comes back: appends fail clearly, readers say so and miss nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.net.selector import NetworkSelector
from millstream_kit import log_kafka_admin, log_kafka_reader
from millstream_kit.log import LogUnavailable, NewRecord
from millstream_kit.log_kafka import KafkaLog
from millstream_kit.log_rules import partition_of
from millstream_kit.testing import wait_until
from parts.kafka import Broker

from .conftest import DELETE, Collector, KafkaWorld

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
async def world(kafka_broker: Broker) -> AsyncIterator[KafkaWorld]:
    made = KafkaWorld(kafka_broker.servers)
    yield made
    await made.close()


@pytest.fixture
async def log(world: KafkaWorld) -> KafkaLog:
    opened = await world.open(append_timeout_s=8.1)
    assert isinstance(opened, KafkaLog)
    await opened.ensure_topics(list(world.topics))
    return opened


async def append_until_taken(log: KafkaLog, record: NewRecord) -> None:
    async def is_taken() -> bool:
        try:
            await log.append([record])
        except LogUnavailable:
            return False
        return True

    await wait_until(is_taken, timeout_s=60)


@pytest.mark.parametrize("how", ["kill", "stop"])
async def test_a_reader_says_away_then_here_and_misses_nothing(
    how: str, kafka_broker: Broker, world: KafkaWorld, log: KafkaLog
) -> None:
    collector = Collector()
    reader = log.reader(
        {(world.events, n): 0 for n in range(DELETE.partitions)}, collector.on_batch, collector.on_status
    )
    await log.append([NewRecord(world.events, f"k{n}".encode(), b"before") for n in range(30)])
    await collector.until(30)

    leave: Callable[[], None] = getattr(kafka_broker, how)
    await asyncio.to_thread(leave)
    try:
        await wait_until(lambda: collector.statuses == [False], timeout_s=30)
        with pytest.raises(LogUnavailable):
            await log.append([NewRecord(world.events, b"lost?", b"meanwhile")])
        with pytest.raises(LogUnavailable):
            await log.end_offsets([(world.events, 0)])
    finally:
        await asyncio.to_thread(kafka_broker.start)

    await wait_until(lambda: collector.statuses == [False, True], timeout_s=60)
    for n in range(10):
        await append_until_taken(log, NewRecord(world.events, b"after", f"after {n}".encode()))
    home = partition_of(b"after", DELETE.partitions)
    await wait_until(lambda: b"after 9" in collector.values(), timeout_s=30)
    await reader.close()

    places = [(record.partition, record.offset) for record in collector.records]
    assert len(places) == len(set(places))
    for partition in range(DELETE.partitions):
        offsets = [offset for number, offset in places if number == partition]
        assert offsets == list(range(len(offsets)))
    after = [r.value for r in collector.records if r.partition == home and (r.value or b"").startswith(b"after")]
    assert after == [f"after {n}".encode() for n in range(10)]
    assert collector.statuses == [False, True]


async def test_a_reader_opened_while_away_begins_when_it_is_back(
    kafka_broker: Broker, world: KafkaWorld, log: KafkaLog
) -> None:
    await log.append([NewRecord(world.events, b"k", b"v")])
    await asyncio.to_thread(kafka_broker.kill)
    collector = Collector()
    fresh = await world.open()
    reader = fresh.reader(
        {(world.events, n): 0 for n in range(DELETE.partitions)}, collector.on_batch, collector.on_status
    )
    try:
        await wait_until(lambda: collector.statuses == [False], timeout_s=30)
        with pytest.raises(LogUnavailable):
            await fresh.ensure_topics([world.events])
        with pytest.raises(LogUnavailable):
            await fresh.append([NewRecord(world.events, b"k", b"v")])
    finally:
        await asyncio.to_thread(kafka_broker.start)
    await collector.until(1, timeout_s=60)
    await wait_until(lambda: collector.statuses == [False, True])
    await reader.close()


async def test_a_quiet_log_is_not_an_absent_one(world: KafkaWorld, log: KafkaLog) -> None:
    """Nothing is said in the time in which an absence would have been noticed twice."""
    collector = Collector()
    reader = log.reader({(world.events, 0): 0}, collector.on_batch, collector.on_status)
    with pytest.raises(TimeoutError):
        await wait_until(lambda: collector.statuses, timeout_s=9)
    await reader.close()


async def test_closing_does_not_wait_for_a_broker_that_is_away(kafka_broker: Broker, world: KafkaWorld) -> None:
    log = await world.open()
    await log.ensure_topics([world.events])
    await log.append([NewRecord(world.events, b"k", b"v")])
    log.reader({(world.events, 0): 0}, lambda _: None)
    await asyncio.to_thread(kafka_broker.kill)
    try:
        waiting = asyncio.create_task(log.append([NewRecord(world.events, b"k", b"v")]))
        async with asyncio.timeout(20):
            await log.close()
            with pytest.raises(LogUnavailable):
                await waiting
    finally:
        await asyncio.to_thread(kafka_broker.start)


async def test_a_call_whose_answer_is_lost_is_given_up_and_nothing_is_missed(
    world: KafkaWorld, log: KafkaLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What https://github.com/dpkp/kafka-python/issues/3121 does: a call's waiter is never run."""
    monkeypatch.setattr(log_kafka_reader, "STUCK_S", 2.0)
    monkeypatch.setattr(log_kafka_reader, "LOOK_S", 0.2)
    collector = Collector()
    reader = log.reader({(world.events, n): 0 for n in range(DELETE.partitions)}, collector.on_batch)
    await log.append([NewRecord(world.events, b"k", b"before")])
    await collector.until(1)

    await lose_a_call_of("kafka read", monkeypatch)
    await log.append([NewRecord(world.events, b"k", b"after")])
    await collector.until(2, timeout_s=30)
    assert [record.value for record in collector.records] == [b"before", b"after"]
    await reader.close()


async def test_a_question_whose_answer_is_lost_is_given_up_and_the_next_one_answered(
    world: KafkaWorld, log: KafkaLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_kafka_admin, "ASK_S", 2.0)
    ends = await log.end_offsets([(world.events, 0)])
    asking = [asyncio.create_task(log.end_offsets([(world.events, 0)])) for _ in range(2)]
    await lose_a_call_of("kafka admin_0", monkeypatch)
    for lost in asking:
        with pytest.raises(LogUnavailable):
            await lost
    assert await log.end_offsets([(world.events, 0)]) == ends


@pytest.mark.parametrize("method", ["poll", "assign", "close"])
async def test_a_reader_goes_on_after_an_error_nobody_foresaw(
    method: str, world: KafkaWorld, log: KafkaLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that ended would look like a log in which nothing happens."""
    raised = threading.Event()
    real = {name: getattr(KafkaConsumer, name) for name in ("poll", method)}

    def fail(consumer: KafkaConsumer, *args: Any, **kwargs: Any) -> Any:
        if not raised.is_set():
            raised.set()
            raise KeyError("from inside of kafka-python")
        return real[method](consumer, *args, **kwargs)

    def fail_first(consumer: KafkaConsumer, *args: Any, **kwargs: Any) -> Any:
        if not raised.is_set():  # so that the consumer is closed
            raise KeyError("from inside of kafka-python")
        return real["poll"](consumer, *args, **kwargs)

    if method == "close":
        monkeypatch.setattr(KafkaConsumer, "poll", fail_first)
    monkeypatch.setattr(KafkaConsumer, method, fail)
    collector = Collector()
    reader = log.reader({(world.events, n): 0 for n in range(DELETE.partitions)}, collector.on_batch)
    await log.append([NewRecord(world.events, f"k{n}".encode(), b"v") for n in range(20)])
    await collector.until(20, timeout_s=30)
    assert raised.is_set()
    assert len(collector.records) == 20
    await reader.close()


async def test_who_appends_is_answered_whatever_goes_wrong(
    world: KafkaWorld, log: KafkaLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise OSError("from inside of kafka-python")

    for method in ("__init__", "send", "close"):
        with monkeypatch.context() as patched:
            patched.setattr(KafkaProducer, method, fail)
            other = await world.open()
            async with asyncio.timeout(20):
                if method == "close":
                    await other.append([NewRecord(world.events, b"k", b"v")])
                else:
                    with pytest.raises(LogUnavailable):
                        await other.append([NewRecord(world.events, b"k", b"v")])
        async with asyncio.timeout(20):
            await other.append([NewRecord(world.events, b"k", b"v")])


async def lose_a_call_of(thread: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one call that this thread makes never return."""
    lost = asyncio.Event()
    loop, take = asyncio.get_running_loop(), NetworkSelector.call_soon_threadsafe

    def lose_one(selector: NetworkSelector, callback: Any) -> Any:
        if threading.current_thread().name != thread or lost.is_set():
            return take(selector, callback)
        loop.call_soon_threadsafe(lost.set)
        return None

    with monkeypatch.context() as patched:
        patched.setattr(NetworkSelector, "call_soon_threadsafe", lose_one)
        await asyncio.wait_for(lost.wait(), 10)
