"""All subscribers with the same plan: their blocks are made once, and those who keep up share one cursor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from millstream_stream_edge import frames
from millstream_stream_edge.audience import Audience
from millstream_stream_edge.chunk import Chunk
from millstream_stream_edge.cursor import Cursor
from millstream_stream_edge.frames import Control, GapReason
from millstream_stream_edge.plan import Plan
from millstream_stream_edge.position import PositionCodec, TopicPosition
from millstream_stream_edge.renderer import Renderer
from millstream_stream_edge.ring import Entry, Ring
from millstream_stream_edge.views import View

if TYPE_CHECKING:
    from millstream_stream_edge.subscriber import Subscriber

Cursors = dict[str, Cursor]


@dataclass(frozen=True, slots=True)
class Pending:
    """The blocks of one write, and how many gaps they announce."""

    blocks: list[bytes]
    events: int
    gaps: int


class Group:
    """The subscribers of one plan."""

    def __init__(
        self,
        plan: Plan,
        cursors: Cursors,
        rings: Mapping[str, Ring],
        views: Mapping[int, View],
        codec: PositionCodec,
    ) -> None:
        """
        Args:
            cursors: of its log topics, moved on by whoever keeps up with them.
            views: of the snapshot subs, by their place in the plan.
        """
        self.plan = plan
        self.views = views
        self.live: dict[Subscriber, None] = {}
        self.members: dict[Subscriber, None] = {}
        self.holders = 0
        self.wrote_at = 0.0
        self.outbox: dict[int, list[bytes]] = {}  # of snapshot subs
        self.cursors = cursors
        self._rings = rings
        self._codec = codec
        self.audiences = {
            topic: Audience(
                Renderer(self, place) for place, sub in enumerate(plan.subs) if topic in sub.kind.spec.topics
            )
            for topic in plan.log_topics
        }
        self._heartbeat: tuple[list[list[int]], Chunk] | None = None

    def collect(self, cursors: Cursors, budget: int, *, limit: Cursors | None = None) -> Pending:
        """Walk the cursors on and return what they passed.

        Args:
            budget: bytes aimed at.
            limit: cursors not to walk beyond.
        """
        blocks: list[bytes] = []
        gaps = 0
        spent = 0
        for topic, cursor in cursors.items():
            if cursor.fell_off:
                lost = self.overflow(topic)
                blocks += lost
                gaps += len(lost)
                cursor.jump_to(limit[topic] if limit else None)
                continue
            taken: list[bytes] = []
            cursor.walk(partial(self._take, topic, taken), budget - spent, limit=limit[topic] if limit else None)
            spent += sum(map(len, taken))
            blocks += taken
        return Pending(blocks, len(blocks) - gaps, gaps)

    def _take(self, topic: str, taken: list[bytes], entry: Entry) -> int:
        blocks = self.render(topic, entry)
        taken += blocks
        return sum(map(len, blocks))

    def render(self, topic: str, entry: Entry) -> list[bytes]:
        """The blocks of one record."""
        heard = self.audiences[topic].hearing(entry)
        return [block for renderer, admitted in heard for block in renderer.blocks(entry, admitted)]

    def overflow(self, topic: str) -> list[bytes]:
        """What is said when records of a topic left the ring before they were written."""
        return self.plan.gaps(topic, GapReason.OVERFLOW)

    def show(self, index: int, blocks: list[bytes]) -> None:
        """A snapshot sub has something new: for those who keep up the blocks, for the others a note to catch up on."""
        self.outbox[index] = self.plan.wrap(self.plan.subs[index], blocks)
        if len(self.live) != len(self.members):
            for subscriber in self.members.keys() - self.live.keys():
                subscriber.stale.add(index)

    def take_shown(self) -> list[bytes]:
        """What its snapshot subs have for those who keep up."""
        blocks = [block for shown in self.outbox.values() for block in shown]
        self.outbox.clear()
        return blocks

    def fall_behind(self, began: Cursors) -> list[Subscriber]:
        """More came than may be written at once: all who kept up come after from where they stood, write by write."""
        behind = list(self.live)
        self.live.clear()
        for subscriber in behind:
            subscriber.cursors = {topic: began.get(topic, at).copy() for topic, at in self.cursors.items()}
            subscriber.stale.update(self.outbox)
        self.outbox.clear()
        return behind

    def snapshot(self, index: int) -> list[bytes]:
        """What a newcomer gets of one snapshot sub."""
        return self.plan.wrap(self.plan.subs[index], self.views[index].full())

    def snapshots(self) -> list[bytes]:
        return [block for index in self.views for block in self.snapshot(index)]

    def position(self, cursors: Cursors) -> str:
        """The id of a place: that of its cursors, and of the newest for compacted topics."""
        at: dict[str, TopicPosition] = {}
        for topic in self.plan.topics:
            ring = self._rings[topic]
            cursor = cursors.get(topic)
            at[topic] = TopicPosition(ring.epoch, tuple(ring.end)) if cursor is None else cursor.position()
        return self._codec.encode(at)

    def id_line(self, cursors: Cursors) -> bytes:
        return frames.id_line(self.position(cursors))

    def heartbeat(self) -> Chunk:
        """`stream.position` for those who keep up; made once per place."""
        place = [cursor.offsets for cursor in self.cursors.values()]
        if self._heartbeat is None or self._heartbeat[0] != place:
            kept = [list(offsets) for offsets in place]
            self._heartbeat = (kept, Chunk(self.id_line(self.cursors) + frames.control(Control.POSITION)))
        return self._heartbeat[1]

    def copy_cursors(self) -> Cursors:
        return {topic: cursor.copy() for topic, cursor in self.cursors.items()}

    def keeps_up(self, cursors: Cursors) -> bool:
        """Whether these cursors stand where the group stands."""
        return all(
            cursors[topic].seq == mine.seq and cursors[topic].offsets == mine.offsets
            for topic, mine in self.cursors.items()
        )

    def reached(self, cursors: Cursors) -> bool:
        """Whether these cursors have nothing to walk up to the group's (they may be ahead of it)."""
        return all(cursors[topic].seq >= mine.seq for topic, mine in self.cursors.items())
