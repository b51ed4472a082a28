"""The timers: one process looks after what time does to jobs, and after the gauges."""

from __future__ import annotations

from millstream_kit.waiting import to_the_end

from millstream_jobs.figures import WAITING
from millstream_jobs.handlers.context import Context
from millstream_jobs.handlers.due import advance_due_jobs
from millstream_jobs.holdings import TIMERS, Holdings
from millstream_jobs.metrics import Metrics

LIMIT = 200
LONGEST_S = 1.0
SHORTEST_S = 0.005
GAUGES_EVERY_S = 5.0


def pause_s(due_at_ms: int | None, now_ms: int) -> float:
    """How long nobody needs to look; what other processes write is seen by looking now and then."""
    return LONGEST_S if due_at_ms is None else min(LONGEST_S, max(SHORTEST_S, (due_at_ms - now_ms) / 1000))


class Timers:
    def __init__(self, context: Context, holdings: Holdings, metrics: Metrics) -> None:
        self._context = context
        self._holdings = holdings
        self._metrics = metrics

    async def run(self) -> None:
        while True:
            until_next_s = LONGEST_S
            if self._holdings.has(TIMERS):
                if await to_the_end(advance_due_jobs(self._context, LIMIT)) == LIMIT:
                    continue
                until_next_s = await to_the_end(self._until_next())
            await self._context.bell.timers.wait(self._context.clock, until_next_s)

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

    async def _until_next(self) -> float:
        return pause_s(await self._context.store.next_due_at_ms(), self._context.clock.now_ms())
