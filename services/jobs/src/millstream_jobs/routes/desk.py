"""What routes are given: the service's parts, checked path parameters, the worker protocol, documented problems."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Request, Response
from millstream_contracts.names import Scope
from millstream_kit.auth import Principal, allows
from millstream_kit.errors import Refusal, problems
from millstream_kit.paging import Pages, bad_cursor
from millstream_kit.telemetry import current_trace_id, current_traceparent

from millstream_jobs.blobs import Blobs
from millstream_jobs.handlers.artifacts import unknown_artifact
from millstream_jobs.handlers.bulk import unknown_bulk
from millstream_jobs.handlers.context import Context
from millstream_jobs.handlers.enqueue import Origin
from millstream_jobs.handlers.enqueue_group import EnqueueGroup
from millstream_jobs.handlers.jobs import unknown_job
from millstream_jobs.handlers.saved_views import unknown_view
from millstream_jobs.inputs import JOB_ID, NAME
from millstream_jobs.metrics import Metrics
from millstream_jobs.neighbours import Neighbours

PROTOCOL = "1"
PROTOCOL_HEADER = "Millstream-Protocol"
ARTIFACT_ID = r"^art_[0-9A-HJKMNP-TV-Z]{26}$"
BULK_ID = r"^bulk_[0-9A-HJKMNP-TV-Z]{26}$"
VIEW_ID = r"^view_[0-9A-HJKMNP-TV-Z]{26}$"


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a route may need."""

    context: Context
    enqueue: EnqueueGroup
    blobs: Blobs
    neighbours: Neighbours
    metrics: Metrics


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _checked(pattern: str, refuse: Callable[[str], Refusal], text: str) -> str:
    if re.fullmatch(pattern, text) is None:
        raise refuse(text)
    return text


def _job_id(job_id: Annotated[str, Path(json_schema_extra={"pattern": JOB_ID})]) -> str:
    return _checked(JOB_ID, lambda text: unknown_job(text[:64]), job_id)


def _artifact_id(artifact_id: Annotated[str, Path(json_schema_extra={"pattern": ARTIFACT_ID})]) -> str:
    return _checked(ARTIFACT_ID, lambda text: unknown_artifact(text[:64]), artifact_id)


def _bulk_id(action_id: Annotated[str, Path(json_schema_extra={"pattern": BULK_ID})]) -> str:
    return _checked(BULK_ID, lambda text: unknown_bulk(text[:64]), action_id)


def _view_id(view_id: Annotated[str, Path(json_schema_extra={"pattern": VIEW_ID})]) -> str:
    return _checked(VIEW_ID, lambda text: unknown_view(text[:64]), view_id)


def _function_key(key: Annotated[str, Path(json_schema_extra={"pattern": NAME})]) -> str:
    return _checked(NAME, lambda text: no_function(text[:64]), key)


def _protocol(version: Annotated[str | None, Header(alias=PROTOCOL_HEADER)] = None) -> None:
    if version != PROTOCOL:
        raise Refusal(400, "protocol_unsupported", f"This server speaks {PROTOCOL_HEADER} {PROTOCOL}.")


OnDesk = Annotated[Desk, Depends(desk_of)]
JobIdPath = Annotated[str, Depends(_job_id)]
ArtifactIdPath = Annotated[str, Depends(_artifact_id)]
BulkIdPath = Annotated[str, Depends(_bulk_id)]
ViewIdPath = Annotated[str, Depends(_view_id)]
FunctionKeyPath = Annotated[str, Depends(_function_key)]
WORKER_PROTOCOL = Depends(_protocol)


def no_function(key: str) -> Refusal:
    return Refusal(404, "unknown_function", f"There is no function {key}.")


def sees_payloads(principal: Principal) -> bool:
    return allows(principal, Scope.PAYLOADS_READ)


def require_payloads(principal: Principal) -> None:
    if not sees_payloads(principal):
        raise Refusal(403, "missing_scope", f"This needs the scope {Scope.PAYLOADS_READ}.")


def origin() -> Origin:
    return Origin(current_traceparent(), current_trace_id())


def id_place(pages: Pages, pattern: str = JOB_ID) -> str | None:
    """The job, or whatever has ids of that pattern, the last page ended with; None for the first."""
    place = pages.place.get("id")
    if pages.place and (not isinstance(place, str) or re.fullmatch(pattern, place) is None):
        raise bad_cursor()
    return place


def line_place(pages: Pages) -> int:
    """The number of the log line the last page ended with; 0 for the first."""
    place = pages.place.get("line", 0)
    if not isinstance(place, int) or not 0 <= place < 2**63:
        raise bad_cursor()
    return place


def only_problem(status: int) -> dict[str, Any]:
    """How a route that only refuses is described."""
    described = {status: {"description": "Not in this version", "content": problems()["4XX"]["content"]}}
    return {"status_code": status, "response_class": Response, "responses": described}
