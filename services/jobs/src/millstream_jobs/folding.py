"""The folder: one process adds what transactions noted to the figures, about twice a second."""

from __future__ import annotations

from millstream_kit.clock import Clock
from millstream_kit.waiting import to_the_end

from millstream_jobs.bell import Bell
from millstream_jobs.holdings import TALLIES, Holdings
from millstream_jobs.store import Store

BATCH = 1_000
GAP_S = 0.5  # many transactions share a fold; until then figures are read with what is noted
POLL_S = 1.0


class Folder:
    def __init__(self, store: Store, holdings: Holdings, bell: Bell, clock: Clock) -> None:
        self._store = store
        self._holdings = holdings
        self._bell = bell
        self._clock = clock

    async def run(self) -> None:
        while True:
            if self._holdings.has(TALLIES):
                folded = await to_the_end(self._store.fold(BATCH))
                if folded:
                    self._bell.trends.ring()
                if folded == BATCH:
                    continue
                await self._clock.sleep(GAP_S)
            await self._bell.tallies.wait(self._clock, POLL_S)
