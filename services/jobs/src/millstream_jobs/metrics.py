"""What operators watch."""

from __future__ import annotations

from millstream_kit.metrics import LATENCY_BUCKETS
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.queue_depth = Gauge(
            "millstream_jobs_unfinished", "Jobs that are not finished, by state.", ["status"], registry=registry
        )
        self.leased = Counter("millstream_jobs_leased", "Jobs leased to workers.", registry=registry)
        self.enqueued = Counter("millstream_jobs_enqueued", "Jobs enqueued.", registry=registry)
        self.reports = Counter("millstream_jobs_reports", "Reports of workers.", ["kind", "status"], registry=registry)
        self.fires = Counter(
            "millstream_jobs_schedule_fires", "Times a schedule was due.", ["outcome"], registry=registry
        )
        self.fire_delay_s = Histogram(
            "millstream_jobs_schedule_delay_seconds",
            "From the instant a schedule was due to its job.",
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
        self.published = Counter(
            "millstream_jobs_events_published", "Records appended to the log.", ["topic"], registry=registry
        )
        self.outbox_rows = Gauge("millstream_jobs_outbox_rows", "Events that wait to be published.", registry=registry)
        self.outbox_lag_s = Gauge(
            "millstream_jobs_outbox_lag_seconds", "Age of the oldest event that waits.", registry=registry
        )
        self.publish_delay_s = Histogram(
            "millstream_jobs_publish_delay_seconds",
            "From a fact to its acknowledged record.",
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
