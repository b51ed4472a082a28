"""The timers: one process looks after what time does to jobs, and after the gauges."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from millstream_kit.waiting import to_the_end

from millstream_jobs.bell import Signal
from millstream_jobs.figures import WAITING
from millstream_jobs.handlers.context import Context
from millstream_jobs.handlers.due import advance_due_jobs
from millstream_jobs.holdings import TIMERS, Holdings
from millstream_jobs.metrics import Metrics

LIMIT = 200
LONGEST_S = 1.0
SHORTEST_S = 0.005
GAUGES_EVERY_S = 5.0


async def act_when_due(
    context: Context,
    holdings: Holdings,
    signal: Signal,
    step: Callable[[], Coroutine[Any, Any, int]],
    most: int,
    next_at_ms: Callable[[], Awaitable[int | None]],
) -> None:
    """Do what is due at its instant, for ever, wherever the timers are held.

    Args:
        signal: rung when something is due sooner.
        step: does what is due, at most `most` of it, and says how many that were.
        next_at_ms: when the next is due; None for nothing.
    """

    async def until_next_s() -> float:
        at_ms = await next_at_ms()
        if at_ms is None:
            return LONGEST_S
        return min(LONGEST_S, max(SHORTEST_S, (at_ms - context.clock.now_ms()) / 1000))

    while True:
        # What other processes write is seen by looking now and then.
        pause_s = LONGEST_S
        if holdings.has(TIMERS):
            if await to_the_end(step()) == most:
                continue
            pause_s = await to_the_end(until_next_s())
        await signal.wait(context.clock, pause_s)


class Timers:
    def __init__(self, context: Context, holdings: Holdings, metrics: Metrics) -> None:
        self._context = context
        self._holdings = holdings
        self._metrics = metrics

    async def run(self) -> None:
        context = self._context

        async def step() -> int:
            return await advance_due_jobs(context, LIMIT)

        await act_when_due(context, self._holdings, context.bell.timers, step, LIMIT, context.store.next_due_at_ms)

    async def measure(self) -> None:
        while True:
            await to_the_end(self.read_gauges())
            await self._context.clock.sleep(GAUGES_EVERY_S)

    async def read_gauges(self) -> None:
        now_ms = self._context.clock.now_ms()
        standings = (await self._context.store.standings()).values()
        for status in WAITING:
            depth = sum(getattr(standing, status.value) for standing in standings)
            self._metrics.queue_depth.labels(status.value).set(depth)
        rows, oldest_ms = await self._context.store.outbox_size()
        self._metrics.outbox_rows.set(rows)
        self._metrics.outbox_lag_s.set(0 if oldest_ms is None else max(0, now_ms - oldest_ms) / 1000)
