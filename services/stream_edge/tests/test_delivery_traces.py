"""Row 19: a trace goes on to the screens its events were shown on, one event a second and topic."""

from __future__ import annotations

from dataclasses import replace

from millstream_contracts.headers import TRACEPARENT
from millstream_kit.clock import ManualClock
from millstream_kit.log import Record
from millstream_kit.telemetry import Telemetry
from millstream_stream_edge.delivery_traces import EVERY_S, DeliveryTraces
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

SAMPLED, UNSAMPLED = (f"00-{'a' * 32}-{'b' * 16}-{flags}" for flags in ("01", "00"))


class World:
    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.clock = ManualClock()
        self.telemetry = Telemetry("edge", self.exporter)
        self.traces = DeliveryTraces(self.telemetry, self.clock)
        self.seq = 0

    def take(self, traceparent: str | None = SAMPLED) -> None:
        record = Record("jobs.events", 3, 40 + self.seq, b"k", b"v", (), self.clock.now_ms())
        if traceparent is not None:
            record = replace(record, headers=((TRACEPARENT, traceparent.encode()),))
        self.traces.take(record, self.seq)
        self.seq += 1

    def write(self, connections: int = 2) -> None:
        self.traces.written("jobs.events", self.seq, lambda _: connections)

    def spans(self) -> tuple[ReadableSpan, ...]:
        assert self.telemetry.provider is not None
        self.telemetry.provider.force_flush()
        return self.exporter.get_finished_spans()


def test_a_span_in_the_trace_of_the_event_from_the_log_to_the_socket() -> None:
    world = World()
    world.take()
    assert world.spans() == ()
    world.write()
    (span,) = world.spans()
    assert span.name == "deliver jobs.events"
    assert span.context is not None
    assert span.parent is not None
    assert (f"{span.context.trace_id:x}", f"{span.parent.span_id:x}") == ("a" * 32, "b" * 16)
    assert span.start_time == world.clock.now_ms() * 1_000_000
    assert span.attributes is not None
    assert (span.attributes["millstream.connections"], span.attributes["millstream.offset"]) == (2, 40)


async def test_one_a_second() -> None:
    world = World()
    for _ in range(5):
        world.take()
        world.write()
    await world.clock.advance(EVERY_S)
    world.take()
    world.write()
    assert len(world.spans()) == 2


def test_none_of_a_trace_that_is_not_recorded_or_was_shown_to_nobody() -> None:
    for traceparent, connections in ((UNSAMPLED, 2), (None, 2), ("no trace", 2), (SAMPLED, 0)):
        world = World()
        world.take(traceparent)
        world.write(connections)
        assert world.spans() == ()
