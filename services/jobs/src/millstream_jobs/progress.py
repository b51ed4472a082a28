"""Progress on its way to the log: the newest per job, at most two a second, outside the outbox; a crash may lose some.

It never overtakes what the outbox still has to say of its job, and is not said any more once its job has moved on.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent
from millstream_contracts.headers import record_headers
from millstream_contracts.names import Topic
from millstream_kit.clock import Clock
from millstream_kit.log import Log, LogUnavailable, NewRecord
from millstream_kit.waiting import to_the_end

from millstream_jobs.bell import Signal
from millstream_jobs.metrics import Metrics
from millstream_jobs.store import Store

log = structlog.get_logger(__name__)

LEAST_GAP_S = 0.5
# Until it is looked again whether the outbox has said what comes first, longer each time; the log may be away for hours.
LOOK_S, LOOK_MOST_S = 0.05, 2.0
GONE = 2**63  # as the `seq` of a job that was deleted


class ProgressFeed:
    def __init__(self, store: Store, target: Log, clock: Clock, metrics: Metrics) -> None:
        self._store = store
        self._log = target
        self._clock = clock
        self._metrics = metrics
        self._signal = Signal()
        self._newest: dict[str, tuple[JobEvent, str | None]] = {}
        self._said_at: dict[str, float] = {}
        self._look_s = LOOK_S

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
        ready = await self._ready([job for job in self._newest if job not in self._said_at])
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

    async def _ready(self, due: Sequence[str]) -> list[tuple[JobEvent, str | None]]:
        """What may be said of these jobs."""
        seqs = await to_the_end(self._store.published_seqs(due)) if due else {}
        ready = []
        for job in due:
            event, traceparent = self._newest[job]
            seq = seqs.get(job, GONE)
            if seq is None or event.seq > seq:
                continue
            del self._newest[job]
            if event.seq == seq:
                ready.append((event, traceparent))
        self._look_s = min(self._look_s * 2, LOOK_MOST_S) if due and not ready else LOOK_S
        return ready

    def _next_in_s(self) -> float:
        if not self._newest:
            return 60.0
        now = self._clock.monotonic()
        waits = (
            self._said_at[job] + LEAST_GAP_S - now if job in self._said_at else self._look_s for job in self._newest
        )
        return max(0.005, min(waits))


def _record(event: JobEvent, traceparent: str | None) -> NewRecord:
    return NewRecord(
        Topic.JOBS_EVENTS.value,
        event.job_id.encode(),
        event.SerializeToString(),
        record_headers(event.type, traceparent),
    )
