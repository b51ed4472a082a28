"""/jobs: enqueue, list and count."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from millstream_contracts.names import Scope
from millstream_kit.answers import written
from millstream_kit.auth import Principal, require
from millstream_kit.bodies import Unfit
from millstream_kit.errors import Refusal, problems
from pydantic import BaseModel, Field

from millstream_jobs.handlers.enqueue import Enqueued, Wish, enqueue_jobs
from millstream_jobs.inputs import BatchIn, EnqueueIn, JobId, TraceId
from millstream_jobs.model import Status
from millstream_jobs.routes.desk import Desk, OnDesk, id_place, origin, sees_payloads
from millstream_jobs.routes.job_filter import CountsQuery, ListQuery, filter_of
from millstream_jobs.shapes import BatchOut, CountOut, CountsOut, JobOut, JobsOut, MarksOut, StatusCountsOut, TracesOut
from millstream_jobs.views import job_out, made_at, marks_out, page_fields, trace_counts_out

MAY_ENQUEUE = (Scope.JOBS_ENQUEUE, Scope.JOBS_WRITE)


class TracesQuery(BaseModel):
    trace_id: list[TraceId] = Field(min_length=1, max_length=100)


class MarksQuery(BaseModel):
    job_id: list[JobId] = Field(min_length=1, max_length=50)


def jobs_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"], responses=problems())
    router.add_api_route("", post_job, methods=["POST"], status_code=201, responses={200: {"model": JobOut}})
    router.add_api_route("", get_jobs, methods=["GET"], response_model=JobsOut)
    router.add_api_route("/counts", get_counts, methods=["GET"])
    router.add_api_route("/traces", get_traces, methods=["GET"])
    router.add_api_route("/marks", get_marks, methods=["GET"])
    router.add_api_route("/batch", post_batch, methods=["POST"])
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
    answers = iter(await _enqueue(desk, [job for job in batch.jobs if not isinstance(job, Unfit)]))
    settled = [job.refusal if isinstance(job, Unfit) else next(answers) for job in batch.jobs]
    desk.metrics.enqueued.inc(sum(isinstance(a, Enqueued) and a.is_new for a in settled))
    payloads = sees_payloads(principal)
    return BatchOut(
        jobs=[a.document() if isinstance(a, Refusal) else job_out(a.row, payloads=payloads) for a in settled]
    )


async def get_jobs(
    desk: OnDesk, query: Annotated[ListQuery, Query()], principal: Principal = require(Scope.JOBS_READ)
) -> Response:
    which = filter_of(query, principal, statuses=query.status, ids=query.id)
    pages = query.pages("jobs")
    page = await desk.context.store.jobs(which, limit=query.limit, before_id=id_place(pages), counted=pages.total)
    return written(page_fields(page, pages, payloads=sees_payloads(principal)))


async def get_counts(
    desk: OnDesk, query: Annotated[CountsQuery, Query()], principal: Principal = require(Scope.JOBS_READ)
) -> CountsOut:
    counts = await desk.context.store.counts(filter_of(query, principal))
    by_status = {
        status.value: CountOut(total=counts.total(status), total_exact=counts.is_exact(status)) for status in Status
    }
    return CountsOut(counts=StatusCountsOut(**by_status), scanned_until=made_at(counts.scanned_to_id))


async def get_traces(
    desk: OnDesk, query: Annotated[TracesQuery, Query()], _: Principal = require(Scope.JOBS_READ)
) -> TracesOut:
    """What each of these traces led to, in one question: a log of requests shows it in every row."""
    counted = await desk.context.store.trace_counts(query.trace_id)
    return TracesOut(traces=[trace_counts_out(one) for one in counted])


async def get_marks(
    desk: OnDesk, query: Annotated[MarksQuery, Query()], principal: Principal = require(Scope.JOBS_READ)
) -> MarksOut:
    """What a timeline marks on these jobs, in one question: it asks for those in sight."""
    payloads = sees_payloads(principal)
    return MarksOut(jobs=[marks_out(one, payloads=payloads) for one in await desk.context.store.marks(query.job_id)])


async def _enqueue(desk: Desk, jobs: list[EnqueueIn]) -> list[Enqueued | Refusal]:
    trace = origin()
    return await enqueue_jobs(desk.context, [Wish(job, trace) for job in jobs]) if jobs else []
