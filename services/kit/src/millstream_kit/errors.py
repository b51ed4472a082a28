"""Refusals: every error a caller sees is an RFC 9457 problem document with a stable `code`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match

PROBLEM_JSON = "application/problem+json"
log = structlog.get_logger(__name__)


class Refusal(Exception):
    """An expected answer of 4xx, 501 or 503.

    Args:
        status: the HTTP status.
        code: a stable slug clients may rely on.
        detail: one sentence for a person.
        errors: for 422, one entry per field: `{"field": …, "message": …}`.
        headers: extra response headers.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        title: str | None = None,
        errors: Sequence[Mapping[str, str]] | None = None,
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
        return body if self.errors is None else body | {"errors": [dict(e) for e in self.errors]}

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
    return Refusal(422, "invalid", f"{field}: {message}", errors=[{"field": field, "message": message}])


def not_implemented(what: str) -> Refusal:
    """A 501 for what the contract names and this version does not do yet."""
    return Refusal(501, "not_implemented", f"{what} is not available in this version.")


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
    errors = [
        {
            "field": "" if e["type"] == "json_invalid" else _field(e["loc"]),
            "message": e["msg"].removeprefix("Value error, "),  # pydantic's words for a check of ours
        }
        for e in error.errors()
    ]
    detail = "; ".join(f"{e['field'] or 'body'}: {e['message']}" for e in errors[:5])
    return Refusal(422, "invalid", detail, errors=errors).response()


def _field(place: Sequence[int | str]) -> str:
    """A fault's place without its first part, which says only where: body, query, path."""
    return ".".join(str(part) for part in place[1:])


_CODES = {
    400: "bad_json",  # FastAPI's answer to a body it cannot read, and to nothing else
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
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
