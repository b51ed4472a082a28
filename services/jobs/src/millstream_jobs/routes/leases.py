"""/leases: what workers and this service say to each other."""

from __future__ import annotations

import re
from functools import partial

from fastapi import APIRouter, Request
from millstream_contracts.names import Scope
from millstream_contracts.times import to_rfc3339
from millstream_kit.auth import Principal, require
from millstream_kit.bodies import Unfit
from millstream_kit.errors import problems

from millstream_jobs.handlers.leases import Ask, lease_jobs
from millstream_jobs.handlers.reports import KINDS, Answer, apply_reports
from millstream_jobs.inputs import JOB_ID, LeaseIn, ReportsIn
from millstream_jobs.routes.desk import WORKER_PROTOCOL, OnDesk
from millstream_jobs.shapes import LeaseOut, LeasesOut, ReportOut, ReportsOut
from millstream_jobs.store_model import JobRow
from millstream_jobs.views import job_out


def leases_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/leases", tags=["workers"], responses=problems(), dependencies=[WORKER_PROTOCOL])
    router.add_api_route("", post_lease, methods=["POST"])
    router.add_api_route("/reports", post_reports, methods=["POST"])
    return router


async def post_lease(
    desk: OnDesk, wish: LeaseIn, request: Request, _: Principal = require(Scope.JOBS_LEASE)
) -> LeasesOut:
    where = partial(desk.neighbours.whereabouts, wish.worker_id)
    ask = Ask(wish.worker_id, wish.functions, wish.max, wish.wait_s, where)
    rows = await lease_jobs(desk.context, ask, request.is_disconnected)
    desk.metrics.leased.inc(len(rows))
    return LeasesOut(leases=[_lease_out(row) for row in rows])


async def post_reports(desk: OnDesk, batch: ReportsIn, _: Principal = require(Scope.JOBS_LEASE)) -> ReportsOut:
    answers = iter(await apply_reports(desk.context, [r for r in batch.reports if not isinstance(r, Unfit)]))
    results = [_unfit_out(r) if isinstance(r, Unfit) else _report_out(next(answers)) for r in batch.reports]
    for result in results:
        desk.metrics.reports.labels(result.kind or "none", str(result.status)).inc()
    return ReportsOut(results=results)


def _lease_out(row: JobRow) -> LeaseOut:
    assert row.job.lease is not None
    return LeaseOut(
        job=job_out(row, payloads=True),
        token=row.job.lease.token,
        expires_at=to_rfc3339(row.job.lease.expires_at_ms),
        traceparent=row.job.traceparent,
    )


def _report_out(answer: Answer) -> ReportOut:
    job = answer.job
    holds = answer.code != "stale_lease" and job is not None and job.lease is not None
    return ReportOut(
        job_id=answer.report.job_id,
        kind=answer.report.kind,
        status=answer.status,
        code=answer.code,
        detail=answer.detail,
        cancel_requested=job is not None and job.cancel_requested_at_ms is not None,
        expires_at=to_rfc3339(job.lease.expires_at_ms) if holds and job and job.lease else None,
    )


def _unfit_out(report: Unfit) -> ReportOut:
    """Whose it is and of what kind, as far as it says so."""
    said = report.sent if isinstance(report.sent, dict) else {}
    job_id, kind = said.get("job_id"), said.get("kind")
    return ReportOut(
        job_id=job_id if isinstance(job_id, str) and re.fullmatch(JOB_ID, job_id) else None,
        kind=kind if kind in KINDS else None,
        status=report.refusal.status,
        code=report.refusal.code,
        detail=report.refusal.detail,
        cancel_requested=False,
        expires_at=None,
    )
