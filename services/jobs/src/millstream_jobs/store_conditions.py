"""What a filter asks of a job's columns that no index tells: a search looks at one job after the other for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, or_

from millstream_jobs.store_model import JobFilter
from millstream_jobs.store_tables import attempts, jobs


def unindexed(which: JobFilter) -> list[ColumnElement[bool]]:
    conditions = within(jobs.c.queue_wait_ms, which.min_wait_ms, which.below_wait_ms)
    if which.min_attempts is not None:
        conditions.append(jobs.c.attempts >= which.min_attempts)
    if which.max_attempts is not None:
        conditions.append(jobs.c.attempts <= which.max_attempts)
    conditions += [_tagged(tag) for tag in which.tags]
    conditions += [~_tagged(tag) for tag in which.not_tags]
    if which.not_worker_ids:
        # What no worker has had yet is of none of these.
        conditions.append(or_(jobs.c.worker_id.is_(None), jobs.c.worker_id.not_in(which.not_worker_ids)))
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


def _had_attempt(that: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(attempts.c.job_id == jobs.c.id, that)


def _tagged(tag: str) -> ColumnElement[bool]:
    """Tags are kept as a list in JSON, and none has a quote in it: quoted, one is not found within another."""
    return jobs.c.tags.contains(f'"{tag}"', autoescape=True)
