"""Cancel and retry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from millstream_contracts.ids import new_job_id
from millstream_kit.errors import Refusal

from millstream_jobs import model
from millstream_jobs.handlers.context import Context
from millstream_jobs.handlers.enqueue import Origin, unknown_function
from millstream_jobs.inputs import CancelIn, RetryIn, json_text
from millstream_jobs.model import IllegalTransition, Job, Status
from millstream_jobs.new_job import NewJob, enqueue
from millstream_jobs.store import Transaction
from millstream_jobs.store_model import Change, Function, JobRow, Payloads


async def cancel_job(context: Context, job_id: str, wish: CancelIn) -> JobRow:
    """Raises:
    Refusal: 404, or 409 when the job is finished.
    """
    async with context.store.begin() as transaction:
        job = await _locked(transaction, job_id)
        change = cancelled(job, context.clock.now_ms(), wish.reason)
        await transaction.record([change])
    context.bell.committed([change])
    return replace(await known_job(context, job_id), job=change.step.job)


async def retry_job(context: Context, job_id: str, wish: RetryIn, origin: Origin) -> JobRow:
    """A new job with the arguments of a finished one, or with others.

    Raises:
        Refusal: 404, or 409 when the job is not finished.
    """
    async with context.store.begin() as transaction:
        job = await _locked(transaction, job_id)
        function = (await transaction.functions([job.function])).get(job.function)
        given = (await transaction.given_to([job_id]))[job_id]
        if wish.kwargs is not None:
            given = replace(given, kwargs=json_text(wish.kwargs))
        change = retried(job, function, given, context.clock.now_ms(), origin)
        await transaction.record([change])
    context.bell.committed([change])
    return JobRow(change.step.job, change.begins_with)


def cancelled(job: Job, now_ms: int, reason: str | None) -> Change:
    """Raises:
    Refusal: 409, the job is finished.
    """
    try:
        return Change(model.cancel(job, now_ms, reason))
    except IllegalTransition as error:
        raise not_cancelled(job.status) from error


def retried(job: Job, function: Function | None, given: Payloads, now_ms: int, origin: Origin) -> Change:
    """A new job, after the likeness of a finished one, of the same event.

    Raises:
        Refusal: 409, the job is not finished; 404, no worker has declared its function.
    """
    if not job.is_finished:
        raise not_retried(job.status)
    if function is None:
        raise unknown_function(job.function)
    new = NewJob(
        id=new_job_id(now_ms=now_ms),
        defaults=function.defaults(),
        trigger="retry",
        retried_from=job.id,
        priority=job.priority,
        parent_id=job.parent_id,
        root_id=job.root_id if job.parent_id is not None else None,
        tags=job.tags,
        trace_id=origin.trace_id,
        traceparent=origin.traceparent,
    )
    return Change(enqueue(new, now_ms), is_new=True, kwargs=given.kwargs, event=given.event)


def not_cancelled(status: Status) -> Refusal:
    return Refusal(409, "illegal_state", f"It cannot be cancelled: the job is {status} already.")


def not_retried(status: Status) -> Refusal:
    return Refusal(409, "illegal_state", f"It cannot be retried: the job is {status}.")


async def known_job(context: Context, job_id: str) -> JobRow:
    """Raises:
    Refusal: 404.
    """
    row = await context.store.job(job_id)
    if row is None:
        raise unknown_job(job_id)
    return row


def unknown_job(job_id: str) -> Refusal:
    return Refusal(404, "unknown_job", f"There is no job {job_id}.")


def known(found: Mapping[str, Job], job_id: str) -> Job:
    """Raises:
    Refusal: 404.
    """
    job = found.get(job_id)
    if job is None:
        raise unknown_job(job_id)
    return job


async def _locked(transaction: Transaction, job_id: str) -> Job:
    return known(await transaction.lock_jobs([job_id]), job_id)
