"""The first snapshot and what follows join without a hole, whenever a subscriber comes and whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from millstream_contracts.names import EventType, Stream
from millstream_contracts.times import hour_of
from millstream_kit.clock import ManualClock
from millstream_kit.log import NewRecord
from millstream_stream_edge.frames import payload_of
from millstream_stream_edge.params import Params
from millstream_stream_edge.streams import STREAMS, SnapshotStream
from millstream_stream_edge.tables import Table
from millstream_stream_edge.testing import a_job_hour, a_worker, an_api, an_api_hour, api_record, worker_record
from millstream_stream_edge.values import found_by

QUIET_S = 8  # longer than anything may be kept back
Shown = dict[str, Any]


@dataclass
class Subscriber:
    """Keeps what it is shown as the contract says: a snapshot replaces all, the snapshot of one API that API."""

    shown: Shown = field(default_factory=dict)

    def take(self, event: Shown) -> None:
        if event["type"] == EventType.APIS_SNAPSHOT:
            self.shown = {api["name"]: api["requests_24h"] for api in event["apis"]["apis"]}
        elif event["type"] == EventType.API_SNAPSHOT:
            self.shown[event["api"]["api"]["name"]] = event["api"]["api"]["requests_24h"]
        elif event["type"] == EventType.WORKERS_SNAPSHOT:
            instances = [one for worker in event["workers"]["workers"] for one in worker["instances"]]
            self.shown = {one["id"]: (one["state"], one["jobs_processed"]) for one in instances}
        else:
            self.shown = {"hourly": event["trends"]["hourly"]}


STATES = ("active", "draining", "lost")
# A thing of a stream by its name and a number that says how it is; and what a subscriber should then be shown of it.
THINGS: dict[Stream, tuple[Callable[[str, int, int], NewRecord], Callable[[int], Any]]] = {
    Stream.APIS: (lambda name, n, _: api_record(an_api(name, requests_24h=n)), lambda n: n),
    Stream.API: (lambda name, n, _: api_record(an_api(name, requests_24h=n)), lambda n: n),
    Stream.WORKERS: (
        lambda name, n, _: worker_record(a_worker(name, state=STATES[n % 3], jobs_processed=n)),
        lambda n: (STATES[n % 3], n),
    ),
    Stream.JOBS_TRENDS: (lambda name, n, hour_ms: a_job_hour(hour_ms, function=name, complete=n), lambda n: n),
    Stream.APIS_TRENDS: (lambda name, n, hour_ms: an_api_hour(hour_ms, api_name=name, success_2xx=n), lambda n: n),
}
NAMES = ("one", "two")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from(NAMES), st.integers(0, 9)),
        st.tuples(st.just("forget"), st.sampled_from(NAMES), st.just(0)),
        st.tuples(st.just("wait"), st.just(""), st.sampled_from([1.0, 0.3, 5.0, 31.0])),
        st.tuples(st.just("subscribe"), st.just(""), st.just(0)),
    ),
    max_size=25,
)


class Edge:
    """One view, driven as the hub drives it: whoever is there gets each flush, a newcomer the whole."""

    def __init__(self, stream: Stream) -> None:
        kind = STREAMS[stream]
        assert isinstance(kind, SnapshotStream)
        self.clock = ManualClock()
        self.table = Table(kind.message)
        self.hour_ms = hour_of(self.clock.now_ms())
        self.truth: dict[str, int] = {}
        self.subscribers: list[Subscriber] = []
        self._record, _ = THINGS[stream]
        wanted = kind.filter(Params([]), {"name": NAMES[0]} if stream is Stream.API else {})
        self.view = kind.view(wanted, self.table, self.clock)
        self.view.open(found_by(wanted.confined()))

    async def step(self, what: str, name: str, number: float) -> None:
        if what == "say":
            self.truth[name] = int(number)
            record = self._record(name, int(number), self.hour_ms)
            self.table.apply(record.key, record.value)
        elif what == "forget":
            self.truth.pop(name, None)
            self.table.apply(self._record(name, 0, self.hour_ms).key, None)
        elif what == "wait":
            await self.clock.advance(number)
            self._show()
        else:
            self.subscribers.append(Subscriber())
            self._tell(self.view.full(), self.subscribers[-1:])

    def _show(self) -> None:
        self.view.on_time()
        due = self.view.due_at()
        if due is not None and due <= self.clock.monotonic():
            self._tell(self.view.flush(), self.subscribers)

    def _tell(self, blocks: list[bytes], to: list[Subscriber]) -> None:
        for block in blocks:
            for subscriber in to:
                subscriber.take(orjson.loads(payload_of(block)))


def expected(stream: Stream, edge: Edge) -> Shown:
    """What the table says, in the words of a subscriber."""
    if stream in {Stream.JOBS_TRENDS, Stream.APIS_TRENDS}:
        fresh = Subscriber()
        counts = {Stream.JOBS_TRENDS: "complete", Stream.APIS_TRENDS: "success_2xx"}
        fresh.take(orjson.loads(payload_of(edge.view.full()[0])))
        (hour,) = [h for h in fresh.shown["hourly"] if h[counts[stream]]] or [{counts[stream]: 0}]
        assert hour[counts[stream]] == sum(edge.truth.values())
        return fresh.shown
    _, shown = THINGS[stream]
    return {name: shown(n) for name, n in edge.truth.items() if stream is not Stream.API or name == NAMES[0]}


SEEN_AND_GONE = [("say", "one", 3), ("wait", "", 1.0), ("subscribe", "", 0), ("forget", "one", 0)]


@pytest.mark.parametrize("stream", THINGS)
@settings(max_examples=60)
@given(steps=STEPS)
@example(steps=SEEN_AND_GONE)
@example(steps=[*SEEN_AND_GONE, ("wait", "", 0.3), ("say", "one", 4)])
def test_whoever_comes_whenever_ends_at_the_truth(stream: Stream, steps: list[tuple[str, str, float]]) -> None:
    async def happen() -> None:
        edge = Edge(stream)
        for step in steps:
            await edge.step(*step)
        for _ in range(QUIET_S):
            await edge.step("wait", "", 1.0)
        await edge.step("subscribe", "", 0)
        truth = expected(stream, edge)
        # `api` has no word for the end of its API: who saw it last keeps that, a newcomer sees nothing.
        for subscriber in edge.subscribers if truth or stream is not Stream.API else edge.subscribers[-1:]:
            assert subscriber.shown == truth

    asyncio.run(happen())


def test_every_snapshot_stream_is_here() -> None:
    assert {kind.name for kind in STREAMS.values() if isinstance(kind, SnapshotStream)} == {*THINGS}
