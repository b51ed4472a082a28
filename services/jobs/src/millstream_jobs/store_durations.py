"""Jobs by how long they ran.

Where few ran so long, an index tells which, however many others there are. Where many did, they are not far to seek: the
newest are looked at, as for whatever else no index answers (`store_search`).
"""

from __future__ import annotations

from millstream_kit.db import Database
from millstream_kit.paging import MOST_COUNTED
from sqlalchemy import ColumnElement, Subquery, func, select

from millstream_jobs.store_conditions import unindexed, within
from millstream_jobs.store_filter import JobFilter
from millstream_jobs.store_tables import jobs


class JobDurations:
    """See `store.Store.jobs`."""

    _db: Database

    async def few(self, which: JobFilter) -> Subquery | None:
        """All that ran so long, with what else a filter asks of them; None where they are many, or it asks for more."""
        if not which.is_by_duration or _asks_for_more(which):
            return None
        told = jobs.c.id, jobs.c.status, jobs.c.function
        # One more than are counted, whatever else is asked for: that is where the reading ends.
        found = select(*told).where(*ran_within(which)).limit(MOST_COUNTED + 1).subquery("few")
        async with self._db.connect() as connection:
            count = await connection.scalar(select(func.count()).select_from(found)) or 0
        if count > MOST_COUNTED:
            return None
        if not which.not_functions:
            return found
        return select(found).where(found.c.function.not_in(which.not_functions)).subquery("few_of_others")


def ran_within(which: JobFilter) -> list[ColumnElement[bool]]:
    return within(jobs.c.duration_ms, which.min_duration_ms, which.below_duration_ms)


def _asks_for_more(which: JobFilter) -> bool:
    """Than the index holds; most of it has an index of its own that leaves little to look at."""
    return which.is_narrow or any(
        (which.error_text, which.argument, which.arguments, which.not_arguments, unindexed(which))
    )
