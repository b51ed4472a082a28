"""What the service counts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge


class WorkerMetrics:
    """The service's metrics in one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.heartbeats = Counter("millstream_workers_heartbeats", "Heartbeats received.", registry=registry)
        self.lost = Counter("millstream_workers_lost", "Workers that went silent.", registry=registry)
        self.snapshots = Counter("millstream_workers_snapshots", "Snapshot records published.", registry=registry)
        self.telling = Gauge("millstream_workers_telling", "1 while this replica publishes.", registry=registry)
