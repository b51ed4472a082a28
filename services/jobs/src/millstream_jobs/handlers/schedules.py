"""Fire what is due by the clock; pause and resume schedules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog
from millstream_contracts.ids import new_job_id
from millstream_kit.errors import Refusal, invalid

from millstream_jobs.handlers.context import Context
from millstream_jobs.handlers.enqueue import Origin
from millstream_jobs.inputs import FunctionIn
from millstream_jobs.model import FINISHED
from millstream_jobs.new_job import NewJob, enqueue
from millstream_jobs.schedules import BadSchedule, Fire, FireOutcome, Overlap, Schedule
from millstream_jobs.store import Transaction
from millstream_jobs.store_model import Change, Function

log = structlog.get_logger(__name__)

MOST_FIRED = 100  # in one transaction
Begin = Callable[[str], Origin]


@dataclass(frozen=True, slots=True)
class _Fired:
    """One schedule that was due, what is kept of it, and its new job; no fire where it cannot be read."""

    schedule: Schedule
    fire: Fire | None = None
    change: Change | None = None


async def fire_due_schedules(context: Context, begin: Begin, limit: int = MOST_FIRED) -> Sequence[Fire]:
    """One bounded step: each schedule that is due has its job, or is skipped, and its next instant; all or nothing.

    Args:
        begin: begins the trace of a function's job.

    Returns:
        What was fired; as many as `limit` when there may be more.
    """
    async with context.store.begin() as transaction:
        now_ms = context.clock.now_ms()
        schedules = await transaction.lock_due_schedules(now_ms, limit)
        if not schedules:
            return ()
        functions = await transaction.functions([schedule.function for schedule in schedules])
        busy = await _unfinished(transaction, schedules)
        fired = [_fire(one, functions[one.function], busy, begin, now_ms) for one in schedules]
        changes = [one.change for one in fired if one.change is not None]
        await transaction.record(changes)
        await transaction.keep_schedules([one.schedule for one in fired])
        fires = [one.fire for one in fired if one.fire is not None]
        await transaction.add_fires(fires)
    context.bell.committed(changes)
    return fires


async def declare_schedules(transaction: Transaction, functions: Sequence[FunctionIn], now_ms: int) -> None:
    """Keep the schedules of functions as they are declared; one that is declared without loses its own.

    Raises:
        Refusal: 422.
    """
    wanted = [_wanted(function, now_ms) for function in functions if function.schedule is not None]
    # Whoever declares the same functions has their rows locked by now: nobody else adds a schedule to them.
    known = await transaction.lock_schedules([function.key for function in functions])
    kept = [
        known[wish.function].declared_again(wish, now_ms) if wish.function in known else wish.planned(now_ms)
        for wish in wanted
    ]
    await transaction.keep_schedules(kept)
    gone = sorted(known.keys() - {wish.function for wish in wanted})
    if gone:
        await transaction.forget_schedules(gone)


async def set_schedule_paused(context: Context, function: str, paused: bool) -> None:
    """While a schedule is paused it is never due; what it was due for meanwhile is not made up for.

    Raises:
        Refusal: 404.
    """
    async with context.store.begin() as transaction:
        schedule = (await transaction.lock_schedules([function])).get(function)
        if schedule is None:
            raise unknown_schedule(function)
        if schedule.paused != paused:
            await transaction.keep_schedules([replace(schedule, paused=paused).planned(context.clock.now_ms())])
    context.bell.schedules.ring()


def timezone_of(function: FunctionIn) -> str:
    """Whose clock its schedule is meant by."""
    return function.timezone or "UTC"


def unknown_schedule(function: str) -> Refusal:
    return Refusal(404, "unknown_schedule", f"There is no schedule of a function {function}.")


def _wanted(function: FunctionIn, now_ms: int) -> Schedule:
    assert function.schedule is not None
    wish = Schedule(
        function=function.key,
        expression=function.schedule,
        timezone=timezone_of(function),
        overlap=Overlap(function.overlap or "skip"),
    )
    try:
        wish.timing.check(now_ms)
    except BadSchedule as error:
        raise invalid("schedule", f"{function.key}: {error}") from error
    return wish


async def _unfinished(transaction: Transaction, schedules: Sequence[Schedule]) -> frozenset[str]:
    """Those of the jobs they made last that have not ended."""
    last = [schedule.last_job_id for schedule in schedules if schedule.last_job_id is not None]
    return frozenset(id_ for id_, status in (await transaction.statuses(last)).items() if status not in FINISHED)


def _fire(schedule: Schedule, function: Function, busy: frozenset[str], begin: Begin, now_ms: int) -> _Fired:
    try:
        due = schedule.due(now_ms)
    except BadSchedule as error:
        # Whoever comes after it is not held up; it goes on once it is declared again.
        log.error("schedule stopped", function=schedule.function, reason=str(error))
        return _Fired(replace(schedule, next_at_ms=None))
    assert due is not None
    is_skipped = schedule.overlap is Overlap.SKIP and schedule.last_job_id in busy
    change = None if is_skipped else _job(function, begin(function.key), due.at_ms, now_ms)
    job_id = None if change is None else change.step.job.id
    fire = Fire(
        function=schedule.function,
        at_ms=due.at_ms,
        fired_at_ms=now_ms,
        outcome=FireOutcome.SKIPPED if is_skipped else FireOutcome.ENQUEUED,
        missed=due.missed,
        job_id=job_id,
    )
    return _Fired(schedule.fired(due, now_ms, job_id), fire, change)


def _job(function: Function, origin: Origin, at_ms: int, now_ms: int) -> Change:
    new = NewJob(
        id=new_job_id(now_ms=now_ms),
        defaults=function.defaults(),
        trigger="cron",
        scheduled_at_ms=at_ms,
        trace_id=origin.trace_id,
        traceparent=origin.traceparent,
    )
    return Change(enqueue(new, now_ms), is_new=True, kwargs="{}")
