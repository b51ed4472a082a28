"""`artifacts`: what one job leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import ArtifactEvent
from millstream_contracts.names import Stream

from millstream_stream_edge.frames import event
from millstream_stream_edge.params import Params
from millstream_stream_edge.payloads import artifact_event, dumps
from millstream_stream_edge.ring import Facts, Frame
from millstream_stream_edge.streams.base import LogStream


class ArtifactFacts(NamedTuple):
    """What filters look at."""

    job_id: str


@dataclass(frozen=True, slots=True)
class ArtifactsFilter:
    job_id: str

    def admits(self, facts: Facts) -> bool:
        assert isinstance(facts, ArtifactFacts)
        return facts.job_id == self.job_id

    def confined(self) -> Mapping[str, tuple[str, ...]]:
        return {"job_id": (self.job_id,)}


class ArtifactsStream(LogStream):
    name = Stream.ARTIFACTS

    def filter(self, params: Params, path: Mapping[str, str]) -> ArtifactsFilter:
        return ArtifactsFilter(path["job_id"])

    def frames(self, value: bytes) -> tuple[Frame, ...]:
        record = ArtifactEvent.FromString(value)
        return (Frame(event(dumps(artifact_event(record))), ArtifactFacts(record.job_id)),)
