"""Rows of the database as the model's values, and back."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from millstream_kit.sketch import Sketch
from sqlalchemy import Row

from millstream_jobs.figures import COUNTS, PERCENTILES, SHARES, ErrorGroup, Figures, Standing
from millstream_jobs.model import Job, Lease, Status
from millstream_jobs.rates import Part, Starts
from millstream_jobs.store_model import Function, JobRow, Payloads, ShownJob
from millstream_jobs.store_tables import functions, jobs

_PAYLOADS = [f.name for f in fields(Payloads)]
JOB_COLUMNS = [column for column in jobs.c if column.name not in _PAYLOADS]
_JOB_NAMES = [column.name for column in JOB_COLUMNS]
FUNCTION = [functions.c[f.name] for f in fields(Function)]
SHOWN_JOB = [jobs.c[name] for name in ShownJob._fields]
WHOLE_JOB = [*JOB_COLUMNS, *(jobs.c[name] for name in _PAYLOADS)]

_LEASE = ("lease_token", "lease_expires_at_ms", "lease_deadline_at_ms")
_PLAIN = [f.name for f in fields(Job) if f.name not in ("status", "lease", "tags")]
_FIXED = {
    "id", "function", "function_name", "job_type", "trigger", "priority", "max_retries", "retry_delay_s", "timeout_s",
    "created_at_ms", "scheduled_at_ms", "parent_id", "root_id", "retried_from", "idempotency_key", "trace_id",
    "traceparent", "tags", "kwargs", "event_id", "event_type",
}  # fmt: skip
CHANGING = [column.name for column in jobs.c if column.name not in _FIXED | {"checkpoint", "result"}]


def job_of(row: Row[Any]) -> Job:
    """A job of a row that begins with `JOB_COLUMNS`."""
    values = dict(zip(_JOB_NAMES, row, strict=False))
    token, expires, deadline = (values.pop(name) for name in _LEASE)
    values["status"] = Status(values["status"])
    values["tags"] = tuple(json.loads(values["tags"])) if values["tags"] != "[]" else ()
    values["lease"] = None if token is None else Lease(token, expires, deadline)
    return Job(**values)


def job_row_of(row: Row[Any]) -> JobRow:
    return JobRow(job_of(row), Payloads(*(row._mapping[name] for name in _PAYLOADS)))


def starts_of(parts: str) -> Starts:
    return Starts(tuple(Part(*part) for part in json.loads(parts)))


def values_of(job: Job) -> dict[str, Any]:
    lease = job.lease
    values = {name: getattr(job, name) for name in _PLAIN}
    values["status"] = job.status.value
    values["tags"] = json.dumps(job.tags)
    values["lease_token"] = None if lease is None else lease.token
    values["lease_expires_at_ms"] = None if lease is None else lease.expires_at_ms
    values["lease_deadline_at_ms"] = None if lease is None else lease.deadline_at_ms
    return values


def figures_of(row: Row[Any], *, sketches: bool = True) -> Figures:
    m = row._mapping
    figures = Figures(run_ms=float(m["run_ms"]), wait_ms=float(m["wait_ms"]))
    for name in COUNTS:
        setattr(figures, name, int(m[name]))
    if sketches:
        figures.run, figures.wait = Sketch.from_bytes(m["run"]), Sketch.from_bytes(m["wait"])
    return figures


def figure_values(figures: Figures) -> dict[str, Any]:
    values = {name: getattr(figures, name) for name in (*COUNTS, "run_ms", "wait_ms")}
    values |= dict(zip(PERCENTILES, (*figures.wait.quantiles(*SHARES), *figures.run.quantiles(*SHARES)), strict=True))
    return values | {"run": figures.run.to_bytes(), "wait": figures.wait.to_bytes()}


def standing_of(row: Row[Any]) -> Standing:
    return Standing(**{name: row._mapping[name] for name in Standing.__slots__})


def error_group_of(row: Row[Any]) -> ErrorGroup:
    values = {name: row._mapping[name] for name in ErrorGroup.__slots__}
    return ErrorGroup(**values | {"count": int(values["count"]), "versions": versions_of(values["versions"])})


def error_group_values(group: ErrorGroup) -> dict[str, Any]:
    return asdict(group) | {"versions": json.dumps(group.versions)}


def versions_of(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text or "[]"))
