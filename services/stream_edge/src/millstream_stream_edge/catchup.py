"""Clients whose place has left the rings are served from the log itself, a few at a time, until the rings hold them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from millstream_kit.clock import Clock
from millstream_kit.log import Batch, Log, LogUnavailable, Record, TopicPartition

from millstream_stream_edge import frames
from millstream_stream_edge.cursor import Cursor
from millstream_stream_edge.frames import GapReason
from millstream_stream_edge.hub import Hub
from millstream_stream_edge.metrics import EdgeMetrics
from millstream_stream_edge.records import Reader
from millstream_stream_edge.ring import Entry
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.subscriber import Subscriber, body

log = structlog.get_logger(__name__)
RETRY_S = 1.0
READ_TIMEOUT_S = 10.0


class CatchUp:
    """Reads stretches of the log for clients far behind."""

    def __init__(
        self, log: Log, hub: Hub, read: Reader, settings: EdgeSettings, clock: Clock, metrics: EdgeMetrics
    ) -> None:
        self._log = log
        self._hub = hub
        self._read = read
        self._settings = settings
        self._clock = clock
        self._metrics = metrics
        self._slots = asyncio.Semaphore(settings.catchup_readers)

    async def serve(self, subscriber: Subscriber) -> None:
        """Bring a subscriber to where the rings begin, then hand it to the hub."""
        assert subscriber.cursors is not None
        try:
            async with self._slots:
                self._metrics.catchups.inc()
                for topic, cursor in subscriber.cursors.items():
                    await self._bring_up(subscriber, topic, cursor)
        except TimeoutError:
            self._metrics.closed.labels("send_timeout").inc()
            self._hub.abandon(subscriber)
        except Exception:
            log.exception("catching up failed")
            self._hub.abandon(subscriber)
        else:
            self._hub.resume(subscriber)

    async def _bring_up(self, subscriber: Subscriber, topic: str, cursor: Cursor) -> None:
        while not cursor.ring.holds(cursor.offsets) and not subscriber.closing:
            try:
                records = await self._stretch(topic, cursor)
            except LogUnavailable:
                await self._clock.sleep(RETRY_S)
                continue
            if not cursor.is_outdated:
                await self._tell(subscriber, topic, cursor, records)
        if not cursor.is_outdated:
            cursor.seq = cursor.ring.seq_at(cursor.offsets)

    async def _stretch(self, topic: str, cursor: Cursor) -> list[Record]:
        upto = list(cursor.ring.begin)
        positions = {(topic, p): at for p, at in enumerate(cursor.offsets) if at < upto[p]}
        return await read_stretch(self._log, positions, upto, self._settings.catchup_bytes)

    async def _tell(self, subscriber: Subscriber, topic: str, cursor: Cursor, records: Sequence[Record]) -> None:
        blocks: list[bytes] = []
        size = 0
        events = 0
        epoch = cursor.epoch
        for record in records:
            if cursor.epoch != epoch:  # the topic was made anew while we wrote; the hub has said so
                return
            if record.offset < cursor.offsets[record.partition]:
                continue
            if record.offset > cursor.offsets[record.partition]:
                blocks += subscriber.group.plan.gaps(topic, GapReason.RETENTION)
                self._metrics.gaps.labels(GapReason.RETENTION).inc()
            made, gap = self._read.frames(record)
            entry = Entry(0, record.partition, record.offset, record.timestamp_ms, made, gap, 0)
            rendered = subscriber.group.render(topic, entry)
            cursor.offsets[record.partition] = record.offset + 1
            blocks += rendered
            events += len(rendered)
            size += sum(map(len, rendered))
            if size >= self._settings.write_bytes:
                await self._send(subscriber, blocks, events)
                blocks, size, events = [], 0, 0
        if not records and cursor.epoch == epoch:  # nothing was left of that stretch
            blocks += subscriber.group.plan.gaps(topic, GapReason.RETENTION)
            self._metrics.gaps.labels(GapReason.RETENTION).inc()
            cursor.offsets = [max(at, begin) for at, begin in zip(cursor.offsets, cursor.ring.begin, strict=True)]
        self._metrics.catchup_records.labels(topic).inc(len(records))
        if blocks:
            await self._send(subscriber, blocks, events)

    async def _send(self, subscriber: Subscriber, blocks: list[bytes], events: int) -> None:
        assert subscriber.cursors is not None
        chunk = frames.with_id(subscriber.group.id_line(subscriber.cursors), blocks)
        async with asyncio.timeout(self._settings.send_timeout_s):
            await subscriber.send(body(chunk))
        subscriber.wrote_at = self._clock.monotonic()
        label = subscriber.group.plan.label
        self._metrics.deliveries.labels(label).inc(events)
        self._metrics.bytes.labels(label).inc(len(chunk))


async def read_stretch(
    log: Log, positions: dict[TopicPartition, int], upto: Sequence[int], max_bytes: int
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
