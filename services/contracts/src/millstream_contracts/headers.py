"""Kafka record headers."""

from __future__ import annotations

EVENT_TYPE = "event-type"
CONTENT_TYPE = "content-type"
TRACEPARENT = "traceparent"
PROTOBUF = b"application/x-protobuf"

RecordHeaders = tuple[tuple[str, bytes], ...]


def record_headers(event_type: str, traceparent: str | None = None) -> RecordHeaders:
    """The headers every record of ours carries.

    Args:
        event_type: the domain event's type, or the record's message name for batches and snapshots.
        traceparent: W3C trace context of the work that caused the fact.
    """
    headers: RecordHeaders = ((EVENT_TYPE, event_type.encode()), (CONTENT_TYPE, PROTOBUF))
    return (*headers, (TRACEPARENT, traceparent.encode())) if traceparent else headers
