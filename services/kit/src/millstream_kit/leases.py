"""Leases: named rows that one process at a time holds, with an epoch that fences off who held it before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import BigInteger, Column, ColumnElement, MetaData, String, Table, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_kit.clock import Clock
from millstream_kit.db import Database, inserting


def lease_table(metadata: MetaData) -> Table:
    """The table `leases`, for a service's metadata and migrations."""
    return Table(
        "leases",
        metadata,
        Column("name", String(128), primary_key=True),
        Column("holder", String(128), nullable=False),
        Column("epoch", BigInteger, nullable=False),
        Column("expires_at_ms", BigInteger, nullable=False),
    )


class Leases:
    """What one process holds.

    A lease is taken when it is free or has expired, and its epoch grows by one; renewing keeps the epoch. Work done
    under leases calls `lost` in its own transaction, so that a holder that slept past its expiry changes nothing.

    Args:
        database: where the rows are.
        table: made by `lease_table`.
        holder: unique per process (and per start of it).
        ttl_s: seconds a lease lasts without renewal; renew every third of it.
    """

    def __init__(self, database: Database, table: Table, *, holder: str, ttl_s: float, clock: Clock) -> None:
        self._db = database
        self._table = table
        self._holder = holder
        self._ttl_ms = round(ttl_s * 1000)
        self._clock = clock
        self._held: dict[str, int] = {}

    @property
    def held(self) -> Mapping[str, int]:
        """The names held after the last `acquire`, and their epochs."""
        return self._held

    async def acquire(self, names: Sequence[str], *, most: int | None = None) -> Mapping[str, int]:
        """Renew what is held and take what is free.

        Args:
            names: every lease this process would like.
            most: the fair share; no more than this is held (None: all that are free).

        Returns:
            name → epoch of everything held now.
        """
        t, now = self._table, self._clock.now_ms()
        async with self._db.begin() as connection:
            await self._create_missing(connection, names)
            mine = await self._rows(connection, names, t.c.holder == self._holder, t.c.expires_at_ms > now)
            free = await self._rows(connection, names, t.c.expires_at_ms <= now, skip_locked=True)
            free = {name: epoch + 1 for name, epoch in free.items()}
            wanted = dict(list((mine | free).items())[:most])
            for name, epoch in wanted.items():
                await connection.execute(
                    update(t)
                    .where(t.c.name == name)
                    .values(holder=self._holder, epoch=epoch, expires_at_ms=now + self._ttl_ms)
                )
            for name in mine.keys() - wanted.keys():
                await connection.execute(update(t).where(t.c.name == name).values(expires_at_ms=0))
        self._held = wanted
        return wanted

    async def release(self) -> None:
        """Let go of everything, so that others need not wait for the expiry."""
        t = self._table
        held, self._held = self._held, {}
        if not held:
            return
        mine = or_(*(and_(t.c.name == name, t.c.epoch == epoch) for name, epoch in held.items()))
        async with self._db.begin() as connection:
            await connection.execute(update(t).where(t.c.holder == self._holder, mine).values(expires_at_ms=0))

    async def holders(self, prefix: str) -> int:
        """How many processes hold a lease whose name begins with `prefix`; at least one, this one."""
        t = self._table
        query = (
            select(t.c.holder).distinct().where(t.c.name.startswith(prefix), t.c.expires_at_ms > self._clock.now_ms())
        )
        async with self._db.connect() as connection:
            found = set((await connection.execute(query)).scalars())
        return len(found | {self._holder})

    async def lost(self, connection: AsyncConnection, held: Mapping[str, int]) -> set[str]:
        """Which of these are not held under these epochs any more, locking the rows until the transaction ends.

        Args:
            connection: the transaction the protected work is done in.
            held: name → epoch.
        """
        t = self._table
        still = await self._rows(
            connection, list(held), t.c.holder == self._holder, t.c.expires_at_ms > self._clock.now_ms()
        )
        return {name for name, epoch in held.items() if still.get(name) != epoch}

    async def _rows(
        self,
        connection: AsyncConnection,
        names: Sequence[str],
        *wanted: ColumnElement[bool],
        skip_locked: bool = False,
    ) -> dict[str, int]:
        """Name → epoch of those, locked in the order of their names.

        Our own are waited for: who locks them is work of ours under `lost`, and to skip them would be to lose them.
        """
        t = self._table
        query = select(t.c.name, t.c.epoch).where(t.c.name.in_(names), *wanted).order_by(t.c.name)
        if self._db.dialect == "postgresql":
            query = query.with_for_update(skip_locked=skip_locked)
        return {row.name: row.epoch for row in await connection.execute(query)}

    async def _create_missing(self, connection: AsyncConnection, names: Sequence[str]) -> None:
        t = self._table
        known = set((await connection.execute(select(t.c.name).where(t.c.name.in_(names)))).scalars())
        rows = [{"name": n, "holder": "", "epoch": 0, "expires_at_ms": 0} for n in names if n not in known]
        if rows:
            await connection.execute(inserting(self._db.dialect, t).values(rows).on_conflict_do_nothing())
