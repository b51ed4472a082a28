"""The past of the workers: what heartbeats say, gathered by the minute and written every few seconds in one batch.

Each replica gathers what it hears; the rows of a minute are added up where several heard the same worker.
"""

from __future__ import annotations

import structlog
from millstream_kit.clock import Clock
from millstream_kit.waiting import to_the_end

from millstream_workers.minutes import MINUTE_MS, Ended, Minute, MinuteKey
from millstream_workers.model import Worker
from millstream_workers.settings import WorkersSettings
from millstream_workers.store import MinuteStore

log = structlog.get_logger(__name__)

WRITE_EVERY_S = 10.0
FORGET_EVERY_S = 60.0
MOST_GATHERED = 20_000  # minutes, of some 300 bytes; more than that many workers are not heard between two batches


class History:
    """What is gathered, until it is written."""

    def __init__(self, store: MinuteStore, clock: Clock, settings: WorkersSettings) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._gathered: dict[MinuteKey, Minute] = {}
        self._forgetting_due = 0.0

    def note(self, worker: Worker, ended: Ended) -> None:
        """A worker was heard."""
        key = MinuteKey(worker.id, worker.last_heartbeat_ms - worker.last_heartbeat_ms % MINUTE_MS)
        if key not in self._gathered and len(self._gathered) >= MOST_GATHERED:
            return
        self._gathered.setdefault(key, Minute(worker.worker_name)).note(worker, ended)

    async def run(self) -> None:
        """Write, and forget, until cancelled."""
        while True:
            await self._clock.sleep(WRITE_EVERY_S)
            await to_the_end(self.write())
            await to_the_end(self._forget())

    async def write(self) -> None:
        """Keep what was gathered. What a database that is away does not take is lost: it is not worth a memory that grows."""
        gathered, self._gathered = self._gathered, {}
        if gathered:
            await self._store.add(gathered)

    async def _forget(self) -> None:
        began = self._clock.monotonic()
        if began < self._forgetting_due:
            return
        self._forgetting_due = began + FORGET_EVERY_S
        before_ms = self._clock.now_ms() - round(self._settings.figures_kept_s * 1000)
        await self._store.forget_minutes(before_ms, self._settings.figures_rows)
