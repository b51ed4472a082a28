"""The runner: one process does bulk actions, one part after the other, and lets the jobs' own traffic pass between them."""

from __future__ import annotations

from millstream_kit.waiting import to_the_end

from millstream_jobs.handlers.bulk import advance_bulk
from millstream_jobs.handlers.context import Context
from millstream_jobs.holdings import BULK, Holdings

POLL_S = 1.0
FORGET_EVERY_S = 600.0


class BulkRunner:
    def __init__(self, context: Context, holdings: Holdings) -> None:
        self._context = context
        self._holdings = holdings
        self._forgot_at = float("-inf")

    async def run(self) -> None:
        clock = self._context.clock
        while True:
            if self._holdings.has(BULK):
                began = clock.monotonic()
                if await to_the_end(advance_bulk(self._context)):
                    # SQLite has one writer: half of the time is left to others.
                    await clock.sleep(clock.monotonic() - began)
                    continue
                await self._forget()
            await self._context.bell.bulk.wait(clock, POLL_S)

    async def _forget(self) -> None:
        if self._context.clock.monotonic() - self._forgot_at >= FORGET_EVERY_S:
            await to_the_end(self._context.store.forget_bulk(self._context.clock.now_ms()))
            self._forgot_at = self._context.clock.monotonic()
