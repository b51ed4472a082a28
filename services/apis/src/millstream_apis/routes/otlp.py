"""OTLP over HTTP: the traces a service exports make it a watched API."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response
from fastapi import Request as HttpRequest
from google.protobuf.json_format import MessageToJson
from millstream_contracts.names import Scope
from millstream_kit.auth import require
from millstream_kit.clock import Clock
from millstream_kit.errors import Refusal
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from pydantic import ValidationError

from millstream_apis.errors import TooMany
from millstream_apis.inputs import InstanceIn
from millstream_apis.model import Instance, Request
from millstream_apis.otlp import Origin, Unreadable, read_export, read_json, read_protobuf
from millstream_apis.otlp_refusals import JSON, PROTOBUF, TRACES, kind_of
from millstream_apis.routes.ingest import FUTURE_MS, sort_out
from millstream_apis.routes.names import TrafficOf
from millstream_apis.routes.packed import unpacked
from millstream_apis.settings import ApisSettings

router = APIRouter(dependencies=[require(Scope.APIS_INGEST)])
_REASONS = 5
_ANSWER = {"type": "object", "properties": {"partialSuccess": {"type": "object"}}}
_EXPORT = {"type": "object", "properties": {"resourceSpans": {"type": "array", "items": {"type": "object"}}}}
_BINARY = {"type": "string", "format": "binary"}
_STATUS = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "integer"}, "message": {"type": "string"}, "details": {"type": "array"}},
}
_REFUSED = {PROTOBUF: {"schema": _BINARY}, JSON: {"schema": _STATUS}}


@dataclass(frozen=True, slots=True)
class Sorted:
    """An export, item by item: what is counted, of whom, and why the rest is not."""

    good: dict[Origin, list[Request]]
    instances: dict[Origin, Instance]
    unfit: Counter[str]


@router.post(
    TRACES,
    response_class=Response,
    responses={
        200: {"content": {PROTOBUF: {"schema": _BINARY}, JSON: {"schema": _ANSWER}}},
        **{
            status: {"description": text, "content": _REFUSED}
            for status, text in (("4XX", "Refused"), ("5XX", "Later"))
        },
    },
    openapi_extra={
        "requestBody": {"required": True, "content": {JSON: {"schema": _EXPORT}, PROTOBUF: {"schema": _BINARY}}}
    },
)
async def traces(http: HttpRequest, traffic: TrafficOf) -> Response:
    """Spans of HTTP servers, to be counted as requests."""
    clock: Clock = http.app.state.clock
    settings: ApisSettings = http.app.state.settings
    kind = kind_of(http.headers)
    if kind not in {PROTOBUF, JSON}:
        raise Refusal(415, "unsupported_media_type", f"OTLP is {PROTOBUF} or {JSON}.")
    now = clock.now_ms()
    # Reading an export can take long enough for others to notice.
    found = await asyncio.to_thread(_sort, await unpacked(http), kind, now - round(settings.late_h * 3_600_000), now)
    by_api: dict[str, list[Request]] = {}
    for origin, requests in list(found.good.items()):
        try:
            await traffic.admit(origin.api_name, [origin.instance_id])
        except TooMany as refusal:
            found.unfit[refusal.detail] += len(requests)
            del found.instances[origin]
            continue
        by_api.setdefault(origin.api_name, []).extend(requests)
    await traffic.take_in(by_api, refused=found.unfit.total())
    for origin, instance in found.instances.items():
        await traffic.meet(origin.api_name, instance)
    return _answer(kind, found.unfit)


def _sort(body: bytes, kind: str, earliest_ms: int, now_ms: int) -> Sorted:
    try:
        export = read_export(read_protobuf(body) if kind == PROTOBUF else read_json(json.loads(body)))
    except (Unreadable, ValueError, RecursionError) as error:
        raise Refusal(400, "unreadable", f"Not an export of traces: {str(error)[:200]}") from error
    found = Sorted({}, {}, export.unfit)
    for origin, items in export.items.items():
        good, bad = sort_out(items, earliest_ms, now_ms + FUTURE_MS)
        found.unfit.update(one.error for one in bad)
        if good:
            found.good[origin] = good
            found.instances[origin] = _instance(origin, export.places[origin], now_ms)
    return found


def _instance(origin: Origin, place: dict[str, Any], now_ms: int) -> Instance:
    try:
        said = InstanceIn.model_validate(place)
    except ValidationError:  # what an instance says of itself is not worth losing its requests for
        said = InstanceIn()
    return said.instance(origin.instance_id, now_ms)


def _answer(kind: str, unfit: Counter[str]) -> Response:
    answer = ExportTraceServiceResponse()
    if unfit:
        reasons = "; ".join(f"{count} × {reason}" for reason, count in unfit.most_common(_REASONS))
        answer.partial_success.rejected_spans = unfit.total()
        answer.partial_success.error_message = reasons
    return Response(MessageToJson(answer, indent=None) if kind == JSON else answer.SerializeToString(), media_type=kind)
