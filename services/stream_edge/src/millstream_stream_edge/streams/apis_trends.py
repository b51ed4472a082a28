"""`apis.trends`: requests by status class and hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from google.protobuf.message import Message
from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import ApiTrendHour
from millstream_contracts.names import EventType, Stream
from millstream_kit.clock import Clock

from millstream_stream_edge import params as p
from millstream_stream_edge.streams.base import Filter, SnapshotStream
from millstream_stream_edge.streams.trends import DEFAULT_HOURS, MOST_HOURS, TrendsView
from millstream_stream_edge.tables import Table
from millstream_stream_edge.views import View

COUNTS = ("success_2xx", "redirect_3xx", "client_4xx", "server_5xx")


@dataclass(frozen=True, slots=True)
class ApisTrendsFilter:
    hours: int = DEFAULT_HOURS
    api_name: str | None = None

    def confined(self) -> Mapping[str, tuple[str, ...]]:
        return {"api_name": (self.api_name,) if self.api_name else ()}

    def wants(self, record: Message) -> bool:
        assert isinstance(record, ApiTrendHour)
        return self.api_name is None or record.api_name == self.api_name


class ApisTrendsStream(SnapshotStream):
    name = Stream.APIS_TRENDS
    message = ApiTrendHour

    def filter(self, params: p.Params, path: Mapping[str, str]) -> ApisTrendsFilter:
        return ApisTrendsFilter(
            hours=params.one("hours", p.integer(1, MOST_HOURS)) or DEFAULT_HOURS,
            api_name=params.one("api_name", p.name),
        )

    def view(self, wanted: Filter, table: Table, clock: Clock) -> View:
        assert isinstance(wanted, ApisTrendsFilter)
        return TrendsView(
            table,
            clock,
            type_=EventType.APIS_TRENDS_SNAPSHOT,
            counts=COUNTS,
            hours=wanted.hours,
            wanted=wanted.wants,
        )
