"""The ingest topic, counted: each partition by the one replica that holds its lease.

reader → inbox (bounded) → chunks per partition → store.count (claim checked, offset compared, counted: one transaction)
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence

import structlog
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Topic
from millstream_kit.log import Batch as LogBatch
from millstream_kit.log import Log, LogReader, Record
from millstream_kit.waiting import to_the_end

from millstream_apis.metrics import ApisMetrics
from millstream_apis.model import HOUR_MS, Batch
from millstream_apis.records import Poison, read_batch
from millstream_apis.share import Share
from millstream_apis.store import Claim, ClaimLost, CountingStore

log = structlog.get_logger(__name__)

TOPIC = Topic.APIS_INGEST
GROUP = "count"
CHUNK_REQUESTS = 5_000


def partition_leases() -> list[str]:
    """The names of the leases, one per partition."""
    return [f"{GROUP}/{p}" for p in range(load_inventory().topics[TOPIC].partitions)]


class Inbox:
    """What one reader brought. Full, it takes nothing more: the reader must begin again behind what was counted."""

    def __init__(self, most: int, wake: Callable[[], None]) -> None:
        self.records: deque[Record] = deque()
        self.overflowed = False
        self._most = most
        self._wake = wake

    def put(self, batch: LogBatch) -> None:
        """Take what a poll brought."""
        for record in batch.records:
            if self.overflowed or len(self.records) >= self._most:
                self.overflowed = True
                break
            self.records.append(record)
        self._wake()

    def take(self) -> dict[int, list[Record]]:
        """Everything, by partition."""
        taken: dict[int, list[Record]] = {}
        while self.records:
            record = self.records.popleft()
            taken.setdefault(record.partition, []).append(record)
        return taken


class Consumer:
    """Counts the partitions this replica holds."""

    def __init__(
        self,
        store: CountingStore,
        source: Log,
        share: Share,
        metrics: ApisMetrics,
        *,
        pending_records: int,
        on_counted: Callable[[], None],
    ) -> None:
        self._store = store
        self._source = source
        self._share = share
        self._metrics = metrics
        self._pending = pending_records
        self._on_counted = on_counted
        self._wake = asyncio.Event()
        share.on_change(self._wake.set)

    async def run(self) -> None:
        """Hold, read and count until cancelled."""
        while True:
            await self._hold_and_count()

    async def _hold_and_count(self) -> None:
        """One reading: until the share changes, the inbox overflows or a claim is lost."""
        held = dict(self._share.held)
        self._metrics.partitions.set(len(held))
        if not held:
            await self._wake.wait()
            self._wake.clear()
            return
        epoch = (await self._source.describe([TOPIC]))[TOPIC].epoch
        claims = {int(name.rpartition("/")[2]): (name, lease) for name, lease in held.items()}
        inbox = Inbox(self._pending, self._wake.set)
        reader = await self._open(epoch, claims, inbox)
        try:
            await self._count_while_held(held, epoch, claims, inbox)
        except ClaimLost as lost:
            log.info("partition went to another replica", lease=str(lost))
            await self._share.renew()
        finally:
            await reader.close()

    async def _open(self, epoch: str, claims: Mapping[int, object], inbox: Inbox) -> LogReader:
        counted = await self._store.next_offsets(epoch)
        return self._source.reader({(TOPIC, p): counted.get(p, 0) for p in claims}, inbox.put)

    async def _count_while_held(
        self, held: Mapping[str, int], epoch: str, claims: Mapping[int, tuple[str, int]], inbox: Inbox
    ) -> None:
        while self._share.held == held:
            self._wake.clear()
            await to_the_end(self._count_all(epoch, claims, inbox.take()))
            if inbox.overflowed and not inbox.records:
                return
            if not inbox.records and self._share.held == held:
                await self._wake.wait()

    async def _count_all(
        self, epoch: str, claims: Mapping[int, tuple[str, int]], taken: Mapping[int, Sequence[Record]]
    ) -> None:
        for partition, records in taken.items():
            name, lease_epoch = claims[partition]
            await self._count(Claim(epoch, partition, name, lease_epoch), records)

    async def _count(self, claim: Claim, records: Sequence[Record]) -> None:
        for batches, next_offset in self._chunks(records):
            counted = await self._store.count(claim, batches, next_offset)
            self._metrics.counted.inc(counted.requests)
            self._metrics.repeats.inc(counted.repeats)
            self._on_counted()
        self._metrics.lag.set(0)

    def _chunks(self, records: Sequence[Record]) -> Iterator[tuple[list[tuple[int, Batch]], int]]:
        """Records as transactions: not too many requests in one, and none received an hour after another."""
        chunk: list[tuple[int, Batch]] = []
        size = 0
        next_offset = records[0].offset
        for record in records:
            batch = self._read(record)
            if batch is not None:
                received = [b.received_at_ms for _, b in chunk] + [batch.received_at_ms]
                if chunk and (size + len(batch.requests) > CHUNK_REQUESTS or max(received) - min(received) >= HOUR_MS):
                    yield chunk, next_offset
                    chunk, size = [], 0
                chunk.append((record.offset, batch))
                size += len(batch.requests)
            next_offset = record.offset + 1
        yield chunk, next_offset

    def _read(self, record: Record) -> Batch | None:
        try:
            return read_batch(record)
        except Poison as poison:
            self._metrics.poison.inc()
            log.error("record cannot be read, skipping it", offset=record.offset, partition=record.partition,
                      fault=str(poison))  # fmt: skip
            return None
