"""/functions: what can be run, and how it has been going."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from millstream_contracts.names import Scope
from millstream_contracts.times import HOUR_MS, hour_of
from millstream_kit.auth import Principal, require
from pydantic import BaseModel, ConfigDict

from millstream_jobs.handlers.functions import declare_functions, set_paused
from millstream_jobs.inputs import DeclareIn
from millstream_jobs.model import Job, JobType, Status
from millstream_jobs.neighbours import live
from millstream_jobs.routes.desk import WORKER_PROTOCOL, Desk, FunctionKeyPath, OnDesk, no_function, problems
from millstream_jobs.shapes import DispatchReasons, FunctionDetailOut, FunctionOut, FunctionsOut, PausedOut
from millstream_jobs.store import Function, QueueCount, TrendHour
from millstream_jobs.views import instant, percent, run_out

RECENT_RUNS = 20
DAY_HOURS = 24


class FunctionsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: JobType | None = None


def functions_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/functions", tags=["functions"], responses=problems())
    router.add_api_route("", get_functions, methods=["GET"])
    router.add_api_route("", post_functions, methods=["POST"], dependencies=[WORKER_PROTOCOL])
    router.add_api_route("/{key}", get_function, methods=["GET"])
    router.add_api_route("/{key}/pause", post_pause, methods=["POST"])
    router.add_api_route("/{key}/resume", post_resume, methods=["POST"])
    return router


async def get_functions(
    desk: OnDesk, query: Annotated[FunctionsQuery, Query()], _: Principal = require(Scope.FUNCTIONS_READ)
) -> FunctionsOut:
    return await _listed(desk, await desk.context.store.all_functions(query.type))


async def post_functions(desk: OnDesk, wish: DeclareIn, _: Principal = require(Scope.JOBS_LEASE)) -> FunctionsOut:
    keys = await declare_functions(desk.context, wish)
    everything = await desk.context.store.all_functions(None)
    return await _listed(desk, [f for f in everything if f.key in set(keys)])


async def get_function(
    key: FunctionKeyPath, desk: OnDesk, _: Principal = require(Scope.FUNCTIONS_READ)
) -> FunctionDetailOut:
    function = await desk.context.store.function(key)
    if function is None:
        raise no_function(key)
    [shown] = (await _listed(desk, [function])).functions
    runs = await desk.context.store.recent_runs(key, RECENT_RUNS)
    return FunctionDetailOut(**dict(shown), recent_runs=[run_out(job) for job in runs])


async def post_pause(key: FunctionKeyPath, desk: OnDesk, _: Principal = require(Scope.FUNCTIONS_WRITE)) -> PausedOut:
    await set_paused(desk.context, key, True)
    return PausedOut(key=key, paused=True)


async def post_resume(key: FunctionKeyPath, desk: OnDesk, _: Principal = require(Scope.FUNCTIONS_WRITE)) -> PausedOut:
    await set_paused(desk.context, key, False)
    return PausedOut(key=key, paused=False)


async def _listed(desk: Desk, functions: Sequence[Function]) -> FunctionsOut:
    store, now_ms = desk.context.store, desk.context.clock.now_ms()
    only = functions[0].key if len(functions) == 1 else None
    hours = defaultdict(list)
    for hour in await store.trend_hours(hour_of(now_ms) - HOUR_MS * (DAY_HOURS - 1), only):
        hours[hour.function].append(hour)
    counts: dict[str, dict[Status, QueueCount]] = defaultdict(dict)
    for count in await store.queue_counts(now_ms):
        counts[count.function][count.status] = count
    last = await store.last_runs([f.key for f in functions])
    workers = _workers_of(desk)
    shown = [
        _shown(f, hours[f.key], counts[f.key], last.get(f.key), None if workers is None else workers.get(f.key, []))
        for f in functions
    ]
    return FunctionsOut(functions=shown, total=len(shown))


def _shown(
    function: Function,
    hours: Sequence[TrendHour],
    counts: Mapping[Status, QueueCount],
    last: Job | None,
    workers: list[str] | None,
) -> FunctionOut:
    runs, complete = sum(h.runs for h in hours), sum(h.complete for h in hours)
    starts = sum(h.starts for h in hours)
    return FunctionOut(
        key=function.key,
        name=function.name,
        type=function.type,
        active=None if workers is None else bool(workers),
        paused=function.paused,
        timeout=function.timeout_s,
        max_retries=function.max_retries,
        retry_delay=function.retry_delay_s,
        rate_limit=None,
        max_concurrency=function.max_concurrency,
        schedule=None,
        next_run_at=None,
        pattern=None,
        workers=workers,
        runs_24h=runs,
        success_rate=percent(complete, runs),
        avg_duration_ms=sum(h.run_ms for h in hours) / runs if runs else None,
        p95_duration_ms=None,
        avg_wait_ms=sum(h.wait_ms for h in hours) / starts if starts else None,
        p95_wait_ms=None,
        queue_backlog=_backlog(counts),
        dispatch_reasons=_reasons(function, counts, workers),
        last_run_at=None if last is None else instant(last.started_at_ms),
        last_run_status=None if last is None else last.status.value,
    )


def _backlog(counts: Mapping[Status, QueueCount]) -> int:
    queued = counts.get(Status.QUEUED)
    overdue = sum(c.overdue for s, c in counts.items() if s in (Status.PENDING, Status.RETRYING))
    return (queued.count if queued else 0) + overdue


def _reasons(function: Function, counts: Mapping[Status, QueueCount], workers: list[str] | None) -> DispatchReasons:
    """Why jobs of a function wait. Whether busy workers or none at all hold them back is only known in the latter case."""
    queued = counts[Status.QUEUED].count if Status.QUEUED in counts else 0
    open_queued = 0 if function.paused else queued
    return DispatchReasons(
        paused=queued if function.paused else 0,
        rate_limited=0,
        no_capacity=open_queued if open_queued == 0 or workers == [] else None,
        cancelled=sum(c.cancelling for c in counts.values()),
        retrying=counts[Status.RETRYING].count if Status.RETRYING in counts else 0,
    )


def _workers_of(desk: Desk) -> Mapping[str, list[str]] | None:
    workers = desk.neighbours.workers()
    if workers is None:
        return None
    found = defaultdict(list)
    for worker in sorted(live(workers), key=lambda w: w.id):
        for key in worker.functions:
            found[key].append(worker.id)
    return found
