"""/jobs/{job_id}/artifacts and /artifacts: what jobs left behind."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from millstream_contracts.limits import load_limits
from millstream_contracts.names import Scope
from millstream_kit.auth import Principal, require
from millstream_kit.bodies import Body, read_body
from millstream_kit.errors import Refusal, invalid, problems
from pydantic import Field
from starlette.datastructures import UploadFile

from millstream_jobs.handlers.artifacts import (
    CONTENT_TYPES,
    TEXTUAL,
    NewArtifact,
    create_artifact,
    delete_artifact,
    path_of,
    too_large,
    unknown_artifact,
)
from millstream_jobs.handlers.jobs import known_job
from millstream_jobs.inputs import Text, json_text
from millstream_jobs.routes.desk import (
    ArtifactIdPath,
    Desk,
    JobIdPath,
    OnDesk,
    require_payloads,
)
from millstream_jobs.shapes import ArtifactOut, ArtifactsOut
from millstream_jobs.store_model import StoredArtifact
from millstream_jobs.views import artifact_out

# Shown in place; everything else is handed over as a file, because a browser might run it.
PASSIVE = frozenset({"text", "json", "image/png", "image/jpeg", "image/webp", "image/gif"})
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class ArtifactIn(Body):
    """`data`: text for textual types, any JSON for `json`, base64 for the rest."""

    name: Text = Field(min_length=1, max_length=255)
    type: Text = Field(json_schema_extra={"enum": list(CONTENT_TYPES)})
    data: Any


_BODIES = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": ArtifactIn.model_json_schema()},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "type"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "name": {"type": "string"},
                        "type": {"type": "string", "enum": list(CONTENT_TYPES)},
                    },
                    "additionalProperties": False,
                }
            },
        },
    }
}


def artifacts_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["artifacts"], responses=problems())
    router.add_api_route("/jobs/{job_id}/artifacts", get_artifacts, methods=["GET"])
    router.add_api_route(
        "/jobs/{job_id}/artifacts", post_artifact, methods=["POST"], status_code=201, openapi_extra=_BODIES
    )
    router.add_api_route("/artifacts/{artifact_id}", get_artifact, methods=["GET"])
    router.add_api_route("/artifacts/{artifact_id}", remove_artifact, methods=["DELETE"], status_code=204)
    router.add_api_route(
        "/artifacts/{artifact_id}/content", get_content, methods=["GET"], response_class=Response, responses=_contents()
    )
    return router


async def get_artifacts(job_id: JobIdPath, desk: OnDesk, _: Principal = require(Scope.JOBS_READ)) -> ArtifactsOut:
    await known_job(desk.context, job_id)
    found = await desk.context.store.artifacts_of(job_id)
    return ArtifactsOut(artifacts=[artifact_out(artifact) for artifact in found], total=len(found))


async def post_artifact(
    job_id: JobIdPath, desk: OnDesk, request: Request, _: Principal = require(Scope.JOBS_LEASE)
) -> ArtifactOut:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    read = {"application/json": _from_json, "multipart/form-data": _from_form}.get(media_type)
    if read is None:
        raise Refusal(415, "unsupported_media_type", "Send multipart/form-data or application/json.")
    return artifact_out(await create_artifact(desk.context, desk.blobs, job_id, await read(request)))


async def get_artifact(
    artifact_id: ArtifactIdPath, desk: OnDesk, _: Principal = require(Scope.JOBS_READ)
) -> ArtifactOut:
    return artifact_out(await _known(desk, artifact_id))


async def remove_artifact(
    artifact_id: ArtifactIdPath, desk: OnDesk, _: Principal = require(Scope.JOBS_WRITE)
) -> Response:
    await delete_artifact(desk.context, desk.blobs, artifact_id)
    return Response(status_code=204)


async def get_content(
    artifact_id: ArtifactIdPath, desk: OnDesk, request: Request, principal: Principal = require(Scope.JOBS_READ)
) -> Response:
    require_payloads(principal)
    artifact = await _known(desk, artifact_id)
    headers = _headers(artifact)
    if _matches(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    start, end = _wanted(request, artifact, headers["ETag"])
    try:
        data = await desk.blobs.get(path_of(artifact), start, end)
    except FileNotFoundError as error:
        raise unknown_artifact(artifact_id) from error
    if (start, end) == (0, artifact.size_bytes):
        return Response(data, headers=headers, media_type=artifact.content_type)
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{artifact.size_bytes}"
    return Response(data, 206, headers, artifact.content_type)


async def _known(desk: Desk, artifact_id: str) -> StoredArtifact:
    artifact = await desk.context.store.artifact(artifact_id)
    if artifact is None:
        raise unknown_artifact(artifact_id)
    return artifact


async def _from_form(request: Request) -> NewArtifact:
    most = load_limits().artifact_bytes
    async with request.form(max_files=1, max_fields=2, max_part_size=4096) as form:
        if unknown := form.keys() - {"file", "name", "type"}:
            raise invalid(sorted(unknown)[0][:64], "not a field of this form")
        file, name, kind = form.get("file"), form.get("name"), form.get("type")
        if not isinstance(file, UploadFile):
            raise invalid("file", "a file is needed")
        if not isinstance(kind, str):
            raise invalid("type", "is needed")
        if file.size is not None and file.size > most:
            raise too_large()
        return NewArtifact(name if isinstance(name, str) else file.filename or "", kind, await file.read())


async def _from_json(request: Request) -> NewArtifact:
    wish = read_body(ArtifactIn, await request.body())
    return NewArtifact(wish.name, wish.type, _bytes_of(wish))


def _bytes_of(wish: ArtifactIn) -> bytes:
    try:
        if wish.type == "json":
            return json_text(wish.data).encode()
        if not isinstance(wish.data, str):
            raise invalid("data", "text is needed")
        if wish.type in TEXTUAL:
            return wish.data.encode()
        return base64.b64decode(wish.data, validate=True)
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise invalid("data", "base64 for binary types, storable text for others") from error


def _headers(artifact: StoredArtifact) -> dict[str, str]:
    how = "inline" if artifact.type in PASSIVE else "attachment"
    return {
        "ETag": f'"{artifact.sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(artifact.name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _matches(header: str | None, etag: str) -> bool:
    if header is None:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in tags or etag in tags


def _wanted(request: Request, artifact: StoredArtifact, etag: str) -> tuple[int, int]:
    """The bytes asked for; a form of range that is not understood means all of them (RFC 9110)."""
    size = artifact.size_bytes
    found = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if found is None or request.headers.get("if-range", etag) != etag or found.groups() == ("", ""):
        return 0, size
    first, last = found.groups()
    start = max(0, size - int(last)) if not first else int(first)
    end = size if not first or not last else min(size, int(last) + 1)
    if start >= size or end <= start:
        raise Refusal(
            416, "range_not_satisfiable", f"There are {size} bytes.", headers={"Content-Range": f"bytes */{size}"}
        )
    return start, end


def _contents() -> dict[int | str, dict[str, Any]]:
    content: dict[str, Any] = {kind: {} for kind in CONTENT_TYPES.values()}  # whatever it was when it was posted
    return {
        200: {"description": "The bytes", "content": content},
        206: {"description": "Some of the bytes", "content": content},
        304: {"description": "Not changed"},
    }
