"""What this process is in charge of: shards of the outbox, timers, tallies, trends, bulk actions; each held by a lease row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from millstream_kit.clock import Clock
from millstream_kit.leases import Leases
from millstream_kit.waiting import to_the_end

from millstream_jobs.store import SHARDS, shard_lease

TIMERS = "timers"
TALLIES = "tallies"
TRENDS = "trends"
BULK = "bulk"
RENEWALS_PER_TTL = 3


class Holdings:
    def __init__(self, leases: Leases, clock: Clock, ttl_s: float, on_change: Callable[[], None]) -> None:
        self._leases = leases
        self._clock = clock
        self._ttl_s = ttl_s
        self._on_change = on_change
        self._held: Mapping[str, int] = {}
        self._until = float("-inf")

    async def renew(self) -> None:
        names: Sequence[str] = [*(shard_lease(shard) for shard in range(SHARDS)), TIMERS, TALLIES, TRENDS, BULK]
        asked_at = self._clock.monotonic()
        held = dict(await self._leases.acquire(names))
        self._until = asked_at + self._ttl_s
        if held != self._held:
            self._held = held
            self._on_change()

    async def keep(self) -> None:
        while True:
            await to_the_end(self.renew())
            await self._clock.sleep(self._ttl_s / RENEWALS_PER_TTL)

    async def release(self) -> None:
        self._held = {}
        await self._leases.release()

    def has(self, name: str) -> bool:
        return name in self._held and self._clock.monotonic() < self._until

    def shards(self) -> dict[int, int]:
        """Shard → fencing epoch; none when the leases could not be renewed in time."""
        if self._clock.monotonic() >= self._until:
            return {}
        return {s: self._held[shard_lease(s)] for s in range(SHARDS) if shard_lease(s) in self._held}
