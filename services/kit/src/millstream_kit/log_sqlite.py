"""The embedded log's tables in SQLite, and every statement on them.

    topics(id, name, epoch, partitions, cleanup)
    heads(topic_id, partition, begin, next, newest_ms)         where each partition begins and ends
    records(topic_id, partition, offset, key, value, headers, time_ms)

Durability: WAL with `synchronous=NORMAL`. A commit outlives the process however it ends, because the pages are with the
operating system; a power cut may take the last commits (never consistency). That is what Kafka's `acks=all` gives with one
broker, which does not fsync per record either, and it is twenty times faster than an fsync per commit on a laptop.
"""

from __future__ import annotations

import sqlite3
import struct
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from millstream_kit.log import Record, TopicInfo, TopicPartition

SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE IF NOT EXISTS topics (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, epoch TEXT NOT NULL,
    partitions INTEGER NOT NULL, cleanup TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS heads (
    topic_id INTEGER NOT NULL REFERENCES topics ON DELETE CASCADE, partition INTEGER NOT NULL,
    begin INTEGER NOT NULL DEFAULT 0, next INTEGER NOT NULL DEFAULT 0, newest_ms INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (topic_id, partition)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
    topic_id INTEGER NOT NULL REFERENCES topics ON DELETE CASCADE, partition INTEGER NOT NULL, offset INTEGER NOT NULL,
    key BLOB NOT NULL, value BLOB, headers BLOB NOT NULL, time_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS records_by_position ON records (topic_id, partition, offset);
"""
DELETE_CHUNK = 2_000
_LENGTHS = struct.Struct(">HI")


@dataclass(slots=True)
class Head:
    """Where one partition begins and ends. `newest_ms` keeps times from going back, so that they can be searched."""

    topic_id: int
    begin: int
    next: int
    newest_ms: int


def connect(path: str) -> sqlite3.Connection:
    """Open a connection; transactions are begun by hand."""
    connection = sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def create(connection: sqlite3.Connection, path: Path | None) -> None:
    """Make the tables where they are missing.

    Raises:
        RuntimeError: the file was written by another version of the log.
    """
    connection.execute("PRAGMA journal_mode=WAL")
    with transaction(connection):
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version not in (0, SCHEMA_VERSION):
            raise RuntimeError(f"{path} is a log of version {version}, this program reads version {SCHEMA_VERSION}")
        for statement in SCHEMA.split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: it takes the write lock at once, so that it never fails half way for want of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """One read transaction: every statement sees the same log."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


def pack_headers(headers: Iterable[tuple[str, bytes]]) -> bytes:
    """Headers as one blob: two lengths, the name, the value, and so on."""
    parts: list[bytes] = []
    for name, value in headers:
        encoded = name.encode()
        parts += (_LENGTHS.pack(len(encoded), len(value)), encoded, value)
    return b"".join(parts)


def unpack_headers(blob: bytes) -> tuple[tuple[str, bytes], ...]:
    """The headers `pack_headers` packed."""
    found: list[tuple[str, bytes]] = []
    at = 0
    while at < len(blob):
        name_length, value_length = _LENGTHS.unpack_from(blob, at)
        name_end = at + _LENGTHS.size + name_length
        found.append((blob[at + _LENGTHS.size : name_end].decode(), blob[name_end : name_end + value_length]))
        at = name_end + value_length
    return tuple(found)


def add_topic(
    connection: sqlite3.Connection, name: str, partitions: int, cleanup: Literal["delete", "compact"]
) -> None:
    """Make a topic unless it is there."""
    row = connection.execute(
        "INSERT INTO topics (name, epoch, partitions, cleanup) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        (name, uuid.uuid4().hex, partitions, cleanup),
    ).fetchone()
    if row is not None:
        heads = [(row[0], partition) for partition in range(partitions)]
        connection.executemany("INSERT INTO heads (topic_id, partition) VALUES (?, ?)", heads)


def drop_topics(connection: sqlite3.Connection, names: Sequence[str]) -> None:
    """Remove topics with their records."""
    connection.executemany("DELETE FROM topics WHERE name = ?", [(name,) for name in names])


def read_topics(connection: sqlite3.Connection) -> dict[str, TopicInfo]:
    """Every topic, by name."""
    rows = connection.execute("SELECT name, epoch, partitions, cleanup FROM topics").fetchall()
    return {row[0]: TopicInfo(*row) for row in rows}


def read_heads(connection: sqlite3.Connection) -> dict[TopicPartition, Head]:
    """Every partition's begin and end."""
    rows = connection.execute(
        "SELECT t.name, h.partition, h.topic_id, h.begin, h.next, h.newest_ms FROM heads h JOIN topics t ON t.id = h.topic_id"
    ).fetchall()
    return {(row[0], row[1]): Head(row[2], row[3], row[4], row[5]) for row in rows}


RecordRow = tuple[int, int, int, bytes, bytes | None, bytes, int]


def insert_records(connection: sqlite3.Connection, rows: Sequence[RecordRow]) -> None:
    """Add records whose offsets were taken from their heads in the same transaction."""
    connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def write_heads(connection: sqlite3.Connection, heads: Iterable[tuple[int, Head]]) -> None:
    """Move the ends of partitions; pairs of partition and head."""
    connection.executemany(
        "UPDATE heads SET next = ?, newest_ms = ? WHERE topic_id = ? AND partition = ?",
        [(head.next, head.newest_ms, head.topic_id, partition) for partition, head in heads],
    )


def read_records(
    connection: sqlite3.Connection, tp: TopicPartition, topic_id: int, start: int, *, records: int, size: int
) -> list[Record]:
    """Records of a partition from `start` on, up to a number or a size, at least one when there is one."""
    cursor = connection.execute(
        "SELECT offset, key, value, headers, time_ms FROM records WHERE topic_id = ? AND partition = ? AND offset >= ?"
        " ORDER BY offset LIMIT ?",
        (topic_id, tp[1], start, records),
    )
    found: list[Record] = []
    for offset, key, value, headers, time_ms in cursor:
        found.append(Record(tp[0], tp[1], offset, key, value, unpack_headers(headers), time_ms))
        size -= len(value or b"") + len(key)
        if size <= 0:
            break
    cursor.close()
    return found


def first_since(connection: sqlite3.Connection, partition: int, head: Head, time_ms: int) -> int:
    """The first offset as young as `time_ms`, or the end. Times never go back within a partition, so this bisects."""
    low, high = head.begin, head.next
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(
            "SELECT offset, time_ms FROM records WHERE topic_id = ? AND partition = ? AND offset >= ? AND offset < ?"
            " ORDER BY offset LIMIT 1",
            (head.topic_id, partition, middle, high),
        ).fetchone()
        if row is None:
            high = middle
        elif row[1] < time_ms:
            low = row[0] + 1
        else:
            high = middle
    # `low` may stand in a gap that compaction left: the record is the next one.
    row = connection.execute(
        "SELECT min(offset) FROM records WHERE topic_id = ? AND partition = ? AND offset >= ?",
        (head.topic_id, partition, low),
    ).fetchone()
    return head.next if row[0] is None else int(row[0])


def obsolete_offsets(
    connection: sqlite3.Connection, partition: int, head: Head, tombstones_before_ms: int
) -> list[int]:
    """What compaction may remove: all but the newest record of each key, and tombstones old enough."""
    rows = connection.execute(
        "SELECT offset FROM (SELECT offset, value IS NULL AND time_ms < ? AS is_dead,"
        " row_number() OVER (PARTITION BY key ORDER BY offset DESC) AS age"
        " FROM records WHERE topic_id = ? AND partition = ?) WHERE age > 1 OR is_dead",
        (tombstones_before_ms, head.topic_id, partition),
    ).fetchall()
    return [row[0] for row in rows]


def delete_offsets(connection: sqlite3.Connection, partition: int, head: Head, offsets: Sequence[int]) -> None:
    """Remove records, in transactions short enough not to hold up the writer."""
    for at in range(0, len(offsets), DELETE_CHUNK):
        with transaction(connection):
            connection.executemany(
                "DELETE FROM records WHERE topic_id = ? AND partition = ? AND offset = ?",
                [(head.topic_id, partition, offset) for offset in offsets[at : at + DELETE_CHUNK]],
            )


def delete_before(connection: sqlite3.Connection, partition: int, head: Head, offset: int) -> None:
    """Move the begin of a partition to `offset` and remove what is before it."""
    for edge in [*range(head.begin + DELETE_CHUNK, offset, DELETE_CHUNK), offset]:
        with transaction(connection):
            place = (head.topic_id, partition, edge)
            connection.execute("DELETE FROM records WHERE topic_id = ? AND partition = ? AND offset < ?", place)
            connection.execute(
                "UPDATE heads SET begin = ? WHERE topic_id = ? AND partition = ? AND begin < ?",
                (edge, head.topic_id, partition, edge),
            )
