"""The logs under test behind one face: open, age, compact, restart."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import pytest
from millstream_contracts.inventory import TopicSpec
from millstream_kit.clock import ManualClock
from millstream_kit.log import Batch, Log, LogReader, NewRecord, Record, TopicPartition
from millstream_kit.log_delivery import Bounds
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.log_kafka import KafkaLog
from millstream_kit.log_rules import partition_of
from millstream_kit.testing import wait_until

MAX_BYTES = 65_536
DELETE = TopicSpec(
    key="key", record="Any", partitions=3, cleanup="delete", max_message_bytes=MAX_BYTES, retention_ms=86_400_000
)
SHORT = TopicSpec(
    key="key", record="Any", partitions=1, cleanup="delete", max_message_bytes=MAX_BYTES, retention_ms=3_000
)
COMPACT = TopicSpec(
    key="key", record="Any", partitions=2, cleanup="compact", max_message_bytes=MAX_BYTES, segment_ms=1_000,
    min_cleanable_dirty_ratio=0.01, max_compaction_lag_ms=1_000,
)  # fmt: skip


class DeletableLog(Log, Protocol):
    async def delete_topics(self, names: list[str]) -> None: ...


class World:
    """One log that tests may open several times, with topics of names nobody else uses."""

    name = ""
    survives = True

    def __init__(self) -> None:
        mark = uuid.uuid4().hex[:8]
        self.events, self.short, self.table = f"events-{mark}", f"short-{mark}", f"table-{mark}"
        self.topics = {self.events: DELETE, self.short: SHORT, self.table: COMPACT}
        self._opened: list[DeletableLog] = []

    async def open(self, **options: Any) -> DeletableLog:
        log = self.make(options.pop("topics", self.topics), **options)
        self._opened.append(log)
        return log

    def make(self, topics: dict[str, TopicSpec], **options: Any) -> DeletableLog:
        raise NotImplementedError

    async def age(self, log: DeletableLog, seconds: float) -> None:
        """Let the log's clock go on by that much."""
        raise NotImplementedError

    async def clean(self, log: DeletableLog, done: Callable[[], Any]) -> None:
        """Have retention and compaction happen, until `done`."""
        raise NotImplementedError

    async def close(self) -> None:
        for log in self._opened:
            await log.close()


class FileWorld(World):
    name = "embedded file"

    def __init__(self, path: Path | str) -> None:
        super().__init__()
        self.clock = ManualClock()
        self._path = path

    def make(self, topics: dict[str, TopicSpec], **options: Any) -> DeletableLog:
        return EmbeddedLog(self._path, self.clock, topics=topics, tombstones_ms=5_000, **options)

    async def age(self, log: DeletableLog, seconds: float) -> None:
        await self.clock.advance(seconds)

    async def clean(self, log: DeletableLog, done: Callable[[], Any]) -> None:
        assert isinstance(log, EmbeddedLog)
        await self.clock.advance(10)
        await asyncio.to_thread(log.retain)
        await asyncio.to_thread(log.compact)
        await wait_until(done)


class MemoryWorld(FileWorld):
    name = "embedded memory"
    survives = False

    def __init__(self) -> None:
        super().__init__(":memory:")


class KafkaWorld(World):
    """Apache Kafka, whose own clock and cleaner take their time: waits are for its facts, with a deadline."""

    name = "kafka"

    def __init__(self, servers: str) -> None:
        super().__init__()
        self.servers = servers

    def make(self, topics: dict[str, TopicSpec], **options: Any) -> DeletableLog:
        return KafkaLog(self.servers, topics=topics, **options)

    async def age(self, log: DeletableLog, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.05))  # times only have to differ

    async def clean(self, log: DeletableLog, done: Callable[[], Any]) -> None:
        # A segment is rolled by an append after `segment.ms`, and only rolled segments are cleaned or dropped.
        nudges = {partition_of(key, COMPACT.partitions): key for key in (f"nudge {n}".encode() for n in range(9))}

        async def nudged() -> Any:
            await log.append([NewRecord(self.table, key, b"x") for key in nudges.values()])
            return await result if asyncio.iscoroutine(result := done()) else result

        await wait_until(nudged, timeout_s=60, every_s=0.3)


class Collector:
    """A reader's ear: what came, in the order it came."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.next: dict[TopicPartition, int] = {}
        self.statuses: list[bool] = []
        self.batches = 0

    def on_batch(self, batch: Batch) -> None:
        self.batches += 1
        self.records += batch.records
        self.next.update(batch.next_offsets)

    def on_status(self, here: bool) -> None:
        self.statuses.append(here)

    def values(self) -> list[bytes | None]:
        return [record.value for record in self.records]

    async def until(self, count: int, *, timeout_s: float = 20.0) -> list[Record]:
        """Wait for that many records."""
        await wait_until(lambda: len(self.records) >= count, timeout_s=timeout_s)
        return self.records


class Readers:
    """Opens readers and closes them at the end."""

    def __init__(self) -> None:
        self._open: list[LogReader] = []

    def __call__(self, log: Log, positions: dict[TopicPartition, int]) -> tuple[Collector, LogReader]:
        collector = Collector()
        reader = log.reader(positions, collector.on_batch, collector.on_status)
        self._open.append(reader)
        return collector, reader

    async def close(self) -> None:
        for reader in self._open:
            await reader.close()


@pytest.fixture(params=["file", "memory", "kafka"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    made: World
    if request.param == "kafka":
        made = KafkaWorld(request.getfixturevalue("kafka_servers"))
    else:
        made = FileWorld(tmp_path / "log.db") if request.param == "file" else MemoryWorld()
    try:
        yield made
    finally:
        if isinstance(made, KafkaWorld):
            log = await made.open()
            with suppress(Exception):
                await log.delete_topics(list(await log.describe(list(made.topics))))
        await made.close()


@pytest.fixture
async def log(world: World) -> DeletableLog:
    """The log, its topics made."""
    opened = await world.open()
    await opened.ensure_topics(list(world.topics))
    return opened


@pytest.fixture
async def read() -> AsyncIterator[Readers]:
    readers = Readers()
    yield readers
    await readers.close()


@pytest.fixture
def small_bounds() -> Bounds:
    return Bounds(pending_records=50, pending_bytes=1_000_000, batch_records=10, batch_bytes=1_000_000)
