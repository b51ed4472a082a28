"""One reader over every partition of every stream topic: log records in, rings and tables filled, the hub woken.

Event topics are sought back some minutes at start, compacted ones to their beginning; the edge is ready once it has
read up to where the log ended when it began, so that a rolled pod resumes everyone without a gap.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Protocol

import structlog
from millstream_contracts.headers import TRACEPARENT
from millstream_contracts.inventory import load_inventory
from millstream_contracts.times import to_rfc3339
from millstream_kit.clock import Clock
from millstream_kit.log import Batch, Log, LogReader, LogUnavailable, Record, TopicInfo, TopicPartition

from millstream_stream_edge import frames
from millstream_stream_edge.delivery_traces import DeliveryTraces
from millstream_stream_edge.frames import Control, GapReason
from millstream_stream_edge.metrics import EdgeMetrics
from millstream_stream_edge.position import fingerprint
from millstream_stream_edge.rate import Rate
from millstream_stream_edge.records import Reader
from millstream_stream_edge.ring import Ring
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.streams import SNAPSHOT_STREAMS
from millstream_stream_edge.tables import Table

log = structlog.get_logger(__name__)


def stream_topics() -> tuple[str, ...]:
    """Every topic behind a stream."""
    return tuple(sorted({topic for stream in load_inventory().stream_list for topic in stream.topics}))


class Listener(Protocol):
    """Who wants to know: the hub."""

    def begin(self) -> None: ...
    def wake(self, topics: Iterable[str]) -> None: ...
    def tell_status(self) -> None: ...
    def begin_anew(self, topic: str) -> None: ...
    def tell_gap(self, topic: str, reason: GapReason) -> None: ...


class Source:
    """Rings and tables, kept up with the log."""

    def __init__(
        self, log: Log, settings: EdgeSettings, clock: Clock, metrics: EdgeMetrics, traces: DeliveryTraces
    ) -> None:
        self.rings: dict[str, Ring] = {}
        self.tables = {topic: Table(kind.message) for kind in SNAPSHOT_STREAMS for topic in kind.spec.topics}
        self.is_ready = False
        self.read = Reader(metrics)
        self._log = log
        self._settings = settings
        self._clock = clock
        self._metrics = metrics
        self._traces = traces
        self._rates = {topic: Rate() for topic in stream_topics()}
        self._away_since_ms: int | None = None
        self._missing: set[TopicPartition] = set()
        self._targets: Mapping[TopicPartition, int] = {}
        self._caught_up = asyncio.Event()
        self._listener: Listener | None = None

    @property
    def is_away(self) -> bool:
        return self._away_since_ms is not None

    def status(self, topics: Iterable[str]) -> bytes:
        """`stream.status` about some topics."""
        rings = [self.rings[topic] for topic in topics if topic in self.rings]
        newest = max((ring.newest_ms for ring in rings if ring.newest_ms is not None), default=None)
        return frames.control(
            Control.STATUS,
            {
                "kafka": "away" if self.is_away else "ok",
                "lag_ms": self.lag_ms(rings),
                "newest_at": None if newest is None else to_rfc3339(newest),
            },
        )

    def lag_ms(self, rings: Iterable[Ring]) -> float | None:
        """How late the newest records were read, and for how long none could be; None before the first record.

        What was written before this process began and read back by it was not late: 0.
        """
        read = max((ring.lag_ms for ring in rings if ring.lag_ms is not None), default=None)
        if self._away_since_ms is not None:
            return float(max(read or 0, self._clock.now_ms() - self._away_since_ms))
        return None if read is None else float(read)

    def _lag_s(self, ring: Ring) -> float:
        return (self.lag_ms([ring]) or 0) / 1000

    def records_per_min(self, topics: Iterable[str]) -> int:
        """Records of some topics read within the last minute, without those read back at start."""
        return sum(self._rates[topic].per_min(self._clock.monotonic()) for topic in topics)

    async def run(self, listener: Listener, on_ready: Callable[[], None]) -> None:
        """Read for ever."""
        self._listener = listener
        reader = await self._open()
        try:
            await self._caught_up.wait()
            if not self.is_ready:
                self.is_ready = True
                listener.begin()
                log.info("caught up", records=sum(len(ring) for ring in self.rings.values()))
                on_ready()
            while True:
                await self._clock.sleep(self._settings.topic_check_s)
                await self._look_for_new_topics(reader)
        finally:
            await reader.close()

    # --- starting -----------------------------------------------------------------------------------------------------

    async def _open(self) -> LogReader:
        if not self.rings:
            await self._prepare()
        positions = {(topic, p): end for topic, ring in self.rings.items() for p, end in enumerate(ring.end)}
        self._missing = {tp for tp, target in self._targets.items() if positions[tp] < target}
        if not self._missing:
            self._caught_up.set()
        return self._log.reader(positions, self._on_batch, self._on_status)

    async def _prepare(self) -> None:
        try:
            topics = await self._log.ensure_topics(stream_topics())
            starts = await self._starts(topics)
            self._targets = await self._log.end_offsets(list(starts))
        except LogUnavailable:
            self._set_away(True)
            raise
        self._set_away(False)
        for name, info in topics.items():
            ring = self.rings[name] = Ring(
                name,
                fingerprint(info.epoch),
                [starts[(name, p)] for p in range(info.partitions)],
                max_events=self._settings.ring_events,
                max_bytes=self._settings.ring_bytes,
            )
            self._metrics.lag.labels(name).set_function(partial(self._lag_s, ring))

    async def _starts(self, topics: Mapping[str, TopicInfo]) -> dict[TopicPartition, int]:
        compacted = [(name, p) for name, info in topics.items() if name in self.tables for p in range(info.partitions)]
        logs = [(name, p) for name, info in topics.items() if name not in self.tables for p in range(info.partitions)]
        since = self._clock.now_ms() - int(self._settings.rewind_s * 1000)
        return {**await self._log.begin_offsets(compacted), **await self._log.offsets_at(logs, since)}

    # --- reading ------------------------------------------------------------------------------------------------------

    def _on_batch(self, batch: Batch) -> None:
        for record in batch.records:
            self._take(record)
        touched = {record.topic for record in batch.records}
        for (topic, partition), offset in batch.next_offsets.items():
            ring = self.rings[topic]
            if partition >= len(ring.end):
                continue  # made anew, the topic has it no more
            if topic not in self.tables and offset > ring.end[partition]:
                self._note_hole(ring, partition, offset)
                touched.add(topic)
            ring.advance(partition, offset)
        for topic in touched:
            self._measure(self.rings[topic])
        if not self._caught_up.is_set():
            self._missing = {tp for tp in self._missing if self.rings[tp[0]].end[tp[1]] < self._targets[tp]}
            if not self._missing:
                self._catch_up()
        if self._listener is not None and touched:
            self._listener.wake(touched)

    def _catch_up(self) -> None:
        """Everything there was at start is read; from here on lag and rates say something."""
        self._caught_up.set()
        for ring in self.rings.values():
            if ring.newest_ms is not None:
                ring.lag_ms = 0

    def _take(self, record: Record) -> None:
        ring = self.rings[record.topic]
        self._metrics.records.labels(record.topic).inc()
        if self._caught_up.is_set():
            self._rates[record.topic].add(self._clock.monotonic())
        if record.topic in self.tables:
            self._take_row(ring, record)
            return
        if record.offset > ring.end[record.partition]:
            self._note_hole(ring, record.partition, record.offset)
        made, gap = self.read.frames(record)
        if gap is not None:
            self._metrics.gaps.labels(gap).inc()
        if self._caught_up.is_set():
            self._traces.take(record, ring.end_seq)
        trace = record.header(TRACEPARENT)
        ring.append(record.partition, record.offset, record.timestamp_ms, made, gap=gap, traceparent=trace)

    def _note_hole(self, ring: Ring, partition: int, offset: int) -> None:
        """The log dropped what was before `offset` and not read yet."""
        ring.append(partition, offset - 1, self._clock.now_ms(), (), gap=GapReason.RETENTION)
        self._metrics.gaps.labels(GapReason.RETENTION).inc()

    def _take_row(self, ring: Ring, record: Record) -> None:
        if record.offset < ring.end[record.partition]:
            return
        ring.advance(record.partition, record.offset + 1)
        ring.newest_ms = record.timestamp_ms
        try:
            self.tables[record.topic].apply(record.key or b"", record.value)
        except Exception as error:  # noqa: BLE001 - whatever a record does to us, the next one is served
            self.read.poison(record, error)
            if self._listener is not None:
                self._listener.tell_gap(record.topic, GapReason.POISON)

    def _measure(self, ring: Ring) -> None:
        if self._caught_up.is_set() and ring.newest_ms is not None:
            ring.lag_ms = max(0, self._clock.now_ms() - ring.newest_ms)
        self._metrics.ring_records.labels(ring.topic).set(len(ring))
        self._metrics.ring_bytes.labels(ring.topic).set(ring.size)

    def _on_status(self, is_there: bool) -> None:
        if self._set_away(not is_there) and self._listener is not None:
            self._listener.tell_status()

    def _set_away(self, away: bool) -> bool:
        """Returns whether that is news."""
        if away == self.is_away:
            return False
        self._away_since_ms = self._clock.now_ms() if away else None
        self._metrics.log_away.set(away)
        (log.warning if away else log.info)("the log is away" if away else "the log is there")
        return True

    # --- topics made anew, and changed --------------------------------------------------------------------------------

    async def _look_for_new_topics(self, reader: LogReader) -> None:
        try:
            found = await self._log.describe(list(self.rings))
            for name, info in found.items():
                ring = self.rings[name]
                if fingerprint(info.epoch) != ring.epoch:
                    await self._begin_anew(name, info, reader)
                elif info.partitions > len(ring.end):
                    self._read_added(ring, info, reader)
        except LogUnavailable:
            return

    async def _begin_anew(self, name: str, info: TopicInfo, reader: LogReader) -> None:
        begins = await self._log.begin_offsets([(name, p) for p in range(info.partitions)])
        log.warning("a topic was made anew", topic=name)
        gone = [(name, p) for p in range(info.partitions, len(self.rings[name].end))]
        self.rings[name].reset(fingerprint(info.epoch), [begins[(name, p)] for p in range(info.partitions)])
        if name in self.tables:
            self.tables[name].clear()
        reader.seek({**begins, **dict.fromkeys(gone, 0)})
        if self._listener is not None:
            self._listener.begin_anew(name)

    def _read_added(self, ring: Ring, info: TopicInfo, reader: LogReader) -> None:
        """Topics have the inventory's number of partitions, and a service that starts refuses others; but nothing is missed."""
        added = [(info.name, p) for p in range(len(ring.end), info.partitions)]
        log.error("partitions were added to a topic and are read, too", topic=info.name, added=len(added))
        ring.widen(info.partitions)
        reader.seek(dict.fromkeys(added, 0))
