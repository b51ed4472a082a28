"""The ingest topic, counted: each partition by the one replica that holds its lease.

reader → inbox (bounded) → chunks of all partitions → store.count (claim checked, offsets compared, counted: one transaction)
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

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
from millstream_apis.store import Claim, ClaimLost, CountingStore, Part

log = structlog.get_logger(__name__)

TOPIC = Topic.APIS_INGEST
GROUP = "count"
CHUNK_REQUESTS = 10_000


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

    def take(self) -> list[Record]:
        """Everything, each partition in its order."""
        taken = list(self.records)
        self.records.clear()
        return taken


class _Chunk:
    """What one transaction is to count, however many partitions it came from."""

    def __init__(self) -> None:
        self._batches: dict[int, list[tuple[int, Batch]]] = {}
        self._next: dict[int, int] = {}
        self._requests = 0
        self._received: tuple[int, int] | None = None  # the earliest and the latest

    def has_room(self, batch: Batch) -> bool:
        """Whether another batch belongs into the same transaction."""
        if self._received is None:
            return True
        first, last = self._received_with(batch)
        return self._requests + len(batch.requests) <= CHUNK_REQUESTS and last - first < HOUR_MS

    def add(self, record: Record, batch: Batch | None) -> None:
        """Take a record in; one without a batch only moves its partition on."""
        self._next[record.partition] = record.offset + 1
        mine = self._batches.setdefault(record.partition, [])
        if batch is not None:
            mine.append((record.offset, batch))
            self._requests += len(batch.requests)
            self._received = self._received_with(batch)

    def _received_with(self, batch: Batch) -> tuple[int, int]:
        at_ms = batch.received_at_ms
        first, last = self._received or (at_ms, at_ms)
        return min(first, at_ms), max(last, at_ms)

    def parts(self) -> list[Part]:
        """By partition."""
        return [Part(partition, mine, self._next[partition]) for partition, mine in sorted(self._batches.items())]


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
        claim = Claim(epoch, {int(name.rpartition("/")[2]): (name, lease) for name, lease in held.items()})
        inbox = Inbox(self._pending, self._wake.set)
        reader = await self._open(claim, inbox)
        try:
            await self._count_while_held(held, claim, inbox)
        except ClaimLost as lost:
            log.info("partition went to another replica", lease=str(lost))
            await self._share.renew()
        finally:
            await reader.close()

    async def _open(self, claim: Claim, inbox: Inbox) -> LogReader:
        counted = await self._store.next_offsets(claim.topic_epoch)
        return self._source.reader({(TOPIC, p): counted.get(p, 0) for p in claim.leases}, inbox.put)

    async def _count_while_held(self, held: Mapping[str, int], claim: Claim, inbox: Inbox) -> None:
        while self._share.held == held:
            self._wake.clear()
            await to_the_end(self._count_all(claim, inbox.take()))
            if inbox.overflowed and not inbox.records:
                return
            if not inbox.records and self._share.held == held:
                await self._wake.wait()

    async def _count_all(self, claim: Claim, records: Sequence[Record]) -> None:
        for parts in self._chunks(records):
            counted = await self._store.count(claim, parts)
            self._metrics.counted.inc(counted.requests)
            self._metrics.repeats.inc(counted.repeats)
            self._on_counted()
        self._metrics.lag.set(0)

    def _chunks(self, records: Iterable[Record]) -> Iterator[Sequence[Part]]:
        """Records as transactions: not too many requests in one, and none received an hour after another."""
        chunk = _Chunk()
        for record in records:
            batch = self._read(record)
            if batch is not None and not chunk.has_room(batch):
                yield chunk.parts()
                chunk = _Chunk()
            chunk.add(record, batch)
        if parts := chunk.parts():
            yield parts

    def _read(self, record: Record) -> Batch | None:
        try:
            return read_batch(record)
        except Poison as poison:
            self._metrics.poison.inc()
            log.error("record cannot be read, skipping it", offset=record.offset, partition=record.partition,
                      fault=str(poison))  # fmt: skip
            return None
