"""`apis.events`: the capped feed of requests, for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import RequestFeed
from millstream_contracts.names import Stream

from millstream_stream_edge import params as p
from millstream_stream_edge.frames import event
from millstream_stream_edge.payloads import api_request, dumps
from millstream_stream_edge.ring import Facts, Frame
from millstream_stream_edge.streams.base import LogStream

STATUS_CLASSES = ("2xx", "3xx", "4xx", "5xx")


class RequestFacts(NamedTuple):
    """What filters look at."""

    api_name: str
    method: str
    status_class: str
    latency_ms: float


@dataclass(frozen=True, slots=True)
class RequestsFilter:
    api_name: str | None = None
    method: str | None = None
    status_class: str | None = None
    min_latency_ms: float | None = None

    def admits(self, facts: Facts) -> bool:
        assert isinstance(facts, RequestFacts)
        return (
            (self.api_name is None or facts.api_name == self.api_name)
            and (self.method is None or facts.method == self.method)
            and (self.status_class is None or facts.status_class == self.status_class)
            and (self.min_latency_ms is None or facts.latency_ms >= self.min_latency_ms)
        )

    def confined(self) -> Mapping[str, tuple[str, ...]]:
        return {
            "api_name": (self.api_name,) if self.api_name else (),
            "status_class": (self.status_class,) if self.status_class else (),
            "method": (self.method,) if self.method else (),
        }


class ApisEventsStream(LogStream):
    name = Stream.APIS_EVENTS

    def filter(self, params: p.Params, path: Mapping[str, str]) -> RequestsFilter:
        return RequestsFilter(
            api_name=params.one("api_name", p.name),
            method=params.one("method", p.method),
            status_class=params.one("status_class", p.one_of(STATUS_CLASSES)),
            min_latency_ms=params.one("min_latency_ms", p.at_least_zero),
        )

    def frames(self, value: bytes) -> tuple[Frame, ...]:
        feed = RequestFeed.FromString(value)
        return tuple(
            Frame(
                event(dumps(api_request(feed, item))),
                RequestFacts(
                    feed.api_name,
                    item.request.method.upper(),
                    f"{item.request.status // 100}xx",
                    item.request.latency_ms,
                ),
            )
            for item in feed.items
        )
