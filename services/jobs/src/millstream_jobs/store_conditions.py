"""What a filter asks of a job's columns that no index tells: a search looks at one job after the other for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_

from millstream_jobs.store_dialect import contains
from millstream_jobs.store_filter import JobFilter
from millstream_jobs.store_tables import attempts, jobs


def unindexed(which: JobFilter) -> list[ColumnElement[bool]]:
    conditions = within(jobs.c.queue_wait_ms, which.min_wait_ms, which.below_wait_ms)
    if which.min_attempts is not None:
        conditions.append(jobs.c.attempts >= which.min_attempts)
    if which.max_attempts is not None:
        conditions.append(jobs.c.attempts <= which.max_attempts)
    conditions += [_tagged(tag) for tag in which.tags]
    conditions += [~_tagged(tag) for tag in which.not_tags]
    # What no worker has had yet is of none of the workers, what has no parent no child of any.
    left_out = {
        jobs.c.worker_id: which.not_worker_ids,
        jobs.c.root_id: which.not_root_ids,
        jobs.c.parent_id: which.not_parent_ids,
        jobs.c.error_fingerprint: which.not_fingerprints,
        jobs.c.trace_id: which.not_trace_ids,
        jobs.c.idempotency_key: which.not_idempotency_keys,
    }
    conditions += [or_(column.is_(None), column.not_in(those)) for column, those in left_out.items() if those]
    conditions += [or_(jobs.c.error.is_(None), ~error_says(text)) for text in which.not_error_texts]
    if which.has_children is not None:
        conditions.append(_is_parent() if which.has_children else ~_is_parent())
    if which.version is not None:
        conditions.append(_had_attempt(attempts.c.version == which.version))
    if which.not_pods:
        conditions.append(~_had_attempt(attempts.c.pod.in_(which.not_pods)))
    if which.not_versions:
        conditions.append(~_had_attempt(attempts.c.version.in_(which.not_versions)))
    return conditions


def within(column: Any, least: float | None, below: float | None) -> list[ColumnElement[bool]]:
    """From one end up to the other, which is not included; what is null is on neither side of an end."""
    conditions: list[ColumnElement[bool]] = []
    if least is not None:
        conditions.append(column >= least)
    if below is not None:
        conditions.append(column < below)
    return conditions


def error_says(text: str) -> ColumnElement[bool]:
    """In any case; an error's type stands before its message, as a traceback ends."""
    return contains(func.coalesce(jobs.c.error_type + ": ", "") + jobs.c.error, text)


def _is_parent() -> ColumnElement[bool]:
    children = jobs.alias("children")
    return exists().where(children.c.parent_id == jobs.c.id)


def _had_attempt(that: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(attempts.c.job_id == jobs.c.id, that)


def _tagged(tag: str) -> ColumnElement[bool]:
    """Tags are kept as a list in JSON, and none has a quote in it: quoted, one is not found within another."""
    return jobs.c.tags.contains(f'"{tag}"', autoescape=True)
