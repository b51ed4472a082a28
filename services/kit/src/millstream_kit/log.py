"""The log: named topics of partitions of records, read by position.

One port, two adapters: `log_kafka` (Apache Kafka) and `log_embedded` (a table in a local SQLite file).
Both pass `tests/conformance/test_log_suite.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

TopicPartition = tuple[str, int]


class LogUnavailable(Exception):
    """The log cannot be reached now; what was asked may be asked again."""


class RecordTooLarge(ValueError):
    """A record is larger than its topic's `max_message_bytes`; nothing of its batch was appended, nor ever will be."""

    def __init__(self, topic: str, index: int, size: int, limit: int) -> None:
        super().__init__(f"record {index} for {topic} has {size} bytes, {limit} are allowed")
        self.index = index


class TopicMismatch(Exception):
    """Topics exist with other settings than the inventory names; the message lists every difference."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it was read. `timestamp_ms` is the log's own time of append; `value` None is a tombstone."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp_ms: int

    def header(self, name: str) -> bytes | None:
        """The last header of that name, or None."""
        return next((value for key, value in reversed(self.headers) if key == name), None)


@dataclass(frozen=True, slots=True)
class NewRecord:
    """One record to append. Its partition follows from the key (the same key always lands on the same partition)."""

    topic: str
    key: bytes
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an acknowledged record stands."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class TopicInfo:
    """A topic as it exists. `epoch` changes when the topic is deleted and made again."""

    name: str
    epoch: str
    partitions: int
    cleanup: Literal["delete", "compact"]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll brought, in order within each partition.

    `next_offsets`: for every partition that moved, the offset after the last record (or skipped gap) of this batch.
    An offset lower than where the reader stood: the partition begins anew, because its topic was made again or what it
    was to read is no longer held.
    """

    records: tuple[Record, ...]
    next_offsets: Mapping[TopicPartition, int] = field(default_factory=dict)


class LogReader(Protocol):
    """Reads fixed partitions from given offsets, forwards, without a group and without commits."""

    def seek(self, positions: Mapping[TopicPartition, int]) -> None:
        """Continue these partitions from these offsets; nothing read before comes after. Called on the event loop."""
        ...

    async def close(self) -> None:
        """Stop reading; no callback happens after it returns."""
        ...


class Log(Protocol):
    """What services ask of a log. Every coroutine raises `LogUnavailable` when the log is away."""

    async def ensure_topics(self, names: Sequence[str]) -> Mapping[str, TopicInfo]:
        """Make the topics of the inventory that are missing and check the others; raises `TopicMismatch`."""
        ...

    async def describe(self, names: Sequence[str]) -> Mapping[str, TopicInfo]:
        """The topics that exist, by name; missing ones are left out."""
        ...

    async def begin_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """The first offset still held, by partition."""
        ...

    async def end_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """The offset the next record will get, by partition."""
        ...

    async def offsets_at(self, partitions: Sequence[TopicPartition], timestamp_ms: int) -> Mapping[TopicPartition, int]:
        """The first offset whose record is as young as `timestamp_ms`, or the end offset where there is none."""
        ...

    async def append(self, records: Sequence[NewRecord]) -> list[Appended]:
        """Append in order per key; returns when all are durable (Kafka: `acks=all`, idempotent).

        Raises:
            LogUnavailable: not all could be acknowledged; some may have been appended.
            RecordTooLarge: one of them is too large; none was appended.
        """
        ...

    def reader(
        self,
        positions: Mapping[TopicPartition, int],
        on_batch: Callable[[Batch], None],
        on_status: Callable[[bool], None] | None = None,
    ) -> LogReader:
        """Start reading in one thread. Must be called on the event loop.

        Args:
            positions: the partitions to read and the offset each starts at. An offset that is not held (below the
                begin, or beyond the end because the topic was made again) continues at the begin.
            on_batch: called on the event loop, in order, once per poll that brought something.
            on_status: called on the event loop with False when the log goes away and True when it is back.
        """
        ...

    async def close(self) -> None:
        """Close connections and threads."""
        ...
