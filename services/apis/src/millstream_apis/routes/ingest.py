"""What APIs send: batches of requests, heartbeats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import APIRouter, Response
from fastapi import Request as HttpRequest
from millstream_contracts.names import Scope
from millstream_kit.auth import require
from millstream_kit.bodies import read_body
from millstream_kit.clock import Clock
from millstream_kit.errors import faults_of
from pydantic import ValidationError

from millstream_apis.bodies import Accepted, Rejected
from millstream_apis.inputs import ONE_REQUEST, GoodRequestsIn, InstanceIn, RequestsIn, request_of
from millstream_apis.model import MINUTE_MS, Request
from millstream_apis.routes.names import InstanceId, NewName, TrafficOf
from millstream_apis.routes.packed import unpacked
from millstream_apis.settings import ApisSettings

router = APIRouter(dependencies=[require(Scope.APIS_INGEST)])
FUTURE_MS = 5 * MINUTE_MS


@router.post(
    "/apis/{name}/requests",
    status_code=202,
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": RequestsIn.model_json_schema()}}}
    },
)
async def take_in(name: NewName, http: HttpRequest, traffic: TrafficOf) -> Accepted:
    """Requests to be counted; each is accepted or refused by itself."""
    clock: Clock = http.app.state.clock
    settings: ApisSettings = http.app.state.settings
    now = clock.now_ms()
    good, bad = read(await unpacked(http), now - round(settings.late_h * 3_600_000), now + FUTURE_MS)
    await traffic.admit(name, {request.instance_id for request in good})
    await traffic.take_in({name: good}, refused=len(bad))
    return Accepted(accepted=len(good), rejected=bad)


@router.post("/apis/{name}/instances/{instance_id}/heartbeat", status_code=204)
async def heartbeat(
    name: NewName, instance_id: InstanceId, body: InstanceIn, http: HttpRequest, traffic: TrafficOf
) -> Response:
    """An instance says that it is there."""
    clock: Clock = http.app.state.clock
    await traffic.admit(name, [instance_id])
    await traffic.on_heartbeat(name, body.instance(instance_id, clock.now_ms()), body.docs_url)
    return Response(status_code=204)


def read(body: bytes, earliest_ms: int, latest_ms: int) -> tuple[list[Request], list[Rejected]]:
    """What of a batch can be counted, and why the rest cannot.

    Raises:
        Refusal: it is no batch.
    """
    try:
        requests = [request_of(item) for item in GoodRequestsIn.model_validate_json(body).requests]
    except ValidationError:
        return sort_out(read_body(RequestsIn, body).requests, earliest_ms, latest_ms)
    if all(earliest_ms <= request.at_ms <= latest_ms for request in requests):
        return requests, []
    return _in_time(enumerate(requests), earliest_ms, latest_ms)


def sort_out(items: Sequence[Any], earliest_ms: int, latest_ms: int) -> tuple[list[Request], list[Rejected]]:
    """What of these can be counted, each checked by itself, and why the rest cannot."""
    requests: list[tuple[int, Request]] = []
    bad: list[Rejected] = []
    for index, item in enumerate(items):
        try:
            requests.append((index, request_of(ONE_REQUEST.validate_python(item))))
        except ValidationError as error:
            bad.append(Rejected(index=index, error=str(faults_of(error)[0])))
    good, untimely = _in_time(requests, earliest_ms, latest_ms)
    return good, sorted(bad + untimely, key=lambda one: one.index)


def _in_time(
    requests: Iterable[tuple[int, Request]], earliest_ms: int, latest_ms: int
) -> tuple[list[Request], list[Rejected]]:
    good: list[Request] = []
    bad: list[Rejected] = []
    for index, request in requests:
        if earliest_ms <= request.at_ms <= latest_ms:
            good.append(request)
        else:
            fault = "at: too old to be counted" if request.at_ms < earliest_ms else "at: in the future"
            bad.append(Rejected(index=index, error=fault))
    return good, bad
