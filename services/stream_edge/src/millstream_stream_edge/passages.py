"""What lies between two places of the rings, made once for everyone who comes by: a crowd that comes back shares it.

A pod's clients all leave it at one place, and come back to another one together; each needs the same bytes.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from millstream_stream_edge import frames
from millstream_stream_edge.chunk import Chunk
from millstream_stream_edge.cursor import Place
from millstream_stream_edge.group import Cursors, Group

MOST = 64  # passages kept; each is a write's length


@dataclass(frozen=True, slots=True)
class Passage:
    """One write, and where it leads to; no write where a filter admits nothing of what lies there."""

    chunk: Chunk | None
    events: int
    gaps: int
    end: dict[str, Place]


class Passages:
    """The passages of this moment; what nobody took lately is forgotten."""

    def __init__(self, budget: int) -> None:
        """
        Args:
            budget: bytes aimed at in one.
        """
        self._budget = budget
        self._made: OrderedDict[tuple[Group, tuple[Place, ...]], Passage] = OrderedDict()

    def __len__(self) -> int:
        return len(self._made)

    def take(self, group: Group, cursors: Cursors) -> Passage:
        """The next one from where these cursors stand, up to where the group stands; they are moved on to its end."""
        key = (group, tuple(cursor.place for cursor in cursors.values()))
        passage = self._made.get(key)
        if passage is None:
            passage = self._make(group, cursors)
            if not passage.gaps and tuple(passage.end.values()) != key[1]:
                self._made[key] = passage
                if len(self._made) > MOST:
                    self._made.popitem(last=False)
        else:
            for topic, place in passage.end.items():
                cursors[topic].go_to(place)
        return passage

    def forget(self) -> None:
        """Let go of all of them."""
        self._made.clear()

    def _make(self, group: Group, cursors: Cursors) -> Passage:
        pending = group.collect(cursors, self._budget, limit=group.cursors)
        chunk = Chunk(frames.with_id(group.id_line(cursors), pending.blocks)) if pending.blocks else None
        return Passage(chunk, pending.events, pending.gaps, {topic: at.place for topic, at in cursors.items()})
