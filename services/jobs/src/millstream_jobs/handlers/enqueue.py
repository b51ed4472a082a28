"""Enqueue: one job or a batch, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from millstream_contracts.ids import new_job_id
from millstream_kit.errors import Refusal, invalid

from millstream_jobs.handlers.context import Context
from millstream_jobs.inputs import EnqueueIn, EventIn, json_text
from millstream_jobs.model import Trigger
from millstream_jobs.new_job import NewJob, enqueue
from millstream_jobs.store import Duplicate, Transaction
from millstream_jobs.store_model import Change, Function, JobRow, Payloads

MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Origin:
    """The trace of the request that enqueues."""

    traceparent: str | None = None
    trace_id: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, and in which trace."""

    job: EnqueueIn
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True)
class Enqueued:
    """A job, made now or found by its idempotency key."""

    row: JobRow
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Known:
    functions: Mapping[str, Function]
    roots: Mapping[str, str]
    rows: dict[tuple[str, str], JobRow]


async def enqueue_jobs(context: Context, wishes: Sequence[Wish]) -> list[Enqueued | Refusal]:
    """Each wish stands for itself: one that is refused does not refuse the others."""
    for _ in range(MOST_TRIES):
        try:
            answers, changes = await _once(context, wishes)
        except Duplicate:
            continue
        context.bell.committed(changes)
        return answers
    raise busy()


async def _once(context: Context, wishes: Sequence[Wish]) -> tuple[list[Enqueued | Refusal], list[Change]]:
    answers: list[Enqueued | Refusal] = []
    changes: list[Change] = []
    async with context.store.begin() as transaction:
        known = await _look_up(transaction, [wish.job for wish in wishes])
        for wish in wishes:
            answer = _answer(wish.job, known, wish.origin, context.clock.now_ms())
            if isinstance(answer, Change):
                changes.append(answer)
                row = JobRow(answer.step.job, Payloads(answer.kwargs or "{}"))
                if wish.job.idempotency_key is not None:
                    known.rows[wish.job.function, wish.job.idempotency_key] = row
                answers.append(Enqueued(row, is_new=True))
            else:
                answers.append(answer)
        if changes:
            await transaction.record(changes)
    return answers, changes


async def _look_up(transaction: Transaction, wishes: Sequence[EnqueueIn]) -> _Known:
    parents = {wish.parent_id for wish in wishes if wish.parent_id is not None}
    keys = {(wish.function, wish.idempotency_key) for wish in wishes if wish.idempotency_key is not None}
    return _Known(
        await transaction.functions(sorted({wish.function for wish in wishes})),
        await transaction.roots_of(sorted(parents)) if parents else {},
        dict(await transaction.by_idempotency(sorted(keys))),
    )


def _answer(wish: EnqueueIn, known: _Known, origin: Origin, now_ms: int) -> Change | Enqueued | Refusal:
    function = known.functions.get(wish.function)
    if function is None:
        return unknown_function(wish.function)
    refusal = refused(wish, known.roots)
    if refusal is not None:
        return refusal
    kwargs = json_text(wish.kwargs)
    if wish.idempotency_key is not None:
        hit = known.rows.get((wish.function, wish.idempotency_key))
        if hit is not None:
            return Enqueued(hit, is_new=False) if hit.payloads.kwargs == kwargs else _other_arguments(hit)
    new = new_job(
        wish,
        function,
        known.roots,
        origin,
        now_ms,
        trigger="api" if wish.parent_id is None else "task",
        idempotency_key=wish.idempotency_key,
    )
    return Change(enqueue(new, now_ms), is_new=True, kwargs=kwargs)


def refused(wish: EnqueueIn | EventIn, roots: Mapping[str, str]) -> Refusal | None:
    """What is wrong with when it asks for, or with the parent it names; `roots` are of the parents there are."""
    if wish.scheduled_at is not None and wish.delay_s is not None:
        return invalid("delay_s", "give scheduled_at or delay_s, not both")
    if wish.parent_id is not None and wish.parent_id not in roots:
        return invalid("parent_id", "no such job")
    return None


def new_job(
    wish: EnqueueIn | EventIn,
    function: Function,
    roots: Mapping[str, str],
    origin: Origin,
    now_ms: int,
    *,
    trigger: Trigger,
    idempotency_key: str | None,
) -> NewJob:
    delayed = None if wish.delay_s is None else now_ms + round(wish.delay_s * 1000)
    return NewJob(
        id=new_job_id(now_ms=now_ms),
        defaults=function.defaults(),
        trigger=trigger,
        scheduled_at_ms=wish.scheduled_at if delayed is None else delayed,
        priority=wish.priority,
        parent_id=wish.parent_id,
        root_id=roots.get(wish.parent_id or ""),
        idempotency_key=idempotency_key,
        trace_id=origin.trace_id,
        traceparent=origin.traceparent,
        tags=tuple(dict.fromkeys(wish.tags)),
    )


def busy() -> Refusal:
    return Refusal(503, "busy", "Too many callers use the same idempotency keys at once.", headers={"Retry-After": "1"})


def unknown_function(key: str) -> Refusal:
    return Refusal(404, "unknown_function", f"No client or worker ever declared a function {key}.")


def _other_arguments(hit: JobRow) -> Refusal:
    return Refusal(
        409, "idempotency_conflict", f"This idempotency key belongs to {hit.job.id}, which has other arguments."
    )
