"""Lease queued jobs to a worker, waiting for some if need be."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from millstream_jobs.handlers.context import Context
from millstream_jobs.handlers.limits import Limits
from millstream_jobs.model import Job, start
from millstream_jobs.neighbours import Whereabouts
from millstream_jobs.store import Transaction
from millstream_jobs.store_model import Change, Function, JobRow


@dataclass(frozen=True, slots=True)
class Ask:
    """What a worker asks for."""

    worker_id: str
    functions: Sequence[str]
    most: int
    wait_s: float = 0.0
    # Asked when there is something to lease: who has just begun is known by then.
    where: Callable[[], Whereabouts] = Whereabouts


async def _still_there() -> bool:
    return False


async def lease_jobs(context: Context, ask: Ask, is_gone: Callable[[], Awaitable[bool]] = _still_there) -> list[JobRow]:
    """Jobs that are the worker's from now on; none when the time was over first.

    Args:
        is_gone: whether the worker hung up; what is leased to one that did would be lost for a lease's time.
    """
    deadline = context.clock.monotonic() + ask.wait_s
    with context.bell.queue.waiter(ask.functions) as waiter:
        likely = True
        while True:
            # A look without a reason costs a read; only with a reason does it cost a transaction.
            if (likely or await _has_queued(context, ask)) and (leased := await _lease(context, ask)):
                return leased
            left_s = deadline - context.clock.monotonic()
            if left_s <= 0 or context.bell.queue.is_closed:
                return []
            likely = await waiter.wait(context.clock, min(left_s, context.policy.lease_poll_s))
            if await is_gone():
                return []


async def _has_queued(context: Context, ask: Ask) -> bool:
    """Of functions that are at their rate limit until later whoever noted it looks after them."""
    keys = context.bell.openings.to_look_at(ask.functions, context.clock.now_ms())
    return bool(keys) and await context.store.has_queued(keys)


async def _lease(context: Context, ask: Ask) -> list[JobRow]:
    async with context.store.begin() as transaction:
        rows, limits = await _next(context, transaction, ask)
        where = ask.where()
        changes = [_started(context, ask.worker_id, where, row.job, limits.now_ms) for row in rows]
        await transaction.record(changes)
        # Where the worker has no room for more, its own room is what holds the others back.
        full = limits.full() if len(rows) < ask.most else []
        held = await _note_held(context, transaction, full, limits.now_ms) if full else []
    context.held_back.noted(held, limits.now_ms)
    context.bell.committed(changes)
    context.bell.openings.note(limits.openings(), limits.now_ms)
    return [replace(row, job=change.step.job) for row, change in zip(rows, changes, strict=True)]


async def _next(context: Context, transaction: Transaction, ask: Ask) -> tuple[list[JobRow], Limits]:
    """The next jobs in the order of the queue, of functions that are neither paused nor at a limit, and what their limits
    let start after them."""
    functions = await transaction.functions(sorted(set(ask.functions)), lock_limited=True)
    # Read once the rows are locked: who waited for them starts after whom it waited for.
    now_ms = context.clock.now_ms()
    unpaused = [f for f in functions.values() if not f.paused]
    limits = await Limits.read(transaction, [f for f in unpaused if f.is_limited], now_ms)
    free = [f.key for f in unpaused if not f.is_limited]
    rows = list(await transaction.lock_queued(free, ask.most)) if free else []
    for function in limits.functions:
        room = limits.room(function, ask.most)
        rows += await transaction.lock_queued([function.key], room) if room > 0 else []
    if limits.functions:
        rows.sort(key=lambda row: (-row.job.priority, row.job.queued_at_ms or 0, row.job.id))
    rows = rows[: ask.most]
    return rows, await limits.take(transaction, Counter(row.job.function for row in rows))


async def _note_held(
    context: Context, transaction: Transaction, full: Sequence[Function], now_ms: int
) -> Sequence[str]:
    """Of functions at their limit those whose jobs wait though this worker asked for some."""
    keys = context.held_back.unnoted([function.key for function in full], now_ms)
    waiting = await transaction.waiting(keys) if keys else []
    if waiting:
        await transaction.note_held([function for function in full if function.key in waiting], now_ms)
    return waiting


def _started(context: Context, worker_id: str, where: Whereabouts, job: Job, now_ms: int) -> Change:
    token = secrets.token_urlsafe(16)
    step = start(
        job, now_ms, worker_id=worker_id, token=token, ttl_ms=context.policy.ttl_ms, grace_ms=context.policy.grace_ms
    )
    return Change(step, token=token, pod=where.pod, version=where.version)
