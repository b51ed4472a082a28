"""From a reader's thread to the event loop: one wake-up per batch, bounded, and exact about seeks and closing.

thread: take_seeks → read → batch() ──call_soon_threadsafe──▶ loop: on_batch
           ▲                  └─ waits while the loop is behind ◀── room ┘
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from millstream_kit.log import Batch, TopicPartition


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a reader may run ahead of the loop, and how much it hands over at once."""

    pending_records: int = 20_000
    pending_bytes: int = 32 * 1024 * 1024
    batch_records: int = 2_000
    batch_bytes: int = 4 * 1024 * 1024


def batch_bytes(batch: Batch) -> int:
    """What a batch weighs in memory, roughly."""
    return sum(len(record.value or b"") + len(record.key or b"") + 200 for record in batch.records)


class Delivery:
    """One reader's way to the loop. `seek` and `close` are called on the loop, everything else in the thread."""

    def __init__(
        self,
        on_batch: Callable[[Batch], None],
        on_status: Callable[[bool], None] | None,
        *,
        wake: Callable[[], None] = lambda: None,
        bounds: Bounds | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_batch = on_batch
        self._on_status = on_status
        self._wake = wake
        self._bounds = bounds or Bounds()
        self._lock = threading.Condition()
        self._records = 0
        self._bytes = 0
        self._seeks: dict[TopicPartition, int] = {}
        self._sought: dict[TopicPartition, int] = {}
        self._generation = 0
        self._read_generation = 0
        self._said: bool | None = None
        self.closed = False

    def seek(self, positions: Mapping[TopicPartition, int]) -> None:
        """Have the thread go on elsewhere; what it read before of these partitions is dropped."""
        with self._lock:
            self._generation += 1
            self._seeks.update(positions)
            self._sought.update(dict.fromkeys(positions, self._generation))
            self._lock.notify_all()
        self._wake()

    def close(self) -> None:
        """No callback happens from now on, and the thread is told to end."""
        with self._lock:
            self.closed = True
            self._lock.notify_all()
        self._wake()

    def take_seeks(self) -> dict[TopicPartition, int]:
        """Where to go on, by partition; asked before every read."""
        with self._lock:
            seeks, self._seeks = self._seeks, {}
            self._read_generation = self._generation
            return seeks

    def has_room(self) -> bool:
        """Whether the loop keeps up."""
        return self._records < self._bounds.pending_records and self._bytes < self._bounds.pending_bytes

    def wait_for_room(self, timeout_s: float | None = None) -> bool:
        """Wait until the loop has caught up, or there is a seek, or the reader closes."""
        with self._lock:
            self._lock.wait_for(lambda: self.closed or self._seeks or self.has_room(), timeout_s)
            return self.has_room()

    def pause(self, seconds: float) -> None:
        """Wait, unless the reader closes."""
        with self._lock:
            self._lock.wait_for(lambda: self.closed, seconds)

    def batch(self, batch: Batch) -> None:
        """Hand one batch over; never waits."""
        size = batch_bytes(batch)
        with self._lock:
            self._records += len(batch.records)
            self._bytes += size
        self._call(self._deliver, batch, self._read_generation, size)

    def status(self, here: bool) -> None:
        """Say that the log is here or away, when that is news; at first only "away" is."""
        if here != (self._said is not False):
            self._call(self._deliver_status, here)
        self._said = here

    def _call(self, callback: Callable[..., None], *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:  # the loop is closed: nobody listens any more
            self.closed = True

    def _deliver(self, batch: Batch, generation: int, size: int) -> None:
        try:
            if not self.closed:
                wanted = self._without_sought(batch, generation)
                if wanted.next_offsets:
                    self._on_batch(wanted)
        finally:
            with self._lock:
                self._records -= len(batch.records)
                self._bytes -= size
                self._lock.notify_all()

    def _without_sought(self, batch: Batch, generation: int) -> Batch:
        stale = {tp for tp in batch.next_offsets if self._sought.get(tp, 0) > generation}
        if not stale:
            return batch
        return Batch(
            tuple(record for record in batch.records if (record.topic, record.partition) not in stale),
            {tp: offset for tp, offset in batch.next_offsets.items() if tp not in stale},
        )

    def _deliver_status(self, here: bool) -> None:
        if not self.closed and self._on_status is not None:
            self._on_status(here)
