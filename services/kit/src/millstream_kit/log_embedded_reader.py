"""What follows the embedded log: its file's connections, the news of appends, and a reader's thread."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from millstream_kit import log_sqlite as sql
from millstream_kit.log import Batch, Record, TopicPartition
from millstream_kit.log_delivery import Bounds, Delivery

logger = logging.getLogger(__name__)

# How soon an append of another process is seen, which sends no news; looking costs one pragma.
POLL_S = 0.1


class LogFile:
    """The connections to one log: one per thread on file; in memory a single one, used under a lock."""

    def __init__(self, path: Path | str) -> None:
        self.path = None if str(path) == ":memory:" else Path(path)
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        self._query = self._connect()
        self._lock = threading.RLock()
        sql.create(self._query, self.path)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection for the calling thread; to be used under `exclusive`."""
        if self.path is None:
            yield self._query
            return
        connection = self._connect()
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Nobody else uses the shared connection meanwhile; on file there is none to share."""
        if self.path is not None:
            yield
            return
        with self._lock:
            yield

    @contextmanager
    def query(self) -> Iterator[sqlite3.Connection]:
        """A connection for a short question from any thread."""
        with self._lock:
            yield self._query

    def close(self) -> None:
        """Close what is kept open."""
        with self._lock:
            self._query.close()

    def _connect(self) -> sqlite3.Connection:
        return sql.connect(":memory:" if self.path is None else str(self.path))


class News:
    """Wakes readers after every append of this process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._generation = 0

    def announce(self) -> None:
        """There is something to look at."""
        with self._changed:
            self._generation += 1
            self._changed.notify_all()

    def wait(self, seen: int, timeout_s: float) -> int:
        """Wait for news after `seen`; returns the newest."""
        with self._changed:
            self._changed.wait_for(lambda: self._generation != seen, timeout_s)
            return self._generation


class EmbeddedReader:
    """One thread that follows some partitions."""

    def __init__(
        self,
        file: LogFile,
        news: News,
        positions: Mapping[TopicPartition, int],
        delivery: Delivery,
        bounds: Bounds,
        on_closed: Callable[[EmbeddedReader], None],
    ) -> None:
        self._file = file
        self._news = news
        self._positions = dict(positions)
        self._topic_ids: dict[str, int] = {}
        self._delivery = delivery
        self._bounds = bounds
        self._on_closed = on_closed
        self._thread = threading.Thread(target=self._run, name="log reader", daemon=True)
        self._thread.start()

    def seek(self, positions: Mapping[TopicPartition, int]) -> None:
        """Continue these partitions from these offsets."""
        self._delivery.seek(positions)

    async def close(self) -> None:
        """Stop reading."""
        self._delivery.close()
        await asyncio.to_thread(self._thread.join)
        self._on_closed(self)

    def _run(self) -> None:
        with self._file.connection() as connection:
            seen = -1
            data_version = -1
            while not self._delivery.closed:
                if not self._delivery.wait_for_room():
                    if not self._delivery.closed:
                        self._take_seeks()
                    continue
                seen, data_version, changed = self._wait_for_news(connection, seen, data_version)
                if (self._take_seeks() or changed) and not self._delivery.closed and self._read(connection):
                    seen = -1  # there is more

    def _wait_for_news(self, connection: sqlite3.Connection, seen: int, data_version: int) -> tuple[int, int, bool]:
        generation = self._news.wait(seen, POLL_S)
        with self._file.exclusive():
            version = int(connection.execute("PRAGMA data_version").fetchone()[0])
        return generation, version, generation != seen or version != data_version

    def _take_seeks(self) -> bool:
        seeks = self._delivery.take_seeks()
        self._positions.update(seeks)
        return bool(seeks)

    def _read(self, connection: sqlite3.Connection) -> bool:
        """Read one batch and hand it over; returns whether there may be more."""
        try:
            with self._file.exclusive(), sql.snapshot(connection):
                batch, more = self._read_batch(connection)
        except sqlite3.Error as error:
            logger.warning("cannot read the log: %s", error)
            self._delivery.status(False)
            return True
        self._delivery.status(True)
        if batch.next_offsets:
            self._delivery.batch(batch)
        return more

    def _read_batch(self, connection: sqlite3.Connection) -> tuple[Batch, bool]:
        bounds = self._bounds
        records: list[Record] = []
        moved: dict[TopicPartition, int] = {}
        room = bounds.batch_bytes
        more = False
        heads = sql.read_heads(connection)
        for tp, position in self._positions.items():
            head = heads.get(tp)
            if head is None:
                continue
            is_same = self._topic_ids.setdefault(tp[0], head.topic_id) == head.topic_id
            start = position if is_same and head.begin <= position <= head.next else head.begin
            if start != position:
                moved[tp] = start
            if start == head.next:
                continue
            if room <= 0 or len(records) >= bounds.batch_records:
                more = True
                continue
            limit = bounds.batch_records - len(records)
            found = sql.read_records(connection, tp, head.topic_id, start, records=limit, size=room)
            room -= sum(len(record.value or b"") + len(record.key or b"") for record in found)
            records += found
            # What compaction removed after the last record is passed over with it.
            full = len(found) == limit or room <= 0
            moved[tp] = found[-1].offset + 1 if found and full else head.next
            more = more or (full and moved[tp] < head.next)
        self._topic_ids.update({topic: heads[topic, partition].topic_id for topic, partition in heads})
        self._positions.update(moved)
        return Batch(tuple(records), moved), more
