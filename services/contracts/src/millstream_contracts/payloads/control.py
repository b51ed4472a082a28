"""Control events, which speak about the stream itself; and the problem a request gets where it gets no stream."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from millstream_contracts.names import Stream
from millstream_contracts.payloads.fields import Count, Instant, Milliseconds, Text

SubName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", description="The client's name for it.")]
Position = Annotated[str, Field(min_length=1, max_length=1024, description="Opaque; what a reconnect sends back.")]


class SubInfo(TypedDict):
    """A stream the combined endpoint carries."""

    sub: SubName
    stream: Stream


class _Concerning(TypedDict):
    sub: NotRequired[Annotated[SubName, Field(description="Whom it concerns; only on the combined endpoint.")]]
    stream: NotRequired[Annotated[Stream, Field(description="Its stream; only on the combined endpoint.")]]


class StreamOpen(TypedDict):
    """The first event: where delivery begins."""

    type: Literal["stream.open"]
    position: Position
    server_time: Instant
    pod: Text
    heartbeat_ms: Annotated[int, Field(ge=1, description="Something comes at least this often, ±20 %.")]
    subs: NotRequired[Annotated[list[SubInfo], Field(description="What is carried; only on the combined endpoint.")]]


class StreamPosition(TypedDict):
    """The position moved although nothing for this client happened; also the heartbeat."""

    type: Literal["stream.position"]


class StreamGap(_Concerning):
    """Something is missing here."""

    type: Literal["stream.gap"]
    reason: Literal["retention", "topic_recreated", "overflow", "invalid_position", "poison"]
    snapshot: Annotated[str, Field(pattern="^/", description="The REST path that says how things stand.")]


class StreamStatus(TypedDict):
    """Whether the log can be reached; the stream stays open either way."""

    type: Literal["stream.status"]
    kafka: Literal["ok", "away"]
    lag_ms: Milliseconds | None
    newest_at: Instant | None


class StreamReconnect(TypedDict):
    """This connection will be closed in good order."""

    type: Literal["stream.reconnect"]
    after_ms: Count
    reason: Literal["drain", "max_age", "token_expiring"]


class StreamUnauthorized(_Concerning):
    """The credential ended, or lacks the scope of this sub."""

    type: Literal["stream.unauthorized"]


class StreamUnavailable(_Concerning):
    """Not now; the end of the stream, or of this sub."""

    type: Literal["stream.unavailable"]
    after_ms: Count
    reason: Text


class FieldProblem(TypedDict):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(TypedDict):
    """An error, as RFC 9457 says it."""

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    code: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$", description="Stable: what a client may rely on.")]
    errors: NotRequired[Annotated[list[FieldProblem], Field(description="Where fields are at fault, each by name.")]]
