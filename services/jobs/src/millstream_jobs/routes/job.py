"""/jobs/{job_id}: one job, its tree, its log, cancel and retry."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from millstream_contracts.names import Scope, Stream
from millstream_kit.answers import written
from millstream_kit.auth import Principal, require
from millstream_kit.errors import problems
from millstream_kit.paging import MOST_COUNTED, PageQuery
from millstream_kit.stream_alias import HandedOn, to_alias
from pydantic import Field

from millstream_jobs.handlers.jobs import cancel_job, known_job, retry_job
from millstream_jobs.history import history
from millstream_jobs.inputs import CancelIn, RetryIn, Text
from millstream_jobs.model import Job, Status
from millstream_jobs.neighbours import Room, live
from millstream_jobs.rates import Opening, Starts
from millstream_jobs.reasons import why_it_waits
from millstream_jobs.routes.desk import (
    Desk,
    JobIdPath,
    OnDesk,
    id_place,
    line_place,
    origin,
    require_payloads,
    sees_payloads,
)
from millstream_jobs.shapes import JobDetailOut, JobOut, JobsOut, LinesOut
from millstream_jobs.shapes_history import JobFactsOut
from millstream_jobs.store_model import Function
from millstream_jobs.views import fact_out, job_detail_out, job_out, line_out, page_fields

MOST_FACTS = 1000


class TimelineQuery(PageQuery):
    limit: int = Field(1000, ge=1, le=1000)


class LogsQuery(PageQuery):
    limit: int = Field(1000, ge=1, le=1000)
    attempt: int | None = Field(None, ge=1, le=2**31 - 1)
    level: str | None = Field(None, pattern="^(debug|info|warning|error|critical)$")
    q: Annotated[Text, Field(max_length=255)] | None = None


def job_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/jobs/{job_id}", tags=["jobs"], responses=problems())
    router.add_api_route("", get_job, methods=["GET"])
    router.add_api_route("/timeline", get_timeline, methods=["GET"], response_model=JobsOut)
    router.add_api_route("/logs", get_logs, methods=["GET"])
    router.add_api_route("/events", get_events, methods=["GET"])
    router.add_api_route("/cancel", post_cancel, methods=["POST"])
    router.add_api_route("/retry", post_retry, methods=["POST"])
    router.add_api_route(
        "/artifacts/stream", redirect_to_stream, methods=["GET"], status_code=307, response_class=Response
    )
    return router


async def get_job(job_id: JobIdPath, desk: OnDesk, principal: Principal = require(Scope.JOBS_READ)) -> JobDetailOut:
    row = await known_job(desk.context, job_id)
    return job_detail_out(
        row,
        await desk.context.store.attempts(job_id),
        payloads=sees_payloads(principal),
        reason=await _why_it_waits(desk, row.job),
    )


async def get_timeline(
    job_id: JobIdPath,
    desk: OnDesk,
    query: Annotated[TimelineQuery, Query()],
    principal: Principal = require(Scope.JOBS_READ),
) -> Response:
    await known_job(desk.context, job_id)
    pages = query.pages(f"timeline of {job_id}")
    page = await desk.context.store.descendants(job_id, limit=query.limit, after_id=id_place(pages))
    return written(page_fields(page, pages, payloads=sees_payloads(principal)))


async def get_logs(
    job_id: JobIdPath,
    desk: OnDesk,
    query: Annotated[LogsQuery, Query()],
    principal: Principal = require(Scope.JOBS_READ),
) -> LinesOut:
    require_payloads(principal)
    await known_job(desk.context, job_id)
    pages = query.pages(f"log of {job_id}")
    lines, total, has_more = await desk.context.store.log_lines(
        job_id,
        limit=query.limit,
        after_id=line_place(pages),
        attempt=query.attempt,
        levels=[query.level] if query.level else [],
        text=query.q,
    )
    return LinesOut(
        lines=[line_out(line) for line in lines],
        total=min(total, MOST_COUNTED),
        total_exact=total <= MOST_COUNTED,
        has_more=has_more,
        next_cursor=pages.after({"line": lines[-1].id}) if has_more else None,
    )


async def get_events(job_id: JobIdPath, desk: OnDesk, _: Principal = require(Scope.JOBS_READ)) -> JobFactsOut:
    """What happened to the job, as far as it is kept; published events are not."""
    row = await known_job(desk.context, job_id)
    facts = history(row.job, await desk.context.store.attempts(job_id))
    newest = facts[-MOST_FACTS:]
    return JobFactsOut(events=[fact_out(fact) for fact in newest], total=len(facts), has_more=len(newest) < len(facts))


async def post_cancel(
    job_id: JobIdPath, desk: OnDesk, wish: CancelIn | None = None, principal: Principal = require(Scope.JOBS_WRITE)
) -> JobOut:
    row = await cancel_job(desk.context, job_id, wish or CancelIn())
    return job_out(row, payloads=sees_payloads(principal))


async def post_retry(
    job_id: JobIdPath, desk: OnDesk, wish: RetryIn | None = None, principal: Principal = require(Scope.JOBS_WRITE)
) -> JobOut:
    row = await retry_job(desk.context, job_id, wish or RetryIn(), origin())
    return job_out(row, payloads=sees_payloads(principal))


async def redirect_to_stream(job_id: JobIdPath, request: Request, query: HandedOn) -> Response:
    """Where its stream is, for gateways that cannot tell this path from the others."""
    return await to_alias(request, Stream.ARTIFACTS, job_id, query)


async def _why_it_waits(desk: Desk, job: Job) -> str | None:
    store = desk.context.store
    function = await store.function(job.function)
    is_limited = job.status is Status.QUEUED and function is not None and function.max_concurrency is not None
    standing = (await store.standings()).get(job.function) if is_limited else None
    workers = desk.neighbours.workers()
    room = None if workers is None else Room.of([w for w in live(workers) if job.function in w.functions])
    running = standing.active if standing else 0
    return why_it_waits(job, function, room, running, await _opening(desk, job, function))


async def _opening(desk: Desk, job: Job, function: Function | None) -> Opening | None:
    """When the rate limit of a waiting job's function lets the next start; None where nothing is at a limit."""
    if job.status is not Status.QUEUED or function is None or function.rate is None:
        return None
    now_ms = desk.context.clock.now_ms()
    starts = (await desk.context.store.starts([function.key])).get(function.key, Starts())
    opening = starts.opening(function.rate, now_ms)
    return opening if opening.at_ms > now_ms else None
