"""What requests fail with: told by the middleware of an API, and read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Request as HttpRequest
from millstream_contracts.names import Scope
from millstream_kit.answers import written
from millstream_kit.auth import Principal, allows, require
from pydantic import Field

from millstream_apis.failures import ErrorList, ErrorsIn, by_hour, errors_fields, examples_of
from millstream_apis.model import HOUR_MS
from millstream_apis.routes.ingest import FUTURE_MS
from millstream_apis.routes.log import PeriodOfHours
from millstream_apis.routes.names import GOES_FIRST, KnownName, NewName, TrafficOf
from millstream_apis.settings import ApisSettings
from millstream_apis.store_failures import SqlFailures

router = APIRouter()


def failures_of(http: HttpRequest) -> SqlFailures:
    """Where the application keeps them."""
    failures: SqlFailures = http.app.state.failures
    return failures


FailuresOf = Annotated[SqlFailures, Depends(failures_of)]


class ErrorsQuery(PeriodOfHours):
    """What `/apis/{name}/errors` may be asked for."""

    fingerprint: str | None = Field(
        None, pattern=r"^[0-9a-f]{16}$", description="Of exceptions these alone, with their traceback."
    )


@router.post("/apis/{name}/errors", status_code=204, dependencies=[require(Scope.APIS_INGEST)])
async def take_errors(
    name: NewName, body: ErrorsIn, http: HttpRequest, traffic: TrafficOf, failures: FailuresOf
) -> Response:
    """What requests failed with, masked by who tells it. What is as old as no request may be is left out."""
    settings: ApisSettings = http.app.state.settings
    await traffic.admit(name, [])
    now = http.app.state.clock.now_ms()
    since, until = now - round(settings.late_h * HOUR_MS), now + FUTURE_MS
    exceptions = [one for one in body.exceptions if since <= one.at <= until]
    fields = by_hour(one for one in body.fields if since <= one.at <= until)
    examples = examples_of(exceptions, body.version)
    await failures.add(name, body.report_id, by_hour(exceptions), fields, examples, now)
    return Response(status_code=204)


@router.get("/apis/{name}/errors", response_model=ErrorList, dependencies=[GOES_FIRST])
async def get_errors(
    name: KnownName,
    query: Annotated[ErrorsQuery, Query()],
    http: HttpRequest,
    traffic: TrafficOf,
    failures: FailuresOf,
    who: Annotated[Principal, require(Scope.APIS_READ)],
) -> Response:
    """What requests failed with, exceptions and fields of input, the most first; by the hour, for as long as eight days."""
    now = http.app.state.clock.now_ms()
    span = query.span(now)
    await traffic.known(name)
    exceptions = await failures.exceptions(name, span, query.fingerprint)
    named = [failing.which for failing, _ in exceptions[: query.limit + 1] if failing.which]
    is_whole = query.fingerprint is not None and allows(who, Scope.PAYLOADS_READ)
    examples = await failures.examples(name, named, is_whole=is_whole)
    fields = await failures.fields(name, span)
    return written(errors_fields(span, now, exceptions, fields, examples, query.limit))
