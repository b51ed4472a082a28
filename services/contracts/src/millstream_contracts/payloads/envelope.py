"""What the combined endpoint puts around an event."""

from __future__ import annotations

from typing_extensions import TypedDict

from millstream_contracts.names import Stream
from millstream_contracts.payloads.control import SubName
from millstream_contracts.payloads.events import DataEvent


class StreamEnvelope(TypedDict):
    """A data event as the combined endpoint sends it."""

    stream: Stream
    sub: SubName
    data: DataEvent
