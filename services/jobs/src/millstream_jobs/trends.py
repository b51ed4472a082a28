"""Hourly trends on their compacted topic: each changed hour at most once a second, old hours taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobTrendHour
from millstream_contracts.headers import record_headers
from millstream_contracts.ids import new_event_id
from millstream_contracts.names import Topic
from millstream_contracts.times import HOUR_MS, hour_of
from millstream_kit.clock import Clock
from millstream_kit.log import Log, LogUnavailable, NewRecord
from millstream_kit.waiting import to_the_end

from millstream_jobs.bell import Signal
from millstream_jobs.holdings import TRENDS, Holdings
from millstream_jobs.metrics import Metrics
from millstream_jobs.store import KEPT_HOURS, Store
from millstream_jobs.store_model import TrendHour

log = structlog.get_logger(__name__)

BATCH = 500
GAP_S = 1.0
POLL_S = 1.0


class TrendsPublisher:
    def __init__(
        self, store: Store, target: Log, holdings: Holdings, signal: Signal, clock: Clock, metrics: Metrics
    ) -> None:
        self._store = store
        self._log = target
        self._holdings = holdings
        self._signal = signal
        self._clock = clock
        self._metrics = metrics
        self._hour_ms: int | None = None

    async def run(self) -> None:
        while True:
            if self._holdings.has(TRENDS):
                try:
                    await to_the_end(self.turn_hour())
                    await to_the_end(self.publish_changes())
                except LogUnavailable as error:
                    log.warning("the log is away, trends wait", reason=str(error))
            else:
                self._hour_ms = None
            await self._clock.sleep(GAP_S)
            await self._signal.wait(self._clock, POLL_S)

    async def turn_hour(self) -> None:
        """Say what ran when an hour ended, of every one that does not say so; once an hour take back the oldest."""
        now_ms = self._clock.now_ms()
        turned = self._hour_ms != hour_of(now_ms)
        if turned or await self._store.has_unsaid_hours(now_ms):
            await self._store.close_hours(now_ms)
        if not turned:
            return
        before_ms = hour_of(now_ms) - KEPT_HOURS * HOUR_MS
        while old := await self._store.hours_before(before_ms, BATCH):
            await self._log.append([_record(h, None) for h in old])
            await self._store.forget_hours(old)
        self._hour_ms = hour_of(now_ms)

    async def publish_changes(self) -> int:
        """Publish every hour that changed since it was last published.

        Returns:
            How many that were.
        """
        hours = await self._store.changed_hours(self._clock.now_ms(), BATCH)
        if not hours:
            return 0
        now_ms = self._clock.now_ms()
        active = await self._active(hours, hour_of(now_ms))
        await self._log.append([_record(h, _trend(h, active, now_ms)) for h in hours])
        await self._store.mark_published(hours)
        self._metrics.published.labels(Topic.JOBS_TRENDS.value).inc(len(hours))
        return len(hours)

    async def _active(self, hours: Sequence[TrendHour], open_hour_ms: int) -> Mapping[str, int]:
        """What runs now, as far as it is folded: what is not will change its hour again."""
        if all(h.hour_ms < open_hour_ms for h in hours):
            return {}
        return {function: standing.active for function, standing in (await self._store.folded_standings()).items()}


def _trend(hour: TrendHour, active: Mapping[str, int], now_ms: int) -> JobTrendHour:
    return JobTrendHour(
        event_id=new_event_id(),
        at_ms=now_ms,
        function=hour.function,
        job_type=hour.job_type,
        hour_ms=hour.hour_ms,
        complete=hour.complete,
        failed=hour.failed,
        retrying=hour.retrying,
        cancelled=hour.cancelled,
        active=active.get(hour.function, 0) if hour.hour_ms >= hour_of(now_ms) else hour.active or 0,
    )


def _record(hour: TrendHour, trend: JobTrendHour | None) -> NewRecord:
    return NewRecord(
        Topic.JOBS_TRENDS.value,
        f"{hour.function}/{hour.hour_ms}".encode(),
        None if trend is None else trend.SerializeToString(),
        record_headers(JobTrendHour.DESCRIPTOR.full_name),
    )
