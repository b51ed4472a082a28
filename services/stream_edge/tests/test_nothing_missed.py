"""Rows 1 and 4: whatever is cut, dropped, made anew or damaged, what was received and what was announced is what was said."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from millstream_contracts.ids import new_job_id
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Topic
from millstream_kit.clock import ManualClock
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import free_port, wait_until
from millstream_stream_edge.cursor import Cursor
from millstream_stream_edge.position import fingerprint
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.testing import Running, a_job_event, job_record, serving_edge

EVENTS = "/api/v1/events/stream"
RETENTION_MS = 1000
TOPICS = load_inventory().topics
SHORT = dict(TOPICS) | {Topic.JOBS_EVENTS: TOPICS[Topic.JOBS_EVENTS].model_copy(update={"retention_ms": RETENTION_MS})}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(1, 30)),
        st.tuples(st.just("hear"), st.integers(0, 1)),
        st.tuples(st.sampled_from(["retain", "anew", "damage"]), st.just(0)),
    ),
    min_size=3,
    max_size=10,
)


@dataclass
class Client:
    """What one client heard and what it was told, across its connections."""

    position: str = ""
    heard: list[int] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    excused: set[int] = field(default_factory=set)  # said before a gap that was announced


class World:
    """Two edges over one log, and everything that can happen to them."""

    def __init__(self, log: EmbeddedLog, clock: ManualClock, edges: tuple[Running, Running], jobs: int) -> None:
        self.log = log
        self.clock = clock
        self.edges = edges
        self.jobs = [new_job_id() for _ in range(jobs)]
        self.said = 0
        self.in_topic = 0
        self.client = Client()

    async def say(self, count: int) -> None:
        numbers = range(self.said, self.said + count)
        await self.log.append([job_record(a_job_event(job_id=self.jobs[n % len(self.jobs)], seq=n)) for n in numbers])
        self.said += count
        self.in_topic += count
        for edge in self.edges:
            ring = edge.edge.source.rings[Topic.JOBS_EVENTS]
            await wait_until(lambda ring=ring: sum(ring.end) >= self.in_topic, timeout_s=30)

    async def retain(self, _: int) -> None:
        await self.clock.advance(2 * RETENTION_MS / 1000)
        await asyncio.to_thread(self.log.retain)

    async def anew(self, _: int) -> None:
        await self.log.delete_topics([Topic.JOBS_EVENTS])
        made = await self.log.ensure_topics([Topic.JOBS_EVENTS])
        epoch = fingerprint(made[Topic.JOBS_EVENTS].epoch)
        self.in_topic = 0
        for edge in self.edges:
            ring = edge.edge.source.rings[Topic.JOBS_EVENTS]
            await wait_until(lambda ring=ring: ring.epoch == epoch, timeout_s=30)

    async def damage(self, _: int) -> None:
        self.client.position = self.client.position[:-1] + ("A" if self.client.position[-1] != "A" else "B")

    async def hear(self, which: int) -> None:
        """Connect, hear everything there is and one event more, and be cut."""
        running, client = self.edges[which], self.client
        async with running.client.open(EVENTS, last_event_id=client.position or None) as stream:
            client.position = (await stream.next(30)).id or ""
            before = self.said
            await self.say(1)
            while client.position != self._head(running) or before not in {*client.heard, *client.excused}:
                block = await stream.next(30)
                if block.event is None:
                    client.heard.append(block.data["seq"])
                elif block.event == "stream.gap":
                    client.reasons.append(block.data["reason"])
                    # A ring of four may have lost its place for the one event more, and says so after it.
                    client.excused |= set(range(before + (block.data["reason"] == "overflow")))
                client.position = block.id or client.position

    def _head(self, running: Running) -> str:
        cursor = Cursor(running.edge.source.rings[Topic.JOBS_EVENTS])
        return running.edge.codec.encode({Topic.JOBS_EVENTS: cursor.position()})


async def lived_through(steps: list[tuple[str, int]], held: int, jobs: int) -> Client:
    clock = ManualClock()
    log = EmbeddedLog(":memory:", clock, topics=SHORT)
    known = {"auth": AuthSettings(mode="off"), "drain_s": 2.0, "ring_events": held, "topic_check_s": 0.05}
    async with (
        serving_edge(EdgeSettings(port=free_port(), **known), log) as one,
        serving_edge(EdgeSettings(port=free_port(), **known), log) as two,
    ):
        world = World(log, clock, (one, two), jobs)
        await world.hear(0)
        for step, detail in [*steps, ("hear", 1)]:
            await getattr(world, step)(detail)
    await log.close()
    client = world.client
    missed = set(range(world.said)) - set(client.heard)
    assert missed <= client.excused, "something is missing that was not announced"
    assert len(client.heard) == len(set(client.heard)), "something came twice"
    return client


@settings(max_examples=10, deadline=None)
@given(steps=STEPS, held=st.sampled_from([4, 40, 10_000]), jobs=st.integers(1, 9))
def test_received_and_announced_is_said_whatever_happens(steps: list[tuple[str, int]], held: int, jobs: int) -> None:
    client = asyncio.run(lived_through(steps, held, jobs))
    happened = {step for step, _ in steps}
    if not happened & {"retain", "anew", "damage"}:
        assert set(client.reasons) <= ({"overflow"} if held == 4 else set()), (
            "nothing was lost, so nothing may be announced"
        )
    if "anew" not in happened:
        assert "topic_recreated" not in client.reasons
    if "retain" not in happened and "anew" not in happened:
        assert "retention" not in client.reasons


def test_each_loss_is_announced_by_its_own_reason() -> None:
    for step, reason in (("retain", "retention"), ("anew", "topic_recreated"), ("damage", "invalid_position")):
        client = asyncio.run(lived_through([("say", 20), (step, 0), ("say", 3)], held=4, jobs=5))
        assert client.reasons == [reason], step
