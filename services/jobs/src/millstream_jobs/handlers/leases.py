"""Lease queued jobs to a worker, waiting for some if need be."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from millstream_jobs.handlers.context import Context
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
            if (likely or await context.store.has_queued(ask.functions)) and (leased := await _lease(context, ask)):
                return leased
            left_s = deadline - context.clock.monotonic()
            if left_s <= 0 or context.bell.queue.is_closed:
                return []
            likely = await waiter.wait(context.clock, min(left_s, context.policy.lease_poll_s))
            if await is_gone():
                return []


async def _lease(context: Context, ask: Ask) -> list[JobRow]:
    async with context.store.begin() as transaction:
        rows, full = await _next(transaction, ask)
        now_ms = context.clock.now_ms()
        where = ask.where()
        changes = [_started(context, ask.worker_id, where, row.job, now_ms) for row in rows]
        await transaction.record(changes)
        held = await _note_held(context, transaction, full, now_ms) if full else []
    context.held_back.noted(held, now_ms)
    context.bell.committed(changes)
    return [replace(row, job=change.step.job) for row, change in zip(rows, changes, strict=True)]


async def _next(transaction: Transaction, ask: Ask) -> tuple[list[JobRow], list[Function]]:
    """The next jobs in the order of the queue, of functions that are neither paused nor at their limit; and those at it
    with which the worker has room for more."""
    functions = await transaction.functions(sorted(set(ask.functions)), lock_limited=True)
    unpaused = [f for f in functions.values() if not f.paused]
    limited = {f.key: f.max_concurrency for f in unpaused if f.max_concurrency is not None}
    free = [f.key for f in unpaused if f.max_concurrency is None]
    rows = list(await transaction.lock_queued(free, ask.most)) if free else []
    running: Mapping[str, int] = {}
    if limited:
        running = await transaction.running(sorted(limited))
        for key, most in limited.items():
            room = min(ask.most, most - running.get(key, 0))
            rows += await transaction.lock_queued([key], room) if room > 0 else []
        rows.sort(key=lambda row: (-row.job.priority, row.job.queued_at_ms or 0, row.job.id))
    rows = rows[: ask.most]
    if len(rows) == ask.most:
        return rows, []  # the worker has no room for more
    leased = Counter(row.job.function for row in rows)
    return rows, [functions[key] for key, most in limited.items() if running.get(key, 0) + leased[key] >= most]


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
