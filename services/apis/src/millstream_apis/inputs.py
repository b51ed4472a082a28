"""What APIs send: the shapes that are taken in."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired

from millstream_contracts.inventory import load_inventory
from millstream_contracts.limits import load_limits
from millstream_kit.bodies import Body, Instant
from pydantic import Field, StringConstraints, TypeAdapter
from typing_extensions import TypedDict

from millstream_apis.model import Instance, Request

LIMITS = load_limits()
ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}"
LATENCY_MAX_MS = 86_400_000.0
WEIGHT_MAX = 1_000_000
BODY_BYTES_MAX = 2**40
# No control characters: PostgreSQL stores no NUL, and nobody wants the others on a screen.
CLEAN = r"^[^\x00-\x1f\x7f]*$"

Method = Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Za-z][A-Za-z-]{0,31}$")]
PathTemplate = Annotated[
    str, StringConstraints(max_length=LIMITS.path_chars, pattern=r"^(|[^\x00-\x1f\x7f ][^\x00-\x1f\x7f]*)$")
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=CLEAN)]
ConsumerName = Annotated[str, StringConstraints(min_length=1, max_length=LIMITS.consumer_chars, pattern=CLEAN)]
FunctionName = Annotated[str, StringConstraints(pattern=f"^{load_inventory().name_pattern}$")]
JobCount = Annotated[int, Field(ge=1, le=LIMITS.request_jobs)]
RequestId = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=CLEAN)]
BodyBytes = Annotated[int, Field(ge=0, le=BODY_BYTES_MAX)]


class RequestIn(TypedDict):
    """One request as an API reports it. `path` is the route's template; empty when no route matched."""

    __pydantic_config__ = Body.model_config  # type: ignore[misc]  # pydantic's way to say it of a TypedDict

    id: RequestId
    at: Instant
    method: Method
    path: PathTemplate
    status: Annotated[int, Field(ge=100, le=599)]
    latency_ms: Annotated[float, Field(ge=0, le=LATENCY_MAX_MS, allow_inf_nan=False)]
    instance_id: Annotated[str, StringConstraints(pattern=f"^{ID_PATTERN}$")]
    sampled: NotRequired[bool]
    trace_id: NotRequired[Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")] | None]
    weight: NotRequired[Annotated[int, Field(ge=1, le=WEIGHT_MAX)]]
    request_bytes: NotRequired[BodyBytes | None]
    response_bytes: NotRequired[BodyBytes | None]
    consumer: NotRequired[ConsumerName | None]
    enqueued: NotRequired[Annotated[dict[FunctionName, JobCount], Field(max_length=LIMITS.request_functions)]]


def request_of(item: RequestIn) -> Request:
    """The request an item describes."""
    path = item["path"]
    return Request(
        item["id"],
        item["at"],
        item["method"],
        path if path.startswith("/") else "",
        item["status"],
        item["latency_ms"],
        item["instance_id"],
        item.get("sampled", False),
        item.get("trace_id"),
        item.get("weight", 1),
        item.get("request_bytes"),
        item.get("response_bytes"),
        item.get("consumer"),
        tuple(item["enqueued"].items()) if item.get("enqueued") else (),
    )


ONE_REQUEST = TypeAdapter(RequestIn)


class RequestsIn(Body):
    """A batch; each item is checked by itself, so that one bad item does not cost the others."""

    requests: list[Any] = Field(
        max_length=LIMITS.ingest_requests,
        json_schema_extra={"items": ONE_REQUEST.json_schema()},
    )


class GoodRequestsIn(Body):
    """A batch all of whose items are good, as nearly every batch is: checked at once."""

    requests: list[RequestIn] = Field(max_length=LIMITS.ingest_requests)


Endpoint = Annotated[str, StringConstraints(max_length=LIMITS.path_chars + 33, pattern=CLEAN)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=LIMITS.endpoint_tag_chars, pattern=CLEAN)]
Tags = Annotated[list[Tag], Field(max_length=LIMITS.endpoint_tags)]


class InstanceIn(Body):
    """What an instance of an API says of itself."""

    host: Text | None = None
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    endpoints: list[Endpoint] = Field(default_factory=list, max_length=LIMITS.endpoints_per_instance)
    tags: dict[Endpoint, Tags] = Field(
        default_factory=dict,
        max_length=LIMITS.endpoints_per_instance,
        description="What endpoints are about, by the endpoint as `endpoints` names it; one that says nothing is left out.",
    )
    hostname: Text | None = None
    version: Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=CLEAN)] | None = None
    docs_url: Annotated[str, StringConstraints(max_length=512, pattern=r"^https?://[^\s\x00-\x1f]+$")] | None = None

    def instance(self, instance_id: str, now_ms: int) -> Instance:
        """The instance it describes, heard now."""
        endpoints = tuple(self.endpoints)
        place = (self.host, self.port, endpoints, self.hostname, self.version)
        return Instance(instance_id, now_ms, now_ms, *place, self.tags or None)
