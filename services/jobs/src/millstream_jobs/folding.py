"""The folder: one process adds what transactions noted to the figures, about twice a second, and lets old ones go."""

from __future__ import annotations

from millstream_kit.clock import Clock
from millstream_kit.waiting import to_the_end

from millstream_jobs.bell import Bell
from millstream_jobs.holdings import TALLIES, Holdings
from millstream_jobs.store import Store

BATCH = 1_000
GAP_S = 0.5  # many transactions share a fold; until then figures are read with what is noted
POLL_S = 1.0
FORGET_EVERY_S = 60.0


class Folder:
    def __init__(self, store: Store, holdings: Holdings, bell: Bell, clock: Clock) -> None:
        self._store = store
        self._holdings = holdings
        self._bell = bell
        self._clock = clock
        self._forgot_at = float("-inf")

    async def run(self) -> None:
        while True:
            if self._holdings.has(TALLIES):
                folded = await to_the_end(self._store.fold(BATCH))
                if folded:
                    self._bell.trends.ring()
                if folded == BATCH:
                    continue
                if self._clock.monotonic() - self._forgot_at >= FORGET_EVERY_S:
                    await self._forget()
                await self._clock.sleep(GAP_S)
            await self._bell.tallies.wait(self._clock, POLL_S)

    async def _forget(self) -> None:
        """Buckets and events that are kept no longer, in batches: nobody who writes waits long for one."""
        while await to_the_end(self._store.forget_buckets(BATCH)):
            pass
        while await to_the_end(self._store.forget_events(BATCH)):
            pass
        self._forgot_at = self._clock.monotonic()
