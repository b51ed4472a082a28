"""What the service refuses."""

from __future__ import annotations

from typing import Any

from millstream_kit.errors import PROBLEM_JSON, Refusal
from pydantic import BaseModel


class ApiUnknown(Refusal):
    """Nobody ever reported for an API of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(404, "api_not_found", f"There is no API {name}.")


class TooMany(Refusal):
    """There are as many APIs, or instances of this one, as there may be."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(422, "too_many", f"There are {most:,} {what} already; no other is let in.")


class LogAway(Refusal):
    """The log cannot take the batch now."""

    def __init__(self) -> None:
        detail = "The log is away; nothing of this batch is sure to be counted, send it again."
        super().__init__(503, "log_unavailable", detail, headers={"Retry-After": "2"})


class Fault(BaseModel):
    """One field that is wrong."""

    field: str
    message: str


class Problem(BaseModel):
    """A refusal as it is sent (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Fault] | None = None


def problems() -> dict[int | str, dict[str, Any]]:
    """How refusals are described in the OpenAPI document."""
    content = {PROBLEM_JSON: {"schema": Problem.model_json_schema(ref_template="#/components/schemas/{model}")}}
    refused, later = {"description": "Refused", "content": content}, {"description": "Not now", "content": content}
    return {"4XX": refused, "5XX": later}
