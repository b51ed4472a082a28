"""How long requests took as time went on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi import Request as HttpRequest
from millstream_contracts.names import Scope
from millstream_kit.answers import written
from millstream_kit.auth import require

from millstream_apis.heat import LatencyHeat, heat_fields, heat_span
from millstream_apis.model import DAY_MS, HOUR_MS, MINUTE_MS, Span
from millstream_apis.routes.log import LatenciesQuery, kept_ms, period_of
from millstream_apis.routes.names import GOES_FIRST, TrafficOf
from millstream_apis.settings import ApisSettings

router = APIRouter(dependencies=[require(Scope.APIS_READ), GOES_FIRST])


class HeatQuery(LatenciesQuery):
    """What `/apis/latencies/heat` may be asked for; without times, the last 24 hours."""

    def span(self, now_ms: int, settings: ApisSettings) -> Span:
        """At most 61 columns, none finer than is kept."""
        after, before = period_of(self.after, self.before, now_ms, usual_ms=DAY_MS)
        return heat_span(max(after, now_ms - kept_ms(settings, HOUR_MS)), before, now_ms - kept_ms(settings, MINUTE_MS))


@router.get("/apis/latencies/heat", response_model=LatencyHeat)
async def heat(query: Annotated[HeatQuery, Query()], http: HttpRequest, traffic: TrafficOf) -> Response:
    """How many requests took how long in each step of a period: of an endpoint, of an API, or of all."""
    now = http.app.state.clock.now_ms()
    span = query.span(now, http.app.state.settings)
    steps = await traffic.latency_steps(span, query.api_name, query.endpoint())
    return written(heat_fields(span, now, steps))
