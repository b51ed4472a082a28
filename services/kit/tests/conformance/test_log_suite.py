"""What every log promises, asked of each: the embedded one in a file and in memory, and Apache Kafka."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict

import pytest
from millstream_contracts.inventory import TopicSpec
from millstream_kit.log import Batch, Log, LogUnavailable, NewRecord, RecordTooLarge, TopicMismatch, TopicPartition
from millstream_kit.log_rules import FRAMING_BYTES, partition_of
from millstream_kit.testing import wait_until

from .conftest import MAX_BYTES, Collector, DeletableLog, Readers, World


def new(world: World, key: str, value: str | None, **headers: bytes) -> NewRecord:
    body = None if value is None else value.encode()
    return NewRecord(world.events, key.encode(), body, tuple(headers.items()))


def all_of(topic: str, spec: TopicSpec, offset: int = 0) -> dict[TopicPartition, int]:
    return {(topic, partition): offset for partition in range(spec.partitions)}


def events_of(world: World) -> dict[TopicPartition, int]:
    return all_of(world.events, world.topics[world.events])


async def append_values(log: Log, world: World, key: str, values: list[str]) -> list[int]:
    return [placed.offset for placed in await log.append([new(world, key, value) for value in values])]


class TestTopics:
    async def test_are_made_as_the_inventory_says(self, world: World, log: DeletableLog) -> None:
        infos = await log.describe(list(world.topics))
        assert {name: (info.partitions, info.cleanup) for name, info in infos.items()} == {
            name: (spec.partitions, spec.cleanup) for name, spec in world.topics.items()
        }

    async def test_stay_what_they_are_when_ensured_again(self, world: World, log: DeletableLog) -> None:
        assert await log.ensure_topics(list(world.topics)) == await log.describe(list(world.topics))

    async def test_may_be_ensured_by_several_at_once(self, world: World) -> None:
        logs = [await world.open() for _ in range(3)] if world.survives else [await world.open()] * 3
        answers = await asyncio.gather(*(one.ensure_topics([world.events]) for one in logs))
        assert len({answer[world.events].epoch for answer in answers}) == 1

    async def test_missing_ones_are_left_out_of_a_description(self, log: DeletableLog) -> None:
        assert await log.describe(["nobody-made-this"]) == {}

    async def test_with_other_settings_are_named_in_one_message(self, world: World, log: DeletableLog) -> None:
        changed = {
            world.events: world.topics[world.events].model_copy(update={"partitions": 5}),
            world.table: world.topics[world.table].model_copy(update={"partitions": 7}),
        }
        other = await world.open(topics=changed) if world.survives else log
        if other is log:
            log._specs = changed  # type: ignore[attr-defined]
        with pytest.raises(TopicMismatch, match=r"3 partitions, not 5.*2 partitions, not 7"):
            await other.ensure_topics([world.events, world.table])

    async def test_outside_the_inventory_are_refused(self, log: DeletableLog) -> None:
        with pytest.raises(TopicMismatch, match="not in the inventory: what-is-this"):
            await log.ensure_topics(["what-is-this"])

    async def test_made_again_have_another_epoch_and_no_records(
        self, world: World, log: DeletableLog, read: Readers
    ) -> None:
        await append_values(log, world, "k", ["old"])
        before = (await log.describe([world.events]))[world.events].epoch
        await log.delete_topics([world.events])
        await wait_until(lambda: _is_gone(log, world.events))
        after = (await log.ensure_topics([world.events]))[world.events].epoch
        assert after != before
        assert set((await log.end_offsets(list(events_of(world)))).values()) == {0}
        await append_values(log, world, "k", ["new"])
        collector, _ = read(log, events_of(world))
        assert [record.value for record in await collector.until(1)] == [b"new"]


class TestAppending:
    async def test_numbers_each_partition_from_zero_without_holes(self, world: World, log: DeletableLog) -> None:
        placed = await log.append([new(world, f"key {n}", "x") for n in range(60)])
        offsets: dict[int, list[int]] = defaultdict(list)
        for place in placed:
            offsets[place.partition].append(place.offset)
        assert len(offsets) == 3
        assert all(found == list(range(len(found))) for found in offsets.values())

    async def test_puts_a_key_where_every_kafka_client_would(self, world: World, log: DeletableLog) -> None:
        keys = [f"job_{n}" for n in range(20)]
        placed = await log.append([new(world, key, "x") for key in keys])
        assert [place.partition for place in placed] == [partition_of(key.encode(), 3) for key in keys]
        # Hashes of Apache Kafka's own tests. Another choice would tear the history of a key apart.
        hashes = {b"21": -973932308, b"foobar": -790332482, b"abc": 479470107}
        assert {key: partition_of(key, 8) for key in hashes} == {
            key: (value & 0x7FFFFFFF) % 8 for key, value in hashes.items()
        }

    async def test_nothing_at_all_is_no_work(self, log: DeletableLog) -> None:
        assert await log.append([]) == []

    async def test_from_many_tasks_keeps_the_order_of_each(
        self, world: World, log: DeletableLog, read: Readers
    ) -> None:
        async def writer(key: str) -> None:
            for number in range(15):
                await log.append([new(world, key, f"{key}:{number}")])

        collector, _ = read(log, events_of(world))
        await asyncio.gather(*(writer(f"w{n}") for n in range(20)))
        records = await collector.until(300)
        assert len(records) == 300
        for n in range(20):
            mine = [record.value for record in records if record.key == f"w{n}".encode()]
            assert mine == [f"w{n}:{number}".encode() for number in range(15)]

    async def test_keeps_keys_values_headers_and_tombstones_as_they_are(
        self, world: World, log: DeletableLog, read: Readers
    ) -> None:
        headers = (("event-type", b"job.queued"), ("traceparent", b"00-ab"), ("event-type", b""), ("ü", b"\x00\xff"))
        await log.append([NewRecord(world.events, b"\x00k\xff", b"\x00\xff", headers)])
        await log.append([NewRecord(world.events, b"\x00k\xff", None), NewRecord(world.events, b"\x00k\xff", b"")])
        collector, _ = read(log, events_of(world))
        records = await collector.until(3)
        assert [(record.key, record.value) for record in records] == [
            (b"\x00k\xff", b"\x00\xff"),
            (b"\x00k\xff", None),
            (b"\x00k\xff", b""),
        ]
        assert records[0].headers == headers
        assert (records[0].header("event-type"), records[0].header("none")) == (b"", None)

    async def test_takes_the_largest_record_and_refuses_a_larger_one(
        self, world: World, log: DeletableLog, read: Readers
    ) -> None:
        largest = b"x" * (MAX_BYTES - FRAMING_BYTES - 1)
        await log.append([NewRecord(world.events, b"k", largest)])
        with pytest.raises(RecordTooLarge, match=r"record 1 .* has 65537 bytes, 65536 are allowed") as refusal:
            await log.append([new(world, "k", "small"), NewRecord(world.events, b"k", largest + b"x")])
        assert refusal.value.index == 1
        collector, _ = read(log, events_of(world))
        assert (await collector.until(1))[0].value == largest
        assert sum((await log.end_offsets(list(events_of(world)))).values()) == 1

    async def test_takes_many_large_records_at_once(self, world: World, log: DeletableLog, read: Readers) -> None:
        big = [NewRecord(world.events, f"k{n}".encode(), bytes([n]) * 60_000) for n in range(40)]
        await log.append(big)
        collector, _ = read(log, events_of(world))
        records = await collector.until(40)
        assert {record.value for record in records} == {record.value for record in big}

    async def test_after_closing_is_refused(self, world: World, log: DeletableLog) -> None:
        await log.close()
        with pytest.raises(LogUnavailable):
            await log.append([new(world, "k", "x")])

    async def test_to_a_topic_nobody_knows_is_refused(self, log: DeletableLog) -> None:
        with pytest.raises(LogUnavailable, match="what-is-this"):
            await log.append([NewRecord("what-is-this", b"k", b"v")])


class TestOffsets:
    async def test_begin_and_end_of_an_empty_and_of_a_filled_partition(self, world: World, log: DeletableLog) -> None:
        partitions = list(events_of(world))
        home = (world.events, partition_of(b"k", 3))
        assert set((await log.end_offsets(partitions)).values()) == {0}
        await append_values(log, world, "k", ["a", "b"])
        assert (await log.end_offsets(partitions))[home] == 2
        assert sum((await log.end_offsets(partitions)).values()) == 2
        assert set((await log.begin_offsets(partitions)).values()) == {0}

    async def test_at_a_time_are_the_first_as_young_or_the_end(
        self, world: World, log: DeletableLog, read: Readers
    ) -> None:
        home = (world.events, partition_of(b"k", 3))
        for number in range(5):
            await append_values(log, world, "k", [str(number)])
            await world.age(log, 1)
        collector, _ = read(log, {home: 0})
        times = [record.timestamp_ms for record in await collector.until(5)]
        assert times == sorted(times)
        for offset, time_ms in enumerate(times):
            assert await log.offsets_at([home], time_ms) == {home: times.index(time_ms)}
            assert await log.offsets_at([home], time_ms + 1) == {home: offset + 1}
        assert await log.offsets_at([home], 0) == {home: 0}
        assert await log.offsets_at([home], times[-1] + 3_600_000) == {home: 5}

    async def test_of_a_partition_that_is_not_there_are_refused(self, world: World, log: DeletableLog) -> None:
        with pytest.raises(LogUnavailable):
            await log.end_offsets([(world.events, 99)])


class TestReading:
    async def test_starts_where_it_is_told_and_goes_on_with_what_comes(
        self, world: World, log: DeletableLog, read: Readers
    ) -> None:
        home = (world.events, partition_of(b"k", 3))
        await append_values(log, world, "k", ["0", "1", "2"])
        collector, _ = read(log, {home: 2})
        await collector.until(1)
        await append_values(log, world, "k", ["3", "4"])
        records = await collector.until(3)
        assert [(record.offset, record.value) for record in records] == [(2, b"2"), (3, b"3"), (4, b"4")]
        assert collector.next == {home: 5}
        assert collector.statuses == []

    async def test_below_the_begin_or_beyond_the_end_continues_at_the_begin(
        self, world: World, log: DeletableLog, read: Readers
    ) -> None:
        home = (world.events, partition_of(b"k", 3))
        await append_values(log, world, "k", ["0", "1"])
        collector, _ = read(log, {home: 1000})
        assert [record.offset for record in await collector.until(2)] == [0, 1]

    async def test_resumes_from_saved_positions_without_loss_or_repetition(
        self, world: World, log: DeletableLog, read: Readers
    ) -> None:
        seen: list[tuple[int, int]] = []
        positions = events_of(world)
        for _ in range(4):
            await log.append([new(world, f"key {n}", "x") for n in range(25)])
            collector, reader = read(log, positions)
            await collector.until(25)
            await reader.close()
            positions = {**positions, **collector.next}
            seen += [(record.partition, record.offset) for record in collector.records]
        assert len(seen) == len(set(seen)) == 100

    async def test_two_readers_do_not_disturb_each_other(self, world: World, log: DeletableLog, read: Readers) -> None:
        first, _ = read(log, events_of(world))
        second, _ = read(log, events_of(world))
        await log.append([new(world, f"key {n}", "x") for n in range(30)])
        assert len(await first.until(30)) == len(await second.until(30)) == 30

    async def test_a_seek_goes_back_and_forth_and_drops_what_was_read_before(
        self, world: World, log: DeletableLog, read: Readers
    ) -> None:
        home = (world.events, partition_of(b"k", 3))
        await append_values(log, world, "k", [str(n) for n in range(100)])
        collector, reader = read(log, {home: 0})
        await collector.until(100)
        for start in (10, 95, 0):
            collector.records.clear()
            reader.seek({home: start})
            records = await collector.until(100 - start)
            assert [record.offset for record in records] == list(range(start, 100))

    async def test_nothing_is_called_after_closing(self, world: World, log: DeletableLog, read: Readers) -> None:
        collector, reader = read(log, events_of(world))
        await log.append([new(world, "k", "a")])
        await collector.until(1)
        await reader.close()
        await log.append([new(world, "k", "b")])
        other, _ = read(log, events_of(world))
        await other.until(2)
        assert len(collector.records) == 1

    async def test_waits_for_a_loop_that_is_behind_and_loses_nothing(
        self, world: World, log: DeletableLog, small_bounds: object
    ) -> None:
        await log.append([new(world, f"key {n}", "x") for n in range(500)])
        bounded = await world.open(bounds=small_bounds) if world.survives else log
        if bounded is log:
            log._bounds = small_bounds  # type: ignore[attr-defined]
        collector = Collector()
        most, waited = 0, list[int]()

        def slowly(batch: Batch) -> None:
            nonlocal most
            if not most:
                time.sleep(0.5)  # the loop is behind, and the reader's thread is not
                # What was handed over meanwhile stands before this in the loop's queue.
                asyncio.get_running_loop().call_soon(lambda: waited.append(len(collector.records)))
            most = max(most, len(batch.records))
            collector.on_batch(batch)

        reader = bounded.reader(events_of(world), slowly)
        await collector.until(500)
        await reader.close()
        assert most <= 10
        (ahead,) = waited
        assert 10 < ahead < 50 + 10, "it goes on while less is pending than may be, and no longer"
        assert len({(record.partition, record.offset) for record in collector.records}) == 500


class TestRestarting:
    async def test_what_was_acknowledged_is_there_afterwards(self, world: World, read: Readers) -> None:
        if not world.survives:
            pytest.skip("a log in memory ends with its object")
        first = await world.open()
        infos = await first.ensure_topics([world.events])
        await append_values(first, world, "k", ["a", "b"])
        await first.close()
        second = await world.open()
        assert await second.describe([world.events]) == infos
        await append_values(second, world, "k", ["c"])
        collector, _ = read(second, events_of(world))
        assert [record.value for record in await collector.until(3)] == [b"a", b"b", b"c"]

    async def test_two_processes_see_each_others_records(self, world: World, log: DeletableLog, read: Readers) -> None:
        if not world.survives:
            pytest.skip("a log in memory belongs to one process")
        other = await world.open()
        collector, _ = read(other, events_of(world))
        for number in range(5):
            await append_values(log, world, "k", [f"here {number}"])
            await append_values(other, world, "k", [f"there {number}"])
        records = await collector.until(10)
        assert [record.offset for record in records] == list(range(10))


class TestCleaning:
    async def test_retention_moves_the_begin_and_readers_continue_there(
        self, world: World, log: DeletableLog, read: Readers
    ) -> None:
        home = (world.short, 0)
        await log.append([NewRecord(world.short, b"k", str(n).encode()) for n in range(10)])
        await world.age(log, 1)

        async def is_dropped() -> bool:
            return (await log.begin_offsets([home]))[home] == 10

        await world.clean(log, is_dropped)
        assert await log.end_offsets([home]) == {home: 10}
        collector, _ = read(log, {home: 3})
        await log.append([NewRecord(world.short, b"k", b"young")])
        assert [(record.offset, record.value) for record in await collector.until(1)] == [(10, b"young")]

    async def test_compaction_leaves_the_newest_of_each_key_at_its_place(
        self, world: World, log: DeletableLog, read: Readers
    ) -> None:
        keys = [f"k{n}".encode() for n in range(4)]
        for number in range(10):
            await log.append([NewRecord(world.table, key, f"{number}".encode()) for key in keys])
        placed = await log.append([NewRecord(world.table, key, b"newest") for key in keys])
        ends = await log.end_offsets([(world.table, 0), (world.table, 1)])

        async def only_the_newest() -> bool:
            collector, reader = read(log, all_of(world.table, world.topics[world.table]))
            await wait_until(lambda: all(collector.next.get(tp, 0) >= end for tp, end in ends.items() if end))
            await reader.close()
            mine = [record for record in collector.records if record.key in keys]
            return {(record.partition, record.offset) for record in mine} == {
                (place.partition, place.offset) for place in placed
            }

        await world.clean(log, only_the_newest)
        assert set((await log.begin_offsets(list(ends))).values()) == {0}


async def _is_gone(log: Log, topic: str) -> bool:
    return topic not in await log.describe([topic])
