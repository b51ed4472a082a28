"""A convoy: one reader of the log, and every client whose place it passes.

Clients beyond the rings come in crowds (a pod died, a laptop lid was shut over lunch), and mostly stand close together.
Each stretch of the log is read and decoded once and rendered once per plan. One too slow for the others is left behind
and waits for the next convoy; what it holds meanwhile is one write, not the stretch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from millstream_contracts.headers import TRACEPARENT
from millstream_kit.log import Batch, Log, LogUnavailable, Record, TopicPartition

from millstream_stream_edge.cursor import Cursor
from millstream_stream_edge.group import Group
from millstream_stream_edge.records import Reader
from millstream_stream_edge.ring import Entry, Ring
from millstream_stream_edge.subscriber import Subscriber

READ_TIMEOUT_S = 10.0
NEAR_RECORDS = 50_000
AT_ONCE = 200  # records decoded or rendered before the loop has a turn


def are_near(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two places are close enough for one reader: who is nearly there does not wait for who just set out."""
    return abs(sum(one) - sum(other)) <= NEAR_RECORDS


@dataclass(eq=False)
class Rider:
    """A client that is brought up in one topic."""

    subscriber: Subscriber
    cursor: Cursor
    arrived: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def is_there(self) -> bool:
        """Whether it needs the convoy no more: the ring holds the rest, or it is leaving."""
        return self.subscriber.closing or self.cursor.is_outdated or self.cursor.ring.holds(self.cursor.offsets)

    def arrive(self) -> None:
        if not self.arrived.done():
            self.arrived.set_result(None)


class Stretch:
    """Some records of a topic, read once for everyone."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self._rendered: dict[Group, list[list[bytes]]] = {}

    async def render(self, group: Group, topic: str) -> None:
        """Make the blocks of a plan, unless they are made."""
        made = self._rendered.setdefault(group, [])
        while len(made) < len(self.entries):
            made.append(group.render(topic, self.entries[len(made)]))
            if len(made) % AT_ONCE == 0:
                await asyncio.sleep(0)

    def blocks(self, group: Group, index: int) -> list[bytes]:
        """What a plan says of one entry."""
        return self._rendered[group][index]

    def forget(self) -> None:
        """Let go of the records, whoever still looks at them."""
        self.entries = ()
        self._rendered.clear()


class Convoy:
    """One reader and its riders, from the hindmost of them up to the ring."""

    def __init__(self, topic: str, ring: Ring, riders: Sequence[Rider]) -> None:
        self.topic = topic
        self.ring = ring
        self.epoch = ring.epoch
        self.riders: dict[Rider, None] = dict.fromkeys(riders)
        self._cursor = Cursor(ring, [min(at) for at in zip(*(rider.cursor.offsets for rider in riders), strict=True)])

    @property
    def offsets(self) -> list[int]:
        """Where it is."""
        return self._cursor.offsets

    def can_take(self, cursor: Cursor) -> bool:
        """Whether it has not passed a client's place yet."""
        return (
            self.epoch == cursor.epoch
            and all(theirs >= mine for theirs, mine in zip(cursor.offsets, self.offsets, strict=True))
            and are_near(cursor.offsets, self.offsets)
        )

    def let_off(self) -> None:
        """Let off whoever has arrived."""
        for rider in tuple(self.riders):
            if rider.is_there:
                self.leave_behind(rider)

    def leave_behind(self, rider: Rider) -> None:
        """Let off one, wherever it stands."""
        self.riders.pop(rider, None)
        rider.arrive()

    async def read(self, log: Log, read: Reader, max_bytes: int) -> Stretch:
        """The next stretch; the convoy's place is then behind it.

        Raises:
            LogUnavailable: the log went away.
        """
        upto = list(self.ring.begin)
        positions = {(self.topic, p): at for p, at in enumerate(self.offsets) if at < upto[p]}
        records = await read_stretch(log, positions, upto, max_bytes) if positions else []
        entries: list[Entry] = []
        for index, record in enumerate(records):
            made, gap = read.frames(record)
            trace = record.header(TRACEPARENT)
            entries.append(Entry(0, record.partition, record.offset, record.timestamp_ms, made, gap, 0, trace))
            if index % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
        if not entries:  # the log let go of that stretch
            for partition, begin in enumerate(upto):
                self.offsets[partition] = max(self.offsets[partition], begin)
        for entry in entries:
            self.offsets[entry.partition] = max(self.offsets[entry.partition], entry.offset + 1)
        return Stretch(entries)


async def read_stretch(
    log: Log, positions: Mapping[TopicPartition, int], upto: Sequence[int], max_bytes: int
) -> list[Record]:
    """Records from `positions` to before `upto` (by partition), in order, as many as fit.

    Raises:
        LogUnavailable: it went away meanwhile.
    """
    done = asyncio.Event()
    found: list[Record] = []
    left = dict(positions)
    size = 0
    is_there = True

    def on_batch(batch: Batch) -> None:
        nonlocal size
        if done.is_set():
            return
        for record in batch.records:
            if record.offset < upto[record.partition]:
                found.append(record)
                size += len(record.value or b"") + 100
        left.update(batch.next_offsets)
        if size >= max_bytes or all(at >= upto[p] for (_, p), at in left.items()):
            done.set()

    def on_status(there: bool) -> None:
        nonlocal is_there
        is_there = there
        if not there:
            done.set()

    reader = log.reader(positions, on_batch, on_status)
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            await done.wait()
    except TimeoutError as error:
        raise LogUnavailable("the log did not answer in time") from error
    finally:
        await reader.close()
    if not is_there and not found:
        raise LogUnavailable("the log went away")
    return found
