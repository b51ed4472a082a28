"""The hub owns the write.

    source ──wake──▶ tick ──one chunk per group──▶ every subscriber that keeps up
                       └───one chunk each────────▶ those that lag behind (their cursor says where)

A tick runs at once when there was none lately and every 10–20 ms under load, and writes to each subscriber once however
many events there are. A write is stepped in place: no task is woken for it. Where the server says "wait", the subscriber
is busy: it leaves its group, keeps a cursor instead of a queue, and catches up when it can.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping

import structlog
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Stream
from millstream_kit.clock import Clock

from millstream_stream_edge import frames
from millstream_stream_edge.chunk import Chunk
from millstream_stream_edge.delivery_traces import DeliveryTraces
from millstream_stream_edge.frames import GapReason
from millstream_stream_edge.front import Share
from millstream_stream_edge.group import Cursors, Group
from millstream_stream_edge.groups import Groups
from millstream_stream_edge.held import Held
from millstream_stream_edge.key_holders import KeyHolders
from millstream_stream_edge.latency import Latency
from millstream_stream_edge.metrics import EdgeMetrics
from millstream_stream_edge.passages import Passages
from millstream_stream_edge.plan import Plan
from millstream_stream_edge.position import PositionCodec
from millstream_stream_edge.ring import Ring
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.subscriber import Rest, Subscriber
from millstream_stream_edge.tables import Table
from millstream_stream_edge.upkeep import Upkeep
from millstream_stream_edge.wheel import SLOT_S

log = structlog.get_logger(__name__)

MOST_WRITES = 4  # that a step may have for one group at once: one for each log, and some for envelopes
PUMP_BUDGET_S = 0.010  # longest time given to those behind before everyone else has a turn


class Hub:
    """Everyone who listens, and what they have yet to get."""

    def __init__(
        self,
        rings: Mapping[str, Ring],
        tables: Mapping[str, Table],
        codec: PositionCodec,
        settings: EdgeSettings,
        clock: Clock,
        metrics: EdgeMetrics,
        traces: DeliveryTraces,
        status: Callable[[Iterable[str]], bytes],
    ) -> None:
        """
        Args:
            status: makes a `stream.status` about some topics.
        """
        self.subscribers: dict[Subscriber, None] = {}
        self.key_holders = KeyHolders()
        self._tables = tables
        self._settings = settings
        self._clock = clock
        self._metrics = metrics
        self._latency = Latency(rings, clock, metrics, traces)
        self._status = status
        self._groups = Groups(rings, tables, codec, clock)
        self._passages = Passages(settings.write_bytes)
        self._upkeep = Upkeep(self, settings, clock, metrics, status)
        self._touched: set[str] = set()  # topics of which something came
        self._lagging: dict[Subscriber, None] = {}
        self._ahead: dict[Subscriber, None] = {}
        self._held = Held(settings.max_held_bytes)
        self._views_touched = False
        self._tick_handle: asyncio.Handle | None = None
        self._last_tick = float("-inf")
        self._interval = settings.tick_min_ms / 1000
        for stream in load_inventory().streams:
            metrics.connections.labels(stream)

    # --- joining and leaving ------------------------------------------------------------------------------------------

    def hold(self, plan: Plan) -> Group:
        """The group of a plan; to be given back with `release`."""
        return self._groups.hold(plan)

    def release(self, group: Group) -> None:
        """One holder less."""
        self._groups.release(group)

    def join(self, subscriber: Subscriber, cursors: Cursors, opening: list[bytes]) -> None:
        """Take in a subscriber whose response has begun, and write its first blocks."""
        group = subscriber.group
        self.subscribers[subscriber] = None
        self.key_holders.add(subscriber)
        group.members[subscriber] = None
        self._metrics.connections.labels(group.plan.label).inc()
        self._metrics.opened.labels(group.plan.label).inc()
        subscriber.cursors = cursors
        self.write(subscriber, Chunk(b"".join(opening)), len(group.views))
        self._upkeep.begin(subscriber)
        if not subscriber.catching_up and not subscriber.is_busy:
            self._settle(subscriber)

    def leave(self, subscriber: Subscriber) -> None:
        """The request is over."""
        if self.subscribers.pop(subscriber, False) is False:
            return
        self.key_holders.remove(subscriber)
        self._upkeep.end(subscriber)
        group = subscriber.group
        if not subscriber.closing:
            self._metrics.left.labels(group.plan.label).inc()
        subscriber.closing = True
        self._metrics.connections.labels(group.plan.label).dec()
        group.members.pop(subscriber, None)
        group.live.pop(subscriber, None)
        self._lagging.pop(subscriber, None)
        self._ahead.pop(subscriber, None)
        self._held.let_go(subscriber)
        if subscriber.write_task is not None:
            subscriber.write_task.cancel()

    def begin(self) -> None:
        """What was there at start has been read, and clients may come: from here on latency is measured."""
        self._latency.begin()

    # --- the tick -----------------------------------------------------------------------------------------------------

    def wake(self, topics: Iterable[str]) -> None:
        """Records of these topics came."""
        self._touched.update(topics)
        self._lagging.update(self._ahead)
        self._ahead.clear()
        self._views_touched = self._views_touched or not self._tables.keys().isdisjoint(self._touched)
        self._plan_tick()

    def _plan_tick(self) -> None:
        if self._tick_handle is not None:
            return
        loop = asyncio.get_running_loop()
        wait = self._last_tick + self._interval - loop.time()
        self._tick_handle = loop.call_soon(self._tick) if wait <= 0 else loop.call_later(wait, self._tick)

    def _tick(self) -> None:
        started = time.perf_counter()
        self._tick_handle = None
        shown: list[Group] = []
        if self._views_touched:
            self._views_touched = False
            shown = self._groups.show()
        self._advance(shown)
        self._pump()
        self._latency.observe(self._groups.keeping_up)
        took = time.perf_counter() - started
        self._last_tick = asyncio.get_running_loop().time()
        # A pause as long as the tick: others have their turn, and more events share one write (docs/operate/performance.md).
        least, most = self._settings.tick_min_ms / 1000, self._settings.tick_max_ms / 1000
        self._interval = min(max(least, took), most)
        self._metrics.ticks.inc()
        self._metrics.tick_seconds.inc(took)
        if self._touched or self._lagging:
            self._plan_tick()

    def _advance(self, shown: Iterable[Group]) -> None:
        """Write what came to everyone who keeps up and whom it concerns."""
        step = self._groups.advance(self._touched, self._settings.write_bytes)
        self._touched = step.left
        for group in dict.fromkeys((*shown, *step.shares)):
            share = step.shares[group]
            if share.size > self._settings.write_bytes * MOST_WRITES:
                self._lagging.update(dict.fromkeys(group.fall_behind(step.began)))
            else:
                self._write_share(group, share)

    def _write_share(self, group: Group, share: Share) -> None:
        blocks = group.take_shown() + share.blocks()
        if not blocks or not group.live:
            return
        chunk = Chunk(frames.with_id(group.id_line(group.cursors), blocks))
        group.wrote_at = self._clock.monotonic()
        for subscriber in tuple(group.live):
            self.send(subscriber, chunk)
        self._metrics.sent(group.plan.label, len(group.live), len(blocks) - len(share.gaps), chunk.size)
        if share.gaps:
            self._metrics.gaps.labels(GapReason.OVERFLOW).inc(len(share.gaps))

    def _pump(self) -> None:
        """Give those behind a chunk each, as many as there is time for."""
        started = time.perf_counter()
        for subscriber in tuple(self._lagging):
            del self._lagging[subscriber]
            if subscriber.can_be_written:
                self._pump_one(subscriber)
            if time.perf_counter() - started > PUMP_BUDGET_S:
                return

    def _pump_one(self, subscriber: Subscriber) -> None:
        group, cursors = subscriber.group, subscriber.cursors
        assert cursors is not None
        owed = self._owed(subscriber)
        if owed:
            self.write(subscriber, Chunk(frames.with_id(group.id_line(cursors), owed)), len(owed))
        if subscriber.can_be_written:
            passage = self._passages.take(group, cursors)
            if passage.gaps:
                self._metrics.gaps.labels(GapReason.OVERFLOW).inc(passage.gaps)
            if passage.chunk is not None:
                self.write(subscriber, passage.chunk, passage.events)
        if subscriber.can_be_written:
            self._settle(subscriber)

    def _owed(self, subscriber: Subscriber) -> list[bytes]:
        """What could not be said to it while it could not be written."""
        group = subscriber.group
        blocks = subscriber.take_owed()
        if subscriber.owes_status:
            subscriber.owes_status = False
            blocks.append(self._status(group.plan.topics))
        for index in sorted(subscriber.stale):
            blocks += group.snapshot(index)
        subscriber.stale.clear()
        return blocks

    def _settle(self, subscriber: Subscriber) -> None:
        """Put a subscriber that can be written to where it belongs."""
        group, cursors = subscriber.group, subscriber.cursors
        assert cursors is not None
        if subscriber.stale or subscriber.owed or subscriber.owes_status or not group.reached(cursors):
            self._lagging[subscriber] = None
            self._plan_tick()
        elif group.keeps_up(cursors):
            group.live[subscriber] = None
            subscriber.cursors = None
        else:
            self._ahead[subscriber] = None  # it met a pod that had read further; the log will get there

    def resume(self, subscriber: Subscriber) -> None:
        """What was missing from the rings has been written; go on from the rings."""
        subscriber.catching_up = False
        if subscriber.is_busy:
            return  # with a heartbeat; when it ends, this goes on
        if subscriber.final is not None:
            final, subscriber.final = subscriber.final, None
            self.send(subscriber, Chunk(final, is_last=True))
        elif not subscriber.closing:
            self._settle(subscriber)

    # --- writing ------------------------------------------------------------------------------------------------------

    def write(self, subscriber: Subscriber, chunk: Chunk, events: int = 0) -> None:
        subscriber.wrote_at = self._clock.monotonic()
        self._metrics.sent(subscriber.group.plan.label, 1, events, chunk.size)
        self.send(subscriber, chunk)

    def send(self, subscriber: Subscriber, chunk: Chunk) -> None:
        try:
            rest = subscriber.begin_write(chunk)
        except Exception as error:  # noqa: BLE001 - one client's fault is no one else's
            self._lost(subscriber, error)
            return
        if rest is not None:
            self._become_busy(subscriber, rest, chunk.size)

    def _become_busy(self, subscriber: Subscriber, rest: Rest, size: int) -> None:
        group = subscriber.group
        if group.live.pop(subscriber, False) is None:
            subscriber.cursors = group.copy_cursors()
        self._ahead.pop(subscriber, None)
        subscriber.wrote_at = self._clock.monotonic()
        subscriber.expect_by(subscriber.wrote_at + self._settings.send_timeout_s)
        subscriber.write_task = asyncio.get_running_loop().create_task(self._finish_write(subscriber, rest))
        self._upkeep.schedule(subscriber)
        self._held.hold(subscriber, size)
        while (slowest := self._held.one_too_many) is not None:
            self._metrics.closed.labels("held_bytes").inc()
            self.abandon(slowest)

    async def _finish_write(self, subscriber: Subscriber, rest: Rest) -> None:
        try:
            await rest
        except Exception as error:  # noqa: BLE001 - one client's fault is no one else's
            self._lost(subscriber, error)
            return
        self._held.let_go(subscriber)
        subscriber.deadline = None
        subscriber.write_task = None
        if subscriber.final is not None:
            final, subscriber.final = subscriber.final, None
            self.send(subscriber, Chunk(final, is_last=True))
        elif not subscriber.closing and not subscriber.catching_up:
            self._lagging[subscriber] = None
            self._plan_tick()

    def _lost(self, subscriber: Subscriber, error: Exception) -> None:
        log.debug("write failed", error=repr(error))
        if not subscriber.closing:
            self._metrics.left.labels(subscriber.group.plan.label).inc()
        self.abandon(subscriber)

    def abandon(self, subscriber: Subscriber) -> None:
        """Give a connection up without another word."""
        subscriber.closing = True
        subscriber.group.live.pop(subscriber, None)
        self._held.let_go(subscriber)
        if subscriber.write_task is not None:
            subscriber.write_task.cancel()
        if subscriber.request_task is not None and not subscriber.abandoned:
            subscriber.abandoned = True
            subscriber.request_task.cancel()

    def end(self, subscriber: Subscriber, last: bytes, reason: str) -> None:
        """Say one last thing and close."""
        if subscriber.closing:
            return
        group = subscriber.group
        can_hear = subscriber.can_hear
        if can_hear:
            place = group.cursors if subscriber.cursors is None else subscriber.cursors
            last = frames.with_id(group.id_line(place), [*subscriber.take_owed(), last])
        subscriber.closing = True
        group.live.pop(subscriber, None)
        self._metrics.closed.labels(reason).inc()
        if can_hear:
            self.send(subscriber, Chunk(last, is_last=True))
        else:
            subscriber.final = last

    # --- by time ------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Turn the wheel, for ever."""
        while True:
            before = self._clock.monotonic()
            await self._clock.sleep(SLOT_S)
            self._metrics.loop_delay.observe(max(0.0, self._clock.monotonic() - before - SLOT_S))
            self.turn()

    def turn(self) -> None:
        """Look at everything whose time has come."""
        self._upkeep.turn()
        self._passages.forget()
        if self._groups.let_time_pass():
            self._views_touched = True
            self._plan_tick()
        self._metrics.held_bytes.set(self._held.bytes)
        self._metrics.lagging.set(len(self.subscribers) - sum(len(group.live) for group in self._groups))

    # --- telling everyone ---------------------------------------------------------------------------------------------

    def tell_status(self) -> None:
        """The log's state changed; say so to everyone."""
        self._upkeep.tell_status(tuple(self.subscribers))

    def begin_anew(self, topic: str) -> None:
        """A topic was made anew and its ring with it: everyone goes on with the new one, and is told."""
        for group in self._groups.of_topic(topic):
            for cursors in (group.cursors, *(s.cursors for s in group.members if s.cursors)):
                if topic in cursors:
                    cursors[topic].reset()
        self.tell_gap(topic, GapReason.TOPIC_RECREATED)

    def tell_gap(self, topic: str, reason: GapReason) -> None:
        """Something of a topic is missing for everyone."""
        for group in self._groups.of_topic(topic):
            blocks = group.plan.gaps(topic, reason)
            self._metrics.gaps.labels(reason).inc(len(blocks) * len(group.members))
            for subscriber in tuple(group.members):
                if subscriber.can_hear:
                    self.write(subscriber, Chunk(b"".join(blocks)))
                else:
                    subscriber.owed.update(dict.fromkeys(blocks))

    # --- counting -----------------------------------------------------------------------------------------------------

    def subscribers_of(self, stream: Stream) -> int:
        """How many connections carry a stream."""
        return sum(len(group.members) for group in self._groups if any(sub.stream is stream for sub in group.plan.subs))
