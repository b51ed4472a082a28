"""`events`: what happens to jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent
from millstream_contracts.names import Stream

from millstream_stream_edge import params as p
from millstream_stream_edge.frames import event
from millstream_stream_edge.payloads import dumps, job_event
from millstream_stream_edge.ring import Facts, Frame
from millstream_stream_edge.streams.base import LogStream


class JobFacts(NamedTuple):
    """What filters look at."""

    function: str
    job_id: str
    root_id: str
    type: str


@dataclass(frozen=True, slots=True)
class EventsFilter:
    functions: tuple[str, ...] = ()
    job_id: str | None = None
    root_id: str | None = None
    types: frozenset[str] = frozenset()

    def admits(self, facts: Facts) -> bool:
        assert isinstance(facts, JobFacts)
        return (
            (not self.functions or facts.function in self.functions)
            and (self.job_id is None or facts.job_id == self.job_id)
            and (self.root_id is None or facts.root_id == self.root_id)
            and (not self.types or facts.type in self.types)
        )

    def confined(self) -> Mapping[str, tuple[str, ...]]:
        return {
            "job_id": (self.job_id,) if self.job_id else (),
            "root_id": (self.root_id,) if self.root_id else (),
            "function": self.functions,
            "type": tuple(sorted(self.types)),
        }


class EventsStream(LogStream):
    name = Stream.EVENTS

    def filter(self, params: p.Params, path: Mapping[str, str]) -> EventsFilter:
        return EventsFilter(
            functions=tuple(sorted(set(params.many("function", p.name)))),
            job_id=params.one("job_id", p.job_id),
            root_id=params.one("root_id", p.job_id),
            types=params.one("types", p.comma_list(self.spec.types)) or frozenset(),
        )

    def frames(self, value: bytes) -> tuple[Frame, ...]:
        record = JobEvent.FromString(value)
        block = event(dumps(job_event(record)))
        return (Frame(block, JobFacts(record.function, record.job_id, record.root_id, record.type)),)
