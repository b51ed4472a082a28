"""Appends to Kafka: one thread hands records to kafka-python's idempotent producer, whose own thread sends them.

append ─▶ queue ─▶ this thread: send() ─▶ kafka-python's sender ─acks=all─▶ callbacks ─▶ one wake-up of the loop
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from kafka import KafkaProducer

from millstream_kit.log import Appended, LogUnavailable, NewRecord
from millstream_kit.log_requests import AppendRequest, Completions

logger = logging.getLogger(__name__)

# A producer that failed this long may know only addresses that no broker has any more.
REBUILD_AFTER_S = 30.0
CLOSE_S = 5.0


class _Pending:
    """One append in flight: a place per record, told once all are there."""

    def __init__(self, request: AppendRequest, done: Callable[[AppendRequest, Exception | None], None]) -> None:
        self._request = request
        self._done = done
        self._lock = threading.Lock()
        self._missing = len(request.records)
        self._places: list[Appended | None] = [None] * self._missing
        self._error: Exception | None = None

    def placed(self, index: int, metadata: Any) -> None:
        self._places[index] = Appended(metadata.partition, metadata.offset)
        self._count()

    def failed(self, error: Exception) -> None:
        self._error = error
        self._count()

    def _count(self) -> None:
        with self._lock:
            self._missing -= 1
            if self._missing:
                return
        places = [place for place in self._places if place is not None]
        error = self._error
        self._request.outcome = places if error is None else LogUnavailable(f"Kafka did not take all records: {error}")
        self._done(self._request, error)


class KafkaAppender:
    """Owns the producer and its thread.

    Args:
        make: builds a producer; it asks a broker for its version and so fails when none answers.
    """

    def __init__(self, make: Callable[[], KafkaProducer]) -> None:
        self._make = make
        self._queue: queue.SimpleQueue[AppendRequest | None] = queue.SimpleQueue()
        self._completions = Completions()
        self._closed = False
        self._failing_since: float | None = None
        self._must_rebuild = False
        self._producer: KafkaProducer | None = None
        self._thread = threading.Thread(target=self._run, name="kafka append", daemon=True)
        self._thread.start()

    async def append(self, records: Sequence[NewRecord]) -> list[Appended]:
        """Send and wait for every acknowledgement."""
        if self._closed:
            raise LogUnavailable("the log is closed")
        if not records:
            return []
        request = AppendRequest(records)
        self._queue.put(request)
        return await request.future

    def close(self) -> None:
        """Send what waits, for a few seconds, and end. Blocks."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()
        while not self._queue.empty():
            request = self._queue.get_nowait()
            if request is not None:
                self._completions.add(request)

    def _run(self) -> None:
        while (request := self._queue.get()) is not None:
            producer = self._current_producer()
            if isinstance(producer, LogUnavailable):
                self._fail_waiting(request, producer)
            else:
                self._send(producer, request)
        self._drop_producer(CLOSE_S)

    def _send(self, producer: KafkaProducer, request: AppendRequest) -> None:
        pending = _Pending(request, self._on_done)
        for index, record in enumerate(request.records):
            try:
                future = producer.send(record.topic, record.value, key=record.key, headers=list(record.headers))
            except Exception as error:  # noqa: BLE001 - whoever waits must be told, whatever it is
                pending.failed(error)
            else:
                future.add_callback(pending.placed, index)
                future.add_errback(pending.failed)

    def _on_done(self, request: AppendRequest, error: Exception | None) -> None:
        # In kafka-python's thread mostly; only plain assignments, the appending thread acts on them.
        if error is None:
            self._failing_since = None
        elif not getattr(error, "retriable", False):
            # Fenced, out of sequence, refused: this producer cannot go on.
            self._must_rebuild = True
        elif self._failing_since is None:
            self._failing_since = time.monotonic()
        self._completions.add(request)

    def _current_producer(self) -> KafkaProducer | LogUnavailable:
        failing_since = self._failing_since
        is_stale = failing_since is not None and time.monotonic() - failing_since > REBUILD_AFTER_S
        if self._producer is not None and (self._must_rebuild or is_stale):
            self._drop_producer(0)
        if self._producer is None:
            self._must_rebuild = False
            self._failing_since = None
            try:
                self._producer = self._make()
            except Exception as error:  # noqa: BLE001 - a thread that ends would leave everybody waiting for ever
                return LogUnavailable(f"no Kafka broker answers: {error!r}")
        return self._producer

    def _fail_waiting(self, first: AppendRequest, error: LogUnavailable) -> None:
        """Fail everything that waited while no broker answered, instead of trying for each in turn."""
        waiting = [first]
        for _ in range(self._queue.qsize()):
            request = self._queue.get_nowait()
            if request is None:
                self._queue.put(None)
                break
            waiting.append(request)
        for request in waiting:
            request.outcome = error
            self._completions.add(request)

    def _drop_producer(self, timeout_s: float) -> None:
        producer, self._producer = self._producer, None
        if producer is None:
            return
        for attempt_s in (timeout_s, 0.0):
            try:
                producer.close(timeout=attempt_s)
                return
            except Exception as error:  # noqa: BLE001 - the next one is made all the same
                logger.warning("closing the Kafka producer with unsent records: %s", error)
