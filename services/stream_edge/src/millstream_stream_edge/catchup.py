"""Clients whose place has left the rings are served from the log itself, until the rings hold them.

a client far behind ──▶ a convoy that has not passed it ──────────▶ the hub
          └──none──▶ waits; when a reader is free, one convoy takes all who wait near each other
"""

from __future__ import annotations

import asyncio

import structlog
from millstream_kit.clock import Clock
from millstream_kit.log import Log, LogUnavailable

from millstream_stream_edge import frames
from millstream_stream_edge.chunk import Chunk
from millstream_stream_edge.convoy import Convoy, Rider, Stretch, are_near
from millstream_stream_edge.cursor import Cursor
from millstream_stream_edge.frames import GapReason
from millstream_stream_edge.hub import Hub
from millstream_stream_edge.metrics import EdgeMetrics
from millstream_stream_edge.records import Reader
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.subscriber import Subscriber

log = structlog.get_logger(__name__)
RETRY_S = 1.0
PATIENCE_S = 2.0  # a convoy waits no longer than this for one of its riders


class CatchUp:
    """The convoys of a process, at most `catchup_readers` at once."""

    def __init__(
        self, log: Log, hub: Hub, read: Reader, settings: EdgeSettings, clock: Clock, metrics: EdgeMetrics
    ) -> None:
        self._log = log
        self._hub = hub
        self._read = read
        self._settings = settings
        self._clock = clock
        self._metrics = metrics
        self._waiting: dict[Rider, None] = {}
        self._convoys: dict[Convoy, asyncio.Task[None]] = {}
        metrics.waiting.set_function(lambda: len(self._waiting))

    async def serve(self, subscriber: Subscriber) -> None:
        """Bring a subscriber to where the rings begin, then hand it to the hub."""
        assert subscriber.cursors is not None
        self._metrics.catchups.inc()
        try:
            for topic, cursor in subscriber.cursors.items():
                while not Rider(subscriber, cursor).is_there:
                    await self._ride(topic, Rider(subscriber, cursor))
                if not cursor.is_outdated:
                    cursor.seq = cursor.ring.seq_at(cursor.offsets)
        except Exception:  # whatever it is, it is one client's and no one else's
            log.exception("catching up failed")
            self._hub.abandon(subscriber)
        else:
            self._hub.resume(subscriber)

    async def _ride(self, topic: str, rider: Rider) -> None:
        convoy = next((c for c in self._convoys if c.topic == topic and c.can_take(rider.cursor)), None)
        if convoy is not None:
            convoy.riders[rider] = None
        else:
            self._waiting[rider] = None
            self._set_out()
        try:
            await rider.arrived
        finally:
            self._waiting.pop(rider, None)

    def _set_out(self) -> None:
        """Start convoys while there are free readers and someone waits; whoever waits longest says which topic."""
        while self._waiting and len(self._convoys) < self._settings.catchup_readers:
            first = next(iter(self._waiting)).cursor
            ring = first.ring
            riders = [r for r in self._waiting if r.cursor.ring is ring and are_near(r.cursor.offsets, first.offsets)]
            for rider in riders:
                del self._waiting[rider]
            convoy = Convoy(ring.topic, ring, riders)
            self._convoys[convoy] = asyncio.create_task(self._travel(convoy))

    async def _travel(self, convoy: Convoy) -> None:
        try:
            while convoy.riders and convoy.epoch == convoy.ring.epoch:
                await self._go_on(convoy)
                convoy.let_off()
        except Exception:  # its riders wait for the next one
            log.exception("a convoy failed", topic=convoy.topic)
            await self._clock.sleep(RETRY_S)
        finally:
            del self._convoys[convoy]
            for rider in tuple(convoy.riders):
                convoy.leave_behind(rider)
        self._set_out()

    async def _go_on(self, convoy: Convoy) -> None:
        try:
            stretch = await convoy.read(self._log, self._read, self._settings.catchup_bytes)
        except LogUnavailable:
            await self._clock.sleep(RETRY_S)
            return
        self._metrics.catchup_records.labels(convoy.topic).inc(len(stretch.entries))
        telling = {asyncio.create_task(self._tell(convoy, rider, stretch)): rider for rider in convoy.riders}
        if telling:
            _, slow = await asyncio.wait(telling, timeout=PATIENCE_S)
            stretch.forget()
            for task in slow:
                convoy.riders.pop(telling[task], None)  # it arrives when its write has ended

    async def _tell(self, convoy: Convoy, rider: Rider, stretch: Stretch) -> None:
        """One rider's part of a stretch; ends early, with the rider let off, when the stretch is taken away."""
        subscriber, cursor = rider.subscriber, rider.cursor
        try:
            if stretch.entries:
                await self._tell_entries(convoy, rider, stretch)
            elif not rider.is_there:
                await self._tell_loss(convoy.topic, subscriber, cursor)
        except Exception:  # whatever it is, it is one client's and no one else's
            log.exception("catching up failed")
            self._hub.abandon(subscriber)
        if rider not in convoy.riders:
            rider.arrive()

    async def _tell_entries(self, convoy: Convoy, rider: Rider, stretch: Stretch) -> None:
        subscriber, cursor = rider.subscriber, rider.cursor
        await stretch.render(subscriber.group, convoy.topic)
        blocks: list[bytes] = []
        size = events = index = 0
        while index < len(stretch.entries):  # asked each time: while we wrote, the others may have gone on without us
            if subscriber.closing or cursor.epoch != convoy.epoch:  # the hub has said what there is to say
                return
            entry = stretch.entries[index]
            at = cursor.offsets[entry.partition]
            if entry.offset >= at:
                if entry.offset > at:
                    blocks += self._gaps(convoy.topic, subscriber)
                cursor.offsets[entry.partition] = entry.offset + 1
                said = stretch.blocks(subscriber.group, index)
                blocks += said
                events += len(said)
                size += sum(map(len, said))
            index += 1
            if size >= self._settings.write_bytes:
                await self._send(subscriber, blocks, events)
                blocks, size, events = [], 0, 0
        if blocks:
            await self._send(subscriber, blocks, events)

    async def _tell_loss(self, topic: str, subscriber: Subscriber, cursor: Cursor) -> None:
        """Nothing is left of what this rider lacks."""
        cursor.offsets = [max(at, begin) for at, begin in zip(cursor.offsets, cursor.ring.begin, strict=True)]
        await self._send(subscriber, self._gaps(topic, subscriber), 0)

    def _gaps(self, topic: str, subscriber: Subscriber) -> list[bytes]:
        self._metrics.gaps.labels(GapReason.RETENTION).inc()
        return subscriber.group.plan.gaps(topic, GapReason.RETENTION)

    async def _send(self, subscriber: Subscriber, blocks: list[bytes], events: int) -> None:
        assert subscriber.cursors is not None
        subscriber.being_told = True
        try:
            await subscriber.until_free()  # of a heartbeat it did not take at once
            if subscriber.closing:
                return
            said = [*subscriber.take_owed(), *blocks]
            chunk = Chunk(frames.with_id(subscriber.group.id_line(subscriber.cursors), said))
            self._hub.write(subscriber, chunk, events)
            await subscriber.until_free()
        finally:
            subscriber.being_told = False
