"""What APIs send: batches of requests, heartbeats."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Response
from fastapi import Request as HttpRequest
from millstream_contracts.names import Scope
from millstream_kit.auth import require
from millstream_kit.clock import Clock
from pydantic import JsonValue, ValidationError

from millstream_apis.bodies import ONE_REQUEST, Accepted, InstanceIn, Rejected, RequestsIn
from millstream_apis.model import MINUTE_MS, Request
from millstream_apis.routes.names import InstanceId, NewName, TrafficOf
from millstream_apis.settings import ApisSettings

router = APIRouter(dependencies=[require(Scope.APIS_INGEST)])
FUTURE_MS = 5 * MINUTE_MS


@router.post("/apis/{name}/requests", status_code=202)
async def take_in(name: NewName, body: RequestsIn, http: HttpRequest, traffic: TrafficOf) -> Accepted:
    """Requests to be counted; each is accepted or refused by itself."""
    clock: Clock = http.app.state.clock
    settings: ApisSettings = http.app.state.settings
    now = clock.now_ms()
    good, bad = sort_out(body.requests, now - round(settings.late_h * 3_600_000), now + FUTURE_MS)
    await traffic.take_in({name: good}, refused=len(bad))
    return Accepted(accepted=len(good), rejected=bad)


@router.post("/apis/{name}/instances/{instance_id}/heartbeat", status_code=204)
async def heartbeat(
    name: NewName, instance_id: InstanceId, body: InstanceIn, http: HttpRequest, traffic: TrafficOf
) -> Response:
    """An instance says that it is there."""
    clock: Clock = http.app.state.clock
    await traffic.on_heartbeat(name, body.instance(instance_id, clock.now_ms()))
    return Response(status_code=204)


def sort_out(items: Sequence[JsonValue], earliest_ms: int, latest_ms: int) -> tuple[list[Request], list[Rejected]]:
    """What can be counted, and why the rest cannot."""
    good: list[Request] = []
    bad: list[Rejected] = []
    for index, item in enumerate(items):
        try:
            request = ONE_REQUEST.validate_python(item).request()
        except ValidationError as error:
            bad.append(Rejected(index=index, error=_first_fault(error)))
            continue
        if earliest_ms <= request.at_ms <= latest_ms:
            good.append(request)
        else:
            fault = "at: too old to be counted" if request.at_ms < earliest_ms else "at: in the future"
            bad.append(Rejected(index=index, error=fault))
    return good, bad


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in fault["loc"])
    return f"{field}: {fault['msg']}" if field else fault["msg"]
