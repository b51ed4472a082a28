"""A record costs those it concerns: who hears of it is found by what they asked for, and is who each filter admits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from millstream_contracts.names import Stream, Topic
from millstream_kit.clock import ManualClock
from millstream_stream_edge.frames import GapReason
from millstream_stream_edge.group import Group
from millstream_stream_edge.groups import Groups
from millstream_stream_edge.plan import Plan, Sub
from millstream_stream_edge.position import PositionCodec
from millstream_stream_edge.ring import Facts, Frame, Ring
from millstream_stream_edge.streams.apis_events import RequestFacts, RequestsFilter
from millstream_stream_edge.streams.artifacts import ArtifactFacts, ArtifactsFilter
from millstream_stream_edge.streams.base import LogFilter
from millstream_stream_edge.streams.events import EventsFilter, JobFacts
from millstream_stream_edge.testing import Serve, a_job_event, an_api, api_record, job_record

ONE_OF_TWO = st.sampled_from(["a", "b"])
MAYBE = st.none() | ONE_OF_TWO
FILTERS: dict[Stream, st.SearchStrategy[Any]] = {
    Stream.EVENTS: st.builds(
        EventsFilter,
        st.lists(ONE_OF_TWO, unique=True).map(tuple),
        MAYBE,
        MAYBE,
        st.frozensets(ONE_OF_TWO),
    ),
    Stream.APIS_EVENTS: st.builds(RequestsFilter, MAYBE, MAYBE, MAYBE, st.none() | st.sampled_from([0.0, 5.0])),
    Stream.ARTIFACTS: st.builds(ArtifactsFilter, ONE_OF_TWO),
}
FACTS: dict[Stream, st.SearchStrategy[Any]] = {
    Stream.EVENTS: st.builds(JobFacts, ONE_OF_TWO, ONE_OF_TWO, ONE_OF_TWO, ONE_OF_TWO),
    Stream.APIS_EVENTS: st.builds(RequestFacts, ONE_OF_TWO, ONE_OF_TWO, ONE_OF_TWO, st.sampled_from([1.0, 5.0])),
    Stream.ARTIFACTS: st.builds(ArtifactFacts, ONE_OF_TWO),
}


class World:
    """One ring, and groups that listen to it."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.topic = self.plan([]).subs[0].kind.spec.topics[0]
        self.ring = Ring(self.topic, 7, (0,), max_events=10_000, max_bytes=2**30)
        self.groups = Groups({self.topic: self.ring}, {}, PositionCodec("here", [self.topic]), ManualClock())
        self.said = 0

    def plan(self, filters: Sequence[LogFilter]) -> Plan:
        """One that has at least a sub, and differs from all with other filters."""
        wanted = filters or [EventsFilter()]
        return Plan(tuple(Sub(str(n), self.stream, one, "", "") for n, one in enumerate(wanted)), enveloped=False)

    def say(self, *facts: Facts, gap: GapReason | None = None) -> list[tuple[bytes, Facts]]:
        frames = tuple(Frame(b"%d," % (self.said + n), one) for n, one in enumerate(facts))
        self.said += len(frames)
        self.ring.append(0, self.ring.end[0], 0, frames, gap=gap)
        return [(frame.block, frame.facts) for frame in frames]

    def step(self) -> dict[Group, bytes]:
        shares = self.groups.advance([self.topic], 2**30).shares
        return {group: b"".join(share.blocks()) for group, share in shares.items()}


@given(data=st.data(), stream=st.sampled_from(list(FILTERS)))
def test_who_hears_is_who_each_filter_admits(data: st.DataObject, stream: Stream) -> None:
    world = World(stream)
    plans = [world.plan(one) for one in data.draw(st.lists(st.lists(FILTERS[stream], min_size=1, max_size=4)))]
    held = [world.groups.hold(plan) for plan in plans]
    for group in data.draw(st.permutations(held))[: len(held) // 2]:
        world.groups.release(group)
    listening = {group: group.copy_cursors() for group in held if group.holders}
    records = [world.say(*facts) for facts in data.draw(st.lists(st.lists(FACTS[stream], max_size=3), max_size=6))]
    heard = world.step()
    for group, before in listening.items():
        expected = b"".join(
            block
            for record in records
            for sub in group.plan.subs
            for block, facts in record
            if sub.filter.admits(facts)  # type: ignore[attr-defined]  # all of these are filters of logs
        )
        assert heard.pop(group, b"") == expected
        assert b"".join(group.collect(before, 2**30).blocks) == expected, "one that lags behind hears the same"
    assert not heard, "nobody else hears anything"


def test_a_gap_in_the_log_concerns_everyone_whatever_they_asked_for() -> None:
    world = World(Stream.EVENTS)
    world.groups.hold(world.plan([EventsFilter(job_id="a"), EventsFilter(job_id="b")]))
    world.groups.hold(world.plan([EventsFilter()]))
    world.say(gap=GapReason.POISON)
    assert sorted(said.count(b"event: stream.gap") for said in world.step().values()) == [1, 2]


@dataclass(frozen=True, slots=True)
class Counted(EventsFilter):
    """A filter that counts how often one of its kind was asked."""

    asked: ClassVar[list[int]] = []

    def admits(self, facts: Facts) -> bool:
        self.asked.append(1)
        return EventsFilter.admits(self, facts)


@pytest.mark.parametrize("connections", [0, 1, 200])
def test_those_who_asked_for_something_else_cost_nothing(connections: int) -> None:
    """A key's 200 connections of 32 filters each took a core at 200 events a second."""
    world = World(Stream.EVENTS)
    for n in range(connections):
        filters = [Counted(job_id=f"job-{n}-{k}", types=frozenset(["job.failed"])) for k in range(16)]
        filters += [Counted(functions=(f"other-{n}-{k}", "another")) for k in range(16)]
        world.groups.hold(world.plan(filters))
    concerned = [world.groups.hold(world.plan([Counted(functions=("resize",)), Counted(root_id="job")]))]
    concerned.append(world.groups.hold(world.plan([Counted(functions=("resize",))])))
    Counted.asked.clear()
    for _ in range(50):
        world.say(JobFacts("resize", "job", "job", "job.queued"))
    heard = world.step()
    assert set(heard) == set(concerned)
    assert len(Counted.asked) == 50 * 2, "equal filters are asked once"


async def test_one_that_asks_for_everything_many_times_is_sent_it_in_bounded_writes(serve: Serve) -> None:
    """A step has more for it than one write may carry: it comes after by the rings, and gets all of it once."""
    running = await serve(write_bytes=4096)
    subs = "&".join(f"sub={quote(f's{n}:/events/stream')}" for n in range(20))
    async with running.client.open(f"/api/v1/stream?{subs}&sub=apis:/apis/stream") as stream:
        await stream.next()
        await running.log.append(
            [api_record(an_api("payments"))] + [job_record(a_job_event(seq=n)) for n in range(1, 31)]
        )
        ring = running.edge.source.rings[Topic.JOBS_EVENTS]
        heard: dict[str, list[int]] = {f"s{n}": [] for n in range(20)}
        while any(len(seqs) < 30 for seqs in heard.values()):
            block = await stream.next()
            assert block.event is None
            if block.data["sub"] != "apis":
                heard[block.data["sub"]].append(block.data["data"]["seq"])
        assert all(sorted(seqs) == list(range(1, 31)) for seqs in heard.values())
        (subscriber,) = running.edge.hub.subscribers
        position = running.edge.codec.decode(stream.last_event_id or "")
        assert sum(position[Topic.JOBS_EVENTS].offsets) == sum(ring.end) == 30
        assert subscriber in subscriber.group.live
