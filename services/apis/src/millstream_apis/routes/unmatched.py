"""What was asked for where no route matched: told by the middleware of an API, and read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Request as HttpRequest
from millstream_contracts.names import Scope
from millstream_kit.answers import written
from millstream_kit.auth import require

from millstream_apis.model import HOUR_MS
from millstream_apis.routes.ingest import FUTURE_MS
from millstream_apis.routes.log import PeriodOfHours
from millstream_apis.routes.names import GOES_FIRST, KnownName, NewName, TrafficOf
from millstream_apis.settings import ApisSettings
from millstream_apis.unmatched import SqlUnmatched, UnmatchedIn, UnmatchedList, by_hour, unmatched_fields

router = APIRouter()


def unmatched_of(http: HttpRequest) -> SqlUnmatched:
    """Where the application keeps them."""
    unmatched: SqlUnmatched = http.app.state.unmatched
    return unmatched


UnmatchedOf = Annotated[SqlUnmatched, Depends(unmatched_of)]


@router.post("/apis/{name}/unmatched", status_code=204, dependencies=[require(Scope.APIS_INGEST)])
async def take_unmatched(
    name: NewName, body: UnmatchedIn, http: HttpRequest, traffic: TrafficOf, unmatched: UnmatchedOf
) -> Response:
    """Paths of requests no route matched, masked by who tells them. What is as old as no request may be is left out."""
    settings: ApisSettings = http.app.state.settings
    await traffic.admit(name, [])
    now = http.app.state.clock.now_ms()
    since, until = now - round(settings.late_h * HOUR_MS), now + FUTURE_MS
    told = by_hour(one for one in body.paths if since <= one.at <= until)
    await unmatched.add(name, body.report_id, told, now)
    return Response(status_code=204)


@router.get("/apis/{name}/unmatched", response_model=UnmatchedList, dependencies=[require(Scope.APIS_READ), GOES_FIRST])
async def get_unmatched(
    name: KnownName,
    query: Annotated[PeriodOfHours, Query()],
    http: HttpRequest,
    traffic: TrafficOf,
    unmatched: UnmatchedOf,
) -> Response:
    """What was asked for where no route matched, the most first; by the hour, for as long as eight days."""
    now = http.app.state.clock.now_ms()
    span = query.span(now)
    await traffic.known(name)
    return written(unmatched_fields(span, now, await unmatched.between(name, span), query.limit))
