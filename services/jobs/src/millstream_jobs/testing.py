"""For tests: what a topic holds now."""

from __future__ import annotations

from millstream_kit.log import Batch, Log, Record
from millstream_kit.testing import wait_until


async def read_all(log: Log, topic: str) -> list[Record]:
    """Every record of a topic, in the order of each partition."""
    info = (await log.describe([topic]))[topic]
    partitions = [(topic, number) for number in range(info.partitions)]
    begins, ends = await log.begin_offsets(partitions), await log.end_offsets(partitions)
    found: list[Record] = []
    places = dict(begins)

    def take(batch: Batch) -> None:
        found.extend(batch.records)
        places.update({_place(r): r.offset + 1 for r in batch.records})
        places.update(batch.next_offsets)

    reader = log.reader(begins, take)
    await wait_until(lambda: all(places[p] >= ends[p] for p in partitions))
    await reader.close()
    return found


def _place(record: Record) -> tuple[str, int]:
    return record.topic, record.partition
