"""/jobs/stats, /jobs/durations, /jobs/series, /jobs/errors, /jobs/trends, /jobs/activity: what happened, from figures kept as facts arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from millstream_contracts.names import Scope
from millstream_contracts.times import HOUR_MS, hour_of, to_rfc3339
from millstream_kit.answers import check_period, refuse_forgotten, whole_steps, written
from millstream_kit.auth import Principal, require
from millstream_kit.bodies import Instant
from millstream_kit.errors import problems
from pydantic import BaseModel, Field

from millstream_jobs.figures import (
    DURATION_ENDS_MS,
    ERROR_LEVELS_MS,
    EVERY_FUNCTION,
    KEPT_MS,
    LEVELS_MS,
    MINUTE_MS,
    SLOT_MS,
    ErrorGroup,
    Point,
    Stretch,
    covering,
    forgotten_before,
)
from millstream_jobs.inputs import Name
from millstream_jobs.model import JobType
from millstream_jobs.routes.desk import OnDesk
from millstream_jobs.shapes_figures import ActivityOut, DurationsOut, ErrorsOut, JobStatsOut, SeriesOut, TrendsOut
from millstream_jobs.views import activity_fields, hours_out, percent

STEPS_MS = {"10s": SLOT_MS, "1m": MINUTE_MS, "5m": 5 * MINUTE_MS, "1h": HOUR_MS}
MOST_POINTS = 1_000
USUAL_POINTS = 60
MOST_GROUPS = 500
ACTIVITY_HOURS = 24


class PeriodQuery(BaseModel):
    function: Name | None = None
    after: Instant | None = None
    before: Instant | None = None


class SeriesQuery(PeriodQuery):
    step: Literal["10s", "1m", "5m", "1h"] = "1m"


class TrendsQuery(BaseModel):
    hours: int = Field(24, ge=1, le=168)
    function: Name | None = None
    type: JobType | None = None


def figures_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"], responses=problems())
    router.add_api_route("/stats", get_stats, methods=["GET"])
    router.add_api_route("/durations", get_durations, methods=["GET"], response_model=DurationsOut)
    router.add_api_route("/series", get_series, methods=["GET"], response_model=SeriesOut)
    router.add_api_route("/errors", get_errors, methods=["GET"], response_model=ErrorsOut)
    router.add_api_route("/trends", get_trends, methods=["GET"])
    router.add_api_route("/activity", get_activity, methods=["GET"], response_model=ActivityOut)
    return router


async def get_stats(
    desk: OnDesk, query: Annotated[PeriodQuery, Query()], _: Principal = require(Scope.JOBS_READ)
) -> JobStatsOut:
    stretches, covered = _period(query, desk.context.clock.now_ms(), LEVELS_MS)
    figures = await desk.context.store.figures(query.function or EVERY_FUNCTION, stretches)
    return JobStatsOut(
        **covered,
        total=figures.finished,
        success_count=figures.complete,
        failure_count=figures.failed,
        cancelled_count=figures.cancelled,
        success_rate=percent(figures.complete, figures.runs),
        avg_duration_ms=figures.avg_run_ms,
    )


async def get_durations(
    desk: OnDesk, query: Annotated[PeriodQuery, Query()], _: Principal = require(Scope.JOBS_READ)
) -> Response:
    stretches, covered = _period(query, desk.context.clock.now_ms(), LEVELS_MS)
    runs = await desk.context.store.runs(query.function or EVERY_FUNCTION, stretches)
    classes = [
        {"min_duration_ms": least, "below_duration_ms": below, "count": many}
        for least, below, many in runs.classes(DURATION_ENDS_MS)
    ]
    return written({**covered, "total": runs.count, "durations": classes})


async def get_series(
    desk: OnDesk, query: Annotated[SeriesQuery, Query()], _: Principal = require(Scope.JOBS_READ)
) -> Response:
    steps = _steps(query, desk.context.clock.now_ms())
    found = await desk.context.store.series(query.function or EVERY_FUNCTION, steps.step, steps.start, steps.stop)
    nothing = Point()
    return written({"points": [{"at": to_rfc3339(at), **found.get(at, nothing)._asdict()} for at in steps]})


async def get_errors(
    desk: OnDesk, query: Annotated[PeriodQuery, Query()], _: Principal = require(Scope.JOBS_READ)
) -> Response:
    stretches, covered = _period(query, desk.context.clock.now_ms(), ERROR_LEVELS_MS)
    groups = await desk.context.store.error_groups(query.function, stretches, MOST_GROUPS)
    return written({**covered, "errors": [_group(group) for group in groups]})


async def get_trends(
    desk: OnDesk, query: Annotated[TrendsQuery, Query()], _: Principal = require(Scope.JOBS_READ)
) -> TrendsOut:
    now_ms = desk.context.clock.now_ms()
    since_ms = hour_of(now_ms) - HOUR_MS * (query.hours - 1)
    hours, active = await desk.context.store.trend_hours(since_ms, query.function, query.type)
    return TrendsOut(hourly=hours_out(hours, active, now_ms, query.hours))


async def get_activity(desk: OnDesk, _: Principal = require(Scope.JOBS_READ)) -> Response:
    """The last 24 hours of every function in one answer: a list of functions shows them all."""
    now_ms = desk.context.clock.now_ms()
    found = await desk.context.store.function_hours(hour_of(now_ms) - HOUR_MS * (ACTIVITY_HOURS - 1))
    return written(activity_fields(found, now_ms, ACTIVITY_HOURS))


def _period(query: PeriodQuery, now_ms: int, levels: Sequence[int]) -> tuple[list[Stretch], dict[str, str | None]]:
    """The buckets of a period, and from when until when they are: not beyond now."""
    check_period(query.after, query.before)
    stretches = covering(query.after, query.before, now_ms, levels)
    if not stretches:
        return [], {"after": None, "before": None}
    until_ms = min(stretches[-1].to_ms, now_ms)
    return stretches, {"after": to_rfc3339(stretches[0].from_ms), "before": to_rfc3339(until_ms)}


def _steps(query: SeriesQuery, now_ms: int) -> range:
    """The steps of a series.

    Raises:
        Refusal: they are too many, or no longer kept there.
    """
    steps = whole_steps(query.after, query.before, now_ms, STEPS_MS[query.step], usual=USUAL_POINTS, most=MOST_POINTS)
    refuse_forgotten(query.step, STEPS_MS, lambda ms: steps.start >= forgotten_before(ms, now_ms), KEPT_MS.__getitem__)
    return steps


def _group(group: ErrorGroup) -> dict[str, Any]:
    return {
        "fingerprint": group.fingerprint,
        "error_type": group.error_type,
        "message": group.message,
        "function": group.function,
        "count": group.count,
        "first_at": to_rfc3339(group.first_at_ms),
        "last_at": to_rfc3339(group.last_at_ms),
        "last_job_id": group.last_job_id,
        "versions": group.versions,
    }
