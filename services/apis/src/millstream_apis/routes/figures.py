"""Figures of a period: of the endpoints of an API, and of every API."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi import Request as HttpRequest
from millstream_contracts.names import Scope
from millstream_kit.answers import written
from millstream_kit.auth import require
from millstream_kit.bodies import Instant
from pydantic import BaseModel

from millstream_apis.bodies import EndpointHoursList, endpoint_hours_fields, period_fields
from millstream_apis.figures import ApiFiguresList, CalledList, period_figures
from millstream_apis.model import TOTAL, Counts, Span
from millstream_apis.routes.log import span_of
from millstream_apis.routes.names import GOES_FIRST, KnownName, TrafficOf
from millstream_apis.settings import ApisSettings

router = APIRouter(dependencies=[require(Scope.APIS_READ), GOES_FIRST])


class PeriodQuery(BaseModel):
    """What figures may be asked for; without times, those of the last 24 hours."""

    after: Instant | None = None
    before: Instant | None = None

    def span(self, now_ms: int, settings: ApisSettings) -> Span:
        """To the minute as far as a day and as they are kept, else to the hour; rounded outwards."""
        return span_of(self.after, self.before, now_ms, settings)


@router.get("/apis/activity/figures", response_model=ApiFiguresList)
async def figures(query: Annotated[PeriodQuery, Query()], http: HttpRequest, traffic: TrafficOf) -> Response:
    """What every API did in a period; one that is not listed was not called."""
    settings: ApisSettings = http.app.state.settings
    now = http.app.state.clock.now_ms()
    span = query.span(now, settings)
    found = sorted((await traffic.totals(span)).items(), key=lambda one: (-one[1].requests, one[0]))
    return written(
        {
            **period_fields(span, now),
            "apis": [{"name": name, **period_figures(counts, span, now, settings.apdex_ms)} for name, counts in found],
        }
    )


@router.get("/apis/{name}/endpoints", response_model=CalledList)
async def called(
    name: KnownName, query: Annotated[PeriodQuery, Query()], http: HttpRequest, traffic: TrafficOf
) -> Response:
    """What each endpoint of an API did in a period; what is declared and not listed was not called."""
    settings: ApisSettings = http.app.state.settings
    now = http.app.state.clock.now_ms()
    span = query.span(now, settings)
    found = dict(await traffic.endpoints(span, name))
    whole = found.pop(TOTAL, None) or Counts()
    listed = sorted(found.items(), key=lambda one: (-one[1].requests, one[0].path, one[0].method))
    return written(
        {
            **period_fields(span, now),
            "endpoints": [
                {**key._asdict(), **period_figures(counts, span, now, settings.apdex_ms)} for key, counts in listed
            ],
            "whole": period_figures(whole, span, now, settings.apdex_ms),
        }
    )


@router.get("/apis/{name}/activity", response_model=EndpointHoursList)
async def endpoint_hours(name: KnownName, traffic: TrafficOf) -> Response:
    """The last 24 hours of every endpoint of an API in one answer."""
    hours, found = await traffic.endpoint_hours(name)
    return written(endpoint_hours_fields(hours, {key: one for key, one in found.items() if key != TOTAL}))
