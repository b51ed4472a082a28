"""What a list of jobs, the counts beside it and a bulk action are asked by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from millstream_kit.answers import check_period
from millstream_kit.auth import Principal
from millstream_kit.bodies import Instant
from millstream_kit.errors import invalid
from millstream_kit.paging import PageQuery
from pydantic import BaseModel, Field

from millstream_jobs.inputs import Attempts, Duration, Fingerprint, Given, JobId, Key, Name, Text, TraceId, WorkerId
from millstream_jobs.model import Status
from millstream_jobs.routes.desk import sees_payloads
from millstream_jobs.store_model import Argument, JobFilter

_ARGUMENT = re.compile(r"(?P<path>[^\W\d]\w*(\.\w+)*):(?P<value>(?!//)\S.*)")
# As an id begins, in any case. The first of its characters is a small digit: its time has 48 bits of 50.
_ID = re.compile(r"job_([0-7][0-9A-HJKMNP-TV-Z]{0,25})?", re.ASCII | re.IGNORECASE)
MOST_OF_A_KIND = 10


def _several(description: str) -> Any:
    return Field(default_factory=list, max_length=MOST_OF_A_KIND, description=description)


class CountsQuery(BaseModel):
    """What a list and the counts beside it have in common."""

    function: Name | None = None
    worker_id: WorkerId | None = None
    interrupted_by: WorkerId | None = None
    root_id: JobId | None = None
    fingerprint: Fingerprint | None = None
    trace_id: TraceId | None = None
    idempotency_key: Key | None = Field(None, description="It was enqueued with this key.")
    pod: Given | None = Field(None, description="An attempt ran in this pod.")
    version: Given | None = Field(None, description="A worker of this version ran an attempt.")
    q: Annotated[Text, Field(max_length=255)] | None = None
    min_duration_ms: Duration | None = Field(None, description="The newest attempt ran at least so long.")
    below_duration_ms: Duration | None = Field(None, description="The newest attempt ran shorter than that.")
    min_wait_ms: Duration | None = Field(None, description="The newest attempt was waited for at least so long.")
    below_wait_ms: Duration | None = Field(None, description="The newest attempt was waited for shorter than that.")
    min_attempts: Attempts | None = Field(None, description="So many attempts began, or more.")
    max_attempts: Attempts | None = Field(None, description="No more attempts began.")
    tag: list[Name] = _several("It has all of these tags.")
    not_function: list[Name] = _several("It is of none of these functions.")
    not_worker_id: list[WorkerId] = _several("None of these workers had its newest attempt.")
    not_tag: list[Name] = _several("It has none of these tags.")
    not_pod: list[Given] = _several("No attempt ran in any of these pods.")
    not_version: list[Given] = _several("No worker of these versions ran an attempt.")
    after: Instant | None = None
    before: Instant | None = None


class FilterQuery(CountsQuery):
    status: list[Status] = Field(default_factory=list, max_length=7)


class ListQuery(FilterQuery, PageQuery):
    limit: int = Field(100, ge=1, le=1000)


def filter_of(query: CountsQuery, principal: Principal, *, statuses: Sequence[Status] = ()) -> JobFilter:
    check_period(query.after, query.before)
    _check_span("duration_ms", query.min_duration_ms, query.below_duration_ms)
    _check_span("wait_ms", query.min_wait_ms, query.below_wait_ms)
    _check_attempts(query.min_attempts, query.max_attempts)
    return JobFilter(
        **_searched((query.q or "").strip(), in_arguments=sees_payloads(principal)),
        statuses=tuple(statuses),
        function=query.function,
        worker_id=query.worker_id,
        root_id=query.root_id,
        interrupted_by=query.interrupted_by,
        fingerprint=query.fingerprint,
        trace_id=query.trace_id,
        idempotency_key=query.idempotency_key,
        pod=query.pod,
        version=query.version,
        after_ms=query.after,
        before_ms=query.before,
        min_duration_ms=query.min_duration_ms,
        below_duration_ms=query.below_duration_ms,
        min_wait_ms=query.min_wait_ms,
        below_wait_ms=query.below_wait_ms,
        min_attempts=query.min_attempts,
        max_attempts=query.max_attempts,
        tags=tuple(query.tag),
        not_functions=tuple(query.not_function),
        not_worker_ids=tuple(query.not_worker_id),
        not_tags=tuple(query.not_tag),
        not_pods=tuple(query.not_pod),
        not_versions=tuple(query.not_version),
    )


def _check_span(of: str, at_least_ms: float | None, below_ms: float | None) -> None:
    """Raises:
    Refusal: 422, nothing lies between them.
    """
    if at_least_ms is not None and below_ms is not None and below_ms <= at_least_ms:
        raise invalid(f"below_{of}", f"is not above min_{of}")


def _check_attempts(least: int | None, most: int | None) -> None:
    """Raises:
    Refusal: 422, no number is both.
    """
    if least is not None and most is not None and most < least:
        raise invalid("max_attempts", "is below min_attempts")


def _searched(q: str, *, in_arguments: bool) -> dict[str, Any]:
    """What a search text asks for: a job by how its id begins, or words of an error, which may be an argument's value.

    Who may not read arguments does not find by them either: which jobs are found would tell each value.
    """
    if not q:
        return {}
    if _ID.fullmatch(q):
        return {"id_prefix": "job_" + q[4:].upper()}
    if in_arguments and (found := _ARGUMENT.fullmatch(q)):
        return {"argument": Argument(tuple(found["path"].split(".")), found["value"]), "error_text": q}
    return {"error_text": q}
