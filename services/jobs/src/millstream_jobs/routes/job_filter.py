"""What a list of jobs, the counts beside it and a bulk action are asked by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from millstream_contracts.times import to_rfc3339
from millstream_kit.answers import check_period
from millstream_kit.auth import Principal
from millstream_kit.bodies import Instant
from millstream_kit.errors import invalid
from millstream_kit.paging import PageQuery
from pydantic import AfterValidator, BaseModel, Field

from millstream_jobs.inputs import Attempts, Duration, Fingerprint, Given, JobId, Key, Name, Text, TraceId, WorkerId
from millstream_jobs.model import Status
from millstream_jobs.routes.desk import require_payloads, sees_payloads
from millstream_jobs.store_filter import Argument, JobFilter

_ARGUMENT = re.compile(r"(arg\.(?=[^\W\d]))?(?P<path>[^\W\d]\w*(\.\w+)*):(?P<value>(?!//)\S.*)")
# As an id begins, in any case. The first of its characters is a small digit: its time has 48 bits of 50.
_ID = re.compile(r"job_([0-7][0-9A-HJKMNP-TV-Z]{0,25})?", re.ASCII | re.IGNORECASE)
MOST_OF_A_KIND = 10
MOST_NAMED = 100


def _several(description: str) -> Any:
    return Field(default_factory=list, max_length=MOST_OF_A_KIND, description=description)


def _is_argument(text: str) -> str:
    if _ARGUMENT.fullmatch(text) is None:
        raise ValueError("write it path:value, as in order.id:42")
    return text


ArgumentText = Annotated[Text, Field(max_length=255), AfterValidator(_is_argument)]
ErrorText = Annotated[Text, Field(min_length=1, max_length=255)]


class CountsQuery(BaseModel):
    """What a list and the counts beside it have in common."""

    function: Name | None = None
    worker_id: WorkerId | None = None
    interrupted_by: WorkerId | None = None
    root_id: JobId | None = None
    parent_id: JobId | None = Field(None, description="This job enqueued it.")
    has_children: bool | None = Field(None, description="Whether it enqueued others.")
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
    argument: list[ArgumentText] = _several("It was given all of these, as `order.id:42`.")
    not_function: list[Name] = _several("It is of none of these functions.")
    not_worker_id: list[WorkerId] = _several("None of these workers had its newest attempt.")
    not_tag: list[Name] = _several("It has none of these tags.")
    not_pod: list[Given] = _several("No attempt ran in any of these pods.")
    not_version: list[Given] = _several("No worker of these versions ran an attempt.")
    not_root_id: list[JobId] = _several("It is in none of these trees.")
    not_parent_id: list[JobId] = _several("None of these jobs enqueued it.")
    not_fingerprint: list[Fingerprint] = _several("Its newest error is of none of these kinds.")
    not_trace_id: list[TraceId] = _several("It is of none of these traces.")
    not_idempotency_key: list[Key] = _several("It was enqueued with none of these keys.")
    not_error: list[ErrorText] = _several("Its newest error has none of these words.")
    not_argument: list[ArgumentText] = _several("It was given none of these, as `order.id:42`.")
    after: Instant | None = None
    before: Instant | None = None


class FilterQuery(CountsQuery):
    status: list[Status] = Field(default_factory=list, max_length=7)


class ListQuery(FilterQuery, PageQuery):
    id: list[JobId] = Field(default_factory=list, max_length=MOST_NAMED, description="It is one of these.")
    limit: int = Field(100, ge=1, le=1000)


def filter_of(
    query: CountsQuery, principal: Principal, *, statuses: Sequence[Status] = (), ids: Sequence[str] = ()
) -> JobFilter:
    check_period(query.after, query.before)
    _check_span("duration_ms", query.min_duration_ms, query.below_duration_ms)
    _check_span("wait_ms", query.min_wait_ms, query.below_wait_ms)
    _check_attempts(query.min_attempts, query.max_attempts)
    if query.argument or query.not_argument:
        require_payloads(principal)  # which jobs are found, or are not, would tell each value
    return JobFilter(
        **_searched((query.q or "").strip(), in_arguments=sees_payloads(principal)),
        ids=tuple(ids),
        statuses=tuple(statuses),
        function=query.function,
        worker_id=query.worker_id,
        root_id=query.root_id,
        parent_id=query.parent_id,
        has_children=query.has_children,
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
        arguments=tuple(map(_argument, query.argument)),
        not_functions=tuple(query.not_function),
        not_worker_ids=tuple(query.not_worker_id),
        not_tags=tuple(query.not_tag),
        not_pods=tuple(query.not_pod),
        not_versions=tuple(query.not_version),
        not_root_ids=tuple(query.not_root_id),
        not_parent_ids=tuple(query.not_parent_id),
        not_fingerprints=tuple(query.not_fingerprint),
        not_trace_ids=tuple(query.not_trace_id),
        not_idempotency_keys=tuple(query.not_idempotency_key),
        not_error_texts=tuple(query.not_error),
        not_arguments=tuple(map(_argument, query.not_argument)),
    )


def as_asked(query: FilterQuery) -> dict[str, Any]:
    """What was asked for, in the words of the query of `/jobs`."""
    said = query.model_dump(mode="json", exclude_defaults=True)
    return said | {name: to_rfc3339(said[name]) for name in ("after", "before") if name in said}


def may_tell_arguments(asked: Mapping[str, Any]) -> list[str]:
    """What of it may hold an argument's value: words that are searched for do where they look like one."""
    by_words = isinstance(asked.get("q"), str) and _ARGUMENT.fullmatch(asked["q"].strip()) is not None
    return [name for name in ("argument", "not_argument") if name in asked] + ["q"] * by_words


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
    if in_arguments and _ARGUMENT.fullmatch(q):
        return {"argument": _argument(q), "error_text": q}
    return {"error_text": q}


def _argument(text: str) -> Argument:
    found = _ARGUMENT.fullmatch(text)
    assert found is not None
    return Argument(tuple(found["path"].split(".")), found["value"])
