"""/jobs: enqueue, list and count."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from millstream_contracts.names import Scope
from millstream_kit.answers import check_period, written
from millstream_kit.auth import Principal, require
from millstream_kit.bodies import Instant, Unfit
from millstream_kit.errors import Refusal, invalid, problems
from millstream_kit.paging import PageQuery
from pydantic import BaseModel, Field

from millstream_jobs.handlers.enqueue import Enqueued, Wish, enqueue_jobs
from millstream_jobs.inputs import (
    Attempts,
    BatchIn,
    Duration,
    EnqueueIn,
    Fingerprint,
    Given,
    JobId,
    Key,
    Name,
    Text,
    TraceId,
    WorkerId,
)
from millstream_jobs.model import Status
from millstream_jobs.routes.desk import (
    Desk,
    OnDesk,
    id_place,
    origin,
    sees_payloads,
)
from millstream_jobs.shapes import BatchOut, CountOut, CountsOut, JobOut, JobsOut, StatusCountsOut, TracesOut
from millstream_jobs.store_model import Argument, JobFilter
from millstream_jobs.views import job_out, made_at, page_fields, trace_counts_out

_ARGUMENT = re.compile(r"(?P<path>[^\W\d]\w*(\.\w+)*):(?P<value>(?!//)\S.*)")
# As an id begins, in any case. The first of its characters is a small digit: its time has 48 bits of 50.
_ID = re.compile(r"job_([0-7][0-9A-HJKMNP-TV-Z]{0,25})?", re.ASCII | re.IGNORECASE)
MAY_ENQUEUE = (Scope.JOBS_ENQUEUE, Scope.JOBS_WRITE)
MOST_OF_A_KIND = 10


def _several(description: str) -> Any:
    return Field(default_factory=list, max_length=MOST_OF_A_KIND, description=description)


class CountsQuery(BaseModel):
    """What a list and the counts beside it have in common."""

    function: Name | None = None
    worker_id: WorkerId | None = None
    interrupted_by: WorkerId | None = None
    root_id: JobId | None = None
    fingerprint: Fingerprint | None = None
    trace_id: TraceId | None = None
    idempotency_key: Key | None = Field(None, description="It was enqueued with this key.")
    pod: Given | None = Field(None, description="An attempt ran in this pod.")
    version: Given | None = Field(None, description="A worker of this version ran an attempt.")
    q: Annotated[Text, Field(max_length=255)] | None = None
    min_duration_ms: Duration | None = Field(None, description="The newest attempt ran at least so long.")
    below_duration_ms: Duration | None = Field(None, description="The newest attempt ran shorter than that.")
    min_wait_ms: Duration | None = Field(None, description="The newest attempt was waited for at least so long.")
    below_wait_ms: Duration | None = Field(None, description="The newest attempt was waited for shorter than that.")
    min_attempts: Attempts | None = Field(None, description="So many attempts began, or more.")
    max_attempts: Attempts | None = Field(None, description="No more attempts began.")
    tag: list[Name] = _several("It has all of these tags.")
    not_function: list[Name] = _several("It is of none of these functions.")
    not_worker_id: list[WorkerId] = _several("None of these workers had its newest attempt.")
    not_tag: list[Name] = _several("It has none of these tags.")
    not_pod: list[Given] = _several("No attempt ran in any of these pods.")
    not_version: list[Given] = _several("No worker of these versions ran an attempt.")
    after: Instant | None = None
    before: Instant | None = None


class TracesQuery(BaseModel):
    trace_id: list[TraceId] = Field(min_length=1, max_length=100)


class ListQuery(CountsQuery, PageQuery):
    status: list[Status] = Field(default_factory=list, max_length=7)
    limit: int = Field(100, ge=1, le=1000)


def jobs_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"], responses=problems())
    router.add_api_route("", post_job, methods=["POST"], status_code=201, responses={200: {"model": JobOut}})
    router.add_api_route("", get_jobs, methods=["GET"], response_model=JobsOut)
    router.add_api_route("/counts", get_counts, methods=["GET"])
    router.add_api_route("/traces", get_traces, methods=["GET"])
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
    which = replace(_filter(query, principal), statuses=tuple(query.status))
    pages = query.pages("jobs")
    page = await desk.context.store.jobs(which, limit=query.limit, before_id=id_place(pages), counted=pages.total)
    return written(page_fields(page, pages, payloads=sees_payloads(principal)))


async def get_counts(
    desk: OnDesk, query: Annotated[CountsQuery, Query()], principal: Principal = require(Scope.JOBS_READ)
) -> CountsOut:
    counts = await desk.context.store.counts(_filter(query, principal))
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


async def _enqueue(desk: Desk, jobs: list[EnqueueIn]) -> list[Enqueued | Refusal]:
    trace = origin()
    return await enqueue_jobs(desk.context, [Wish(job, trace) for job in jobs]) if jobs else []


def _filter(query: CountsQuery, principal: Principal) -> JobFilter:
    check_period(query.after, query.before)
    _check_span("duration_ms", query.min_duration_ms, query.below_duration_ms)
    _check_span("wait_ms", query.min_wait_ms, query.below_wait_ms)
    _check_attempts(query.min_attempts, query.max_attempts)
    return JobFilter(
        **_searched((query.q or "").strip(), in_arguments=sees_payloads(principal)),
        function=query.function,
        worker_id=query.worker_id,
        root_id=query.root_id,
        interrupted_by=query.interrupted_by,
        fingerprint=query.fingerprint,
        trace_id=query.trace_id,
        idempotency_key=query.idempotency_key,
        pod=query.pod,
        version=query.version,
        after_ms=query.after,
        before_ms=query.before,
        min_duration_ms=query.min_duration_ms,
        below_duration_ms=query.below_duration_ms,
        min_wait_ms=query.min_wait_ms,
        below_wait_ms=query.below_wait_ms,
        min_attempts=query.min_attempts,
        max_attempts=query.max_attempts,
        tags=tuple(query.tag),
        not_functions=tuple(query.not_function),
        not_worker_ids=tuple(query.not_worker_id),
        not_tags=tuple(query.not_tag),
        not_pods=tuple(query.not_pod),
        not_versions=tuple(query.not_version),
    )


def _check_span(of: str, at_least_ms: float | None, below_ms: float | None) -> None:
    """Raises:
    Refusal: 422, nothing lies between them.
    """
    if at_least_ms is not None and below_ms is not None and below_ms <= at_least_ms:
        raise invalid(f"below_{of}", f"is not above min_{of}")


def _check_attempts(least: int | None, most: int | None) -> None:
    """Raises:
    Refusal: 422, no number is both.
    """
    if least is not None and most is not None and most < least:
        raise invalid("max_attempts", "is below min_attempts")


def _searched(q: str, *, in_arguments: bool) -> dict[str, Any]:
    """What a search text asks for: a job by how its id begins, or words of an error, which may be an argument's value.

    Who may not read arguments does not find by them either: which jobs are found would tell each value.
    """
    if not q:
        return {}
    if _ID.fullmatch(q):
        return {"id_prefix": "job_" + q[4:].upper()}
    if in_arguments and (found := _ARGUMENT.fullmatch(q)):
        return {"argument": Argument(tuple(found["path"].split(".")), found["value"]), "error_text": q}
    return {"error_text": q}
