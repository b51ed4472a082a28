"""Reading Kafka: one thread and one consumer per reader; no group, no commits.

take seeks ─▶ poll ─▶ batch to the loop            while the loop is behind: no poll
     ▲          └─ nothing for a second ─▶ probe ─▶ here, or away after `AWAY_S` without any sign of life
a call that never returns ─▶ its consumer is closed from the loop's side, and a new one goes on from the same place
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from kafka import KafkaConsumer
from kafka import TopicPartition as KafkaPartition
from kafka.errors import KafkaError

from millstream_kit.log import Batch, Record, TopicPartition
from millstream_kit.log_delivery import Bounds, Delivery

logger = logging.getLogger(__name__)

POLL_MS = 100
# A fetch costs as much for one record as for fifty: the faster they come, the longer they are let gather (docs/adr/0021).
# The first one after a pause never waits.
GATHER_S_PER_RECORD = 0.0025
GATHER_MOST_S = 0.020
BUSY_S = 0.040
MANY_RECORDS = 100
ROOM_S = 1.0
PROBE_AFTER_S = 1.0
PROBE_MS = 1500
# Two probes in a row have failed by then, so that one slow answer does not flap.
AWAY_S = 4.0
# kafka-python can lose the waiter of a call, which then waits for ever (https://github.com/dpkp/kafka-python/issues/3121).
# Every call of a turn is bounded; a turn as long as this is lost.
STUCK_S = 20.0
LOOK_S = 5.0
# Away this long, all brokers may have new addresses: ask the bootstrap servers again.
REBUILD_AFTER_S = 30.0


class KafkaReader:
    """One thread that follows some partitions.

    Args:
        make: builds a consumer; it asks a broker for its version and so fails when none answers.
    """

    def __init__(
        self,
        make: Callable[[], KafkaConsumer],
        positions: Mapping[TopicPartition, int],
        delivery: Delivery,
        bounds: Bounds,
        on_closed: Callable[[KafkaReader], None],
    ) -> None:
        self._make = make
        self._positions = dict(positions)
        self._delivery = delivery
        self._bounds = bounds
        self._on_closed = on_closed
        self._epochs: dict[str, object] = {}
        self._alive_at = time.monotonic()
        self._probes = 0
        self._polled_at = 0.0
        self._rest_s = 0.0
        self._consumer: KafkaConsumer | None = None
        self._turned_at: float | None = None
        self._is_cut = False
        self._loop = asyncio.get_running_loop()
        self._look = self._loop.call_later(LOOK_S, self._look_after)
        self._thread = threading.Thread(target=self._run, name="kafka read", daemon=True)
        self._thread.start()

    def seek(self, positions: Mapping[TopicPartition, int]) -> None:
        """Continue these partitions from these offsets."""
        self._delivery.seek(positions)

    async def close(self) -> None:
        """Stop reading."""
        self._delivery.close()
        await asyncio.to_thread(self._thread.join)
        self._look.cancel()
        self._on_closed(self)

    def _look_after(self) -> None:
        """On the loop: have a lost call fail, so that the thread begins anew."""
        self._look = self._loop.call_later(LOOK_S, self._look_after)
        turned_at, consumer = self._turned_at, self._consumer
        if consumer is not None and turned_at is not None and time.monotonic() - turned_at > STUCK_S:
            logger.warning("a call to Kafka does not return, reading with a new connection")
            self._turned_at, self._is_cut = None, True
            self._loop.run_in_executor(None, _close, consumer)

    def _run(self) -> None:
        while not self._delivery.closed:
            try:
                self._consumer, self._is_cut = self._make(), False
                self._start(self._consumer)
                self._follow(self._consumer)
            except Exception as error:
                # Not retried inside kafka-python: no broker to begin with, not authorised, a damaged record. And whatever
                # else: a thread that ended would look like a log in which nothing happens.
                is_known = isinstance(error, KafkaError) or self._is_cut
                logger.warning("cannot read Kafka: %r", error, exc_info=None if is_known else error)
                self._look_away()
                self._delivery.pause(PROBE_AFTER_S)
            finally:
                self._turned_at = None
                consumer, self._consumer = self._consumer, None
                if consumer is not None:
                    _close(consumer)

    def _start(self, consumer: KafkaConsumer) -> None:
        self._positions.update(self._delivery.take_seeks())
        consumer.assign([KafkaPartition(*tp) for tp in self._positions])
        for tp, offset in self._positions.items():
            consumer.seek(KafkaPartition(*tp), max(0, offset))

    def _follow(self, consumer: KafkaConsumer) -> None:
        while not self._delivery.closed and time.monotonic() - self._alive_at < REBUILD_AFTER_S:
            self._turned_at = time.monotonic()
            if not self._delivery.wait_for_room(ROOM_S):
                self._alive_at = time.monotonic()  # it is the loop that is away
            self._seek(consumer, self._delivery.take_seeks())
            self._begin_anew(consumer)
            if self._rest_s:
                rest, self._rest_s = self._rest_s, 0.0
                self._delivery.pause(rest)
            if self._delivery.has_room():
                self._poll(consumer)
        self._alive_at = time.monotonic()

    def _seek(self, consumer: KafkaConsumer, seeks: Mapping[TopicPartition, int]) -> None:
        if seeks.keys() - self._positions.keys():
            consumer.assign([KafkaPartition(*tp) for tp in {**self._positions, **seeks}])
        for tp, offset in seeks.items():
            consumer.seek(KafkaPartition(*tp), max(0, offset))
        self._positions.update(seeks)

    def _begin_anew(self, consumer: KafkaConsumer) -> None:
        """Go to the begin of topics that were made again; an offset of the old one may look valid in the new one.

        The consumer's metadata knows topic ids, but it has no public way to ask for them.
        """
        for topic in {topic for topic, _ in self._positions}:
            epoch = consumer._cluster.topic_id(topic)
            if epoch is None or self._epochs.setdefault(topic, epoch) == epoch:
                continue
            logger.warning("topic %s was made again: reading it from its begin", topic)
            self._epochs[topic] = epoch
            begins = {tp: 0 for tp in self._positions if tp[0] == topic}
            self._seek(consumer, begins)
            self._hand_over((), begins)

    def _poll(self, consumer: KafkaConsumer) -> None:
        polled = consumer.poll(POLL_MS, max_records=self._bounds.batch_records)
        if polled:
            self._is_alive()
            records = tuple(_record(record) for of_partition in polled.values() for record in of_partition)
            self._gather(len(records))
            self._hand_over(records, {(tp.topic, tp.partition): found[-1].offset + 1 for tp, found in polled.items()})
        elif time.monotonic() - self._alive_at > PROBE_AFTER_S:
            self._probe(consumer)

    def _gather(self, count: int) -> None:
        """Set when to poll next: others are about to come, and one fetch may bring them all."""
        now = time.monotonic()
        is_busy = now - self._polled_at < BUSY_S and count < MANY_RECORDS
        self._polled_at = now
        self._rest_s = min(count * GATHER_S_PER_RECORD, GATHER_MOST_S) if is_busy else 0.0

    def _hand_over(self, records: tuple[Record, ...], moved: dict[TopicPartition, int]) -> None:
        if moved:
            self._delivery.batch(Batch(records, moved))
            self._positions.update(moved)

    def _probe(self, consumer: KafkaConsumer) -> None:
        """Nothing came: is there nothing, or nobody? A leader is asked, each partition's in turn."""
        partitions = list(self._positions)
        self._probes += 1
        probed = KafkaPartition(*partitions[self._probes % len(partitions)])
        try:
            consumer.end_offsets([probed], timeout_ms=PROBE_MS)
        except KafkaError as error:
            logger.info("Kafka does not answer: %s", error)
            if time.monotonic() - self._alive_at > AWAY_S:
                self._delivery.status(False)
            return
        self._is_alive()
        self._hand_over((), self._skipped(consumer))

    def _skipped(self, consumer: KafkaConsumer) -> dict[TopicPartition, int]:
        """Partitions that moved without a record: over a compacted tail, or to the begin after an offset not held."""
        moved: dict[TopicPartition, int] = {}
        for tp, offset in self._positions.items():
            position = consumer.position(KafkaPartition(*tp), timeout_ms=0)
            if position is not None and position != offset:
                moved[tp] = position
        return moved

    def _is_alive(self) -> None:
        self._alive_at = time.monotonic()
        self._delivery.status(True)

    def _look_away(self) -> None:
        if time.monotonic() - self._alive_at > AWAY_S:
            self._delivery.status(False)


def _close(consumer: KafkaConsumer) -> None:
    try:
        consumer.close(autocommit=False, timeout_ms=1000)
    except Exception as error:  # noqa: BLE001 - the next one is made all the same
        logger.warning("cannot close a Kafka consumer: %r", error)


def _record(record: Any) -> Record:
    return Record(
        record.topic,
        record.partition,
        record.offset,
        record.key,
        record.value,
        tuple(record.headers),
        record.timestamp,
    )
