"""What the service counts of itself."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge


class ApisMetrics:
    """The service's metrics in one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.accepted = Counter("millstream_apis_requests_accepted", "Requests taken in.", registry=registry)
        self.refused = Counter("millstream_apis_requests_refused", "Requests refused one by one.", registry=registry)
        self.counted = Counter("millstream_apis_requests_counted", "Requests counted.", registry=registry)
        self.repeats = Counter("millstream_apis_requests_repeated", "Requests met again.", registry=registry)
        self.poison = Counter("millstream_apis_poison_records", "Records nobody could read.", registry=registry)
        self.partitions = Gauge("millstream_apis_partitions", "Partitions this replica counts.", registry=registry)
        self.lag = Gauge("millstream_apis_pending_records", "Records read and not counted.", registry=registry)
        self.snapshots = Counter("millstream_apis_snapshots", "Snapshots published.", registry=registry)
        self.fed = Counter("millstream_apis_feed_items", "Requests published in the feed.", registry=registry)
        self.dropped = Counter("millstream_apis_feed_dropped", "Requests left out of the feed.", registry=registry)
