"""Declare, pause and resume functions."""

from __future__ import annotations

from collections.abc import Sequence

from millstream_kit.errors import Refusal
from pydantic_core import to_json

from millstream_jobs.handlers.context import Context
from millstream_jobs.handlers.schedules import declare_schedules, timezone_of
from millstream_jobs.inputs import DeclareIn, FunctionIn
from millstream_jobs.store_model import Declaration, Function

# By then a worker that declared is of the fleet, or is gone.
FIRST_BEAT_MS = 3_600_000


async def declare_functions(context: Context, wish: DeclareIn, fleet: Sequence[str] | None = None) -> list[str]:
    """Keep functions as a client or worker declares them; whether one is paused is not its say.

    Args:
        fleet: the workers there are, lost ones included; None while they are not known.

    Raises:
        Refusal: 422, a schedule that means nothing.
    """
    wishes = {f.key: f for f in wish.functions}
    now_ms = context.clock.now_ms()
    newest = {key: _declared(f, wish.version, now_ms) for key, f in wishes.items()}
    if newest:
        async with context.store.begin() as transaction:
            parameters = {f.key: to_json(f.parameters).decode() for f in wish.functions if f.parameters is not None}
            await transaction.declare(list(newest.values()), parameters)
            await declare_schedules(transaction, list(wishes.values()), now_ms)
            if wish.worker_id is not None:
                await transaction.keep_declarations(
                    [_declared_by(wish.worker_id, f, wishes[key]) for key, f in newest.items()]
                )
            if fleet is not None:
                await transaction.forget_declarations(list(newest), now_ms - FIRST_BEAT_MS, fleet)
        context.bell.schedules.ring()
    return list(newest)


async def set_paused(context: Context, key: str, paused: bool) -> None:
    """While a function is paused none of its jobs is leased.

    Raises:
        Refusal: 404.
    """
    async with context.store.begin() as transaction:
        if not await transaction.set_paused(key, paused):
            raise Refusal(404, "unknown_function", f"There is no function {key}.")
    if not paused:
        # One waiter per job would do, but how many jobs wait is not known here.
        context.bell.queue.wake({key: 1_000})


def _declared(function: FunctionIn, version: str | None, now_ms: int) -> Function:
    return Function(
        key=function.key,
        name=function.name or function.key,
        type=function.type,
        timeout_s=function.timeout,
        max_retries=function.max_retries,
        retry_delay_s=function.retry_delay,
        max_concurrency=function.max_concurrency,
        version=version,
        paused=False,
        declared_at_ms=now_ms,
        import_path=function.import_path,
        pattern=function.pattern,
        rate_limit=function.rate_limit,
    )


def _declared_by(worker_id: str, function: Function, wish: FunctionIn) -> Declaration:
    return Declaration(
        function=function.key,
        worker_id=worker_id,
        timeout_s=function.timeout_s,
        max_retries=function.max_retries,
        retry_delay_s=function.retry_delay_s,
        max_concurrency=function.max_concurrency,
        version=function.version,
        declared_at_ms=function.declared_at_ms,
        rate_limit=function.rate_limit,
        pattern=function.pattern,
        schedule=wish.schedule,
        timezone=None if wish.schedule is None else timezone_of(wish),
    )
