"""What may stand around an event: the combined endpoint's envelope, or a CloudEvent's."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from millstream_contracts.names import EventType, Stream
from millstream_contracts.payloads.control import SubName
from millstream_contracts.payloads.events import DataEvent
from millstream_contracts.payloads.fields import EventId, Instant


class StreamEnvelope(TypedDict):
    """A data event as the combined endpoint sends it."""

    stream: Stream
    sub: SubName
    data: DataEvent


class CloudEvent(TypedDict):
    """A data event where it was asked for with `envelope=cloudevents`: CloudEvents 1.0, structured, as JSON."""

    specversion: Literal["1.0"]
    id: EventId
    source: Annotated[
        str, Field(pattern="^/", json_schema_extra={"format": "uri-reference"}, description="The path of its stream.")
    ]
    type: EventType
    time: Annotated[Instant, Field(description="The payload's `at`.")]
    datacontenttype: Literal["application/json"]
    dataschema: Annotated[
        str,
        Field(
            pattern="^urn:millstream:schema:",
            json_schema_extra={"format": "uri"},
            description="The `$id` of the payload's schema.",
        ),
    ]
    traceparent: NotRequired[Annotated[str, Field(description="Of the work the fact is of, where it is traced.")]]
    stream: NotRequired[Annotated[Stream, Field(description="Its stream; only on the combined endpoint.")]]
    sub: NotRequired[Annotated[SubName, Field(description="Whom it concerns; only on the combined endpoint.")]]
    data: DataEvent
