"""Where everyone stands who keeps up with a topic, and what of each step concerns whom."""

from __future__ import annotations

from collections import defaultdict

from millstream_stream_edge.audience import Audience
from millstream_stream_edge.cursor import Cursor
from millstream_stream_edge.group import Group
from millstream_stream_edge.renderer import Renderer
from millstream_stream_edge.ring import Entry, Ring


class Share:
    """What one group hears of a step; its blocks are made when they are written."""

    __slots__ = ("_heard", "gaps", "size")

    def __init__(self) -> None:
        self.gaps: list[bytes] = []
        self.size = 0
        self._heard: list[tuple[Renderer, Entry, list[bytes]]] = []

    def add(self, renderer: Renderer, entry: Entry, admitted: list[bytes]) -> None:
        self._heard.append((renderer, entry, admitted))
        self.size += sum(map(len, admitted))

    def blocks(self) -> list[bytes]:
        said = [block for renderer, entry, admitted in self._heard for block in renderer.blocks(entry, admitted)]
        return self.gaps + said


Shares = defaultdict[Group, Share]


class Front:
    """The place in one topic that all groups share."""

    def __init__(self, ring: Ring) -> None:
        self.cursor = Cursor(ring)
        self.audience = Audience()

    def advance(self, budget: int, shares: Shares) -> None:
        """Pass what came, as far as `budget` bytes of it reach, and give every group its share."""
        if self.cursor.fell_off:
            for group in {renderer.group: None for renderer in self.audience}:
                shares[group].gaps += group.overflow(self.cursor.ring.topic)
            self.cursor.jump_to(None)
            return

        def emit(entry: Entry) -> int:
            for renderer, admitted in self.audience.hearing(entry):
                shares[renderer.group].add(renderer, entry, admitted)
            return sum(len(frame.block) for frame in entry.frames)

        self.cursor.walk(emit, budget)
