"""Records of the log as frames, and what to say of those that cannot be read."""

from __future__ import annotations

import structlog
from millstream_contracts.names import Topic
from millstream_kit.log import Record

from millstream_stream_edge.frames import GapReason
from millstream_stream_edge.metrics import EdgeMetrics
from millstream_stream_edge.parking import MOST_ERROR_CHARS, Parked, Parking
from millstream_stream_edge.ring import Frame
from millstream_stream_edge.streams import LOG_STREAMS

log = structlog.get_logger(__name__)


class Reader:
    """Turns records into frames, once each."""

    def __init__(self, metrics: EdgeMetrics) -> None:
        self._metrics = metrics
        self.parking = Parking()

    def frames(self, record: Record) -> tuple[tuple[Frame, ...], GapReason | None]:
        """The frames of a record; or none and a gap, when it is poison."""
        try:
            if record.value is None:
                raise ValueError("a tombstone in a log")
            return LOG_STREAMS[Topic(record.topic)].frames(record.value), None
        except Exception as error:  # noqa: BLE001 - whatever a record does to us, the next one is served
            self.poison(record, error)
            return (), GapReason.POISON

    def poison(self, record: Record, error: Exception) -> None:
        """Count, park and log a record that is skipped."""
        self._metrics.poison.labels(record.topic).inc()
        self.parking.add(
            Parked(
                record.topic,
                record.partition,
                record.offset,
                record.timestamp_ms,
                len(record.value or b""),
                repr(error)[:MOST_ERROR_CHARS],
            )
        )
        log.error(
            "poison record skipped",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            error=repr(error),
        )
