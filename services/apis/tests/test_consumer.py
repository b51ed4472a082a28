"""What one transaction is given to count: pieces of all partitions held, none too large, none an hour after another."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import cast

from millstream_apis.app import STORAGE
from millstream_apis.consumer import CHUNK_REQUESTS, TOPIC, Consumer, partition_leases
from millstream_apis.metrics import ApisMetrics
from millstream_apis.model import HOUR_MS, Batch, Request
from millstream_apis.records import batch_record
from millstream_apis.share import Share
from millstream_apis.store import Claim, Counted, CountingStore, Part
from millstream_kit.log import Log, NewRecord
from millstream_kit.testing import wait_until
from prometheus_client import CollectorRegistry

NOON = 1_767_268_800_000


class Noted:
    """A store that notes what it is asked to count."""

    def __init__(self) -> None:
        self.asked: list[tuple[Claim, Sequence[Part]]] = []

    async def next_offsets(self, _: str) -> Mapping[int, int]:
        return {}

    async def count(self, claim: Claim, parts: Sequence[Part]) -> Counted:
        self.asked.append((claim, parts))
        return Counted()

    @property
    def sizes(self) -> list[int]:
        """How many requests each transaction counted."""
        return [sum(len(b.requests) for part in parts for _, b in part.batches) for _, parts in self.asked]

    @property
    def next(self) -> dict[int, int]:
        """How far each partition was counted."""
        return {part.partition: part.next_offset for _, parts in self.asked for part in parts}


class AllOfIt:
    """A share of everything that never changes."""

    held: Mapping[str, int] = dict.fromkeys(partition_leases(), 1)

    def on_change(self, _: object) -> None: ...


def a_batch(instance: str, requests: int, received_at_ms: int = NOON) -> NewRecord:
    asked = tuple(Request(f"{instance}/{n}", NOON, "GET", "/a", 200, 5.0, instance) for n in range(requests))
    return batch_record(Batch("shop", instance, received_at_ms, asked), None)


async def counted(log: Log, *records: NewRecord) -> Noted:
    """What the consumer asks of its store once these records are in the log."""
    noted = Noted()
    await log.ensure_topics(STORAGE.topics)
    written = await log.append(records)
    ends: dict[int, int] = {}
    for one in written:
        ends[one.partition] = max(ends.get(one.partition, 0), one.offset + 1)
    consumer = Consumer(
        cast(CountingStore, noted),
        log,
        cast(Share, AllOfIt()),
        ApisMetrics(CollectorRegistry()),
        pending_records=100,
        on_counted=lambda: None,
    )
    running = asyncio.create_task(consumer.run())
    try:
        await wait_until(lambda: noted.next == ends)
    finally:
        running.cancel()
    return noted


async def test_one_transaction_counts_what_came_from_all_partitions(log: Log) -> None:
    noted = await counted(log, *(a_batch(f"i{n}", 3) for n in range(30)))
    assert len(noted.asked) == 1
    [(claim, parts)] = noted.asked
    assert len(parts) > 1
    assert claim.leases.keys() == set(range(len(partition_leases())))
    assert claim.home == 0
    assert noted.sizes == [90]


async def test_a_transaction_is_not_larger_than_its_bound(log: Log) -> None:
    each = CHUNK_REQUESTS // 4
    noted = await counted(log, *(a_batch(f"i{n}", each) for n in range(9)))
    assert noted.sizes == [4 * each, 4 * each, each]


async def test_a_batch_larger_than_the_bound_is_counted_alone(log: Log) -> None:
    noted = await counted(log, a_batch("i", 1), a_batch("i", CHUNK_REQUESTS + 1), a_batch("i", 1))
    assert noted.sizes == [1, CHUNK_REQUESTS + 1, 1]


async def test_batches_received_an_hour_apart_are_not_counted_together(log: Log) -> None:
    late = (a_batch(f"late{n}", 1, NOON + HOUR_MS) for n in range(10))
    noted = await counted(log, *(a_batch(f"i{n}", 1) for n in range(10)), *late)
    for _, parts in noted.asked:
        received = [b.received_at_ms for part in parts for _, b in part.batches]
        assert max(received) - min(received) < HOUR_MS
    assert sum(noted.sizes) == 20


async def test_what_cannot_be_read_only_moves_its_partition_on(log: Log) -> None:
    noted = await counted(log, a_batch("i", 2), NewRecord(TOPIC, b"shop/i", b"\xff"))
    [(_, [part])] = noted.asked
    assert noted.sizes == [2]
    assert part.next_offset == 2
