"""A data event as a CloudEvent 1.0 (structured mode, JSON), for those who ask with `envelope=cloudevents`.

`data` is the payload, byte for byte; what stands around it is taken from it. On the combined endpoint the names of stream
and sub stand beside, as extensions, so that what reads `{stream, sub, data}` reads this, too.
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from millstream_contracts.headers import TRACEPARENT
from millstream_contracts.schemas import schema_id

from millstream_stream_edge.frames import event, payload_of

ENVELOPE = "envelope"
CLOUD_EVENTS = "cloudevents"


def cloud_event(source: str, extensions: Mapping[str, str], block: bytes, traceparent: bytes | None) -> bytes:
    """The block of a data event as that of a CloudEvent.

    Args:
        source: the path of its stream.
        block: as `frames.event` makes it.
        traceparent: of the record it came with (the distributed tracing extension).
    """
    payload = payload_of(block)
    told = orjson.loads(payload)
    attributes = {
        "specversion": "1.0",
        "id": told["event_id"],  # not its place in the log, which may hold a fact twice
        "source": source,
        "type": told["type"],
        "time": told["at"],
        "datacontenttype": "application/json",
        "dataschema": schema_id(told["type"]),
        **extensions,
    }
    if traceparent is not None:
        attributes[TRACEPARENT] = traceparent.decode("latin-1")
    return event(orjson.dumps(attributes)[:-1] + b',"data":' + payload + b"}")
