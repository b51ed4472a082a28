"""APIs whose requests end in errors of the server more often than is usual for them (docs/adr/0040-its-own-usual.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi import Request as HttpRequest
from millstream_contracts.names import Scope
from millstream_contracts.times import to_rfc3339
from millstream_kit.auth import require
from millstream_kit.bodies import Instant
from millstream_kit.usual import LEAST, Level, Share, beginning, is_more, judged
from pydantic import BaseModel

from millstream_apis.bodies import period_fields
from millstream_apis.handlers import Traffic
from millstream_apis.model import DAY_MS, HOUR_MS, MINUTE_MS, Span, Step, hour_of
from millstream_apis.routes.log import kept_ms, span_of
from millstream_apis.routes.names import GOES_FIRST, TrafficOf
from millstream_apis.settings import ApisSettings

router = APIRouter(dependencies=[require(Scope.APIS_READ), GOES_FIRST])

PERIOD_MS = 15 * MINUTE_MS
MOST_TOLD = 3
# How far back it is looked for where a trouble began, in periods, and in how many steps.
LOOKED_BACK = 5
MOST_STEPS = 150


class UnusualQuery(BaseModel):
    """What may be asked for; without times, the last quarter of an hour."""

    after: Instant | None = None
    before: Instant | None = None


class UnusualApi(BaseModel):
    """`since` is null where the newest are as usual again."""

    name: str
    level: Level
    since: str | None
    requests: int
    server_errors: int
    server_error_rate: float
    usual_requests: int
    usual_server_error_rate: float


class UnusualApis(BaseModel):
    """The worst APIs of a period first, each by its own 24 hours before; of fewer requests than `least` nothing is said."""

    after: str | None
    before: str | None
    usual_after: str | None
    usual_before: str | None
    least: int
    total: int
    apis: list[UnusualApi]


@router.get("/apis/activity/unusual")
async def unusual(query: Annotated[UnusualQuery, Query()], http: HttpRequest, traffic: TrafficOf) -> UnusualApis:
    """Each API is compared with its own 24 hours before the period; one that has none, or too few requests, is not judged."""
    settings: ApisSettings = http.app.state.settings
    now_ms = http.app.state.clock.now_ms()
    begins_ms = min(now_ms, query.before or now_ms) - PERIOD_MS if query.after is None else query.after
    span = span_of(begins_ms, query.before, now_ms, settings)
    usual = usual_before(span, now_ms - kept_ms(settings, MINUTE_MS))
    worse = failing_more(await traffic.faults(span), await traffic.faults(usual))
    until, usual_until = (period_fields(one, now_ms) for one in (span, usual))
    return UnusualApis(
        after=until["after"],
        before=until["before"],
        usual_after=usual_until["after"],
        usual_before=usual_until["before"],
        least=LEAST,
        total=len(worse),
        apis=[
            UnusualApi(
                name=name,
                level=level,
                since=await _since(traffic, name, before, span, now_ms, settings),
                requests=now.of,
                server_errors=now.wrong,
                server_error_rate=100 * now.part,
                usual_requests=before.of,
                usual_server_error_rate=100 * before.part,
            )
            for name, level, now, before in worse[:MOST_TOLD]
        ],
    )


def usual_before(span: Span, minutes_since_ms: int) -> Span:
    """The day before a period, none of it in the period: whole hours, and minutes at its end as far as they are kept."""
    if not span.steps:
        return span
    begin_ms = hour_of(span.start_ms - DAY_MS)
    if span.start_ms >= minutes_since_ms:
        return Span(begin_ms, span.start_ms, MINUTE_MS)
    return Span(begin_ms, hour_of(span.start_ms), HOUR_MS)


def failing_more(now: Mapping[str, Share], usual: Mapping[str, Share]) -> Sequence[tuple[str, Level, Share, Share]]:
    """The worst first."""
    nothing = Share(0, 0)
    found = [
        (name, level, share, before)
        for name, share in now.items()
        for before in [usual.get(name, nothing)]
        if (level := judged(share, before)) is not None
    ]
    return sorted(found, key=lambda one: (one[1] is not Level.BAD, one[3].part - one[2].part, one[0]))


async def _since(
    traffic: Traffic, name: str, usual: Share, span: Span, now_ms: int, settings: ApisSettings
) -> str | None:
    """When it began, as far as it is looked back."""
    begin_ms = span.start_ms - (LOOKED_BACK - 1) * (span.end_ms - span.start_ms)
    kept = (ms for ms in (MINUTE_MS, 5 * MINUTE_MS) if begin_ms >= now_ms - kept_ms(settings, ms))
    step_ms = next((ms for ms in kept if (span.end_ms - begin_ms) // ms <= MOST_STEPS), HOUR_MS)
    steps = await traffic.series(Span.around(begin_ms, span.end_ms, step_ms), name)

    def is_bad(some: Sequence[Step]) -> bool:
        return is_more(Share(sum(step.requests for step in some), sum(step.status_5xx for step in some)), usual)

    since_ms = beginning([(at, step) for at, step in steps if step.requests], is_bad)
    return None if since_ms is None else to_rfc3339(since_ms)
