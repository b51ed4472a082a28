"""What time does to jobs: promote what is due, return what its worker lost, end what ran too long."""

from __future__ import annotations

from millstream_jobs.handlers.context import Context
from millstream_jobs.model import on_due
from millstream_jobs.store_model import Change


async def advance_due_jobs(context: Context, limit: int = 200) -> int:
    """One bounded step.

    Returns:
        How many jobs it looked at; as many as `limit` when there may be more.
    """
    async with context.store.begin() as transaction:
        now_ms = context.clock.now_ms()
        jobs = await transaction.lock_due(now_ms, limit)
        steps = [step for job in jobs if (step := on_due(job, now_ms, context.random)) is not None]
        changes = [Change(step) for step in steps]
        await transaction.record(changes)
    context.bell.committed(changes)
    return len(jobs)
