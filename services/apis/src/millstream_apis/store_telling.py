"""What others must still be told, and the feed, in a database."""

from __future__ import annotations

from collections.abc import Sequence

from millstream_kit.db import Database
from sqlalchemy import and_, delete, or_, select

from millstream_apis.records import unpack_feed
from millstream_apis.store import FeedRow, Untold
from millstream_apis.store_counting import FROM_HEARTBEAT, WHOLE_API, mark_untold
from millstream_apis.tables import FEED, UNTOLD

U = UNTOLD.c
_CHUNK = 200


class SqlTelling:
    """Changes not told, kept until they are."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def untold(self) -> list[Untold]:
        async with self._db.connect() as connection:
            rows = await connection.execute(select(UNTOLD).order_by(U.api_name, U.hour_ms))
            return [Untold(r.api_name, r.hour_ms, r.source, r.version) for r in rows]

    async def told(self, changes: Sequence[Untold]) -> None:
        for start in range(0, len(changes), _CHUNK):
            same = or_(
                *(
                    and_(
                        U.api_name == c.api_name,
                        U.hour_ms == c.hour_ms,
                        U.source == c.source,
                        U.version == c.version,
                    )
                    for c in changes[start : start + _CHUNK]
                )
            )
            async with self._db.begin() as tx:
                await tx.execute(delete(UNTOLD).where(same))

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
