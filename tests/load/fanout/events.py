"""Events at a steady rate; those of a job J(clients, rate, size) are the same text for every server, made when sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Self

from kafka import KafkaProducer
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent, JobProgress
from millstream_contracts.ids import new_job_id
from millstream_contracts.names import EventType
from millstream_kit.log import NewRecord
from millstream_stream_edge.payloads import dumps, job_event
from millstream_stream_edge.testing import a_job_event

BYTES = 300  # of a payload
JOBS = [new_job_id() for _ in range(64)]  # so that every partition has its share


def an_event(seq: int, size: int = BYTES) -> JobEvent:
    """Progress of one of the jobs, with the time of this moment in its message."""
    message = f"ts_ns {time.time_ns()} "
    event = a_job_event(
        EventType.JOB_PROGRESS, job_id=JOBS[seq % len(JOBS)], seq=seq, worker_id="w1", attempt=1, max_retries=3,
        progress=JobProgress(progress=0.5, message=message),
    )  # fmt: skip
    event.progress.message += "x" * max(0, size - len(payload(event)))
    return event


def progress(size: int = BYTES) -> Iterator[JobEvent]:
    """One after the other."""
    return (an_event(seq, size) for seq in count(1))


def append(producer: KafkaProducer, record: NewRecord) -> None:
    """Have a record sent to the log."""
    producer.send(record.topic, key=record.key, value=record.value, headers=list(record.headers))


def payload(event: JobEvent) -> bytes:
    """The JSON every server sends for it."""
    return dumps(job_event(event))


class Publisher:
    """Sends events at a steady rate from a thread of its own, until the end of the block."""

    def __init__(self, publish: Callable[[JobEvent], None], rate_per_s: float, events: Iterator[JobEvent]) -> None:
        self._events = events
        self._publish = publish
        self._pause_s = 1 / rate_per_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publisher")
        self._error: BaseException | None = None
        self.sent = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> int:
        """Send nothing more; returns how many were sent.

        Raises:
            RuntimeError: one could not be.
        """
        self._stop.set()
        self._thread.join()
        if self._error is not None:
            raise RuntimeError("publishing failed") from self._error
        return self.sent

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            try:
                self._publish(next(self._events))
            except Exception as error:  # noqa: BLE001 - the one who stops is told
                self._error = error
                return
            self.sent += 1
            due += self._pause_s
