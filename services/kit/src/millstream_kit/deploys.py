"""Deploys: when a version of somebody's code began to run in a group of processes that share a name.

heartbeat ─→ `note`: not the last one's version · began after the last one · nobody else of the group runs it ─→ a row
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from millstream_contracts.inventory import load_inventory
from millstream_contracts.times import to_rfc3339
from pydantic import BaseModel, Field
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_kit.answers import DAY_MS, check_period
from millstream_kit.bodies import Instant
from millstream_kit.clock import Clock
from millstream_kit.db import Database, inserting

KEPT_MS = 35 * DAY_MS  # as long as the figures they are seen beside


def deploy_table(metadata: MetaData) -> Table:
    """The table `deploys`, for a service's metadata and migrations.

    They are numbered within their group, so that of two replicas that hear the same one, one keeps it.
    """
    return Table(
        "deploys",
        metadata,
        Column("name", String(63), primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("version", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        Index("deploys_by_time", "at_ms"),
    )


@dataclass(frozen=True, slots=True)
class Deploy:
    """A version that began to run.

    Args:
        name: of the group.
        at_ms: when the first process of it was heard, milliseconds since 1970 by the service's clock.
        previous: the version before it; None of the first, and where that is no longer kept.
    """

    name: str
    version: str
    at_ms: int
    previous: str | None


class Deploys:
    """The deploys of a service's groups.

    Args:
        database: where the rows are.
        table: made by `deploy_table`.
    """

    def __init__(self, database: Database, table: Table) -> None:
        self._db = database
        self._table = table

    async def note(
        self,
        tx: AsyncConnection,
        name: str,
        version: str | None,
        *,
        began_ms: int,
        now_ms: int,
        others_run: Callable[[str], Awaitable[bool]],
    ) -> None:
        """A process of a group was heard: keep it as a deploy if it is the first of its version.

        While a rollout goes on, processes of the version before come and go: they began before it, or others of them
        are there.

        Args:
            version: None is not known, and no deploy.
            began_ms: when the process began, or was first heard.
            others_run: whether any other present process of the group runs a version; asked only where it matters.
        """
        if version is None:
            return
        c = self._table.c
        newest = select(c.number, c.version, c.at_ms).where(c.name == name).order_by(c.number.desc()).limit(1)
        last = (await tx.execute(newest)).first()
        if last is not None and (last.version == version or began_ms < last.at_ms):
            return
        if await others_run(version):
            return
        row = {"name": name, "number": last.number + 1 if last else 1, "version": version, "at_ms": now_ms}
        await tx.execute(inserting(self._db.dialect, self._table).values(row).on_conflict_do_nothing())

    async def between(self, since_ms: int, until_ms: int, name: str | None, limit: int) -> list[Deploy]:
        """Those of a time, its end excluded, the newest first."""
        c, before = self._table.c, self._table.alias()
        precedes = and_(before.c.name == c.name, before.c.number == c.number - 1)
        query = (
            select(c.name, c.version, c.at_ms, before.c.version.label("previous"))
            .join_from(self._table, before, precedes, isouter=True)
            .where(c.at_ms >= since_ms, c.at_ms < until_ms)
            .order_by(c.at_ms.desc(), c.name, c.number.desc())
            .limit(limit)
        )
        if name is not None:
            query = query.where(c.name == name)
        async with self._db.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [Deploy(row.name, row.version, row.at_ms, row.previous) for row in rows]

    async def forget(self, before_ms: int) -> None:
        """Drop those of before then, but the last of each group: it says what the next is compared with."""
        c, later = self._table.c, self._table.alias().c
        follows = select(1).where(later.name == c.name, later.number > c.number).exists()
        async with self._db.begin() as tx:
            await tx.execute(delete(self._table).where(c.at_ms < before_ms, follows))


class DeploysQuery(BaseModel):
    """What deploys may be asked for; without times, those of the last 24 hours."""

    name: Annotated[str, Field(pattern=f"^{load_inventory().name_pattern}$")] | None = None
    after: Instant | None = None
    before: Instant | None = None
    limit: Annotated[int, Field(ge=1, le=1_000)] = 100


class DeployOut(BaseModel):
    name: str
    version: str
    previous_version: str | None
    at: str


class DeployList(BaseModel):
    deploys: list[DeployOut]


async def list_deploys(deploys: Deploys, query: DeploysQuery, clock: Clock) -> DeployList:
    """The deploys asked for, the newest first.

    Raises:
        Refusal: the period ends before it begins.
    """
    check_period(query.after, query.before)
    until = clock.now_ms() + 1 if query.before is None else query.before
    since = until - DAY_MS if query.after is None else query.after
    found = await deploys.between(since, until, query.name, query.limit)
    return DeployList(
        deploys=[
            DeployOut(name=d.name, version=d.version, previous_version=d.previous, at=to_rfc3339(d.at_ms))
            for d in found
        ]
    )
