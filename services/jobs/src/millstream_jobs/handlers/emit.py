"""Emit an event: one job for each function it triggers, in one transaction (docs/adr/0047-events.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from millstream_contracts.ids import new_id
from millstream_kit.errors import Refusal

from millstream_jobs.handlers.context import Context
from millstream_jobs.handlers.enqueue import MOST_TRIES, Origin, busy, new_job, refused
from millstream_jobs.inputs import EVENT_ARGUMENT, LIMITS, EventIn, json_text
from millstream_jobs.new_job import EventRef, enqueue
from millstream_jobs.store import Duplicate, Transaction
from millstream_jobs.store_model import Change, Function, JobRow, StoredEvent


@dataclass(frozen=True, slots=True)
class Emitted:
    """An event and what it made, now or when it was told first."""

    event: EventRef
    rows: Sequence[JobRow]
    is_new: bool


async def emit_event(context: Context, wish: EventIn, origin: Origin) -> Emitted:
    """Raises:
    Refusal: the parent is unknown, the idempotency key is taken by other data, or it triggers too many functions.
    """
    for _ in range(MOST_TRIES):
        try:
            async with context.store.begin() as transaction:
                told = await _told_before(transaction, wish)
                if told is not None:
                    return told
                event, changes = await _made(transaction, wish, origin, context.clock.now_ms())
        except Duplicate:
            continue
        context.bell.committed(changes)
        return Emitted(event, [JobRow(c.step.job, c.begins_with) for c in changes], is_new=True)
    raise busy()


def patterns_of(event_type: str) -> list[str]:
    """All patterns that an event of this type fits."""
    names = event_type.split(".")
    return [event_type, *(".".join([*names[:length], "*"]) for length in range(len(names)))]


async def _told_before(transaction: Transaction, wish: EventIn) -> Emitted | None:
    if wish.idempotency_key is None:
        return None
    hit = await transaction.event_by_key(wish.type, wish.idempotency_key)
    if hit is None:
        return None
    if hit.digest != _digest(wish):
        raise Refusal(409, "idempotency_conflict", f"This idempotency key belongs to {hit.id}, which has other data.")
    return Emitted(EventRef(hit.id, hit.type), await transaction.jobs_of_event(hit.id), is_new=False)


async def _made(transaction: Transaction, wish: EventIn, origin: Origin, now_ms: int) -> tuple[EventRef, list[Change]]:
    roots = {} if wish.parent_id is None else await transaction.roots_of([wish.parent_id])
    refusal = refused(wish, roots)
    if refusal is not None:
        raise refusal
    event = EventRef(new_id("evt", now_ms=now_ms), wish.type)
    if wish.idempotency_key is not None:
        # Before its jobs: whoever tells the same at once waits here, and has made none yet.
        kept = StoredEvent(event.id, event.type, wish.idempotency_key, _digest(wish), now_ms)
        await transaction.add_event(kept)
    kwargs = json_text({EVENT_ARGUMENT: wish.data})
    changes = []
    for function in await _triggered(transaction, wish.type):
        # The event's id is the key of its jobs: one function gets one, whatever happens.
        new = new_job(wish, function, roots, origin, now_ms, trigger="event", idempotency_key=event.id)
        changes.append(Change(enqueue(new, now_ms), is_new=True, kwargs=kwargs, event=event))
    if changes:
        await transaction.record(changes)
    return event, changes


async def _triggered(transaction: Transaction, event_type: str) -> Sequence[Function]:
    most = LIMITS.event_functions
    found = await transaction.functions_on(patterns_of(event_type), most + 1)
    if len(found) > most:
        raise Refusal(409, "too_many_functions", f"More than {most} functions are triggered by {event_type}.")
    return found


def _digest(wish: EventIn) -> str:
    return sha256(json_text(wish.data).encode()).hexdigest()
