"""What is read of jobs, functions and artifacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from millstream_contracts.ids import new_job_id
from millstream_kit.db import Dialect
from millstream_kit.paging import MOST_COUNTED, Total
from sqlalchemy import ColumnElement, FromClause, Select, Subquery, func, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_jobs.model import MOST_PRIORITY, Job, Status
from millstream_jobs.rates import Starts
from millstream_jobs.store_dialect import common, contains
from millstream_jobs.store_durations import JobDurations
from millstream_jobs.store_filter import JobFilter
from millstream_jobs.store_model import Attempt, Declaration, Function, JobRow, LogLine, Page, ShownJob, StoredArtifact
from millstream_jobs.store_rows import FUNCTION, JOB_COLUMNS, SHOWN_JOB, WHOLE_JOB, job_of, job_row_of, starts_of
from millstream_jobs.store_search import JobSearch, search_of
from millstream_jobs.store_tables import artifacts, attempts, declarations, functions, jobs, log_lines, starts

_ATTEMPT = [attempts.c[name] for name in Attempt.__slots__]
_LINE = [log_lines.c[name] for name in LogLine.__slots__]


class JobQueries(JobSearch, JobDurations):
    """See `store.Store`."""

    async def job(self, job_id: str) -> JobRow | None:
        async with self._db.connect() as connection:
            row = (await connection.execute(select(*WHOLE_JOB).where(jobs.c.id == job_id))).one_or_none()
        return None if row is None else job_row_of(row)

    async def jobs(
        self, which: JobFilter, *, limit: int, before_id: str | None = None, counted: Total | None = None
    ) -> Page:
        if (few := await self.few(which)) is not None:
            return await self._page_of(few, which, limit, before_id)
        conditions = conditions_of(which)
        if (wanted := search_of(which)) is not None:
            return await self.search(wanted, conditions, limit=limit, before_id=before_id, counted=counted)
        place = jobs.c.id < before_id if before_id is not None else true()
        page = select(*SHOWN_JOB).where(*conditions, place).order_by(jobs.c.id.desc())
        return await self._page(page, select(jobs.c.id).where(*conditions), limit)

    async def _page_of(self, few: Subquery, which: JobFilter, limit: int, before_id: str | None) -> Page:
        meant = select(few.c.id).where(*conditions_of(which, few))
        place = few.c.id < before_id if before_id is not None else true()
        shown = meant.where(place).order_by(few.c.id.desc()).limit(limit + 1)
        page = select(*SHOWN_JOB).where(jobs.c.id.in_(shown)).order_by(jobs.c.id.desc())
        return await self._page(page, meant, limit)

    async def descendants(self, job_id: str, *, limit: int, after_id: str | None = None) -> Page:
        place = jobs.c.id > after_id if after_id is not None else true()
        async with self._db.connect() as connection:
            is_root = await connection.scalar(select(jobs.c.root_id == jobs.c.id).where(jobs.c.id == job_id))
        if is_root:
            whole = jobs.c.root_id == job_id
            page = select(*SHOWN_JOB).where(whole, place).order_by(jobs.c.id)
            return await self._page(page, select(jobs.c.id).where(whole), limit)
        tree = select(jobs.c.id).where(jobs.c.id == job_id).cte("tree", recursive=True)
        tree = tree.union_all(select(jobs.c.id).where(jobs.c.parent_id == tree.c.id))
        page = select(*SHOWN_JOB).where(jobs.c.id.in_(select(tree.c.id)), place).order_by(jobs.c.id)
        return await self._page(page, select(tree.c.id), limit)

    async def _page(self, page: Select[Any], counted: Select[Any], limit: int) -> Page:
        count = select(func.count()).select_from(counted.limit(MOST_COUNTED + 1).subquery())
        async with self._db.connect() as connection:
            rows = (await connection.execute(page.limit(limit + 1))).all()
            total = await connection.scalar(count) or 0
        found = [ShownJob._make(row) for row in rows[:limit]]
        next_id = found[-1].id if len(rows) > limit else None
        return Page(found, Total.of(total), next_id)

    async def attempts(self, job_id: str) -> Sequence[Attempt]:
        query = select(*_ATTEMPT).where(attempts.c.job_id == job_id).order_by(attempts.c.attempt)
        async with self._db.connect() as connection:
            return [Attempt(*row) for row in await connection.execute(query)]

    async def log_lines(
        self, job_id: str, *, limit: int, after_id: int, attempt: int | None, levels: Sequence[str], text: str | None
    ) -> tuple[Sequence[LogLine], int, bool]:
        conditions = [log_lines.c.job_id == job_id]
        if attempt is not None:
            conditions.append(log_lines.c.attempt == attempt)
        if levels:
            conditions.append(log_lines.c.level.in_(levels))
        if text:
            conditions.append(contains(log_lines.c.message, text))
        page = select(*_LINE).where(*conditions, log_lines.c.id > after_id).order_by(log_lines.c.id).limit(limit + 1)
        counted = select(log_lines.c.id).where(*conditions).limit(MOST_COUNTED + 1).subquery()
        async with self._db.connect() as connection:
            lines = [LogLine(*row) for row in await connection.execute(page)]
            total = await connection.scalar(select(func.count()).select_from(counted)) or 0
        return lines[:limit], total, len(lines) > limit

    async def has_queued(self, keys: Sequence[str]) -> bool:
        open_ones = select(functions.c.key).where(functions.c.key.in_(keys), functions.c.paused.is_(False))
        query = select(jobs.c.id).where(jobs.c.status == Status.QUEUED.value, jobs.c.function.in_(open_ones)).limit(1)
        async with self._db.connect() as connection:
            return await connection.scalar(query) is not None

    async def next_due_at_ms(self) -> int | None:
        query = select(func.min(jobs.c.due_at_ms)).where(jobs.c.due_at_ms.is_not(None))
        async with self._db.connect() as connection:
            found: int | None = await connection.scalar(query)
        return found

    async def all_functions(self, kind: str | None) -> Sequence[Function]:
        query = select(*FUNCTION).order_by(functions.c.key)
        if kind is not None:
            query = query.where(functions.c.type == kind)
        async with self._db.connect() as connection:
            return [Function(**row._mapping) for row in await connection.execute(query)]

    async def function(self, key: str) -> Function | None:
        async with self._db.connect() as connection:
            row = (await connection.execute(select(*FUNCTION).where(functions.c.key == key))).one_or_none()
        return None if row is None else Function(**row._mapping)

    async def declarations(self, key: str) -> Sequence[Declaration]:
        mine = select(declarations).where(declarations.c.function == key)
        query = mine.order_by(declarations.c.declared_at_ms.desc(), declarations.c.worker_id)
        async with self._db.connect() as connection:
            return [Declaration(**row._mapping) for row in await connection.execute(query)]

    async def starts(self, keys: Sequence[str]) -> Mapping[str, Starts]:
        async with self._db.connect() as connection:
            return await starts_in(connection, keys)

    async def parameters(self, key: str) -> str | None:
        async with self._db.connect() as connection:
            found: str | None = await connection.scalar(select(functions.c.parameters).where(functions.c.key == key))
        return found

    async def statuses(self, ids: Sequence[str]) -> Mapping[str, Status]:
        async with self._db.connect() as connection:
            return await statuses_in(connection, ids)

    async def recent_runs(self, function: str | None, limit: int) -> Sequence[Job]:
        begun = jobs.c.started_at_ms.desc(), jobs.c.id.desc()
        if function is not None:
            ran = jobs.c.function == function, jobs.c.started_at_ms.is_not(None)
            return await self._jobs(select(*JOB_COLUMNS).where(*ran).order_by(*begun).limit(limit))
        running = select(*JOB_COLUMNS).where(jobs.c.status == Status.ACTIVE.value).order_by(*begun).limit(limit)
        found = [*await self._jobs(running), *await self._jobs(last_ended(limit))]
        return sorted(found, key=lambda job: (job.started_at_ms or 0, job.id), reverse=True)[:limit]

    async def recent_failures(self, limit: int) -> Sequence[Job]:
        return await self._jobs(last_failed(self._db.dialect, limit))

    async def oldest_queued(self, limit: int) -> Sequence[Job]:
        return await self._jobs(_oldest_queued(limit))

    async def longest_active(self, started_before_ms: int, limit: int) -> Sequence[Job]:
        query = select(*JOB_COLUMNS).where(
            jobs.c.status == Status.ACTIVE.value, jobs.c.started_at_ms < started_before_ms
        )
        return await self._jobs(query.order_by(jobs.c.started_at_ms, jobs.c.id).limit(limit))

    async def _jobs(self, query: Select[Any]) -> Sequence[Job]:
        async with self._db.connect() as connection:
            return [job_of(row) for row in await connection.execute(query)]

    async def artifacts_of(self, job_id: str) -> Sequence[StoredArtifact]:
        query = select(artifacts).where(artifacts.c.job_id == job_id).order_by(artifacts.c.id)
        async with self._db.connect() as connection:
            return [StoredArtifact(**row._mapping) for row in await connection.execute(query)]

    async def artifact(self, artifact_id: str) -> StoredArtifact | None:
        async with self._db.connect() as connection:
            row = (await connection.execute(select(artifacts).where(artifacts.c.id == artifact_id))).one_or_none()
        return None if row is None else StoredArtifact(**row._mapping)


async def statuses_in(connection: AsyncConnection, ids: Sequence[str]) -> Mapping[str, Status]:
    """How each of these jobs that exists stands."""
    rows = await connection.execute(select(jobs.c.id, jobs.c.status).where(jobs.c.id.in_(ids)))
    return {row.id: Status(row.status) for row in rows}


async def starts_in(connection: AsyncConnection, functions: Sequence[str]) -> Mapping[str, Starts]:
    """What counts for the rate limits of these functions."""
    rows = await connection.execute(select(starts).where(starts.c.function.in_(functions)))
    return {row.function: starts_of(row.parts) for row in rows}


def last_ended(limit: int) -> Select[Any]:
    """Of all functions; those that were cancelled before they ran are no runs."""
    ran = jobs.c.completed_at_ms.is_not(None), jobs.c.started_at_ms.is_not(None)
    return select(*JOB_COLUMNS).where(*ran).order_by(jobs.c.completed_at_ms.desc()).limit(limit)


def last_failed(dialect: Dialect, limit: int) -> Select[Any]:
    failed = common(dialect, jobs.c.status == Status.FAILED.value), jobs.c.completed_at_ms.is_not(None)
    return select(*JOB_COLUMNS).where(*failed).order_by(jobs.c.completed_at_ms.desc()).limit(limit)


@cache  # a dozen selects: to build them anew takes longer than the database takes to find the jobs
def _oldest_queued(limit: int) -> Select[Any]:
    """The queue is kept by priority first: the oldest are among the oldest of each."""
    queued = jobs.c.status == Status.QUEUED.value
    firsts = [
        select(jobs.c.id, jobs.c.queued_at_ms)
        .where(queued, jobs.c.priority == priority)
        .order_by(jobs.c.queued_at_ms, jobs.c.id)
        .limit(limit)
        .subquery()
        for priority in range(MOST_PRIORITY + 1)
    ]
    first = union_all(*(select(part) for part in firsts)).subquery()
    oldest = select(first.c.id).order_by(first.c.queued_at_ms, first.c.id).limit(limit)
    query = select(*JOB_COLUMNS).where(jobs.c.id.in_(oldest))
    return query.order_by(jobs.c.queued_at_ms, jobs.c.id)


def first_id_at(at_ms: int) -> str:
    """The least id a job made at this instant can have: ids begin with their time."""
    return new_job_id(now_ms=max(0, min(at_ms, 2**48 - 1)))[: len("job_") + 10] + "0" * 16


def made_between(after_ms: int | None, before_ms: int | None, of: FromClause = jobs) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if after_ms is not None:
        conditions.append(of.c.id >= first_id_at(after_ms))
    if before_ms is not None:
        conditions.append(of.c.id < first_id_at(before_ms))
    return conditions


def conditions_of(which: JobFilter, of: FromClause = jobs) -> list[ColumnElement[bool]]:
    """A filter in the words of the database, but for what is searched."""
    conditions = made_between(which.after_ms, which.before_ms, of)
    if which.ids:
        conditions.append(of.c.id.in_(which.ids))
    if which.function is not None:
        conditions.append(of.c.function == which.function)
    if which.statuses:
        conditions.append(of.c.status.in_([status.value for status in which.statuses]))
    if which.worker_id is not None:
        conditions.append(of.c.worker_id == which.worker_id)
    if which.interrupted_by is not None:
        lost = attempts.c.worker_id == which.interrupted_by, attempts.c.outcome == "interrupted"
        conditions.append(of.c.id.in_(select(attempts.c.job_id).where(*lost)))
    if which.root_id is not None:
        conditions.append(of.c.root_id == which.root_id)
    if which.parent_id is not None:
        conditions.append(of.c.parent_id == which.parent_id)
    if which.fingerprint is not None:
        conditions.append(of.c.error_fingerprint == which.fingerprint)
    if which.trace_id is not None:
        conditions.append(of.c.trace_id == which.trace_id)
    if which.idempotency_key is not None:
        conditions.append(of.c.idempotency_key == which.idempotency_key)
    if which.pod is not None:
        conditions.append(of.c.id.in_(select(attempts.c.job_id).where(attempts.c.pod == which.pod)))
    if which.id_prefix is not None:
        conditions += [of.c.id >= which.id_prefix, of.c.id < which.id_prefix + "~"]
    return conditions
