"""One transaction over the tables: rows locked, changes kept with their attempts, events and a tally."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import ArtifactEvent, JobEvent
from millstream_contracts.names import Topic
from millstream_kit.db import Dialect, inserting
from sqlalchemy import and_, bindparam, delete, exists, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_jobs.model import Job, Status
from millstream_jobs.rates import Starts
from millstream_jobs.store import SHARDS, Duplicate
from millstream_jobs.store_bulk import BulkTransaction
from millstream_jobs.store_dialect import locked
from millstream_jobs.store_events import EventTransaction
from millstream_jobs.store_figure_tables import tallies
from millstream_jobs.store_model import Change, Declaration, Function, JobRow, LogLine, Payloads, StoredArtifact
from millstream_jobs.store_queries import starts_in
from millstream_jobs.store_rows import (
    CHANGING,
    FUNCTION,
    JOB_COLUMNS,
    WHOLE_JOB,
    job_of,
    job_row_of,
    values_of,
)
from millstream_jobs.store_saved_views import SavedViewTransaction
from millstream_jobs.store_schedules import ScheduleTransaction
from millstream_jobs.store_tables import artifacts, attempts, declarations, functions, jobs, log_lines, outbox, starts
from millstream_jobs.tallies import held_text, tally_text

_UPDATE_JOB = (
    update(jobs)
    .where(jobs.c.id == bindparam("which"))
    .values(
        {name: bindparam(name) for name in CHANGING}
        | {
            "checkpoint": func.coalesce(bindparam("checkpoint"), jobs.c.checkpoint),
            "result": func.coalesce(bindparam("result"), jobs.c.result),
        }
    )
)
_ENDED = (
    "ended_at_ms",
    "duration_ms",
    "outcome",
    "report_digest",
    "error",
    "error_type",
    "error_fingerprint",
    "traceback",
    "locals",
)
_END_ATTEMPT = (
    update(attempts)
    .where(attempts.c.job_id == bindparam("which"), attempts.c.attempt == bindparam("number"))
    .values({name: bindparam(name) for name in _ENDED})
)
# Some forty points: a program may go back and forth.
MOST_PROGRESS_CHARS = 1000
_APPEND_PROGRESS = (
    update(attempts)
    .where(
        attempts.c.job_id == bindparam("which"),
        attempts.c.attempt == bindparam("number"),
        func.length(func.coalesce(attempts.c.progress, "")) < MOST_PROGRESS_CHARS,
    )
    .values(progress=func.coalesce(attempts.c.progress, "") + bindparam("point"))
)


class SqlTransaction(BulkTransaction, SavedViewTransaction, EventTransaction, ScheduleTransaction):
    """See `store.Transaction`."""

    def __init__(self, connection: AsyncConnection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect
        # A job may only be recorded by the transaction that locked it or makes it; so its former state is known here.
        self._states: dict[str, Status] = {}

    async def lock_jobs(self, ids: Sequence[str]) -> Mapping[str, Job]:
        # In the order of their ids, so that two batches never wait for each other in a ring.
        query = select(*JOB_COLUMNS).where(jobs.c.id.in_(ids)).order_by(jobs.c.id)
        rows = await self._connection.execute(locked(self._dialect, query))
        return {job.id: job for job in self._known(job_of(row) for row in rows)}

    async def lock_due(self, now_ms: int, limit: int) -> Sequence[Job]:
        query = select(*JOB_COLUMNS).where(jobs.c.due_at_ms <= now_ms).order_by(jobs.c.due_at_ms).limit(limit)
        rows = await self._connection.execute(locked(self._dialect, query, skip=True))
        return self._known(job_of(row) for row in rows)

    async def lock_queued(self, functions: Sequence[str], limit: int) -> Sequence[JobRow]:
        query = (
            select(*WHOLE_JOB)
            .where(jobs.c.status == Status.QUEUED.value, jobs.c.function.in_(functions))
            .order_by(jobs.c.priority.desc(), jobs.c.queued_at_ms, jobs.c.id)
            .limit(limit)
        )
        found = [job_row_of(row) for row in await self._connection.execute(locked(self._dialect, query, skip=True))]
        self._known(row.job for row in found)
        return found

    async def roots_of(self, ids: Sequence[str]) -> Mapping[str, str]:
        rows = await self._connection.execute(select(jobs.c.id, jobs.c.root_id).where(jobs.c.id.in_(ids)))
        return {row.id: row.root_id for row in rows}

    async def given_to(self, ids: Sequence[str]) -> Mapping[str, Payloads]:
        query = select(jobs.c.id, jobs.c.kwargs, jobs.c.event_id, jobs.c.event_type).where(jobs.c.id.in_(ids))
        rows = await self._connection.execute(query)
        return {row.id: Payloads(row.kwargs, event_id=row.event_id, event_type=row.event_type) for row in rows}

    async def by_idempotency(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], JobRow]:
        if not keys:
            return {}
        query = select(*WHOLE_JOB).where(tuple_(jobs.c.function, jobs.c.idempotency_key).in_(keys))
        return {(row.function, row.idempotency_key): job_row_of(row) for row in await self._connection.execute(query)}

    async def attempt_report(self, job_id: str, token: str) -> str | None:
        query = select(attempts.c.report_digest).where(attempts.c.job_id == job_id, attempts.c.token == token)
        found: str | None = await self._connection.scalar(query)
        return found

    async def functions(self, keys: Sequence[str], *, lock_limited: bool = False) -> Mapping[str, Function]:
        query = select(*FUNCTION).where(functions.c.key.in_(keys)).order_by(functions.c.key)
        found = {row.key: Function(**row._mapping) for row in await self._connection.execute(query)}
        limited = [f.key for f in found.values() if f.is_limited]
        if lock_limited and limited:
            # Whoever leases a limited function counts alone.
            only = select(functions.c.key).where(functions.c.key.in_(limited)).order_by(functions.c.key)
            await self._connection.execute(locked(self._dialect, only))
        return found

    async def running(self, functions: Sequence[str]) -> Mapping[str, int]:
        query = (
            select(jobs.c.function, func.count())
            .where(jobs.c.status == Status.ACTIVE.value, jobs.c.function.in_(functions))
            .group_by(jobs.c.function)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def starts(self, functions: Sequence[str]) -> Mapping[str, Starts]:
        return await starts_in(self._connection, functions)

    async def keep_starts(self, kept: Mapping[str, Starts]) -> None:
        statement = inserting(self._dialect, starts)
        statement = statement.on_conflict_do_update(
            index_elements=["function"], set_={"parts": statement.excluded.parts}
        )
        rows = [{"function": key, "parts": json.dumps(one.parts)} for key, one in sorted(kept.items())]
        await self._many(statement, rows)

    async def waiting(self, functions_: Sequence[str]) -> Sequence[str]:
        queued = exists().where(jobs.c.function == functions.c.key, jobs.c.status == Status.QUEUED.value)
        rows = await self._connection.execute(select(functions.c.key).where(functions.c.key.in_(functions_), queued))
        return list(rows.scalars())

    async def note_held(self, functions: Sequence[Function], at_ms: int) -> None:
        await self._connection.execute(insert(tallies).values(body=held_text(functions, at_ms)))

    async def declare(self, functions_: Sequence[Function], parameters: Mapping[str, str]) -> None:
        statement = inserting(self._dialect, functions)
        kept = {"key", "paused"}
        new = {c.name: statement.excluded[c.name] for c in functions.c if c.name not in kept}
        statement = statement.on_conflict_do_update(index_elements=["key"], set_=new)
        rows = [asdict(f) | {"parameters": parameters.get(f.key)} for f in sorted(functions_, key=lambda f: f.key)]
        await self._connection.execute(statement, rows)

    async def keep_declarations(self, declared: Sequence[Declaration]) -> None:
        statement = inserting(self._dialect, declarations)
        key = list(declarations.primary_key.columns)
        new = {c.name: statement.excluded[c.name] for c in declarations.c if c not in key}
        statement = statement.on_conflict_do_update(index_elements=key, set_=new)
        await self._connection.execute(statement, [asdict(one) for one in sorted(declared, key=lambda d: d.function)])

    async def forget_declarations(self, functions: Sequence[str], before_ms: int, fleet: Sequence[str]) -> None:
        c = declarations.c
        gone = and_(c.function.in_(functions), c.declared_at_ms < before_ms, c.worker_id.not_in(fleet))
        await self._connection.execute(delete(declarations).where(gone))

    async def set_paused(self, key: str, paused: bool) -> bool:
        result = await self._connection.execute(update(functions).where(functions.c.key == key).values(paused=paused))
        return result.rowcount == 1

    async def record(self, changes: Sequence[Change], lines: Sequence[LogLine] = ()) -> None:
        await self._insert_jobs([c for c in changes if c.is_new])
        await self._update_jobs([c for c in changes if not c.is_new])
        await self._record_attempts(changes)
        events = [(event, c.step.job) for c in changes for event in c.step.events]
        await self._many(
            insert(outbox), [_outbox_row(e, e.job_id, Topic.JOBS_EVENTS, j.traceparent) for e, j in events]
        )
        await self._many(insert(log_lines), [_without(asdict(line), "id") for line in lines])
        moves = [(c.step, self._moved(c)) for c in changes]
        tally = tally_text(moves, await self._failed_versions(changes))
        if tally is not None:
            await self._connection.execute(insert(tallies).values(body=tally))

    async def add_artifact(self, artifact: StoredArtifact, event: ArtifactEvent, traceparent: str | None) -> None:
        await self._connection.execute(insert(artifacts).values(asdict(artifact)))
        await self._many(insert(outbox), [_outbox_row(event, event.job_id, Topic.JOBS_ARTIFACTS, traceparent)])

    async def delete_artifact(self, artifact_id: str, event: ArtifactEvent, traceparent: str | None) -> bool:
        result = await self._connection.execute(delete(artifacts).where(artifacts.c.id == artifact_id))
        if result.rowcount != 1:
            return False
        await self._many(insert(outbox), [_outbox_row(event, event.job_id, Topic.JOBS_ARTIFACTS, traceparent)])
        return True

    async def _insert_jobs(self, changes: Sequence[Change]) -> None:
        rows = [values_of(c.step.job) | asdict(c.begins_with) for c in changes]
        # In the order of their keys: two batches that share keys wait for each other, never in a ring.
        rows.sort(key=lambda row: (row["function"], row["idempotency_key"] or ""))
        try:
            await self._many(insert(jobs), rows)
        except IntegrityError as error:
            raise Duplicate from error

    async def _update_jobs(self, changes: Sequence[Change]) -> None:
        rows: dict[str, dict[str, Any]] = {}
        for change in changes:
            before = rows.get(change.step.job.id, {})
            values = values_of(change.step.job)
            rows[change.step.job.id] = {name: values[name] for name in CHANGING} | {
                "which": change.step.job.id,
                "checkpoint": change.checkpoint if change.checkpoint is not None else before.get("checkpoint"),
                "result": change.result if change.result is not None else before.get("result"),
            }
        await self._many(_UPDATE_JOB, list(rows.values()))

    async def _record_attempts(self, changes: Sequence[Change]) -> None:
        await self._many(insert(attempts), [_begun(c) for c in changes if c.step.started])
        await self._many(_APPEND_PROGRESS, [_stage(c.step.job) for c in changes if c.step.is_stage])
        await self._many(_END_ATTEMPT, [_ended(c) for c in changes if c.step.ended is not None])

    async def _failed_versions(self, changes: Sequence[Change]) -> Mapping[str, str]:
        """The code that ran the attempts that failed their jobs for good, as far as it is known."""
        failed = [
            (c.step.job.id, c.step.job.attempts)
            for c in changes
            if c.step.ended is not None and c.step.job.status is Status.FAILED
        ]
        if not failed:
            return {}
        known = tuple_(attempts.c.job_id, attempts.c.attempt).in_(failed), attempts.c.version.is_not(None)
        rows = await self._connection.execute(select(attempts.c.job_id, attempts.c.version).where(*known))
        return {row.job_id: row.version for row in rows}

    def _known(self, found: Iterable[Job]) -> list[Job]:
        jobs_ = list(found)
        self._states |= {job.id: job.status for job in jobs_}
        return jobs_

    def _moved(self, change: Change) -> Status | None:
        """The state a job was in before a change; None for a new one."""
        job = change.step.job
        before = None if change.is_new else self._states[job.id]
        self._states[job.id] = job.status
        return before

    async def _many(self, statement: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            await self._connection.execute(statement, rows)


def shard_of(key: str) -> int:
    """The same for every process and version, unlike `hash`."""
    return zlib.crc32(key.encode()) % SHARDS


def _outbox_row(event: JobEvent | ArtifactEvent, key: str, topic: Topic, traceparent: str | None) -> dict[str, Any]:
    return {
        "shard": shard_of(key),
        "topic": topic.value,
        "key": key,
        "type": event.type,
        "traceparent": traceparent,
        "written_at_ms": event.at_ms,
        "value": event.SerializeToString(),
    }


def _begun(change: Change) -> dict[str, Any]:
    job = change.step.job
    return {
        "job_id": job.id,
        "attempt": job.attempts,
        "function": job.function,
        "worker_id": job.worker_id,
        "token": job.lease.token if job.lease else "",
        "started_at_ms": job.started_at_ms,
        "queue_wait_ms": job.queue_wait_ms,
        "pod": change.pod,
        "version": change.version,
    }


def _stage(job: Job) -> dict[str, Any]:
    point = json.dumps([job.progress_at_ms, round(job.progress or 0.0, 3)], separators=(",", ":"))
    return {"which": job.id, "number": job.attempts, "point": f",{point}"}


def _ended(change: Change) -> dict[str, Any]:
    ended = change.step.ended
    assert ended is not None
    failure = ended.failure
    return {
        "which": change.step.job.id,
        "number": change.step.job.attempts,
        "ended_at_ms": ended.ended_at_ms,
        "duration_ms": ended.duration_ms,
        "outcome": ended.outcome,
        "report_digest": change.digest,
        "error": failure.error if failure else None,
        "error_type": failure.error_type if failure else None,
        "error_fingerprint": failure.fingerprint if failure else None,
        "traceback": failure.traceback if failure else None,
        "locals": failure.locals if failure else None,
    }


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
