"""Refusals: every error a caller sees is an RFC 9457 problem document with a stable `code`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

PROBLEM_JSON = "application/problem+json"
FAULTS_TOLD = 5  # in the sentence; `errors` has all
log = structlog.get_logger(__name__)


class Fault(NamedTuple):
    """What is wrong with one field of what was sent; without a name, with all of it."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class Refusal(Exception):
    """An expected answer of 4xx or 503.

    Args:
        status: the HTTP status.
        code: a stable slug clients may rely on.
        detail: one sentence for a person.
        errors: for 422, what is wrong with which field.
        headers: extra response headers.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        title: str | None = None,
        errors: Sequence[Fault] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.title = title or HTTPStatus(status).phrase
        self.errors = errors
        self.headers = dict(headers or {})

    def document(self) -> dict[str, Any]:
        """The problem as JSON-ready data."""
        body: dict[str, Any] = {
            "type": f"urn:millstream:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        return body if self.errors is None else body | {"errors": [fault._asdict() for fault in self.errors]}

    def response(self) -> Response:
        """The problem as an HTTP response."""
        return Response(json.dumps(self.document()), self.status, self.headers, PROBLEM_JSON)


class Problem(BaseModel):
    """A refusal as it is sent (RFC 9457); each of `errors` has `field` and `message`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]] | None = None


def problems() -> dict[int | str, dict[str, Any]]:
    """How refusals are described in the OpenAPI document."""
    content = {PROBLEM_JSON: {"schema": Problem.model_json_schema()}}
    return {"4XX": {"description": "Refused", "content": content}, "5XX": {"description": "Later", "content": content}}


def invalid(field: str, message: str) -> Refusal:
    """A 422 that names one field."""
    return refused([Fault(field, message)])


def refused(faults: Sequence[Fault]) -> Refusal:
    """A 422 that names each field something is wrong with."""
    return Refusal(422, "invalid", "; ".join(map(str, faults[:FAULTS_TOLD])), errors=faults)


def faults_of(error: ValidationError | RequestValidationError) -> list[Fault]:
    """What pydantic, or FastAPI with it, found wrong, in the words callers read."""
    # FastAPI's places begin with where the fault is: body, query, path.
    said = 1 if isinstance(error, RequestValidationError) else 0
    return [
        Fault(
            # A text that is no JSON has no fields; its place is a number of characters.
            "" if found["type"] == "json_invalid" else ".".join(map(str, found["loc"][said:])),
            found["msg"].removeprefix("Value error, "),  # pydantic's words for a check of ours
        )
        for found in error.errors()
    ]


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error of `app` with a problem document."""
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_surprise)


async def _on_refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return error.response()


async def _on_validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return refused(faults_of(error)).response()


_CODES = {
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.BAD_REQUEST:  # FastAPI's answer to a body it cannot read, and to nothing else
        return invalid("", str(error.detail)).response()
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    code = _CODES.get(error.status_code, "http_error")
    return Refusal(error.status_code, code, str(error.detail), headers=headers).response()


_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _methods(request: Request) -> set[str]:
    """What may be done at a request's path; each route knows its own methods only."""
    asked = ({**request.scope, "method": method} for method in _METHODS)
    return {s["method"] for s in asked if any(route.matches(s)[0] is Match.FULL for route in request.app.routes)}


async def _on_surprise(request: Request, error: Exception) -> Response:
    log.error("unexpected error", method=request.method, path=request.url.path, exc_info=error)
    return Refusal(500, "internal", "The service met an error it did not expect; its log says more.").response()
