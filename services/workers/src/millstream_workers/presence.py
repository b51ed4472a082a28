"""The loop that notices silence and tells others what changed.

Any replica may notice; one at a time tells, the holder of a lease. A holder that found its lease gone after telling
marks what it told as untold again, because its word may have come after the next holder's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from millstream_kit.clock import Clock
from millstream_kit.deploys import KEPT_MS as DEPLOYS_KEPT_MS
from millstream_kit.deploys import Deploys
from millstream_kit.leases import Leases
from millstream_kit.log import Log, LogUnavailable
from millstream_kit.waiting import to_the_end, wait_for

from millstream_workers.events import snapshot_record, tombstone
from millstream_workers.metrics import WorkerMetrics
from millstream_workers.pods import Pods
from millstream_workers.settings import WorkersSettings
from millstream_workers.store import Store, Untold

log = structlog.get_logger(__name__)

TELLING = "telling"
LEFT_KEPT_MS = 600_000
LOSSES_KEPT_MS = 7 * 86_400_000
FORGET_EVERY_S = 5.0
BATCH = 500


class Presence:
    """Silence noticed by the clock, changes told at once or, for counters, every few seconds."""

    def __init__(
        self,
        store: Store,
        deploys: Deploys,
        pods: Pods,
        sink: Log,
        leases: Leases,
        clock: Clock,
        settings: WorkersSettings,
        metrics: WorkerMetrics,
    ) -> None:
        self._store = store
        self._deploys = deploys
        self._pods = pods
        self._log = sink
        self._leases = leases
        self._clock = clock
        self._settings = settings
        self._metrics = metrics
        self._nudged = asyncio.Event()
        self._counters_due = 0.0
        self._renewal_due = 0.0
        self._forgetting_due = 0.0
        self.rounds = 0

    def nudge(self) -> None:
        """Look now instead of at the next tick."""
        self._nudged.set()

    async def run(self) -> None:
        """Notice and tell until cancelled."""
        while True:
            self._nudged.clear()
            await to_the_end(self.look())
            self.rounds += 1
            await wait_for(self._nudged, self._settings.look_every_s, self._clock)

    async def look(self) -> None:
        """One round."""
        await self._notice()
        if await self._may_tell():
            await self._see_pods()
            await self._tell()

    async def _notice(self) -> None:
        now, began = self._clock.now_ms(), self._clock.monotonic()
        lost = await self._store.notice_silence(now)
        for worker_id in lost:
            log.warning("worker went silent", worker_id=worker_id)
        self._metrics.lost.inc(len(lost))
        if began >= self._forgetting_due:
            await self._store.forget(now - round(self._settings.lost_kept_s * 1000), now - LEFT_KEPT_MS)
            await self._store.forget_losses(now - LOSSES_KEPT_MS)
            await self._deploys.forget(now - DEPLOYS_KEPT_MS)
            self._forgetting_due = began + min(FORGET_EVERY_S, self._settings.lost_kept_s)

    async def _see_pods(self) -> None:
        """A worker that is gone can no longer tell how its pod ended; every other one's next beat would."""
        if self._pods.take_change():
            known = {w.id: (w.pod, self._pods.look(w.pod)) for w in await self._store.workers() if w.pod}
            if changed := {worker_id: now for worker_id, (then, now) in known.items() if now != then}:
                await self._store.see_pods(changed, self._clock.now_ms())

    async def _may_tell(self) -> bool:
        if self._clock.monotonic() >= self._renewal_due:
            await self._leases.acquire([TELLING])
            self._renewal_due = self._clock.monotonic() + self._settings.lease_s / 3
        may = TELLING in self._leases.held
        self._metrics.telling.set(may)
        return may

    async def _tell(self) -> None:
        counters_too = self._clock.monotonic() >= self._counters_due
        if counters_too:
            self._counters_due = self._clock.monotonic() + self._settings.counters_every_s
        while changes := await self._store.untold(counters_too=counters_too, limit=BATCH):
            if not await self._publish(changes):
                return
            if len(changes) < BATCH:
                return

    async def _publish(self, changes: Sequence[Untold]) -> bool:
        now, epoch = self._clock.now_ms(), self._leases.held.get(TELLING)
        records = [snapshot_record(c.worker, now) if c.worker else tombstone(c.worker_id) for c in changes]
        try:
            await self._log.append(records)
        except LogUnavailable:
            log.warning("log is away, telling later", changes=len(changes))
            return False
        await self._store.told(changes)
        self._metrics.snapshots.inc(len(records))
        if (await self._leases.acquire([TELLING])).get(TELLING) != epoch:
            await self._store.tell_again([c.worker_id for c in changes])
            return False
        return True
