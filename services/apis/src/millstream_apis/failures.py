"""What the requests of an API fail with: exceptions that left it, and fields of input it refused. Their shapes.

An API's middleware tells it, masked, in calls of its own: it is in no topic and no stream (docs/adr/0041-what-fails.md).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple, Self

from millstream_contracts.times import to_rfc3339
from millstream_kit.bodies import Body, Instant
from pydantic import BaseModel, Field, StringConstraints, model_validator

from millstream_apis.bodies import period_fields
from millstream_apis.inputs import CLEAN, LIMITS, PathTemplate, RequestId, Text
from millstream_apis.model import Span, endpoint_of, hour_of
from millstream_apis.most import Tried, add, first_of
from millstream_apis.unmatched import REQUESTS_MAX, AnyMethod

Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Message = Annotated[str, StringConstraints(max_length=LIMITS.failure_message_chars, pattern=CLEAN)]
# PostgreSQL stores no NUL.
Traceback = Annotated[
    str, StringConstraints(min_length=1, max_length=LIMITS.failure_traceback_chars, pattern=r"^[^\x00]*$")
]
Version = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=CLEAN)]
FieldName = Annotated[str, StringConstraints(min_length=1, max_length=LIMITS.field_chars, pattern=CLEAN)]
Rule = Annotated[str, StringConstraints(min_length=1, max_length=LIMITS.rule_chars, pattern=CLEAN)]


class _FailingIn(Body):
    """How many requests failed so, and when the last one, within one hour. Null names are all others."""

    method: AnyMethod
    path: PathTemplate | None
    requests: Annotated[int, Field(ge=1, le=REQUESTS_MAX)]
    at: Instant

    @abstractmethod
    def names(self) -> tuple[str | None, str | None]:
        """What is counted together, within the endpoint."""

    @model_validator(mode="after")
    def _all_or_none(self) -> Self:
        if len({name is None for name in (self.path, *self.names())}) > 1:
            raise ValueError("has either all of its names or none")
        return self

    def failing(self) -> Failing:
        """What it is counted as."""
        what, which = self.names()
        if self.path is None or what is None or which is None:
            return OTHERS
        return Failing(*endpoint_of(self.method, self.path), what, which)


class ExceptionIn(_FailingIn):
    """An exception that left the application; `fingerprint` is the same for those that are alike."""

    error_type: Text | None
    fingerprint: Fingerprint | None
    message: Message | None = None
    traceback: Traceback | None = None

    def names(self) -> tuple[str | None, str | None]:
        return self.error_type, self.fingerprint


class FieldIn(_FailingIn):
    """A field of input that broke a rule: `body.lines.*.sku`, `missing`."""

    field: FieldName | None
    rule: Rule | None

    def names(self) -> tuple[str | None, str | None]:
        return self.field, self.rule


class ErrorsIn(Body):
    """A report; told again under its id within an hour it counts once. `version` is of the code that ran."""

    report_id: RequestId
    version: Version | None = None
    exceptions: list[ExceptionIn] = Field(default_factory=list, max_length=LIMITS.failures_per_report)
    fields: list[FieldIn] = Field(default_factory=list, max_length=LIMITS.failures_per_report)


class ExceptionOut(BaseModel):
    """Names of null are of all others. `message` is the newest, `traceback` the newest that was told, `version` of the code that it is of.

    A traceback is told where its fingerprint is asked for, to who may read payloads.
    """

    method: str
    path: str | None
    error_type: str | None
    fingerprint: str | None
    message: str | None
    requests: int
    last_request_at: str
    has_traceback: bool
    traceback: str | None
    version: str | None


class FieldOut(BaseModel):
    """Names of null are of all others."""

    method: str
    path: str | None
    field: str | None
    rule: str | None
    requests: int
    last_request_at: str


class ErrorList(BaseModel):
    """What requests failed with, the most first; totals are of all that was told of."""

    after: str | None
    before: str | None
    exceptions_total: int
    exceptions: list[ExceptionOut]
    fields_total: int
    fields: list[FieldOut]


class Failing(NamedTuple):
    """What is counted together: of an endpoint an error's type and fingerprint, or a field and its rule."""

    method: str
    path: str
    what: str
    which: str


OTHERS = Failing("*", "", "", "")
By = Mapping[int, Mapping[Failing, Tried]]


class Example(NamedTuple):
    """The newest of what is alike."""

    fingerprint: str
    at_ms: int
    message: str | None
    traceback: str | None
    version: str | None


def by_hour(told: Iterable[_FailingIn]) -> dict[int, dict[Failing, Tried]]:
    """A report by the hour."""
    found: dict[int, dict[Failing, Tried]] = {}
    for one in told:
        add(found.setdefault(hour_of(one.at), {}), one.failing(), Tried(one.requests, one.at))
    return found


def examples_of(told: Iterable[ExceptionIn], version: str | None) -> dict[str, Example]:
    """The newest of each fingerprint, with the one traceback that a report has of it."""
    found: dict[str, Example] = {}
    for one in sorted(told, key=lambda one: one.at):
        if one.fingerprint is not None:
            before = found.get(one.fingerprint)
            traceback = one.traceback or (before.traceback if before else None)
            found[one.fingerprint] = Example(
                one.fingerprint, one.at, one.message, traceback, version if traceback else None
            )
    return found


Counted = Sequence[tuple[Failing, Tried]]


def errors_fields(
    span: Span, now_ms: int, exceptions: Counted, fields: Counted, examples: Mapping[str, Example], limit: int
) -> dict[str, Any]:
    """`ErrorList`; what is past the limit is among the others."""
    return {
        **period_fields(span, now_ms),
        "exceptions_total": sum(tried.requests for _, tried in exceptions),
        "exceptions": [
            {
                **_counted(failing, tried),
                "error_type": failing.what or None,
                "fingerprint": failing.which or None,
                **_example(examples.get(failing.which)),
            }
            for failing, tried in first_of(exceptions, limit, OTHERS)
        ],
        "fields_total": sum(tried.requests for _, tried in fields),
        "fields": [
            {**_counted(failing, tried), "field": failing.what or None, "rule": failing.which or None}
            for failing, tried in first_of(fields, limit, OTHERS)
        ],
    }


def _counted(failing: Failing, tried: Tried) -> dict[str, Any]:
    return {
        "method": failing.method,
        "path": failing.path or None,
        "requests": tried.requests,
        "last_request_at": to_rfc3339(tried.last_at_ms),
    }


def _example(example: Example | None) -> dict[str, Any]:
    return {
        "message": example.message if example else None,
        "has_traceback": bool(example and example.traceback is not None),
        "traceback": (example.traceback or None) if example else None,
        "version": example.version if example else None,
    }
