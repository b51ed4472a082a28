"""Any interleaving of appends, reads, seeks and restarts gives what a plain list would."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from millstream_kit.log import Log, NewRecord, TopicPartition
from millstream_kit.log_rules import partition_of
from millstream_kit.testing import wait_until

from .conftest import COMPACT, DELETE, Collector, FileWorld, KafkaWorld, MemoryWorld, World


@dataclass(frozen=True)
class Append:
    keys: list[int]


@dataclass(frozen=True)
class Seek:
    partition: int
    share: float


@dataclass(frozen=True)
class Act:
    name: str


ACTIONS = st.lists(
    st.one_of(
        st.builds(Append, st.lists(st.integers(0, 9), min_size=1, max_size=30)),
        st.builds(Append, st.lists(st.integers(0, 9), min_size=1, max_size=3)),
        st.builds(Seek, st.integers(0, DELETE.partitions - 1), st.floats(0, 1)),
        st.builds(Act, st.sampled_from(["drain", "reopen reader", "restart", "clean up"])),
    ),
    max_size=20,
)


class Model:
    """What the log must hold, and what the reader must have seen since its last seek or opening."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.held: dict[int, list[bytes]] = {n: [] for n in range(DELETE.partitions)}
        self.from_offset = dict.fromkeys(self.held, 0)
        self._numbers = iter(range(10**6))

    def append(self, keys: list[int]) -> list[NewRecord]:
        records = [NewRecord(self._world.events, f"k{k}".encode(), str(next(self._numbers)).encode()) for k in keys]
        for record in records:
            self.held[partition_of(record.key, DELETE.partitions)].append(record.value or b"")
        return records

    def expected(self) -> dict[int, list[tuple[int, bytes]]]:
        return {n: list(enumerate(held))[self.from_offset[n] :] for n, held in self.held.items()}


class Run:
    def __init__(self, world: World) -> None:
        self.world = world
        self.model = Model(world)
        self.collector = Collector()

    async def play(self, actions: list[Append | Seek | Act]) -> None:
        self.log = await self._open()
        self._read(dict.fromkeys(self.model.held, 0))
        try:
            for action in actions:
                await self._do(action)
            await self._drained()
        finally:
            await self.reader.close()
            if isinstance(self.world, KafkaWorld):
                await self.log.delete_topics([self.world.events])  # type: ignore[attr-defined]
            await self.world.close()

    async def _do(self, action: Append | Seek | Act) -> None:
        if isinstance(action, Append):
            await self.log.append(self.model.append(action.keys))
        elif isinstance(action, Seek):
            await self._drained()
            self._seek(action)
        elif action.name == "drain":
            await self._drained()
        elif action.name == "reopen reader":
            await self.reader.close()
            self._read(self._positions())
        elif action.name == "restart" and self.world.survives:
            await self.reader.close()
            positions = self._positions()
            await self.log.close()
            self.log = await self._open()
            self._read(positions)
        elif action.name == "clean up" and isinstance(self.world, FileWorld):
            await self.world.clean(self.log, lambda: True)  # type: ignore[arg-type]

    async def _open(self) -> Log:
        log = await self.world.open()
        await log.ensure_topics([self.world.events])
        return log

    def _positions(self) -> dict[int, int]:
        """Where the reader stands: what a service would have saved. What it has seen so far stays seen."""
        return {n: self.collector.next.get((self.world.events, n), self.model.from_offset[n]) for n in self.model.held}

    def _read(self, positions: dict[int, int]) -> None:
        where: dict[TopicPartition, int] = {(self.world.events, n): offset for n, offset in positions.items()}
        self.reader = self.log.reader(where, self.collector.on_batch)

    def _seek(self, action: Seek) -> None:
        offset = int(action.share * len(self.model.held[action.partition]))
        self.model.from_offset[action.partition] = offset
        self.collector.records = [r for r in self.collector.records if r.partition != action.partition]
        self.collector.next[(self.world.events, action.partition)] = offset
        self.reader.seek({(self.world.events, action.partition): offset})

    async def _drained(self) -> None:
        expected = self.model.expected()
        await wait_until(lambda: len(self.collector.records) >= sum(map(len, expected.values())))
        seen: dict[int, list[tuple[int, bytes]]] = {n: [] for n in expected}
        for record in self.collector.records:
            seen[record.partition].append((record.offset, record.value or b""))
        assert seen == expected


@given(ACTIONS)
@settings(max_examples=40, deadline=None)
def test_in_memory(actions: list[Append | Seek | Act]) -> None:
    asyncio.run(Run(MemoryWorld()).play(actions))


@given(ACTIONS)
@settings(max_examples=40, deadline=None)
def test_in_a_file(actions: list[Append | Seek | Act]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(Run(FileWorld(Path(folder) / "log.db")).play(actions))


@pytest.mark.timeout(300)
@given(ACTIONS)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_in_kafka(kafka_servers: str, actions: list[Append | Seek | Act]) -> None:
    asyncio.run(Run(KafkaWorld(kafka_servers)).play(actions))


KEYS = st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=60)


@given(KEYS, st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_compaction_never_changes_what_a_table_says(writes: list[tuple[int, bool]], cut: int) -> None:
    async def play() -> None:
        world = MemoryWorld()
        log = await world.open()
        await log.ensure_topics([world.table])
        records = [
            NewRecord(world.table, f"k{key}".encode(), b"%d" % n if alive else None)
            for n, (key, alive) in enumerate(writes)
        ]
        for at, record in enumerate(records):
            await log.append([record])
            if at == cut:
                await world.clean(log, lambda: True)
        await world.clean(log, lambda: True)
        ends = await log.end_offsets([(world.table, n) for n in range(COMPACT.partitions)])
        collector = Collector()
        reader = log.reader(dict.fromkeys(ends, 0), collector.on_batch)
        await wait_until(lambda: all(collector.next.get(tp, 0) == end for tp, end in ends.items()))
        await reader.close()
        await world.close()
        wanted = {record.key: record.value for record in records}
        assert {r.key: r.value for r in collector.records} == {k: v for k, v in wanted.items() if v is not None}

    asyncio.run(play())
