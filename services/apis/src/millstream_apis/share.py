"""A fair share of leases: replicas see one another by a lease of their own, and each takes its part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from millstream_kit.clock import Clock
from millstream_kit.db import Database
from millstream_kit.leases import Leases
from sqlalchemy import Table


class Share:
    """This process' part of a set of leases.

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
        self.ttl_s = ttl_s
        self.leases = Leases(database, table, holder=holder, ttl_s=ttl_s, clock=clock)
        self._self = Leases(database, table, holder=holder, ttl_s=ttl_s, clock=clock)
        self._members = f"{group}.member/"
        self._member = f"{self._members}{holder}"
        self._names = names

    async def renew(self) -> Mapping[str, int]:
        """Take or keep a fair share; name → epoch of what is held."""
        await self._self.acquire([self._member])
        replicas = await self._self.holders(self._members)
        return await self.leases.acquire(self._names, most=-(-len(self._names) // replicas))

    async def release(self) -> None:
        """Let go of everything."""
        await self.leases.release()
        await self._self.release()
