"""A place in the rings: what a subscriber has pending is everything after its cursor, and nothing else is kept for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from millstream_stream_edge.position import TopicPosition
from millstream_stream_edge.ring import Entry, Ring

Place = tuple[int, tuple[int, ...]]  # the index to walk from, and each partition's next offset
MOST_AT_ONCE = 4096  # records walked in one go, so that a filter that admits nothing cannot hold the loop


class Cursor:
    """A place in one ring: the index to walk from, and each partition's next offset (what it has passed).

    A record below its partition's offset was seen before (on this pod or another one) and is walked over.
    """

    __slots__ = ("_offsets", "epoch", "ring", "seq")

    def __init__(self, ring: Ring, offsets: Sequence[int] | None = None) -> None:
        """
        Args:
            offsets: where to continue; the head if None.
        """
        self.ring = ring
        self.epoch = ring.epoch
        self.offsets = list(ring.end if offsets is None else offsets)
        self.seq = ring.end_seq if offsets is None else ring.seq_at(self.offsets)

    @property
    def offsets(self) -> list[int]:
        """Each partition's next offset; one that was added to the topic since is at its beginning."""
        added = len(self.ring.end) - len(self._offsets)
        if added > 0:
            self._offsets += [0] * added
        return self._offsets

    @offsets.setter
    def offsets(self, offsets: list[int]) -> None:
        self._offsets = offsets

    def copy(self) -> Cursor:
        twin = Cursor.__new__(Cursor)
        twin.ring, twin.epoch, twin.offsets, twin.seq = self.ring, self.epoch, list(self.offsets), self.seq
        return twin

    @property
    def place(self) -> Place:
        return self.seq, tuple(self.offsets)

    def go_to(self, place: Place) -> None:
        """Stand where another cursor of the same ring stood."""
        self.seq, self.offsets = place[0], list(place[1])

    @property
    def at_end(self) -> bool:
        return self.seq >= self.ring.end_seq and self.offsets == self.ring.end

    @property
    def has_pending(self) -> bool:
        return self.seq < self.ring.end_seq

    @property
    def fell_off(self) -> bool:
        """Whether records it has not passed have left the ring."""
        return self.seq < self.ring.start_seq and not self.ring.holds(self.offsets)

    @property
    def is_outdated(self) -> bool:
        """Whether the topic was made anew since; the offsets mean nothing any more."""
        return self.epoch != self.ring.epoch

    def jump_to(self, other: Cursor | None) -> None:
        """Leave out what is between here and another cursor of the same ring; the head if None."""
        offsets = self.ring.end if other is None else other.offsets
        self.offsets = [max(mine, theirs) for mine, theirs in zip(self.offsets, offsets, strict=True)]
        self.seq = self.ring.end_seq if other is None else other.seq

    def walk(self, emit: Callable[[Entry], int], budget: int, *, limit: Cursor | None = None) -> None:
        """Hand over pending entries in order until `budget` is used up; `emit` returns what an entry cost.

        Args:
            limit: a cursor of the same ring not to go beyond; the head if None.
        """
        seq = max(self.seq, self.ring.start_seq)
        end = self.ring.end_seq if limit is None else limit.seq
        offsets = self.offsets
        for entry in self.ring.entries(seq, min(end, seq + MOST_AT_ONCE)):
            if budget <= 0:
                break
            seq += 1
            if entry.offset >= offsets[entry.partition]:
                offsets[entry.partition] = entry.offset + 1
                budget -= emit(entry)
        self.seq = max(seq, self.seq)
        if seq >= end:
            held = self.ring.end if limit is None else limit.offsets
            self.offsets = [max(mine, theirs) for mine, theirs in zip(offsets, held, strict=True)]

    def reset(self) -> None:
        """The ring was made anew; begin where it begins."""
        self.epoch = self.ring.epoch
        self.offsets = list(self.ring.begin)
        self.seq = self.ring.start_seq

    def position(self) -> TopicPosition:
        return TopicPosition(self.ring.epoch, tuple(self.offsets))
