"""What the edge tells about itself."""

from __future__ import annotations

from millstream_kit.metrics import LATENCY_BUCKETS
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class EdgeMetrics:
    """No label carries a user, an address or a resource."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"millstream_edge_{name}", text, labels, registry=registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"millstream_edge_{name}", text, labels, registry=registry)

        self.connections = gauge("connections", "Open connections.", "stream")
        self.opened = counter("opened", "Connections that began.", "stream")
        self.left = counter("left", "Connections that their clients ended, or the way to them.", "stream")
        self.lagging = gauge("lagging_connections", "Connections that are behind the newest event.")
        self.held_bytes = gauge("held_bytes", "Bytes held for connections that do not take theirs.")
        self.deliveries = counter("deliveries", "Events handed to connections.", "stream")
        self.bytes = counter("sent_bytes", "Bytes handed to connections.", "stream")
        self.ticks = counter("ticks", "Turns in which pending events were written.")
        self.tick_seconds = counter("tick_seconds", "Time spent in those turns.")
        self.records = counter("records", "Records read from the log.", "topic")
        self.poison = counter("poison_records", "Records that could not be read and were skipped.", "topic")
        self.gaps = counter("gaps", "Gaps announced.", "reason")
        self.refused = counter("refused", "Connections answered with stream.unavailable.", "reason")
        self.closed = counter("closed", "Connections the edge ended.", "reason")
        self.resumed = counter("resumed", "Connections that came with a place, by what brings them up.", "source")
        self.loop_delay = Histogram(
            "millstream_edge_loop_delay_seconds",
            "How late the event loop ran what was due, asked every quarter of a second.",
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
        self.waiting = gauge("waiting_connections", "Connections that wait for a reader of the log.")
        self.catchups = counter("catchups", "Clients served from the log, beyond the rings.")
        self.catchup_records = counter("catchup_records", "Records read for them.", "topic")
        self.ring_records = gauge("ring_records", "Records held in memory.", "topic")
        self.ring_bytes = gauge("ring_bytes", "Bytes they take in memory.", "topic")
        self.lag = gauge(
            "lag_seconds",
            "Age of the newest record when it was read, 0 for those read back at start; while the log is away, for how long if"
            " that is more.",
            "topic",
        )
        self.log_away = gauge("log_away", "1 while the log cannot be reached.")
        self.latency = Histogram(
            "millstream_edge_record_to_socket_seconds",
            "From the log's timestamp of a record to the write to the first of its subscribers' groups; without those read"
            " back at start.",
            ("topic",),
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
        self._sent: dict[str, tuple[Counter, Counter]] = {}  # finding a label's child costs more than counting

    def sent(self, stream: str, writes: int, events: int, size: int) -> None:
        """Count so many writes, each of `events` events and `size` bytes, to connections of one stream."""
        if stream not in self._sent:
            self._sent[stream] = self.deliveries.labels(stream), self.bytes.labels(stream)
        deliveries, sent_bytes = self._sent[stream]
        deliveries.inc(writes * events)
        sent_bytes.inc(writes * size)
