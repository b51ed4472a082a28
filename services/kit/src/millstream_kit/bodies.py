"""What callers send as JSON: closed to unknown fields, each value of the kind that was asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar

from millstream_contracts.times import parse_rfc3339
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

from millstream_kit.errors import Refusal, faults_of, invalid, refused

END_OF_TIME_MS = 253_402_300_799_999


class Body(BaseModel):
    """The body of a request, or a part of one."""

    # `"5"` and `true` are no number, `"yes"` is no boolean: who sends them means something else, and should hear so. A
    # whole number is good for one with a point; instants are text, which their own types read.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _instant(value: Any) -> int:
    if not isinstance(value, str):
        raise ValueError("an RFC 3339 instant is text")
    at_ms = parse_rfc3339(value)
    if not 0 <= at_ms <= END_OF_TIME_MS:
        raise ValueError("an instant lies between 1970 and 9999")
    return at_ms


# Said as text, kept as milliseconds since 1970.
Instant = Annotated[int, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]

T = TypeVar("T")
M = TypeVar("M", bound=Body)


@dataclass(frozen=True, slots=True)
class Unfit:
    """An item of a list as it was sent, and why it cannot be taken."""

    sent: Any
    refusal: Refusal


def _alone(sent: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(sent)
    except ValidationError as error:
        return Unfit(sent, refused(faults_of(error)))


if TYPE_CHECKING:
    Alone: TypeAlias = T | Unfit
else:

    class Alone:
        """`list[Alone[Item]]` looks at each item by itself, so that a bad one does not refuse the others."""

        def __class_getitem__(cls, item: Any) -> Any:
            return Annotated[item, WrapValidator(_alone)]


def read_body(shape: type[M], body: bytes) -> M:
    """A body a route reads by itself, refused in the same words as one FastAPI reads.

    Raises:
        Refusal: 422, it is no JSON, or not of this shape.
    """
    try:
        return shape.model_validate(json.loads(body))
    except ValidationError as error:
        raise refused(faults_of(error)) from error
    except (ValueError, RecursionError) as error:
        raise invalid("", f"not JSON: {error}") from error
