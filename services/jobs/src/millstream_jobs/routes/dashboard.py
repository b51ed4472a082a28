"""/dashboard/stats: the figures of the first page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import ApiSnapshot
from millstream_contracts.names import Scope
from millstream_contracts.times import HOUR_MS, to_rfc3339
from millstream_kit.auth import Principal, require
from millstream_kit.errors import problems
from pydantic import BaseModel, Field

from millstream_jobs.figures import MINUTE_MS, Figures, Standing
from millstream_jobs.model import Job
from millstream_jobs.neighbours import live
from millstream_jobs.routes.desk import Desk, OnDesk
from millstream_jobs.shapes_dashboard import (
    ApisBlock,
    DashboardOut,
    FailingFunctionOut,
    OldestQueuedOut,
    QueueBlock,
    RunsBlock,
    StuckActiveOut,
    WorkersBlock,
)
from millstream_jobs.store import Store
from millstream_jobs.store_model import Urgency
from millstream_jobs.traffic import Traffic
from millstream_jobs.views import instant, percent, run_out, source_of

SHOWN = 10
STUCK_AFTER_MS = 15 * 60_000
DAY_MINUTES = 1440


class StatsQuery(BaseModel):
    window_minutes: int = Field(1440, ge=1, le=10080)
    failing_min_rate: float = Field(0.0, ge=0, le=100, allow_inf_nan=False)


def dashboard_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/dashboard", tags=["dashboard"], responses=problems())
    router.add_api_route("/stats", get_stats, methods=["GET"])
    return router


async def get_stats(
    desk: OnDesk, query: Annotated[StatsQuery, Query()], _: Principal = require(Scope.DASHBOARD_READ)
) -> DashboardOut:
    store, now_ms = desk.context.store, desk.context.clock.now_ms()
    since_ms = now_ms - query.window_minutes * MINUTE_MS
    # Two at once: while the database looks for one, what it found of another is put together. More would only queue.
    ((by_function, standings), urgencies), (recent, failures, oldest, longest) = await asyncio.gather(
        _counted(store, since_ms, now_ms), _picked(store, now_ms)
    )
    return DashboardOut(
        runs=_runs(by_function, query.window_minutes),
        queue=_queue(desk, standings, urgencies),
        workers=_workers(desk),
        apis=_apis(desk, query.window_minutes, now_ms),
        recent_runs=[run_out(job) for job in recent],
        recent_failures=[run_out(job) for job in failures],
        top_failing_functions=await _failing(desk, standings, by_function, query.failing_min_rate),
        oldest_queued_jobs=[_oldest(job, now_ms) for job in oldest],
        stuck_active_jobs=[_stuck(job, now_ms) for job in longest],
    )


async def _counted(
    store: Store, since_ms: int, now_ms: int
) -> tuple[tuple[Mapping[str, Figures], Mapping[str, Standing]], Mapping[str, Urgency]]:
    return await store.overview(since_ms), await store.urgencies(now_ms)


async def _picked(store: Store, now_ms: int) -> tuple[Sequence[Job], Sequence[Job], Sequence[Job], Sequence[Job]]:
    return (
        await store.recent_runs(None, SHOWN),
        await store.recent_failures(SHOWN),
        await store.oldest_queued(SHOWN),
        await store.longest_active(now_ms - STUCK_AFTER_MS, SHOWN),
    )


def _runs(by_function: Mapping[str, Figures], minutes: int) -> RunsBlock:
    runs = sum(figures.runs for figures in by_function.values())
    return RunsBlock(
        total=runs,
        success_rate=percent(sum(figures.complete for figures in by_function.values()), runs),
        window_minutes=minutes,
        jobs_per_min=runs / minutes,
    )


def _queue(desk: Desk, standings: Mapping[str, Standing], urgencies: Mapping[str, Urgency]) -> QueueBlock:
    due = sum(urgency.due for urgency in urgencies.values())
    queued, active, pending, retrying = (
        sum(getattr(standing, name) for standing in standings.values())
        for name in ("queued", "active", "pending", "retrying")
    )
    workers = desk.neighbours.workers()
    return QueueBlock(
        running=active,
        waiting=queued,
        claimed=0,  # a job that is leased runs: there is no state between
        scheduled_due=due,
        scheduled_future=max(0, pending + retrying - due),
        backlog=queued + due,
        capacity=None if workers is None else sum(worker.concurrency for worker in live(workers)),
        total=queued + active + pending + retrying,
    )


def _workers(desk: Desk) -> WorkersBlock:
    workers = desk.neighbours.workers()
    return WorkersBlock(total=None if workers is None else len(live(workers)))


def _apis(desk: Desk, minutes: int, now_ms: int) -> ApisBlock:
    """A day is told by the minute, in the snapshots of APIs; any other window by the hour, from the one it begins in."""
    apis = desk.neighbours.apis()
    if apis is None:
        return ApisBlock(
            requests=None, avg_latency_ms=None, error_rate=None, window_minutes=minutes, requests_per_min=None
        )
    traffic = _last_day(apis)
    if minutes != DAY_MINUTES:
        since_ms = now_ms - minutes * MINUTE_MS
        begins_ms = since_ms - since_ms % HOUR_MS
        minutes = (now_ms - begins_ms) // MINUTE_MS
        traffic = desk.neighbours.traffic(begins_ms) or Traffic(None)
    return ApisBlock(
        requests=traffic.requests,
        avg_latency_ms=traffic.avg_latency_ms,
        error_rate=traffic.error_rate,
        window_minutes=minutes,
        requests_per_min=None if traffic.requests is None else traffic.requests / minutes,
    )


def _last_day(apis: Sequence[ApiSnapshot]) -> Traffic:
    return Traffic(
        sum(api.requests_24h for api in apis),
        round(sum(api.error_rate * api.requests_24h for api in apis) / 100),
        sum(api.avg_latency_ms * api.requests_24h for api in apis),
    )


async def _failing(
    desk: Desk, standings: Mapping[str, Standing], figures: Mapping[str, Figures], least: float
) -> list[FailingFunctionOut]:
    """Those with the highest share of failures first."""
    rates = {key: percent(f.failed, f.runs) or 0.0 for key, f in figures.items() if f.failed}
    worst = sorted(rates, key=lambda key: (-rates[key], -figures[key].failed, key))
    shown = [key for key in worst if rates[key] >= least][:SHOWN]
    if not shown:
        return []
    names = {f.key: f.name for f in await desk.context.store.all_functions(None)}
    return [
        FailingFunctionOut(
            key=key,
            name=names.get(key, key),
            runs=figures[key].runs,
            failures=figures[key].failed,
            failure_rate=rates[key],
            last_run_at=instant(standings[key].last_run_at_ms) if key in standings else None,
        )
        for key in shown
    ]


def _oldest(job: Job, now_ms: int) -> OldestQueuedOut:
    queued_at_ms = job.queued_at_ms or job.created_at_ms
    return OldestQueuedOut(
        id=job.id,
        function=job.function,
        function_name=job.function_name,
        queued_at=to_rfc3339(queued_at_ms),
        age_seconds=max(0, now_ms - queued_at_ms) / 1000,
        source=source_of(job, None),
    )


def _stuck(job: Job, now_ms: int) -> StuckActiveOut:
    return StuckActiveOut(
        id=job.id,
        function=job.function,
        function_name=job.function_name,
        worker_id=job.worker_id,
        started_at=instant(job.started_at_ms),
        age_seconds=max(0, now_ms - (job.started_at_ms or now_ms)) / 1000,
    )
