"""/jobs/unusual: the functions that fail, or wait, more than is usual for them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from millstream_contracts.names import Scope
from millstream_contracts.times import HOUR_MS, to_rfc3339
from millstream_kit.answers import check_period
from millstream_kit.auth import Principal, require
from millstream_kit.bodies import Instant
from millstream_kit.errors import problems
from millstream_kit.usual import LEAST, beginning
from pydantic import BaseModel

from millstream_jobs.figures import LEVELS_MS, MINUTE_MS, Stretch, levels_kept
from millstream_jobs.routes.desk import OnDesk
from millstream_jobs.shapes_figures import FailingMoreOut, UnusualOut, WaitingLongerOut
from millstream_jobs.store import Store
from millstream_jobs.unusual import (
    Failing,
    Judged,
    Waiting,
    failing_more,
    may_wait_longer,
    period_of,
    usual_before,
    waiting_longer,
)
from millstream_jobs.views import instant

MOST_TOLD = 3
# How far back it is looked for where a trouble began, in periods, and in how many steps.
LOOKED_BACK = 5
MOST_STEPS = 150


class UnusualQuery(BaseModel):
    """What may be asked for; without times, the last quarter of an hour."""

    after: Instant | None = None
    before: Instant | None = None


def unusual_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"], responses=problems())
    router.add_api_route("/unusual", get_unusual, methods=["GET"])
    return router


async def get_unusual(
    desk: OnDesk, query: Annotated[UnusualQuery, Query()], _: Principal = require(Scope.JOBS_READ)
) -> UnusualOut:
    """Each function is compared with its own 24 hours before the period; one that has none, or too few jobs, is not judged."""
    check_period(query.after, query.before)
    now_ms = desk.context.clock.now_ms()
    return await unusual_in(desk.context.store, period_of(query.after, query.before, now_ms), now_ms)


async def unusual_in(store: Store, period: Sequence[Stretch], now_ms: int) -> UnusualOut:
    usual = usual_before(period[0].from_ms, now_ms) if period else []
    now, before = await asyncio.gather(store.sums(period), store.sums(usual))
    failing, waiting = failing_more(now, before), list[Waiting]()
    if keys := may_wait_longer(now, before):
        waiting = waiting_longer(*await asyncio.gather(store.waits(keys, period), store.waits(keys, usual)))
    shown: list[Judged] = [*failing[:MOST_TOLD], *waiting[:MOST_TOLD]]
    begun = dict(zip(shown, [await _since(store, one, period, now_ms) for one in shown], strict=True))
    names = {f.key: f.name for f in await store.all_functions(None)} if shown else dict[str, str]()
    (after, until), (usual_after, usual_until) = _era(period, now_ms), _era(usual, now_ms)
    return UnusualOut(
        after=after,
        before=until,
        usual_after=usual_after,
        usual_before=usual_until,
        least=LEAST,
        failing_total=len(failing),
        waiting_total=len(waiting),
        failing=[_failing(one, names, begun[one]) for one in failing[:MOST_TOLD]],
        waiting=[_waiting(one, names, begun[one]) for one in waiting[:MOST_TOLD]],
    )


def _failing(one: Failing, names: Mapping[str, str], since_ms: int | None) -> FailingMoreOut:
    return FailingMoreOut(
        function=one.function,
        function_name=names.get(one.function, one.function),
        level=one.level,
        since=instant(since_ms),
        runs=one.now.of,
        failures=one.now.wrong,
        failure_rate=100 * one.now.part,
        usual_runs=one.usual.of,
        usual_failure_rate=100 * one.usual.part,
    )


def _waiting(one: Waiting, names: Mapping[str, str], since_ms: int | None) -> WaitingLongerOut:
    return WaitingLongerOut(
        function=one.function,
        function_name=names.get(one.function, one.function),
        level=one.level,
        since=instant(since_ms),
        starts=one.starts,
        p95_wait_ms=one.p95_ms,
        usual_starts=one.usual_starts,
        usual_p95_wait_ms=one.usual_p95_ms,
    )


async def _since(store: Store, one: Judged, period: Sequence[Stretch], now_ms: int) -> int | None:
    """When it began, as far as it is looked back."""
    start_ms, end_ms = period[0].from_ms, period[-1].to_ms
    begin_ms = start_ms - (LOOKED_BACK - 1) * (end_ms - start_ms)
    steps = [ms for ms in levels_kept(begin_ms, now_ms, LEVELS_MS) if MINUTE_MS <= ms <= HOUR_MS]
    step_ms = next((ms for ms in steps if (end_ms - begin_ms) // ms <= MOST_STEPS), HOUR_MS)
    found = await store.series(one.function, step_ms, begin_ms - begin_ms % step_ms, end_ms)
    return beginning([(at, point) for at, point in sorted(found.items()) if one.is_told_by(point)], one.is_bad)


def _era(stretches: Sequence[Stretch], now_ms: int) -> tuple[str | None, str | None]:
    if not stretches:
        return None, None
    return to_rfc3339(stretches[0].from_ms), to_rfc3339(min(stretches[-1].to_ms, now_ms))
