"""What is let go of in time: ids, the request log, buckets, instances, APIs nobody hears of. One replica keeps house."""

from __future__ import annotations

import structlog
from millstream_contracts.names import Topic
from millstream_kit.clock import Clock
from millstream_kit.deploys import KEPT_MS as DEPLOYS_KEPT_MS
from millstream_kit.deploys import Deploys
from millstream_kit.leases import Leases
from millstream_kit.log import Log, NewRecord
from millstream_kit.waiting import to_the_end

from millstream_apis.model import DAY_MS, HOUR_MS, TENS_KEPT_MS, hour_of
from millstream_apis.records import snapshot_tombstone, trend_tombstone
from millstream_apis.settings import ApisSettings
from millstream_apis.store import KeepingStore
from millstream_apis.store_counting import REPEAT_MS
from millstream_apis.uses import CONSUMERS_KEPT_MS

log = structlog.get_logger(__name__)

KEEPING = "keep"
EVERY_S = 30.0
SLACK_MS = 600_000  # between receiving a batch and appending it
TREND_HOURS = 168 + 2
INSTANCE_KEPT_MS = 600_000
NEWS_KEPT_MS = DAY_MS  # an API younger than this is never forgotten
TREND_MARK = "trends_taken_back_to"


class Keeper:
    """Keeps the database and the compacted topics as large as they need to be."""

    def __init__(
        self, store: KeepingStore, deploys: Deploys, sink: Log, leases: Leases, clock: Clock, settings: ApisSettings
    ) -> None:
        self._store = store
        self._deploys = deploys
        self._sink = sink
        self._leases = leases
        self._clock = clock
        self._settings = settings

    async def run(self) -> None:
        """Keep house until cancelled."""
        while True:
            await to_the_end(self._round())
            await self._clock.sleep(EVERY_S)

    async def _round(self) -> None:
        if KEEPING in await self._leases.acquire([KEEPING]):
            await self.sweep()

    async def sweep(self) -> None:
        """Let go of everything whose time has come."""
        now, s = self._clock.now_ms(), self._settings
        await self._store.forget_ids(await self._ids_needed_since())
        await self._store.forget_requests(now - round(s.requests_kept_h * HOUR_MS))
        await self._store.forget_captures(now - round(s.requests_kept_h * HOUR_MS), s.captures_kept)
        await self._take_back_trends(now)
        # A step begins before the instant it is asked from: an hour more is kept than may be asked for.
        kept = (TENS_KEPT_MS, round(s.minutes_kept_h * HOUR_MS), round(s.hours_kept_d * DAY_MS))
        await self._store.forget_buckets(*(now - k - HOUR_MS for k in kept))
        await self._store.forget_consumers(now - CONSUMERS_KEPT_MS - HOUR_MS)
        await self._store.forget_functions(now - CONSUMERS_KEPT_MS - HOUR_MS)
        await self._store.forget_unmatched(now - CONSUMERS_KEPT_MS - HOUR_MS)
        await self._store.forget_failures(now - CONSUMERS_KEPT_MS - HOUR_MS)
        await self._store.forget_instances(now - INSTANCE_KEPT_MS - round(s.instance_ttl_s * 1000))
        await self._deploys.forget(now - DEPLOYS_KEPT_MS)
        gone = await self._store.forget_apis(now - NEWS_KEPT_MS)
        if gone:
            await self._sink.append([snapshot_tombstone(name) for name in gone])

    async def _ids_needed_since(self) -> int:
        """An hour before the oldest record that is not counted yet: a lagging consumer must still know its repeats."""
        topic = (await self._sink.describe([Topic.APIS_INGEST]))[Topic.APIS_INGEST]
        ends = await self._sink.end_offsets([(topic.name, p) for p in range(topic.partitions)])
        counted = await self._store.counted_to(topic.epoch)
        needed = [self._clock.now_ms() - SLACK_MS]
        for (_, partition), end in ends.items():
            offset, received_at_ms = counted.get(partition, (0, 0))
            if offset < end:
                needed.append(received_at_ms)
        return min(needed) - REPEAT_MS

    async def _take_back_trends(self, now: int) -> None:
        """Take hours no stream may ask for any more out of the compacted topic."""
        until = hour_of(now) - TREND_HOURS * HOUR_MS
        done = await self._store.mark(TREND_MARK)
        if until <= done:
            return
        old: list[NewRecord] = [trend_tombstone(*place) for place in await self._store.old_trends(done, until)]
        if old:
            await self._sink.append(old)
        await self._store.set_mark(TREND_MARK, until)
