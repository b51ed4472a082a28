"""Cancel and retry."""

from __future__ import annotations

from dataclasses import replace

from millstream_contracts.ids import new_job_id
from millstream_kit.errors import Refusal

from millstream_jobs import model
from millstream_jobs.handlers.context import Context
from millstream_jobs.handlers.enqueue import Origin, unknown_function
from millstream_jobs.inputs import CancelIn, RetryIn, json_text
from millstream_jobs.model import IllegalTransition, Job
from millstream_jobs.new_job import NewJob, enqueue
from millstream_jobs.store import Transaction
from millstream_jobs.store_model import Change, JobRow, Payloads


async def cancel_job(context: Context, job_id: str, wish: CancelIn) -> JobRow:
    """Raises:
    Refusal: 404, or 409 when the job is finished.
    """
    async with context.store.begin() as transaction:
        job = await _locked(transaction, job_id)
        try:
            change = Change(model.cancel(job, context.clock.now_ms(), wish.reason))
        except IllegalTransition as error:
            raise Refusal(409, "illegal_state", f"It cannot be cancelled: {error}.") from error
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
        if not job.is_finished:
            raise Refusal(409, "illegal_state", f"It cannot be retried: the job is {job.status}.")
        function = (await transaction.functions([job.function])).get(job.function)
        if function is None:
            raise unknown_function(job.function)
        now_ms = context.clock.now_ms()
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
        kwargs = await transaction.kwargs_of(job_id) if wish.kwargs is None else json_text(wish.kwargs)
        change = Change(enqueue(new, now_ms), is_new=True, kwargs=kwargs)
        await transaction.record([change])
    context.bell.committed([change])
    return JobRow(change.step.job, Payloads(kwargs or "{}"))


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


async def _locked(transaction: Transaction, job_id: str) -> Job:
    job = (await transaction.lock_jobs([job_id])).get(job_id)
    if job is None:
        raise unknown_job(job_id)
    return job
