"""How late events are at the sockets, by the log's own time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from millstream_kit.clock import Clock

from millstream_stream_edge.delivery_traces import DeliveryTraces
from millstream_stream_edge.metrics import EdgeMetrics
from millstream_stream_edge.ring import Ring


class Latency:
    """Measures each record once, when a tick was the first to show it.

    What is read back at start was shown by others long ago: its age would look like an incident at every rollout.
    """

    def __init__(self, rings: Mapping[str, Ring], clock: Clock, metrics: EdgeMetrics, traces: DeliveryTraces) -> None:
        self._rings = rings
        self._clock = clock
        self._metrics = metrics
        self._traces = traces
        self._told: dict[str, int] = {}

    def begin(self) -> None:
        """Everything there was at start is read; what comes from here on counts."""
        self._told = {topic: ring.end_seq for topic, ring in self._rings.items()}

    def observe(self, count: Callable[[str], int]) -> None:
        """A tick has shown everything the rings hold.

        Args:
            count: how many connections a topic was shown to.
        """
        now_ms = self._clock.now_ms()
        for topic, told in self._told.items():
            ring = self._rings[topic]
            if told == ring.end_seq:
                continue
            self._told[topic] = ring.end_seq
            histogram = self._metrics.latency.labels(topic)
            for entry in ring.entries(max(told, ring.start_seq), ring.end_seq):
                histogram.observe(max(0, now_ms - entry.timestamp_ms) / 1000)
            self._traces.written(topic, ring.end_seq, count)
