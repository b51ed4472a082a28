"""How many jobs of each status a filter leaves, at a cost that does not grow with history."""

from __future__ import annotations

from collections import Counter

from millstream_kit.paging import MOST_COUNTED
from sqlalchemy import func, select

from millstream_jobs.model import Status
from millstream_jobs.store_model import Counts, JobFilter
from millstream_jobs.store_queries import conditions_of
from millstream_jobs.store_search import MOST_SCANNED, JobSearch, Search, search_of
from millstream_jobs.store_tables import jobs


class JobCounts(JobSearch):
    """See `store.Store`."""

    async def counts(self, which: JobFilter) -> Counts:
        if (wanted := search_of(which)) is not None:
            return await self._counted_while_searching(which, wanted)
        if any((which.worker_id, which.interrupted_by, which.root_id, which.fingerprint, which.trace_id)):
            return await self._counted_in_one_look(which)
        return await self._counted_by_index(which)

    async def _counted_by_index(self, which: JobFilter) -> Counts:
        """Each status apart: an index leads to no more of them than are counted."""
        conditions = conditions_of(which)
        most = MOST_COUNTED + 1
        counted = [
            select(func.count())
            .select_from(select(jobs.c.id).where(*conditions, jobs.c.status == status.value).limit(most).subquery())
            .scalar_subquery()
            for status in Status
        ]
        async with self._db.connect() as connection:
            totals = (await connection.execute(select(*counted))).one()
        return Counts(dict(zip(Status, totals, strict=True)))

    async def _counted_in_one_look(self, which: JobFilter) -> Counts:
        """Of what no index divides by status, the newest are looked at."""
        newest = select(jobs.c.id, jobs.c.status).where(*conditions_of(which)).order_by(jobs.c.id.desc())
        looked = newest.limit(MOST_SCANNED).subquery()
        query = select(looked.c.status, func.count(), func.min(looked.c.id)).group_by(looked.c.status)
        async with self._db.connect() as connection:
            rows = (await connection.execute(query)).all()
        totals = {Status(status): int(count) for status, count, _ in rows}
        is_all = sum(totals.values()) < MOST_SCANNED
        return Counts(totals, None if is_all else min(oldest for _, _, oldest in rows))

    async def _counted_while_searching(self, which: JobFilter, wanted: Search) -> Counts:
        async with self._db.connect() as connection:
            hits, place = await self.scan(connection, wanted, conditions_of(which), None, most=MOST_SCANNED)
        return Counts(Counter(hit.status for hit in hits), place)
