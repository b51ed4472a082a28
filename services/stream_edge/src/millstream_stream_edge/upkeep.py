"""What every connection gets by time: heartbeats, the status, and its end. One wheel, one look per connection."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Protocol

from millstream_kit.clock import Clock

from millstream_stream_edge import frames
from millstream_stream_edge.chunk import Chunk
from millstream_stream_edge.frames import Control, ReconnectReason
from millstream_stream_edge.group import Group
from millstream_stream_edge.metrics import EdgeMetrics
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.subscriber import Subscriber
from millstream_stream_edge.wheel import NEVER, Wheel

LEAST_BYTES_PER_S = 1024  # of one whose write takes long; less is not worth the memory that the write takes
EARLIEST, LATEST = 0.8, 1.18  # of the heartbeat's interval, which is the mean: a slot of the wheel comes on top


class Writer(Protocol):
    """What upkeep asks of the hub."""

    def write(self, subscriber: Subscriber, chunk: Chunk) -> None: ...
    def send(self, subscriber: Subscriber, chunk: Chunk) -> None: ...
    def end(self, subscriber: Subscriber, last: bytes, reason: str) -> None: ...
    def abandon(self, subscriber: Subscriber) -> None: ...


def reconnect(reason: ReconnectReason) -> bytes:
    """`stream.reconnect`, with a delay of the client's own."""
    after_ms = frames.retry_ms()
    return frames.control(Control.RECONNECT, {"after_ms": after_ms, "reason": reason.value}, retry_ms=after_ms)


class Upkeep:
    """Looks at each connection when something may be due."""

    def __init__(
        self,
        writer: Writer,
        settings: EdgeSettings,
        clock: Clock,
        metrics: EdgeMetrics,
        status: Callable[[Iterable[str]], bytes],
    ) -> None:
        """
        Args:
            status: makes a `stream.status` about some topics.
        """
        self._writer = writer
        self._settings = settings
        self._clock = clock
        self._metrics = metrics
        self._status = status
        self._statuses: dict[Group, Chunk] = {}  # of this turn: thousands of a group come up in one
        self._wheel: Wheel[Subscriber] = Wheel(clock.monotonic())

    def begin(self, subscriber: Subscriber) -> None:
        """A connection was opened."""
        now = self._clock.monotonic()
        subscriber.status_at = now + self._settings.status_s * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
        self.schedule(subscriber)

    def turn(self) -> None:
        """Look at every connection whose time has come."""
        now = self._clock.monotonic()
        self._statuses.clear()
        for slot, subscriber in self._wheel.due(now):
            if subscriber.check_slot == slot:
                self._look(subscriber, now)

    def schedule(self, subscriber: Subscriber) -> None:
        """Look again when the next thing may be due; what was scheduled before no longer counts."""
        if subscriber.deadline is not None:
            at = subscriber.deadline
        else:
            spread = random.uniform(EARLIEST, LATEST)  # noqa: S311 - jitter
            idle_until = subscriber.last_write + self._settings.heartbeat_s * spread
            at = min(idle_until, subscriber.status_at, subscriber.ends_at)
        # One that comes up earlier anyway looks for itself; a client that is busy again and again fills no slots.
        if not self._wheel.comes_up(subscriber.check_slot, at):
            subscriber.check_slot = self._wheel.put(subscriber, at)

    def end(self, subscriber: Subscriber) -> None:
        """A connection is over: nothing is due any more."""
        subscriber.check_slot = NEVER

    def tell_status(self, subscribers: Iterable[Subscriber]) -> None:
        """Say `stream.status` to all of these now, or as soon as something can be said to them."""
        self._statuses.clear()
        for subscriber in subscribers:
            if not subscriber.closing:
                self._tell_status(subscriber)

    def _tell_status(self, subscriber: Subscriber) -> None:
        subscriber.status_at = self._clock.monotonic() + self._settings.status_s
        subscriber.owes_status = False
        if subscriber.can_hear:
            self._writer.write(subscriber, self._status_of(subscriber.group))
        else:
            subscriber.owes_status = True

    def _status_of(self, group: Group) -> Chunk:
        made = self._statuses.get(group)
        if made is None:
            made = self._statuses[group] = Chunk(self._status(group.plan.topics))
        return made

    def _look(self, subscriber: Subscriber, now: float) -> None:
        if subscriber.deadline is not None:
            if now >= subscriber.deadline and not self._goes_on(subscriber, now):
                self._metrics.closed.labels("send_timeout").inc()
                self._writer.abandon(subscriber)
                return
        elif subscriber.closing:
            return
        elif now >= subscriber.ends_at:
            self._writer.end(subscriber, reconnect(subscriber.ends_why), subscriber.ends_why.value)
        elif not subscriber.being_told:
            self._keep_alive(subscriber, now)
        self.schedule(subscriber)

    def _goes_on(self, subscriber: Subscriber, now: float) -> bool:
        """Whether one that has not taken all of a write has taken enough of it to be given as long again."""
        timeout_s = self._settings.send_timeout_s
        if not subscriber.took(int(timeout_s * LEAST_BYTES_PER_S)):
            return False
        subscriber.expect_by(now + timeout_s)
        return True

    def _keep_alive(self, subscriber: Subscriber, now: float) -> None:
        if now >= subscriber.status_at or subscriber.owes_status:
            self._tell_status(subscriber)
        elif now - subscriber.last_write >= self._settings.heartbeat_s * EARLIEST:
            group = subscriber.group
            if subscriber.cursors is None:
                subscriber.wrote_at = now
                self._writer.send(subscriber, group.heartbeat())
            else:
                # An id must not pass a gap that was not said, nor what is not written: its cursors end with its writes.
                said = [*subscriber.take_owed(), frames.control(Control.POSITION)]
                self._writer.write(subscriber, Chunk(frames.with_id(group.id_line(subscriber.cursors), said)))
