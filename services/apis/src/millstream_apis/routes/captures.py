"""Bodies of requests and answers: told by the middleware of an API, read by those who may read payloads."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest
from millstream_contracts.names import Scope
from millstream_kit.auth import require
from millstream_kit.clock import Clock

from millstream_apis.captures import NOTHING, Capture, CaptureOut, CapturesIn, SqlCaptures
from millstream_apis.model import HOUR_MS
from millstream_apis.routes.ingest import FUTURE_MS
from millstream_apis.routes.names import KnownName, NewName, TrafficOf
from millstream_apis.settings import ApisSettings

router = APIRouter()


def captures_of(http: HttpRequest) -> SqlCaptures:
    """Where the application keeps them."""
    captures: SqlCaptures = http.app.state.captures
    return captures


CapturesOf = Annotated[SqlCaptures, Depends(captures_of)]


@router.post("/apis/{name}/captures", status_code=204, dependencies=[require(Scope.APIS_INGEST)])
async def take_captures(
    name: NewName, body: CapturesIn, http: HttpRequest, traffic: TrafficOf, captures: CapturesOf
) -> Response:
    """Bodies of requests, masked by who tells them. What is older than the request log, or of the future, is left out."""
    clock: Clock = http.app.state.clock
    settings: ApisSettings = http.app.state.settings
    await traffic.admit(name, [])
    now = clock.now_ms()
    since, until = now - round(settings.requests_kept_h * HOUR_MS), now + FUTURE_MS
    await captures.add(name, [Capture.of(one) for one in body.captures if since <= one.at <= until])
    return Response(status_code=204)


@router.get("/apis/{name}/captures/{request_id}", dependencies=[require(Scope.PAYLOADS_READ)])
async def get_capture(name: KnownName, request_id: str, captures: CapturesOf) -> CaptureOut:
    """The bodies of one request, where its API captures them."""
    found = await captures.find(name, request_id)
    return NOTHING if found is None else found.shown()
