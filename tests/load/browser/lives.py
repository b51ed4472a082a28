"""Lives of jobs that nobody runs: what is measured is the page, so their events go straight into the log."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

from kafka import KafkaProducer
from load.fanout.events import Publisher, append
from millstream_contracts.generated.millstream.jobs.v1 import job_events_pb2 as pb
from millstream_contracts.ids import new_job_id
from millstream_contracts.names import EventType
from millstream_stream_edge.testing import a_job_event, job_record

FUNCTIONS = [f"load_{n}" for n in range(12)]


def events() -> Iterator[pb.JobEvent]:
    """One life after the other, four events each, a different function each time."""
    for function in itertools.cycle(FUNCTIONS):
        job = {"job_id": new_job_id(), "function": function, "function_name": function}
        now = time.time_ns() // 1_000_000
        ran = {"worker_id": "load-1", "attempt": 1, "max_retries": 0}
        queued = pb.JobQueued(queued_at_ms=now, scheduled_at_ms=now, priority=5, trigger="api")
        yield _at(now, a_job_event(EventType.JOB_QUEUED, seq=1, queued=queued, **job))
        started = pb.JobStarted(started_at_ms=now, queue_wait_ms=3)
        yield _at(now + 3, a_job_event(EventType.JOB_STARTED, seq=2, started=started, **job, **ran))
        progress = pb.JobProgress(progress=0.5, message="half way")
        yield _at(now + 5, a_job_event(EventType.JOB_PROGRESS, seq=2, progress=progress, **job, **ran))
        completed = pb.JobCompleted(completed_at_ms=now + 9, duration_ms=6)
        yield _at(now + 9, a_job_event(EventType.JOB_COMPLETED, seq=3, completed=completed, **job, **ran))


def _at(ms: int, event: pb.JobEvent) -> pb.JobEvent:
    event.at_ms = ms
    return event


class Lives:
    """Appends events at a steady rate, between `begin` and `end`."""

    def __init__(self, kafka: str) -> None:
        self._producer = KafkaProducer(bootstrap_servers=kafka, linger_ms=5)
        self._publisher: Publisher | None = None

    def begin(self, rate_per_s: float) -> None:
        self._publisher = Publisher(lambda event: append(self._producer, job_record(event)), rate_per_s, events())
        self._publisher.start()

    def end(self) -> int:
        """How many were sent."""
        publisher, self._publisher = self._publisher, None
        sent = 0 if publisher is None else publisher.stop()
        self._producer.flush(timeout=60)
        return sent

    def close(self) -> None:
        self.end()
        self._producer.close()
