"""/schedules: what runs by the clock, when it is due next, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from millstream_contracts.names import Scope
from millstream_contracts.times import to_rfc3339
from millstream_kit.auth import Principal, require
from millstream_kit.errors import problems

from millstream_jobs.handlers.schedules import set_schedule_paused, unknown_schedule
from millstream_jobs.routes.desk import Desk, FunctionKeyPath, OnDesk
from millstream_jobs.schedules import Schedule
from millstream_jobs.shapes_schedules import FireOut, ScheduleDetailOut, ScheduleOut, SchedulePausedOut, SchedulesOut
from millstream_jobs.store_model import PastFire
from millstream_jobs.views import instant


def schedules_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/schedules", tags=["schedules"], responses=problems())
    router.add_api_route("", get_schedules, methods=["GET"])
    router.add_api_route("/{key}", get_schedule, methods=["GET"])
    router.add_api_route("/{key}/pause", post_schedule_pause, methods=["POST"])
    router.add_api_route("/{key}/resume", post_schedule_resume, methods=["POST"])
    return router


async def get_schedules(desk: OnDesk, _: Principal = require(Scope.FUNCTIONS_READ)) -> SchedulesOut:
    """In the order they are due, the paused ones last. A function has one schedule at most."""
    shown = [ScheduleOut(**fields) for fields in await _shown(desk, await desk.context.store.schedules())]
    return SchedulesOut(schedules=shown, total=len(shown))


async def get_schedule(
    key: FunctionKeyPath, desk: OnDesk, _: Principal = require(Scope.FUNCTIONS_READ)
) -> ScheduleDetailOut:
    """With the newest hundred instants it was due, the newest first."""
    found = await desk.context.store.schedules([key])
    if not found:
        raise unknown_schedule(key)
    [fields] = await _shown(desk, found)
    return ScheduleDetailOut(**fields, fires=[_fire_out(one) for one in await desk.context.store.fires(key)])


async def post_schedule_pause(
    key: FunctionKeyPath, desk: OnDesk, _: Principal = require(Scope.FUNCTIONS_WRITE)
) -> SchedulePausedOut:
    """It is never due until it is resumed; jobs that are there go on."""
    await set_schedule_paused(desk.context, key, True)
    return SchedulePausedOut(function=key, paused=True)


async def post_schedule_resume(
    key: FunctionKeyPath, desk: OnDesk, _: Principal = require(Scope.FUNCTIONS_WRITE)
) -> SchedulePausedOut:
    """What it was due for while it was paused is not made up for."""
    await set_schedule_paused(desk.context, key, False)
    return SchedulePausedOut(function=key, paused=False)


async def _shown(desk: Desk, schedules: Sequence[Schedule]) -> list[dict[str, Any]]:
    """`ScheduleOut`."""
    names = {f.key: f.name for f in await desk.context.store.all_functions("cron")} if schedules else {}
    now_ms = desk.context.clock.now_ms()
    return [
        {
            "function": one.function,
            "function_name": names.get(one.function, one.function),
            "expression": one.expression,
            "words": one.timing.words,
            "timezone": one.timezone,
            "overlap": one.overlap.value,
            "paused": one.paused,
            "next_at": instant(one.next_at_ms),
            "next_runs": [to_rfc3339(at_ms) for at_ms in one.next_runs(now_ms)],
            "last_at": instant(one.last_at_ms),
            "last_job_id": one.last_job_id,
        }
        for one in schedules
    ]


def _fire_out(past: PastFire) -> FireOut:
    fire = past.fire
    return FireOut(
        at=to_rfc3339(fire.at_ms),
        fired_at=to_rfc3339(fire.fired_at_ms),
        outcome=fire.outcome.value,
        missed=fire.missed,
        job_id=fire.job_id,
        status=past.status,
        duration_ms=past.duration_ms,
    )
