"""`jobs.trends`: outcomes by the hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from google.protobuf.message import Message
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobTrendHour
from millstream_contracts.names import EventType, Stream
from millstream_kit.clock import Clock

from millstream_stream_edge import params as p
from millstream_stream_edge.streams.base import Filter, SnapshotStream
from millstream_stream_edge.streams.trends import DEFAULT_HOURS, MOST_HOURS, TrendsView
from millstream_stream_edge.tables import Table
from millstream_stream_edge.views import View

COUNTS = ("complete", "failed", "retrying", "active", "cancelled")
JOB_TYPES = ("task", "cron", "event")


@dataclass(frozen=True, slots=True)
class JobsTrendsFilter:
    hours: int = DEFAULT_HOURS
    function: str | None = None
    type: str | None = None

    def confined(self) -> Mapping[str, tuple[str, ...]]:
        return {
            "function": (self.function,) if self.function else (),
            "job_type": (self.type,) if self.type else (),
        }

    def wants(self, record: Message) -> bool:
        assert isinstance(record, JobTrendHour)
        return (self.function is None or record.function == self.function) and (
            self.type is None or record.job_type == self.type
        )


class JobsTrendsStream(SnapshotStream):
    name = Stream.JOBS_TRENDS
    message = JobTrendHour

    def filter(self, params: p.Params, path: Mapping[str, str]) -> JobsTrendsFilter:
        return JobsTrendsFilter(
            hours=params.one("hours", p.integer(1, MOST_HOURS)) or DEFAULT_HOURS,
            function=params.one("function", p.name),
            type=params.one("type", p.one_of(JOB_TYPES)),
        )

    def view(self, wanted: Filter, table: Table, clock: Clock) -> View:
        assert isinstance(wanted, JobsTrendsFilter)
        return TrendsView(
            table,
            clock,
            type_=EventType.JOBS_TRENDS_SNAPSHOT,
            counts=COUNTS,
            hours=wanted.hours,
            wanted=wanted.wants,
        )
