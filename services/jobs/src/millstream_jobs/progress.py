"""Progress on its way to the log: the newest per job, at most two a second, outside the outbox; a crash may lose some."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent
from millstream_contracts.headers import record_headers
from millstream_contracts.names import Topic
from millstream_kit.clock import Clock
from millstream_kit.log import Log, LogUnavailable, NewRecord

from millstream_jobs.bell import Signal
from millstream_jobs.metrics import Metrics

log = structlog.get_logger(__name__)

LEAST_GAP_S = 0.5


class ProgressFeed:
    def __init__(self, target: Log, clock: Clock, metrics: Metrics) -> None:
        self._log = target
        self._clock = clock
        self._metrics = metrics
        self._signal = Signal()
        self._newest: dict[str, tuple[JobEvent, str | None]] = {}
        self._said_at: dict[str, float] = {}

    def offer(self, events: Sequence[tuple[JobEvent, str | None]]) -> None:
        for event, traceparent in events:
            self._newest[event.job_id] = event, traceparent
        if events:
            self._signal.ring()

    async def run(self) -> None:
        while True:
            await self.publish_ready()
            await self._signal.wait(self._clock, self._next_in_s())

    async def publish_ready(self) -> int:
        """Say what may be said now.

        Returns:
            How many events that were.
        """
        now = self._clock.monotonic()
        self._said_at = {job: at for job, at in self._said_at.items() if now - at < LEAST_GAP_S}
        ready = [self._newest.pop(job) for job in list(self._newest) if job not in self._said_at]
        if not ready:
            return 0
        self._said_at |= {event.job_id: now for event, _ in ready}
        try:
            await self._log.append([_record(event, traceparent) for event, traceparent in ready])
        except LogUnavailable as error:
            log.info("progress dropped, the log is away", jobs=len(ready), reason=str(error))
        else:
            self._metrics.published.labels(Topic.JOBS_EVENTS.value).inc(len(ready))
        return len(ready)

    def _next_in_s(self) -> float:
        if not self._newest:
            return 60.0
        now = self._clock.monotonic()
        waits = (self._said_at.get(job, now - LEAST_GAP_S) + LEAST_GAP_S - now for job in self._newest)
        return max(0.005, min(waits))


def _record(event: JobEvent, traceparent: str | None) -> NewRecord:
    return NewRecord(
        Topic.JOBS_EVENTS.value,
        event.job_id.encode(),
        event.SerializeToString(),
        record_headers(event.type, traceparent),
    )
