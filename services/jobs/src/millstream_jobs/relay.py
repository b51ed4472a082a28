"""The outbox's relay: what was committed is published in order per job, then forgotten.

    read a batch of the shards held ▶ append, wait for all acknowledgements ▶ delete what was acknowledged
A crash between the last two publishes a batch again; `event_id` and `seq` make that harmless.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from millstream_contracts.headers import record_headers
from millstream_kit.clock import Clock
from millstream_kit.log import Log, LogUnavailable, NewRecord
from millstream_kit.waiting import to_the_end

from millstream_jobs.bell import Signal
from millstream_jobs.holdings import Holdings
from millstream_jobs.metrics import Metrics
from millstream_jobs.store import Store
from millstream_jobs.store_model import OutboxRow

log = structlog.get_logger(__name__)

BATCH = 500
POLL_S = 0.5
PAUSE_S = 0.5
LINGER_S = 0.01


class Relay:
    def __init__(
        self, store: Store, target: Log, holdings: Holdings, signal: Signal, clock: Clock, metrics: Metrics
    ) -> None:
        self._store = store
        self._log = target
        self._holdings = holdings
        self._signal = signal
        self._clock = clock
        self._metrics = metrics

    async def run(self) -> None:
        while True:
            try:
                moved = await self.publish_batch()
            except LogUnavailable as error:
                log.warning("the log is away, the outbox waits", reason=str(error))
                await self._clock.sleep(PAUSE_S)
                continue
            if moved:
                # Under load many facts share a batch; after a pause the first one goes at once.
                await self._clock.sleep(LINGER_S)
            if moved < BATCH:
                await self._signal.wait(self._clock, POLL_S)

    async def publish_batch(self) -> int:
        """One bounded step.

        Returns:
            How many events were published.
        """
        shards = self._holdings.shards()
        rows = await to_the_end(self._read(shards)) if shards else []
        if not rows:
            return 0
        await self._log.append([_record(row) for row in rows])
        await to_the_end(self._forget(rows))
        self._measure(rows)
        return len(rows)

    async def _read(self, shards: Mapping[int, int]) -> Sequence[OutboxRow]:
        return await self._store.outbox_batch(shards, BATCH)

    async def _forget(self, rows: Sequence[OutboxRow]) -> None:
        await self._store.outbox_delete([row.id for row in rows])

    def _measure(self, rows: Sequence[OutboxRow]) -> None:
        now_ms = self._clock.now_ms()
        for row in rows:
            self._metrics.published.labels(row.topic).inc()
            self._metrics.publish_delay_s.observe(max(0, now_ms - row.written_at_ms) / 1000)


def _record(row: OutboxRow) -> NewRecord:
    return NewRecord(row.topic, row.key.encode(), row.value, record_headers(row.type, row.traceparent))
