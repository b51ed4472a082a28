"""OpenTelemetry's HTTP server spans as requests, by the stable semantic conventions.

Only SERVER spans that say `http.request.method` are requests of an API; all others are passed over in silence.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.message import DecodeError
from millstream_contracts.inventory import load_inventory
from millstream_contracts.times import to_rfc3339
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span, Status

from millstream_apis.inputs import BODY_BYTES_MAX

SPANS_MAX = 10_000  # of requests in one export: what one call may cost
ANSWERED_NOTHING = 499  # no status and no error: the client left before an answer
_OF_SPAN = frozenset(
    (
        *("http.request.method", "http.request.method_original", "http.route", "http.response.status_code"),
        *("http.request.body.size", "http.response.body.size", "http.method"),
    )
)
_INSTANCE = ("service.instance.id", "k8s.pod.name", "container.id", "host.name")  # the first that is there
_OF_RESOURCE = frozenset((*_INSTANCE, "service.name", "service.version"))
_SERVER = frozenset(("server.address", "server.port"))
_NO_NAME, _NO_ID = re.compile(r"[^a-z0-9._-]+"), re.compile(r"[^A-Za-z0-9._:@-]+")
_DIGITS = 10
_THRESHOLD = re.compile(r"(?:^|,)\s*ot=[^,]*\bth:([0-9a-f]{1,14})")


class Unreadable(Exception):
    """The body is no export."""


class Unfit(Exception):
    """A span is a request, and cannot be counted."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The process spans came from."""

    api_name: str
    instance_id: str


@dataclass(slots=True)
class Export:
    """What one export tells of APIs.

    Args:
        items: by process, each request as `POST /apis/{name}/requests` takes it.
        places: by process, what it says of itself as its heartbeat would.
        unfit: why spans were not taken, and how many.
    """

    items: dict[Origin, list[dict[str, Any]]] = field(default_factory=dict)
    places: dict[Origin, dict[str, Any]] = field(default_factory=dict)
    unfit: Counter[str] = field(default_factory=Counter)


def read_protobuf(body: bytes) -> ExportTraceServiceRequest:
    """An export in protobuf.

    Raises:
        Unreadable: it is none.
    """
    try:
        return ExportTraceServiceRequest.FromString(body)
    except DecodeError as error:
        raise Unreadable(str(error)) from error


def read_json(document: Any) -> ExportTraceServiceRequest:
    """An export in OTLP's JSON, which is protobuf's but for ids in hex.

    Raises:
        Unreadable: it is none.
    """
    if not isinstance(document, dict):
        raise Unreadable("not an object")
    message = ExportTraceServiceRequest()
    try:
        ParseDict(document, message, ignore_unknown_fields=True)
    except (ParseError, ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    for resource in message.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                span.trace_id, span.span_id = _from_hex(span.trace_id), _from_hex(span.span_id)
    return message


def _from_hex(taken_for_base64: bytes) -> bytes:
    try:
        return bytes.fromhex(b64encode(taken_for_base64).decode())
    except ValueError:
        return b""  # found unfit later


def read_export(message: ExportTraceServiceRequest) -> Export:
    """The requests in an export, by the process that served them."""
    export, requests = Export(), 0
    for resource in message.resource_spans:
        origin: Origin | None = None
        for scope in resource.scope_spans:
            for span in scope.spans:
                if span.kind != Span.SPAN_KIND_SERVER:
                    continue
                try:
                    item = _request(span)
                    if item is None:
                        continue
                    requests += 1
                    if requests > SPANS_MAX:
                        raise Unfit(f"more than {SPANS_MAX:,} requests in one export")
                    origin = origin or _origin(resource)
                except Unfit as unfit:
                    export.unfit[str(unfit)] += 1
                    continue
                export.items.setdefault(origin, []).append(item | {"instance_id": origin.instance_id})
                if origin not in export.places:
                    export.places[origin] = _place(resource, span)
    return export


def _request(span: Span) -> dict[str, Any] | None:
    a = _attributes(span.attributes, _OF_SPAN)
    method = a.get("http.request.method")
    if method is None:
        if "http.method" in a:
            raise Unfit("HTTP conventions from before 1.23 (OTEL_SEMCONV_STABILITY_OPT_IN=http gives the stable ones)")
        return None
    if len(span.trace_id) != 16 or len(span.span_id) != 8:
        raise Unfit("trace_id and span_id are not 16 and 8 bytes")
    if not 0 < span.start_time_unix_nano <= span.end_time_unix_nano:
        raise Unfit("it has no start, or ends before it")
    route, weight = a.get("http.route", ""), _weight(span.trace_state)
    failed = span.status.code == Status.STATUS_CODE_ERROR
    return {
        "id": span.trace_id.hex() + span.span_id.hex(),
        "at": to_rfc3339(span.start_time_unix_nano // 1_000_000),
        "method": a.get("http.request.method_original", "OTHER") if method == "_OTHER" else method,
        # Some frameworks leave out the first slash.
        "path": f"/{str(route).lstrip('/')}" if route else "",
        "status": _whole(a.get("http.response.status_code", 500 if failed else ANSWERED_NOTHING)),
        "latency_ms": (span.end_time_unix_nano - span.start_time_unix_nano) / 1e6,
        "sampled": weight > 1,
        "trace_id": span.trace_id.hex(),
        "weight": weight,
        "request_bytes": _size(a.get("http.request.body.size")),
        "response_bytes": _size(a.get("http.response.body.size")),
    }


def _origin(resource: ResourceSpans) -> Origin:
    a = _attributes(resource.resource.attributes, _OF_RESOURCE)
    name = name_of(str(a.get("service.name", "")))
    if not name:
        raise Unfit("its resource has no service.name")
    if load_inventory().is_reserved(name):
        raise Unfit(f"service.name: {name} is reserved")
    ids = (_NO_ID.sub("-", str(a[key])).lstrip("._:@-")[:128] for key in _INSTANCE if key in a)
    return Origin(name, next(filter(None, ids), "unknown"))


def name_of(text: str) -> str:
    """The nearest name to a text, none if there is nothing of one; the SDK, which imports nothing of ours, has its like."""
    return _NO_NAME.sub("-", text.lower()).strip("._-")[:63].strip("._-")


def _place(resource: ResourceSpans, span: Span) -> dict[str, Any]:
    host = _attributes(resource.resource.attributes, _OF_RESOURCE)
    server = _attributes(span.attributes, _SERVER)
    return {
        "host": server.get("server.address"),
        "port": _whole(server.get("server.port")),
        "hostname": host.get("host.name") or host.get("k8s.pod.name"),
        "version": host.get("service.version"),
    }


def _attributes(pairs: Iterable[KeyValue], wanted: frozenset[str]) -> Mapping[str, str | float]:
    found: dict[str, str | float] = {}
    for pair in pairs:
        if pair.key in wanted:
            kind = pair.value.WhichOneof("value")
            if kind == "string_value":
                found[pair.key] = pair.value.string_value
            elif kind == "int_value":
                found[pair.key] = pair.value.int_value
            elif kind == "double_value":
                found[pair.key] = pair.value.double_value
    return found


def _whole(value: str | float | None) -> str | float | None:
    """A whole number in the guise of one with a point, or of text, as languages without others send it."""
    if isinstance(value, str) and value.isdecimal() and len(value) < _DIGITS:
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _size(value: str | float | None) -> int | None:
    """Bytes of a body; what is none costs no request."""
    size = _whole(value)
    return size if isinstance(size, int) and 0 <= size <= BODY_BYTES_MAX else None


def _weight(trace_state: str) -> int:
    """How many spans one stands for: the consistent sampler's rejection threshold, of 2⁵⁶, is in the trace state."""
    found = _THRESHOLD.search(trace_state)
    if found is None:
        return 1
    return round(2**56 / (2**56 - int(found[1].ljust(14, "0"), 16)))
