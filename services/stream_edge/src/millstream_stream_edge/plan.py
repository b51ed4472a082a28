"""What one connection carries: one stream, or several in envelopes. Equal plans share all work but the write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from millstream_contracts.names import Stream

from millstream_stream_edge import frames
from millstream_stream_edge.cloud_events import cloud_event
from millstream_stream_edge.frames import Control, GapReason
from millstream_stream_edge.streams import STREAMS, LogStream, StreamKind
from millstream_stream_edge.streams.base import Filter


@dataclass(frozen=True, slots=True)
class Sub:
    """One stream with its filter, under a name of the client's."""

    name: str
    stream: Stream
    filter: Filter
    snapshot: str
    source: str

    @property
    def kind(self) -> StreamKind:
        return STREAMS[self.stream]


@dataclass(frozen=True)
class Plan:
    """The subs of one connection, in the client's order."""

    subs: tuple[Sub, ...]
    enveloped: bool
    cloud_events: bool = False

    @cached_property
    def topics(self) -> tuple[str, ...]:
        return tuple(sorted({topic for sub in self.subs for topic in sub.kind.spec.topics}))

    @cached_property
    def log_topics(self) -> tuple[str, ...]:
        return tuple(
            sorted({topic for sub in self.subs if isinstance(sub.kind, LogStream) for topic in sub.kind.spec.topics})
        )

    @property
    def label(self) -> str:
        """The plan's name in metrics."""
        return "combined" if self.enveloped else self.subs[0].stream.value

    def concerning(self, sub: Sub) -> Mapping[str, str]:
        """How control events about one sub name it; nothing to name on a connection of its own."""
        return {"sub": sub.name, "stream": sub.stream.value} if self.enveloped else {}

    def gap(self, sub: Sub, reason: GapReason) -> bytes:
        fields = {**self.concerning(sub), "reason": reason.value, "snapshot": sub.snapshot}
        return frames.control(Control.GAP, fields)

    def gaps(self, topic: str, reason: GapReason) -> list[bytes]:
        """A gap for every sub behind a topic."""
        return [self.gap(sub, reason) for sub in self.subs if topic in sub.kind.spec.topics]

    def wrap(self, sub: Sub, blocks: Sequence[bytes]) -> list[bytes]:
        """A snapshot stream's blocks as this connection sends them."""
        return Wrapping(self, sub).around(blocks)


class Wrapping:
    """What a connection puts around the data events of one of its subs: nothing, an envelope, or a CloudEvent."""

    __slots__ = ("_extensions", "_prefix", "_source")

    def __init__(self, plan: Plan, sub: Sub) -> None:
        self._source = sub.source if plan.cloud_events else None
        self._extensions = plan.concerning(sub)
        self._prefix = frames.envelope_prefix(sub.stream.value, sub.name) if plan.enveloped else None

    def around(self, blocks: Sequence[bytes], traceparent: bytes | None = None) -> list[bytes]:
        """The blocks of one record, or of a snapshot, as they are sent."""
        if self._source is not None:
            return [cloud_event(self._source, self._extensions, block, traceparent) for block in blocks]
        return list(blocks) if self._prefix is None else [frames.enveloped(self._prefix, block) for block in blocks]
