"""Artifacts: bytes first, then the row with its event; deleting goes the other way round."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import Artifact
from millstream_contracts.ids import new_id
from millstream_contracts.limits import load_limits
from millstream_kit.errors import Refusal, invalid

from millstream_jobs import events
from millstream_jobs.blobs import Blobs
from millstream_jobs.handlers.context import Context
from millstream_jobs.handlers.jobs import known_job
from millstream_jobs.store_model import StoredArtifact

MOST_NAME_CHARS = 255
CONTENT_TYPES: Mapping[str, str] = {
    "text": "text/plain; charset=utf-8",
    "json": "application/json",
    "image/png": "image/png",
    "image/jpeg": "image/jpeg",
    "image/webp": "image/webp",
    "image/gif": "image/gif",
    "image/svg": "image/svg+xml",
    "file/pdf": "application/pdf",
    "file/csv": "text/csv; charset=utf-8",
    "file/xml": "application/xml",
    "file/html": "text/html; charset=utf-8",
    "file/binary": "application/octet-stream",
}
TEXTUAL = frozenset({"text", "json", "image/svg", "file/csv", "file/xml", "file/html"})

_SIGNATURES: Mapping[str, Callable[[bytes], bool]] = {
    "image/png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": lambda data: data.startswith(b"\xff\xd8\xff"),
    "image/webp": lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
    "image/gif": lambda data: data[:6] in (b"GIF87a", b"GIF89a"),
    "file/pdf": lambda data: b"%PDF-" in data[:1024],
}


@dataclass(frozen=True, slots=True)
class NewArtifact:
    """What is uploaded."""

    name: str
    type: str
    data: bytes


async def create_artifact(context: Context, blobs: Blobs, job_id: str, wish: NewArtifact) -> StoredArtifact:
    """A crash on the way leaves at most bytes that nothing names.

    Raises:
        Refusal: 404 unknown job, 413 too large, 422 a name or content that does not fit.
    """
    _check(wish)
    job = (await known_job(context, job_id)).job
    now_ms = context.clock.now_ms()
    artifact = StoredArtifact(
        id=new_id("art", now_ms=now_ms),
        job_id=job_id,
        name=wish.name,
        type=wish.type,
        content_type=CONTENT_TYPES[wish.type],
        size_bytes=len(wish.data),
        sha256=hashlib.sha256(wish.data).hexdigest(),
        storage_backend=blobs.backend,
        created_at_ms=now_ms,
    )
    await blobs.put(path_of(artifact), wish.data)
    try:
        async with context.store.begin() as transaction:
            event = events.artifact_created(_said(artifact), now_ms)
            await transaction.add_artifact(artifact, event, job.traceparent)
    except Exception:
        with contextlib.suppress(Exception):
            await blobs.delete(path_of(artifact))
        raise
    context.bell.relay.ring()
    return artifact


async def delete_artifact(context: Context, blobs: Blobs, artifact_id: str) -> None:
    """Raises:
    Refusal: 404.
    """
    artifact = await context.store.artifact(artifact_id)
    if artifact is None:
        raise unknown_artifact(artifact_id)
    job = await context.store.job(artifact.job_id)
    async with context.store.begin() as transaction:
        event = events.artifact_deleted(artifact.job_id, artifact_id, context.clock.now_ms())
        if not await transaction.delete_artifact(artifact_id, event, job.job.traceparent if job else None):
            raise unknown_artifact(artifact_id)
    context.bell.relay.ring()
    await blobs.delete(path_of(artifact))


def path_of(artifact: StoredArtifact) -> str:
    return f"{artifact.job_id}/{artifact.id}"


def unknown_artifact(artifact_id: str) -> Refusal:
    return Refusal(404, "unknown_artifact", f"There is no artifact {artifact_id}.")


def too_large() -> Refusal:
    return Refusal(413, "too_large", f"An artifact may hold {load_limits().artifact_bytes} bytes.")


def _check(wish: NewArtifact) -> None:
    if not 1 <= len(wish.name) <= MOST_NAME_CHARS or not wish.name.isprintable():
        raise invalid("name", f"1 to {MOST_NAME_CHARS} printable characters")
    if wish.type not in CONTENT_TYPES:
        raise invalid("type", f"one of {', '.join(CONTENT_TYPES)}")
    if len(wish.data) > load_limits().artifact_bytes:
        raise too_large()
    looks_right = _SIGNATURES.get(wish.type)
    if looks_right is not None and not looks_right(wish.data):
        raise invalid("data", f"this is not {wish.type}")
    if wish.type in TEXTUAL:
        try:
            wish.data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise invalid("data", f"{wish.type} is UTF-8 text") from error


def _said(artifact: StoredArtifact) -> Artifact:
    return Artifact(
        id=artifact.id,
        job_id=artifact.job_id,
        name=artifact.name,
        type=artifact.type,
        content_type=artifact.content_type,
        size_bytes=artifact.size_bytes,
        sha256=artifact.sha256,
        storage_backend=artifact.storage_backend,
        status="stored",
        created_at_ms=artifact.created_at_ms,
    )
