"""What a stream may be asked with: the query of each endpoint. Another name, or a value out of bounds, is 422."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from millstream_contracts.names import EventType, Stream
from millstream_contracts.payloads.fields import JobId, Name

JobEventType = Literal[
    EventType.JOB_QUEUED,
    EventType.JOB_STARTED,
    EventType.JOB_PROGRESS,
    EventType.JOB_COMPLETED,
    EventType.JOB_FAILED,
    EventType.JOB_RETRYING,
    EventType.JOB_CANCELLED,
]
Hours = Annotated[int, Field(ge=1, le=168, description="How many hours, the open one last; 24 when not given.")]


class StreamParameters(TypedDict):
    """What every stream may be asked with."""

    envelope: NotRequired[
        Annotated[Literal["cloudevents"], Field(description="Each data event as a CloudEvent; control events stay.")]
    ]
    last_event_id: NotRequired[
        Annotated[str, Field(description="Where to continue; the header `Last-Event-ID` beats it.")]
    ]


class LogParameters(StreamParameters):
    """What a stream of facts may be asked with."""

    since: NotRequired[
        Annotated[
            str,
            Field(json_schema_extra={"format": "date-time"}, description="Where to begin; `last_event_id` beats it."),
        ]
    ]


class EventsParameters(LogParameters):
    """What `events` may be asked with; an event must fit all."""

    function: NotRequired[Annotated[list[Name], Field(description="Keys, repeated: any of them.")]]
    job_id: NotRequired[JobId]
    root_id: NotRequired[Annotated[JobId, Field(description="The job and all it enqueued, directly or not.")]]
    types: NotRequired[
        Annotated[
            list[JobEventType],
            Field(min_length=1, json_schema_extra={"x-separator": ","}, description="With commas: any of them."),
        ]
    ]


class ApisEventsParameters(LogParameters):
    """What `apis.events` may be asked with; a request must fit all."""

    api_name: NotRequired[Name]
    method: NotRequired[Annotated[str, Field(pattern=r"^[A-Za-z]{1,32}$", description="In any case.")]]
    status_class: NotRequired[Literal["2xx", "3xx", "4xx", "5xx"]]
    min_latency_ms: NotRequired[Annotated[float, Field(ge=0)]]


class JobsTrendsParameters(StreamParameters):
    """What `jobs.trends` may be asked with."""

    hours: NotRequired[Hours]
    function: NotRequired[Name]
    type: NotRequired[Literal["task", "cron", "event"]]


class ApisTrendsParameters(StreamParameters):
    """What `apis.trends` may be asked with."""

    hours: NotRequired[Hours]
    api_name: NotRequired[Name]


PARAMETERS: Mapping[Stream, Any] = {
    Stream.EVENTS: EventsParameters,
    Stream.APIS: StreamParameters,
    Stream.APIS_EVENTS: ApisEventsParameters,
    Stream.WORKERS: StreamParameters,
    Stream.JOBS_TRENDS: JobsTrendsParameters,
    Stream.APIS_TRENDS: ApisTrendsParameters,
    Stream.API: StreamParameters,
    Stream.ARTIFACTS: LogParameters,
}
