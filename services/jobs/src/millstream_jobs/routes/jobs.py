"""/jobs: enqueue, list, count."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from millstream_contracts.names import Scope
from millstream_contracts.times import HOUR_MS, hour_of
from millstream_kit.auth import Principal, require
from millstream_kit.errors import Refusal, invalid, not_implemented
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from millstream_jobs.handlers.enqueue import Enqueued, Wish, enqueue_jobs
from millstream_jobs.inputs import BatchIn, EnqueueIn, Instant, JobId, Name, Text, WorkerId
from millstream_jobs.model import JobType, Status
from millstream_jobs.routes.desk import (
    Desk,
    OnDesk,
    cursor_after,
    id_place,
    only_problem,
    origin,
    problems,
    sees_payloads,
)
from millstream_jobs.shapes import BatchOut, JobOut, JobsOut, JobStatsOut, TrendsOut
from millstream_jobs.store import JobFilter
from millstream_jobs.views import hours_out, job_out, percent

_ARGUMENT_QUERY = re.compile(r"[A-Za-z_]\w*(\.\w+)+:\S.*|[A-Za-z_]\w*:\S.*")
MAY_ENQUEUE = (Scope.JOBS_ENQUEUE, Scope.JOBS_WRITE)


class ListQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    function: Name | None = None
    status: list[Status] = Field(default_factory=list, max_length=7)
    worker_id: WorkerId | None = None
    root_id: JobId | None = None
    q: Annotated[Text, Field(max_length=255)] | None = None
    after: Instant | None = None
    before: Instant | None = None
    limit: int = Field(100, ge=1, le=1000)
    cursor: Annotated[str, Field(max_length=512)] | None = None


class StatsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    function: Name | None = None
    after: Instant | None = None
    before: Instant | None = None


class TrendsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    hours: int = Field(24, ge=1, le=168)
    function: Name | None = None
    type: JobType | None = None


def jobs_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"], responses=problems())
    router.add_api_route("", post_job, methods=["POST"], status_code=201, responses={200: {"model": JobOut}})
    router.add_api_route("", get_jobs, methods=["GET"])
    router.add_api_route("/batch", post_batch, methods=["POST"])
    router.add_api_route("/stats", get_stats, methods=["GET"])
    router.add_api_route("/trends", get_trends, methods=["GET"])
    for name in ("series", "errors"):
        router.add_api_route(f"/{name}", get_later, methods=["GET"], name=name, **only_problem(501))
    return router


async def post_job(
    desk: OnDesk, wish: EnqueueIn, response: Response, principal: Principal = require(*MAY_ENQUEUE)
) -> JobOut:
    answer = await desk.enqueue.enqueue(wish, origin())
    desk.metrics.enqueued.inc(1 if answer.is_new else 0)
    if not answer.is_new:
        response.status_code = 200
    return job_out(answer.row, payloads=sees_payloads(principal))


async def post_batch(desk: OnDesk, batch: BatchIn, principal: Principal = require(*MAY_ENQUEUE)) -> BatchOut:
    wishes = [_wish(item) for item in batch.jobs]
    answers = iter(await _enqueue(desk, [w for w in wishes if isinstance(w, EnqueueIn)]))
    settled = [wish if isinstance(wish, Refusal) else next(answers) for wish in wishes]
    desk.metrics.enqueued.inc(sum(isinstance(a, Enqueued) and a.is_new for a in settled))
    payloads = sees_payloads(principal)
    return BatchOut(
        jobs=[a.document() if isinstance(a, Refusal) else job_out(a.row, payloads=payloads) for a in settled]
    )


async def get_jobs(
    desk: OnDesk, query: Annotated[ListQuery, Query()], principal: Principal = require(Scope.JOBS_READ)
) -> JobsOut:
    before_id = id_place(query.cursor)
    page = await desk.context.store.jobs(_filter(query), limit=query.limit, before_id=before_id)
    return JobsOut(
        jobs=[job_out(row, payloads=sees_payloads(principal)) for row in page.rows],
        total=page.total,
        total_exact=page.total_exact,
        has_more=page.has_more,
        next_cursor=cursor_after("id", page.rows[-1].job.id) if page.has_more else None,
    )


async def get_stats(
    desk: OnDesk, query: Annotated[StatsQuery, Query()], _: Principal = require(Scope.JOBS_READ)
) -> JobStatsOut:
    counts = await desk.context.store.outcome_counts(query.function, query.after, query.before)
    done, failed = (counts.by_status.get(status, 0) for status in (Status.COMPLETE, Status.FAILED))
    return JobStatsOut(
        total=counts.total,
        success_count=done,
        failure_count=failed,
        cancelled_count=counts.by_status.get(Status.CANCELLED, 0),
        success_rate=percent(done, done + failed),
        avg_duration_ms=counts.avg_duration_ms,
    )


async def get_trends(
    desk: OnDesk, query: Annotated[TrendsQuery, Query()], _: Principal = require(Scope.JOBS_READ)
) -> TrendsOut:
    store, now_ms = desk.context.store, desk.context.clock.now_ms()
    since_ms = hour_of(now_ms) - HOUR_MS * (query.hours - 1)
    hours = await store.trend_hours(since_ms, query.function, query.type)
    active = await store.active_now(None if query.function is None else [query.function], query.type)
    return TrendsOut(hourly=hours_out(hours, sum(active.values()), now_ms, query.hours))


async def get_later(_: Principal = require(Scope.JOBS_READ)) -> None:
    raise not_implemented("This figure")


async def _enqueue(desk: Desk, jobs: list[EnqueueIn]) -> list[Enqueued | Refusal]:
    trace = origin()
    return await enqueue_jobs(desk.context, [Wish(job, trace) for job in jobs]) if jobs else []


def _wish(item: dict[str, Any]) -> EnqueueIn | Refusal:
    try:
        return EnqueueIn.model_validate(item)
    except ValidationError as error:
        faults = [{"field": ".".join(map(str, e["loc"])), "message": e["msg"]} for e in error.errors()]
        detail = "; ".join(f"{f['field']}: {f['message']}" for f in faults[:5])
        return Refusal(422, "invalid", detail, errors=faults)


def _filter(query: ListQuery) -> JobFilter:
    q = query.q.strip() if query.q else None
    if q and _ARGUMENT_QUERY.fullmatch(q) and not q.startswith("job_"):
        raise not_implemented("q by an argument's value")
    if query.after is not None and query.before is not None and query.before < query.after:
        raise invalid("before", "lies before after")
    return JobFilter(
        function=query.function,
        statuses=tuple(query.status),
        worker_id=query.worker_id,
        root_id=query.root_id,
        id_prefix=q if q and q.startswith("job_") else None,
        error_text=q if q and not q.startswith("job_") else None,
        after_ms=query.after,
        before_ms=query.before,
    )
