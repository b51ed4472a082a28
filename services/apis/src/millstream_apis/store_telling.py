"""What others must still be told, and the feed, in a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from millstream_kit.db import Database
from sqlalchemy import delete, select

from millstream_apis.dialect import delete_same
from millstream_apis.records import unpack_feed
from millstream_apis.store import FeedRow, Untold
from millstream_apis.store_counting import FROM_HEARTBEAT, WHOLE_API, mark_untold
from millstream_apis.tables import FEED, UNTOLD

U = UNTOLD.c


class SqlTelling:
    """Changes not told, kept until they are."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def untold(self) -> list[Untold]:
        async with self._db.connect() as connection:
            rows = await connection.execute(select(UNTOLD).order_by(U.api_name, U.hour_ms))
            return [Untold(r.api_name, r.hour_ms, r.source, r.version) for r in rows]

    async def told(self, changes: Sequence[Untold]) -> None:
        if changes:
            async with self._db.begin() as tx:
                await delete_same(tx, self._db.dialect, UNTOLD, [asdict(change) for change in changes])

    async def tell_again(self, names: Sequence[str]) -> None:
        async with self._db.begin() as tx:
            await mark_untold(tx, self._db, {(name, WHOLE_API) for name in names}, FROM_HEARTBEAT)

    async def feed(self, limit: int) -> list[FeedRow]:
        async with self._db.connect() as connection:
            rows = (await connection.execute(select(FEED).order_by(FEED.c.seq).limit(limit))).all()
        return [FeedRow(r.seq, r.api_name, r.dropped, unpack_feed(r.items)) for r in rows]

    async def fed(self, rows: Sequence[int]) -> None:
        if rows:
            async with self._db.begin() as tx:
                await tx.execute(delete(FEED).where(FEED.c.seq.in_(rows)))
