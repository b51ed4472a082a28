"""The groups of a process and the views they share: made for the first who needs one, forgotten with the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from millstream_contracts.names import Stream
from millstream_kit.clock import Clock

from millstream_stream_edge.front import Front, Share, Shares
from millstream_stream_edge.group import Cursors, Group
from millstream_stream_edge.plan import Plan
from millstream_stream_edge.position import PositionCodec
from millstream_stream_edge.ring import Ring
from millstream_stream_edge.streams import STREAMS
from millstream_stream_edge.streams.base import Filter, SnapshotStream
from millstream_stream_edge.tables import Table
from millstream_stream_edge.values import found_by
from millstream_stream_edge.views import View


class Shared:
    """A view and the places it is shown at: groups, and the sub's place in their plan."""

    __slots__ = ("places", "view")

    def __init__(self, view: View) -> None:
        self.view = view
        self.places: dict[tuple[Group, int], None] = {}


@dataclass(slots=True)
class Step:
    """What a step brought to whom; `began` has the places it left, `left` the topics of which there is more."""

    shares: Shares = field(default_factory=lambda: Shares(Share))
    began: Cursors = field(default_factory=dict)
    left: set[str] = field(default_factory=set)


class Groups:
    """Groups by plan, views by stream and filter, places by topic."""

    def __init__(
        self, rings: Mapping[str, Ring], tables: Mapping[str, Table], codec: PositionCodec, clock: Clock
    ) -> None:
        self._rings = rings
        self._tables = tables
        self._codec = codec
        self._clock = clock
        self._groups: dict[Plan, Group] = {}
        self._fronts: dict[str, Front] = {}
        self._views: dict[tuple[Stream, Filter], Shared] = {}

    def __iter__(self) -> Iterator[Group]:
        return iter(tuple(self._groups.values()))

    def of_topic(self, topic: str) -> list[Group]:
        return [group for group in self if topic in group.plan.topics]

    def keeping_up(self, topic: str) -> int:
        """How many connections got everything of a topic there is."""
        return sum(len(group.live) for group in self.of_topic(topic))

    def hold(self, plan: Plan) -> Group:
        """The group of a plan; to be given back with `release`."""
        group = self._groups.get(plan)
        if group is None:
            group = self._groups[plan] = self._make(plan)
        group.holders += 1
        return group

    def release(self, group: Group) -> None:
        group.holders -= 1
        if group.holders:
            return
        del self._groups[group.plan]
        self._part(group)
        for index in group.views:
            sub = group.plan.subs[index]
            shared = self._views[(sub.stream, sub.filter)]
            del shared.places[(group, index)]
            if not shared.places:
                shared.view.close()
                del self._views[(sub.stream, sub.filter)]

    def let_time_pass(self) -> bool:
        """Let time change what it changes; returns whether a view wants to be shown."""
        now = self._clock.monotonic()
        wanted = False
        for shared in self._views.values():
            shared.view.on_time()
            due = shared.view.due_at()
            wanted = wanted or (due is not None and due <= now)
        return wanted

    def show(self) -> list[Group]:
        """Put what views have to show into their groups' outboxes; returns the groups that got something."""
        now = self._clock.monotonic()
        shown: dict[Group, None] = {}
        for shared in self._views.values():
            due = shared.view.due_at()
            if due is not None and due <= now:
                blocks = shared.view.flush()
                for group, index in shared.places:
                    group.show(index, blocks)
                    shown[group] = None
        return list(shown)

    def advance(self, topics: Iterable[str], budget: int) -> Step:
        """Move everyone who keeps up on by what came of some topics, by `budget` bytes of each at most."""
        step = Step()
        for topic in sorted(topics):
            front = self._fronts.get(topic)
            if front is not None:
                step.began[topic] = front.cursor.copy()
                front.advance(budget, step.shares)
                if front.cursor.has_pending:
                    step.left.add(topic)
        return step

    def _make(self, plan: Plan) -> Group:
        shared = {
            index: self._share(sub.stream, sub.filter)
            for index, sub in enumerate(plan.subs)
            if isinstance(sub.kind, SnapshotStream)
        }
        for topic in plan.log_topics:
            self._fronts.setdefault(topic, Front(self._rings[topic]))
        cursors = {topic: self._fronts[topic].cursor for topic in plan.log_topics}
        views = {index: one.view for index, one in shared.items()}
        group = Group(plan, cursors, self._rings, views, self._codec)
        for topic, audience in group.audiences.items():
            for renderer in audience:
                self._fronts[topic].audience.add(renderer)
        for index, one in shared.items():
            one.places[(group, index)] = None
        return group

    def _part(self, group: Group) -> None:
        """A group listens no more; a topic without listeners needs no place."""
        for topic, audience in group.audiences.items():
            front = self._fronts[topic]
            for renderer in audience:
                front.audience.remove(renderer)
            if not front.audience:
                del self._fronts[topic]

    def _share(self, stream: Stream, wanted: Filter) -> Shared:
        shared = self._views.get((stream, wanted))
        if shared is None:
            kind = STREAMS[stream]
            assert isinstance(kind, SnapshotStream)
            shared = Shared(kind.view(wanted, self._tables[kind.spec.topics[0]], self._clock))
            shared.view.open(found_by(wanted.confined()))
            self._views[(stream, wanted)] = shared
        return shared
