"""What a topic said lately, encoded once and shared by every subscriber.

One ring per topic holds its records in the order they arrived, which keeps every partition's order; a subscriber is one
number into it and the offsets it has passed. Each partition knows the first offset still held (`begin`) and the offset
its next record will get (`end`). The ring is bounded in records and in bytes; the oldest leave first, whatever their
partition, so that every partition reaches back equally far in time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar, cast

from millstream_stream_edge.frames import GapReason

T = TypeVar("T")

# What CPython 3.11 takes beside the bytes themselves, by tracemalloc over 20,000 records of each log: 693 bytes for a job's
# event, 606 for a request, 420 for an artifact, of which a frame with its facts is the larger part; a traceparent has a header.
ENTRY_BYTES = 300
FRAME_BYTES = 400
TRACE_BYTES = 33


class Facts(Protocol):
    """What filters look at: a named tuple."""

    @property
    def _fields(self) -> tuple[str, ...]: ...
    def __iter__(self) -> Iterator[Any]: ...


@dataclass(frozen=True, slots=True)
class Frame:
    """One event: its block (`data: {…}` and a blank line) and what filters look at."""

    block: bytes
    facts: Facts


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the log as its frames; or, instead of what is missing, a gap."""

    seq: int
    partition: int
    offset: int
    timestamp_ms: int
    frames: tuple[Frame, ...]
    gap: GapReason | None
    size: int
    traceparent: bytes | None = None


class Window(Generic[T]):
    """A list that forgets its oldest items; an item keeps its index for as long as it is held."""

    def __init__(self, start: int = 0) -> None:
        self._items: list[T] = []
        self._dead = 0
        self._base = start

    @property
    def start(self) -> int:
        return self._base + self._dead

    @property
    def end(self) -> int:
        return self._base + len(self._items)

    def __len__(self) -> int:
        return len(self._items) - self._dead

    def __getitem__(self, index: int) -> T:
        return self._items[index - self._base]

    def append(self, item: T) -> None:
        self._items.append(item)

    def drop_oldest(self) -> T:
        item = self._items[self._dead]
        self._items[self._dead] = cast(T, None)  # half of the list may be dead before it is cut
        self._dead += 1
        if self._dead > 1024 and self._dead * 2 > len(self._items):
            del self._items[: self._dead]
            self._base += self._dead
            self._dead = 0
        return item

    def span(self, first: int, last: int) -> list[T]:
        """The items from index `first` up to, not including, `last`."""
        return self._items[first - self._base : last - self._base]

    def bisect(self, value: int, key: attrgetter[int]) -> int:
        """The index of the first item whose key is at least `value`."""
        return self._base + bisect_left(self._items, value, lo=self._dead, key=key)


_offset = attrgetter("offset")


class Ring:
    """The newest records of one topic."""

    def __init__(self, topic: str, epoch: int, starts: Sequence[int], *, max_events: int, max_bytes: int) -> None:
        """
        Args:
            starts: the offset reading starts at, by partition.
        """
        self.topic = topic
        self.max_events = max_events
        self.max_bytes = max_bytes
        self._entries: Window[Entry] = Window()
        self.reset(epoch, starts)

    def reset(self, epoch: int, starts: Sequence[int]) -> None:
        """Begin anew with a topic that was made anew; indexes go on growing."""
        self.epoch = epoch
        self.begin = list(starts)
        self.end = list(starts)
        self.newest_ms: int | None = None
        self.lag_ms: int | None = None
        self.size = 0
        self._entries = Window(self._entries.end)
        self._partitions: list[Window[Entry]] = [Window() for _ in starts]

    def widen(self, partitions: int) -> None:
        """Partitions were added to the topic; they are at their beginning."""
        for _ in range(len(self.end), partitions):
            self.begin.append(0)
            self.end.append(0)
            self._partitions.append(Window())

    @property
    def start_seq(self) -> int:
        return self._entries.start

    @property
    def end_seq(self) -> int:
        return self._entries.end

    def __len__(self) -> int:
        return len(self._entries)

    def append(
        self,
        partition: int,
        offset: int,
        timestamp_ms: int,
        frames: tuple[Frame, ...],
        *,
        gap: GapReason | None = None,
        traceparent: bytes | None = None,
    ) -> None:
        """Add one record. One already held, or before the beginning, is left alone."""
        if offset < self.end[partition]:
            return
        size = ENTRY_BYTES + sum(len(frame.block) + FRAME_BYTES for frame in frames)
        size += 0 if traceparent is None else len(traceparent) + TRACE_BYTES
        entry = Entry(self._entries.end, partition, offset, timestamp_ms, frames, gap, size, traceparent)
        self._entries.append(entry)
        self._partitions[partition].append(entry)
        self.size += size
        self.end[partition] = offset + 1
        self.newest_ms = timestamp_ms
        while len(self._entries) > 1 and (len(self._entries) > self.max_events or self.size > self.max_bytes):
            self._evict()

    def advance(self, partition: int, offset: int) -> None:
        """The next record of this partition will not be before `offset`."""
        self.end[partition] = max(self.end[partition], offset)

    def _evict(self) -> None:
        entry = self._entries.drop_oldest()
        self._partitions[entry.partition].drop_oldest()
        self.begin[entry.partition] = entry.offset + 1
        self.size -= entry.size

    def entries(self, first: int, last: int) -> list[Entry]:
        return self._entries.span(first, last)

    def holds(self, offsets: Sequence[int]) -> bool:
        """Whether everything from these offsets on is still here; a partition added since they were told is at its beginning."""
        return all(offset >= begin for offset, begin in zip(offsets, self.begin, strict=False))

    def seq_at(self, offsets: Sequence[int]) -> int:
        """Where to start walking so that no record at or after these offsets is passed over."""
        first = self._entries.end
        for window, offset, end in zip(self._partitions, offsets, self.end, strict=True):
            if offset < end:
                index = window.bisect(offset, _offset)
                if index < window.end:
                    first = min(first, window[index].seq)
        return first


Rings = Mapping[str, Ring]
