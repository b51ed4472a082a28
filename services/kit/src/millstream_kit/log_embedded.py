"""The log of local mode: a table in one SQLite file, written by one thread, read by one thread per reader.

    append ─▶ queue ─▶ writer thread: one transaction for all that waits ─▶ news ─▶ reader threads ─▶ event loop

Several processes may share the file; another process's records are seen within 0.1 s. How durable an append is: `log_sqlite`.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from millstream_contracts.inventory import TopicSpec, load_inventory

from millstream_kit import log_sqlite as sql
from millstream_kit.clock import Clock, SystemClock
from millstream_kit.log import (
    Appended,
    Batch,
    LogReader,
    LogUnavailable,
    NewRecord,
    TopicInfo,
    TopicMismatch,
    TopicPartition,
)
from millstream_kit.log_delivery import Bounds, Delivery
from millstream_kit.log_embedded_reader import EmbeddedReader, LogFile, News
from millstream_kit.log_requests import AppendRequest, Completions
from millstream_kit.log_rules import check_records, differences, partition_of

logger = logging.getLogger(__name__)
T = TypeVar("T")

GROUP_RECORDS = 5_000
HOUSEKEEPING_S = 60.0
# How long a deletion stays readable, so that a reader that was away that long still learns of it. Kafka's default.
TOMBSTONES_MS = 24 * 3600 * 1000


class EmbeddedLog:
    """The log in a SQLite file.

    Args:
        path: the file, made with its folder when missing, or ":memory:" for a log that ends with this object.
        clock: the times of records and of retention.
        topics: their settings; those of the inventory unless given.
        housekeeping_s: seconds between rounds of retention and compaction.
        tombstones_ms: how long a deletion stays readable in a compacted topic.
    """

    def __init__(
        self,
        path: Path | str,
        clock: Clock | None = None,
        *,
        topics: Mapping[str, TopicSpec] | None = None,
        housekeeping_s: float = HOUSEKEEPING_S,
        tombstones_ms: int = TOMBSTONES_MS,
        bounds: Bounds | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._specs = load_inventory().topics if topics is None else topics
        self._tombstones_ms = tombstones_ms
        self._bounds = bounds or Bounds()
        self._file = LogFile(path)
        self._news = News()
        self._queue: queue.SimpleQueue[AppendRequest | None] = queue.SimpleQueue()
        self._completions = Completions()
        self._closed = threading.Event()
        self._readers: set[EmbeddedReader] = set()
        self._threads = [
            threading.Thread(target=self._write, name="log writer", daemon=True),
            threading.Thread(target=self._keep_house, args=(housekeeping_s,), name="log housekeeping", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    async def ensure_topics(self, names: Sequence[str]) -> Mapping[str, TopicInfo]:
        """Make the topics that are missing and check the others.

        Raises:
            TopicMismatch: some exist with other settings.
        """

        def make(connection: sqlite3.Connection) -> dict[str, TopicInfo]:
            with sql.transaction(connection):
                for name in names:
                    spec = self._specs[name]
                    sql.add_topic(connection, name, spec.partitions, spec.cleanup)
            return sql.read_topics(connection)

        unknown = [name for name in names if name not in self._specs]
        if unknown:
            raise TopicMismatch(f"not in the inventory: {', '.join(unknown)}")
        found = await self._ask(make)
        wrong = [sentence for name in names for sentence in differences(found[name], self._specs[name])]
        if wrong:
            raise TopicMismatch("; ".join(wrong))
        return {name: found[name] for name in names}

    async def describe(self, names: Sequence[str]) -> Mapping[str, TopicInfo]:
        """The topics that exist, by name."""
        found = await self._ask(sql.read_topics)
        return {name: found[name] for name in names if name in found}

    async def delete_topics(self, names: Sequence[str]) -> None:
        """Remove topics with their records; made again, they have another epoch."""

        def drop(connection: sqlite3.Connection) -> None:
            with sql.transaction(connection):
                sql.drop_topics(connection, names)

        await self._ask(drop)
        self._news.announce()

    async def begin_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """The first offset still held, by partition."""
        heads = await self._heads(partitions)
        return {tp: heads[tp].begin for tp in partitions}

    async def end_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """The offset the next record will get, by partition."""
        heads = await self._heads(partitions)
        return {tp: heads[tp].next for tp in partitions}

    async def offsets_at(self, partitions: Sequence[TopicPartition], timestamp_ms: int) -> Mapping[TopicPartition, int]:
        """The first offset as young as `timestamp_ms`, or the end, by partition."""

        def search(connection: sqlite3.Connection) -> dict[TopicPartition, int]:
            with sql.snapshot(connection):
                heads = _known(sql.read_heads(connection), partitions)
                return {tp: sql.first_since(connection, tp[1], heads[tp], timestamp_ms) for tp in partitions}

        return await self._ask(search)

    async def append(self, records: Sequence[NewRecord]) -> list[Appended]:
        """Append in order, all or none, together with whatever else waits; returns when the transaction is committed.

        Raises:
            LogUnavailable: nothing was appended.
            RecordTooLarge: nothing was appended.
        """
        check_records(records, self._specs)
        if self._closed.is_set():
            raise LogUnavailable("the log is closed")
        request = AppendRequest(records)
        self._queue.put(request)
        return await request.future

    def reader(
        self,
        positions: Mapping[TopicPartition, int],
        on_batch: Callable[[Batch], None],
        on_status: Callable[[bool], None] | None = None,
    ) -> LogReader:
        """Start reading in a thread of its own."""
        delivery = Delivery(on_batch, on_status, wake=self._news.announce, bounds=self._bounds)
        reader = EmbeddedReader(self._file, self._news, positions, delivery, self._bounds, self._readers.discard)
        self._readers.add(reader)
        return reader

    async def close(self) -> None:
        """Write what was asked for, then end the threads and close the file."""
        if self._closed.is_set():
            return
        for reader in list(self._readers):
            await reader.close()
        self._closed.set()
        self._queue.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        self._settle_rest()
        self._file.close()

    def _settle_rest(self) -> None:
        while not self._queue.empty():
            request = self._queue.get_nowait()
            if request is not None:
                request.settle()

    def retain(self) -> None:
        """Remove what is older than its topic keeps. Runs periodically; may be called."""
        with self._file.exclusive(), self._file.connection() as connection:
            for tp, head in sql.read_heads(connection).items():
                spec = self._specs.get(tp[0])
                if spec is not None and spec.cleanup == "delete" and spec.retention_ms is not None:
                    oldest = self._clock.now_ms() - spec.retention_ms
                    edge = sql.first_since(connection, tp[1], head, oldest)
                    if edge > head.begin:
                        sql.delete_before(connection, tp[1], head, edge)

    def compact(self) -> None:
        """Leave the newest record of each key in compacted topics. Runs periodically; may be called."""
        with self._file.exclusive(), self._file.connection() as connection:
            for tp, head in sql.read_heads(connection).items():
                spec = self._specs.get(tp[0])
                if spec is not None and spec.cleanup == "compact":
                    obsolete = sql.obsolete_offsets(connection, tp[1], head, self._clock.now_ms() - self._tombstones_ms)
                    sql.delete_offsets(connection, tp[1], head, obsolete)

    # -- threads ------------------------------------------------------------------------------------------------------

    def _write(self) -> None:
        with self._file.connection() as connection:
            while True:
                group = self._next_group()
                if group is None:
                    return
                self._append_group(connection, group)
                for request in group:
                    self._completions.add(request)

    def _next_group(self) -> list[AppendRequest] | None:
        first = self._queue.get()
        if first is None:
            return None
        group, size = [first], len(first.records)
        while size < GROUP_RECORDS:
            try:
                request = self._queue.get_nowait()
            except queue.Empty:
                break
            if request is None:
                self._queue.put(None)
                break
            group.append(request)
            size += len(request.records)
        return group

    def _append_group(self, connection: sqlite3.Connection, group: list[AppendRequest]) -> None:
        try:
            with self._file.exclusive(), sql.transaction(connection):
                heads = sql.read_heads(connection)
                partitions = _partition_counts(heads)
                rows: list[sql.RecordRow] = []
                moved: set[TopicPartition] = set()
                now_ms = self._clock.now_ms()
                for request in group:
                    request.outcome = _place(request.records, heads, partitions, now_ms, rows, moved)
                sql.insert_records(connection, rows)
                sql.write_heads(connection, ((tp[1], heads[tp]) for tp in moved))
        except sqlite3.Error as error:
            logger.warning("cannot append to the log: %s", error)
            for request in group:
                request.outcome = LogUnavailable(f"cannot append to the log: {error}")
        self._news.announce()

    def _keep_house(self, every_s: float) -> None:
        while not self._closed.wait(every_s):
            try:
                self.retain()
                self.compact()
            except sqlite3.Error as error:
                logger.warning("retention and compaction put off: %s", error)

    # -- questions ----------------------------------------------------------------------------------------------------

    async def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.to_thread(self._ask_here, question)

    def _ask_here(self, question: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with self._file.query() as connection:
                return question(connection)
        except sqlite3.Error as error:
            raise LogUnavailable(f"cannot read the log: {error}") from error

    async def _heads(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, sql.Head]:
        return _known(await self._ask(sql.read_heads), partitions)


def _place(
    records: Sequence[NewRecord],
    heads: Mapping[TopicPartition, sql.Head],
    partitions: Mapping[str, int],
    now_ms: int,
    rows: list[sql.RecordRow],
    moved: set[TopicPartition],
) -> list[Appended] | LogUnavailable:
    """Give each record its partition, offset and time."""
    for record in records:
        if record.topic not in partitions:
            return LogUnavailable(f"topic {record.topic} does not exist")
    appended: list[Appended] = []
    for record in records:
        tp = (record.topic, partition_of(record.key, partitions[record.topic]))
        head = heads[tp]
        head.newest_ms = max(head.newest_ms, now_ms)
        row = (
            head.topic_id,
            tp[1],
            head.next,
            record.key,
            record.value,
            sql.pack_headers(record.headers),
            head.newest_ms,
        )
        rows.append(row)
        appended.append(Appended(tp[1], head.next))
        head.next += 1
        moved.add(tp)
    return appended


def _partition_counts(heads: Mapping[TopicPartition, sql.Head]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for topic, _ in heads:
        counts[topic] = counts.get(topic, 0) + 1
    return counts


def _known(
    heads: dict[TopicPartition, sql.Head], partitions: Sequence[TopicPartition]
) -> dict[TopicPartition, sql.Head]:
    missing = [tp for tp in partitions if tp not in heads]
    if missing:
        raise LogUnavailable(f"no such partition: {missing}")
    return heads
