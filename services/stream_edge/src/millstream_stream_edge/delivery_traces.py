"""How long it took until an event was shown, as a span in the event's own trace: one a second and topic."""

from __future__ import annotations

from collections.abc import Callable

from millstream_contracts.headers import TRACEPARENT
from millstream_kit.clock import Clock
from millstream_kit.log import Record
from millstream_kit.telemetry import Telemetry

EVERY_S = 1.0


class DeliveryTraces:
    """Follows one record at a time of each topic from the log to the sockets.

    A trace that began with a request would else end where its last event was written to the log. A span per event, or
    per client, would cost more than what it tells.
    """

    def __init__(self, telemetry: Telemetry, clock: Clock) -> None:
        self._telemetry = telemetry
        self._clock = clock
        self._followed: dict[str, tuple[int, Record]] = {}
        self._next_at: dict[str, float] = {}

    def take(self, record: Record, seq: int) -> None:
        """A record of a log came, and has this index in its ring."""
        if not self._telemetry.is_on or record.topic in self._followed:
            return
        now = self._clock.monotonic()
        if now >= self._next_at.get(record.topic, now) and record.header(TRACEPARENT) is not None:
            self._next_at[record.topic] = now + EVERY_S
            self._followed[record.topic] = (seq, record)

    def written(self, topic: str, end_seq: int, count: Callable[[str], int]) -> None:
        """Everything of a topic before this index was written, to as many connections as `count` says if it is asked."""
        seq, record = self._followed.get(topic, (end_seq, None))
        if record is None or seq >= end_seq:
            return
        del self._followed[topic]
        traceparent, connections = record.header(TRACEPARENT), count(topic)
        if traceparent is not None and connections:
            self._telemetry.record(
                f"deliver {topic}",
                traceparent.decode("latin-1"),
                record.timestamp_ms,
                {
                    "messaging.operation.type": "process",
                    "messaging.destination.name": topic,
                    "messaging.destination.partition.id": str(record.partition),
                    "millstream.offset": record.offset,
                    "millstream.connections": connections,
                },
            )
