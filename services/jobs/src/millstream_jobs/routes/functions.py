"""/functions: what can be run, and how it has been going."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import WorkerSnapshot
from millstream_contracts.names import Scope
from millstream_kit.auth import Principal, require
from millstream_kit.errors import problems
from pydantic import BaseModel
from pydantic_core import from_json

from millstream_jobs.figures import Day, Standing
from millstream_jobs.handlers.functions import declare_functions, set_paused
from millstream_jobs.inputs import DeclareIn
from millstream_jobs.model import JobType, Status
from millstream_jobs.neighbours import Room, live
from millstream_jobs.rates import Starts
from millstream_jobs.routes.desk import WORKER_PROTOCOL, Desk, FunctionKeyPath, OnDesk, no_function
from millstream_jobs.schedules import Schedule
from millstream_jobs.shapes import DispatchReasons, FunctionDetailOut, FunctionOut, FunctionsOut, PausedOut
from millstream_jobs.store_model import Function, Urgency
from millstream_jobs.views import instant, percent, run_out, settings_out

RECENT_RUNS = 20


class FunctionsQuery(BaseModel):
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
    workers = desk.neighbours.workers()
    keys = await declare_functions(desk.context, wish, None if workers is None else [w.id for w in workers])
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
    parameters = await desk.context.store.parameters(key)
    declared = await desk.context.store.declarations(key)
    return FunctionDetailOut(
        **dict(shown),
        recent_runs=[run_out(job) for job in runs],
        parameters=None if parameters is None else from_json(parameters),
        import_path=function.import_path,
        settings=None if shown.workers is None else settings_out(declared, shown.workers),
    )


async def post_pause(key: FunctionKeyPath, desk: OnDesk, _: Principal = require(Scope.FUNCTIONS_WRITE)) -> PausedOut:
    await set_paused(desk.context, key, True)
    return PausedOut(key=key, paused=True)


async def post_resume(key: FunctionKeyPath, desk: OnDesk, _: Principal = require(Scope.FUNCTIONS_WRITE)) -> PausedOut:
    await set_paused(desk.context, key, False)
    return PausedOut(key=key, paused=False)


async def _listed(desk: Desk, functions: Sequence[Function]) -> FunctionsOut:
    store = desk.context.store
    keys = [f.key for f in functions]
    days = await store.days(keys)
    standings = await store.standings()
    now_ms = desk.context.clock.now_ms()
    urgencies = await store.urgencies(now_ms)
    last = await store.statuses([s.last_run_id for key in keys if (s := standings.get(key)) and s.last_run_id])
    workers = _workers_of(desk)
    schedules = {schedule.function: schedule for schedule in await store.schedules(keys)}
    starts = await store.starts(rated) if (rated := [f.key for f in functions if f.rate_limit is not None]) else {}
    shown = [
        _shown(
            function,
            days[function.key],
            _Now(
                standings.get(function.key, Standing()),
                urgencies.get(function.key, Urgency()),
                None if workers is None else workers.get(function.key, []),
                schedules.get(function.key),
                starts.get(function.key, Starts()),
                now_ms,
            ),
            last,
        )
        for function in functions
    ]
    return FunctionsOut(functions=shown, total=len(shown))


@dataclass(frozen=True, slots=True)
class _Now:
    """How the jobs of a function stand, the live workers that run it, None while the fleet is not known, its schedule, if it has
    one, and what started lately."""

    standing: Standing
    urgency: Urgency
    workers: Sequence[WorkerSnapshot] | None
    schedule: Schedule | None
    starts: Starts
    now_ms: int

    @property
    def free_slots(self) -> int:
        return Room.of(self.workers or ()).free


def _shown(function: Function, day: Day, now: _Now, last: Mapping[str, Status]) -> FunctionOut:
    figures, standing = day.figures, now.standing
    last_status = last.get(standing.last_run_id or "")
    return FunctionOut(
        key=function.key,
        name=function.name,
        type=function.type,
        active=None if now.workers is None else bool(now.workers),
        paused=function.paused,
        timeout=function.timeout_s,
        max_retries=function.max_retries,
        retry_delay=function.retry_delay_s,
        rate_limit=function.rate_limit,
        max_concurrency=function.max_concurrency,
        **_by_clock(now.schedule),
        pattern=function.pattern,
        workers=None if now.workers is None else [worker.id for worker in now.workers],
        runs_24h=figures.runs,
        success_rate=percent(figures.complete, figures.runs),
        avg_duration_ms=figures.avg_run_ms,
        p95_duration_ms=day.run_p95_ms,
        avg_wait_ms=figures.avg_wait_ms,
        p95_wait_ms=day.wait_p95_ms,
        running=standing.active,
        queue_backlog=standing.queued + now.urgency.due,
        dispatch_reasons=_reasons(function, now),
        last_run_at=instant(standing.last_run_at_ms),
        last_run_status=None if last_status is None else last_status.value,
    )


def _by_clock(schedule: Schedule | None) -> dict[str, Any]:
    if schedule is None:
        return dict.fromkeys(
            ("schedule", "schedule_words", "schedule_timezone", "schedule_paused", "next_run_at"), None
        )
    return {
        "schedule": schedule.expression,
        "schedule_words": schedule.timing.words,
        "schedule_timezone": schedule.timezone,
        "schedule_paused": schedule.paused,
        "next_run_at": instant(schedule.next_at_ms),
    }


def _reasons(function: Function, now: _Now) -> DispatchReasons:
    """How many jobs wait for what, each for one thing. No capacity: more are queued than workers and the function's own limit
    have room for."""
    queued = now.standing.queued
    rated = 0 if function.rate is None else max(0, queued - now.starts.room(function.rate, now.now_ms))
    room = now.free_slots
    if function.max_concurrency is not None:
        room = min(room, max(0, function.max_concurrency - now.standing.active))
    held_back = None if now.workers is None and queued else max(0, queued - rated - room)
    return DispatchReasons(
        paused=queued if function.paused else 0,
        rate_limited=0 if function.paused else rated,
        no_capacity=0 if function.paused else held_back,
        cancelled=now.urgency.cancelling,
        retrying=now.standing.retrying,
    )


def _workers_of(desk: Desk) -> Mapping[str, list[WorkerSnapshot]] | None:
    workers = desk.neighbours.workers()
    if workers is None:
        return None
    found = defaultdict(list)
    for worker in sorted(live(workers), key=lambda w: w.id):
        for key in worker.functions:
            found[key].append(worker)
    return found
