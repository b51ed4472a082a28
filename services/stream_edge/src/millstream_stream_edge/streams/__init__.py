"""The eight streams, one file each; this is the list."""

from __future__ import annotations

from collections.abc import Mapping

from millstream_contracts.names import Stream, Topic

from millstream_stream_edge.streams.api import ApiStream
from millstream_stream_edge.streams.apis import ApisStream
from millstream_stream_edge.streams.apis_events import ApisEventsStream
from millstream_stream_edge.streams.apis_trends import ApisTrendsStream
from millstream_stream_edge.streams.artifacts import ArtifactsStream
from millstream_stream_edge.streams.base import LogStream, SnapshotStream, StreamKind
from millstream_stream_edge.streams.events import EventsStream
from millstream_stream_edge.streams.jobs_trends import JobsTrendsStream
from millstream_stream_edge.streams.workers import WorkersStream

STREAMS: Mapping[Stream, StreamKind] = {
    Stream.EVENTS: EventsStream(),
    Stream.APIS: ApisStream(),
    Stream.APIS_EVENTS: ApisEventsStream(),
    Stream.WORKERS: WorkersStream(),
    Stream.JOBS_TRENDS: JobsTrendsStream(),
    Stream.APIS_TRENDS: ApisTrendsStream(),
    Stream.API: ApiStream(),
    Stream.ARTIFACTS: ArtifactsStream(),
}

# A log topic is behind one stream, whose encoder makes its frames.
LOG_STREAMS: Mapping[Topic, LogStream] = {
    Topic(topic): kind for kind in STREAMS.values() if isinstance(kind, LogStream) for topic in kind.spec.topics
}
SNAPSHOT_STREAMS: tuple[SnapshotStream, ...] = tuple(k for k in STREAMS.values() if isinstance(k, SnapshotStream))

__all__ = ["LOG_STREAMS", "SNAPSHOT_STREAMS", "STREAMS", "LogStream", "SnapshotStream", "StreamKind"]
