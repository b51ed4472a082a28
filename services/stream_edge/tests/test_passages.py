"""Those who stand at one place share what is written to them, and nobody misses or repeats anything by it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from millstream_contracts.names import Stream
from millstream_kit.clock import ManualClock
from millstream_stream_edge.frames import event
from millstream_stream_edge.group import Cursors
from millstream_stream_edge.groups import Groups
from millstream_stream_edge.passages import MOST, Passages
from millstream_stream_edge.plan import Plan, Sub
from millstream_stream_edge.position import PositionCodec
from millstream_stream_edge.ring import Frame, Ring
from millstream_stream_edge.streams.events import EventsFilter, JobFacts

PARTITIONS = 3
EVENTS = Plan((Sub("events", Stream.EVENTS, EventsFilter(functions=("said",)), "", ""),), enveloped=False)
(TOPIC,) = EVENTS.log_topics
BLOCK = len(event(b"100"))


class World:
    """One ring, and a group that listens to it."""

    def __init__(self, *, budget: int = 4 * BLOCK) -> None:
        self.ring = Ring(TOPIC, 7, (0,) * PARTITIONS, max_events=10_000, max_bytes=2**30)
        self.groups = Groups({TOPIC: self.ring}, {}, PositionCodec("here", EVENTS.topics), ManualClock())
        self.group = self.groups.hold(EVENTS)
        self.passages = Passages(budget)
        self.said: list[int] = []

    def say(self, partition: int = 0, function: str = "said") -> None:
        number = 100 + len(self.said)
        facts = JobFacts(function, "", "", "")
        self.ring.append(partition, self.ring.end[partition], 0, (Frame(event(b"%d" % number), facts),))
        if function == "said":
            self.said.append(number)

    def move_on(self) -> None:
        """What the hub does for those who keep up."""
        while self.groups.advance([TOPIC], 2**30).left:
            pass

    def take(self, cursors: Cursors) -> list[int]:
        passage = self.passages.take(self.group, cursors)
        data = b"" if passage.chunk is None else passage.chunk.message["body"]
        return [int(line.removeprefix(b"data: ")) for line in data.splitlines() if line.startswith(b"data: ")]

    def drain(self, cursors: Cursors) -> list[int]:
        heard: list[int] = []
        while not self.group.reached(cursors):
            heard += self.take(cursors)
        return heard


def test_a_crowd_at_one_place_gets_the_same_bytes() -> None:
    world = World()
    crowd = [world.group.copy_cursors() for _ in range(50)]
    for n in range(10):
        world.say(n % PARTITIONS)
    world.move_on()
    chunks = [[world.passages.take(world.group, cursors).chunk for cursors in crowd] for _ in range(3)]
    assert [len({id(chunk) for chunk in of_all}) for of_all in chunks] == [1, 1, 1]
    assert all(world.group.keeps_up(cursors) for cursors in crowd)


def test_who_comes_later_goes_on_to_where_the_group_is_by_then() -> None:
    world = World()
    first, later = world.group.copy_cursors(), world.group.copy_cursors()
    world.say()
    world.move_on()
    assert world.drain(first) == world.said
    world.say()
    world.move_on()
    assert world.drain(later) == world.said


def test_that_nothing_lies_ahead_is_not_remembered() -> None:
    world = World()
    cursors = world.group.copy_cursors()
    world.passages.take(world.group, cursors)
    assert len(world.passages) == 0


def test_what_a_filter_walks_over_is_walked_once() -> None:
    world = World()
    crowd = [world.group.copy_cursors() for _ in range(3)]
    for _ in range(5):
        world.say(function="another")
    world.move_on()
    assert [world.drain(cursors) for cursors in crowd] == [[], [], []]
    assert len(world.passages) == 1


def test_only_so_many_are_kept() -> None:
    world = World(budget=1)
    cursors = world.group.copy_cursors()
    for _ in range(MOST * 2):
        world.say()
    world.move_on()
    assert world.drain(cursors) == world.said
    assert len(world.passages) == MOST


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(0, PARTITIONS - 1)),
        st.tuples(st.just("another"), st.integers(0, PARTITIONS - 1)),
        st.tuples(st.just("take"), st.integers(0, 4)),
        st.tuples(st.sampled_from(["move on", "forget", "comes"]), st.just(0)),
    ),
    max_size=80,
)


@given(STEPS)
def test_in_any_order_everyone_hears_everything_once(steps: list[tuple[str, int]]) -> None:
    world = World(budget=2 * BLOCK)
    readers = [(0, world.group.copy_cursors(), list[int]())]
    for action, which in steps:
        if action in {"say", "another"}:
            world.say(which, "said" if action == "say" else "another")
        elif action == "take":
            _, cursors, heard = readers[which % len(readers)]
            heard += world.take(cursors)
        elif action == "move on":
            world.move_on()
        elif action == "forget":
            world.passages.forget()
        else:
            world.move_on()
            readers.append((len(world.said), world.group.copy_cursors(), []))
    world.move_on()
    for since, cursors, heard in readers:
        heard += world.drain(cursors)
        assert heard == world.said[since:]
        assert world.group.keeps_up(cursors)
