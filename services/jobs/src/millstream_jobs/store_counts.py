"""How many jobs of each status a filter leaves, at a cost that does not grow with history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from millstream_kit.paging import MOST_COUNTED
from sqlalchemy import FromClause, Select, Subquery, func, select

from millstream_jobs.model import Status
from millstream_jobs.store_dialect import listed
from millstream_jobs.store_durations import JobDurations
from millstream_jobs.store_filter import JobFilter
from millstream_jobs.store_model import Counts, TraceCounts
from millstream_jobs.store_queries import conditions_of
from millstream_jobs.store_search import MOST_SCANNED, JobSearch, Search, search_of
from millstream_jobs.store_tables import jobs

# A page of traces is counted within its budget, however many jobs each has.
MOST_OF_A_TRACE = 200


class JobCounts(JobSearch, JobDurations):
    """See `store.Store`."""

    async def counts(self, which: JobFilter) -> Counts:
        if (few := await self.few(which)) is not None:
            return await self._counted_of(few, which)
        if (wanted := search_of(which)) is not None:
            return await self._counted_while_searching(which, wanted)
        if which.is_narrow:
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

    async def _counted_of(self, few: Subquery, which: JobFilter) -> Counts:
        query = select(few.c.status, func.count()).where(*conditions_of(which, few)).group_by(few.c.status)
        async with self._db.connect() as connection:
            rows = (await connection.execute(query)).all()
        return Counts({Status(status): int(count) for status, count in rows})

    async def _counted_while_searching(self, which: JobFilter, wanted: Search) -> Counts:
        async with self._db.connect() as connection:
            hits, place = await self.scan(connection, wanted, conditions_of(which), None, most=MOST_SCANNED)
        return Counts(Counter(hit.status for hit in hits), place)

    async def trace_counts(self, traces: Sequence[str]) -> Sequence[TraceCounts]:
        found: dict[str, dict[Status, int]] = {trace: {} for trace in traces}
        async with self._db.connect() as connection:
            for trace, status, count in await connection.execute(_of_traces(listed(self._db.dialect, traces))):
                found[trace][Status(status)] = count
        return [
            TraceCounts(trace, counts, is_all=sum(counts.values()) < MOST_OF_A_TRACE) for trace, counts in found.items()
        ]


def _of_traces(traces: FromClause) -> Select[Any]:
    """Of each the newest jobs, from one id on: what a large one has takes nothing from those beside it."""
    newest = select(jobs.c.id).where(jobs.c.trace_id == traces.c.value).order_by(jobs.c.id.desc())
    first = newest.offset(MOST_OF_A_TRACE - 1).limit(1).scalar_subquery()
    each = select(traces.c.value.label("trace_id"), func.coalesce(first, "").label("from_id")).subquery()
    looked_at = (jobs.c.trace_id == each.c.trace_id) & (jobs.c.id >= each.c.from_id)
    counted = select(jobs.c.trace_id, jobs.c.status, func.count()).join_from(each, jobs, looked_at)
    return counted.group_by(jobs.c.trace_id, jobs.c.status)
