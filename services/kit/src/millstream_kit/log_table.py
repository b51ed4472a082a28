"""Compacted topics as tables in memory: what others publish about themselves, newest per key.

jobs ◀── TableReader ◀── snapshots of workers and of APIs        no service asks another
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from millstream_kit.log import Batch, Log, LogReader, Record, TopicPartition

logger = logging.getLogger(__name__)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Entry(Generic[V]):
    """The newest value of a key and where it stands."""

    value: V
    partition: int
    offset: int


class TableReader(Generic[V]):
    """Follows compacted topics from their beginning and keeps the newest value of each key.

    Args:
        log: where the topics are.
        topics: their names.
        decode: makes a value of a record that is not a deletion. What it refuses by an exception is left out and
            counted in `refused`; the key keeps its former value.
    """

    def __init__(self, log: Log, topics: Sequence[str], decode: Callable[[Record], V]) -> None:
        self._log = log
        self._decode = decode
        self._tables: dict[str, dict[str, Entry[V]]] = {topic: {} for topic in topics}
        self._next: dict[TopicPartition, int] = {}
        self._targets: dict[TopicPartition, int] = {}
        self._listeners: list[Callable[[str, str, V | None], None]] = []
        self._ready = asyncio.Event()
        self._reader: LogReader | None = None
        self.is_here = True
        self.refused = 0

    def on_change(self, listener: Callable[[str, str, V | None], None]) -> None:
        """Have `listener(topic, key, value)` called on the event loop for every change; value None is a deletion."""
        self._listeners.append(listener)

    async def start(self) -> None:
        """Begin reading from the beginning; once is enough.

        Raises:
            LogUnavailable: the log is away; start again later.
            TopicMismatch: a topic is not as the inventory says.
        """
        if self._reader is not None:
            return
        # Whose topic it is may start after us; made by us it is the same, its settings are the inventory's.
        infos = await self._log.ensure_topics(list(self._tables))
        partitions = [(info.name, partition) for info in infos.values() for partition in range(info.partitions)]
        begins = await self._log.begin_offsets(partitions)
        ends = await self._log.end_offsets(partitions)
        self._next = dict(begins)
        self._targets = {tp: end for tp, end in ends.items() if end > begins[tp]}
        self._settle_readiness()
        self._reader = self._log.reader(begins, self._on_batch, self._on_status)

    async def ready(self) -> None:
        """Wait until everything that stood in the topics at the start has been applied; starts when nobody has."""
        if self._reader is None:
            await self.start()
        await self._ready.wait()

    @property
    def is_ready(self) -> bool:
        """Whether what stood in the topics at the start has been applied."""
        return self._ready.is_set()

    def get(self, topic: str, key: str) -> V | None:
        """The newest value of a key, or None."""
        entry = self._tables[topic].get(key)
        return None if entry is None else entry.value

    def entries(self, topic: str) -> Mapping[str, Entry[V]]:
        """The whole table, by key. Live: copy it to keep it."""
        return self._tables[topic]

    def items(self, topic: str) -> Iterator[tuple[str, V]]:
        """Every key with its newest value."""
        return ((key, entry.value) for key, entry in self._tables[topic].items())

    async def close(self) -> None:
        """Stop reading; the tables stay as they are."""
        if self._reader is not None:
            await self._reader.close()
            self._reader = None

    def _on_batch(self, batch: Batch) -> None:
        for record in batch.records:
            tp = (record.topic, record.partition)
            if record.offset < self._next.get(tp, 0):
                self._forget(tp)
            self._next[tp] = record.offset + 1
            self._apply(record)
        for tp, offset in batch.next_offsets.items():
            if offset < self._next.get(tp, 0):
                self._forget(tp)
            self._next[tp] = offset
        self._settle_readiness()

    def _apply(self, record: Record) -> None:
        key = (record.key or b"").decode(errors="replace")
        table = self._tables[record.topic]
        if record.value is None:
            if table.pop(key, None) is not None:
                self._tell(record.topic, key, None)
            return
        try:
            value = self._decode(record)
        except Exception as error:  # noqa: BLE001 — one damaged record must not stop the table
            self.refused += 1
            logger.warning("%s at %d/%d left out: %s", record.topic, record.partition, record.offset, error)
            return
        table[key] = Entry(value, record.partition, record.offset)
        self._tell(record.topic, key, value)

    def _forget(self, tp: TopicPartition) -> None:
        """The partition begins anew: its topic was made again, and what it said is gone."""
        topic, partition = tp
        self._targets.pop(tp, None)
        for key in [key for key, entry in self._tables[topic].items() if entry.partition == partition]:
            del self._tables[topic][key]
            self._tell(topic, key, None)

    def _tell(self, topic: str, key: str, value: V | None) -> None:
        for listener in self._listeners:
            try:
                listener(topic, key, value)
            except Exception:
                logger.exception("a listener of %s failed at key %s", topic, key)

    def _settle_readiness(self) -> None:
        if not self._ready.is_set():
            self._targets = {tp: end for tp, end in self._targets.items() if self._next.get(tp, 0) < end}
            if not self._targets:
                self._ready.set()

    def _on_status(self, here: bool) -> None:
        self.is_here = here
