"""A fair share of leases: replicas see one another by a lease of their own, and each takes its part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from millstream_kit.clock import Clock
from millstream_kit.db import Database
from millstream_kit.leases import Leases
from millstream_kit.waiting import to_the_end
from sqlalchemy import Table


class Share:
    """This process' part of a set of leases, renewed apart from the work done under it: that may take its time.

    Args:
        group: what the leases are for; their names begin with it.
        names: every lease of the set.
        holder: unique per process and start.
    """

    def __init__(
        self,
        database: Database,
        table: Table,
        *,
        group: str,
        names: Sequence[str],
        holder: str,
        ttl_s: float,
        clock: Clock,
    ) -> None:
        self.held: Mapping[str, int] = {}
        self._database = database
        self._clock = clock
        self._ttl_s = ttl_s
        self._on_change: list[Callable[[], None]] = []
        self.leases = Leases(database, table, holder=holder, ttl_s=ttl_s, clock=clock)
        self._self = Leases(database, table, holder=holder, ttl_s=ttl_s, clock=clock)
        self._members = f"{group}.member/"
        self._member = f"{self._members}{holder}"
        self._names = names

    def on_change(self, call: Callable[[], None]) -> None:
        """Call this whenever what is held has changed."""
        self._on_change.append(call)

    async def keep(self) -> None:
        """Keep a fair share until cancelled; `held` is name → epoch."""
        while True:
            await to_the_end(self.renew())
            await self._clock.sleep(self._ttl_s / 3)

    async def renew(self) -> None:
        """Take or keep a fair share."""
        await self._self.acquire([self._member])
        replicas = await self._self.holders(self._members)
        held = dict(await self.leases.acquire(self._names, most=-(-len(self._names) // replicas)))
        if held != self.held:
            self.held = held
            for call in self._on_change:
                call()

    async def lost_of(self, held: Mapping[str, int]) -> set[str]:
        """Which of these are not held under these epochs any more."""
        async with self._database.begin() as tx:
            return await self.leases.lost(tx, held)

    async def release(self) -> None:
        """Let go of everything."""
        await self.leases.release()
        await self._self.release()
