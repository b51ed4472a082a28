"""What a running function may say and ask: progress, log lines, artifacts, a checkpoint, child jobs."""

from __future__ import annotations

import json
import mimetypes
import threading
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from pydantic_core import to_jsonable_python

from millstream import limits
from millstream.errors import Cancelled, TooLarge

if TYPE_CHECKING:
    from millstream.client import Client
    from millstream.function import Function
    from millstream.handle import JobHandle
    from millstream.portal import Portal

_current: ContextVar[Context | None] = ContextVar("millstream_job", default=None)

_KINDS = {
    "text/plain": "text",
    "text/markdown": "text",
    "application/json": "json",
    "application/pdf": "file/pdf",
    "text/csv": "file/csv",
    "application/xml": "file/xml",
    "text/xml": "file/xml",
    "text/html": "file/html",
}


class Sink(Protocol):
    """Where what a job says goes. Called from any thread; never waits."""

    def progress(self, value: float, message: str | None) -> None: ...

    def log(self, level: str, message: str, fields: Mapping[str, Any]) -> None: ...

    def checkpoint(self, data: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class JobInfo:
    """The attempt at hand."""

    id: str
    function: str
    attempt: int = 1
    max_retries: int = 0
    parent_id: str | None = None
    root_id: str | None = None
    tags: tuple[str, ...] = ()
    checkpoint: Any = None
    event_id: str | None = None
    event_type: str | None = None


@dataclass(slots=True)
class Context:
    """Given to a function that has a parameter of this type, whatever its name."""

    job: JobInfo
    _sink: Sink = field(repr=False)
    _client: Callable[[], Client] = field(repr=False)
    _portal: Portal = field(repr=False)
    cancelled: threading.Event = field(default_factory=threading.Event, repr=False)
    _raise_when_cancelled: bool = field(default=False, repr=False)

    @property
    def job_id(self) -> str:
        return self.job.id

    @property
    def attempt(self) -> int:
        """1 on the first run."""
        return self.job.attempt

    @property
    def event_type(self) -> str | None:
        """The type of the event that made the job, or None."""
        return self.job.event_type

    @property
    def event_id(self) -> str | None:
        """The id of the event that made the job, the same when it is run again; or None."""
        return self.job.event_id

    @property
    def last_checkpoint(self) -> Any:
        """What an earlier attempt saved, or None."""
        return self.job.checkpoint

    def progress(self, value: float, message: str | None = None) -> None:
        """Say how far the job is, 0 to 1. Call it as often as you like; at most two a second are sent."""
        self._look_for_cancel()
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"progress goes from 0 to 1, not {value}")
        self._sink.progress(float(value), None if message is None else message[: limits.MESSAGE_CHARS])

    def log(self, message: str, *, level: str = "info", **fields: Any) -> None:
        """Write a line to the job's log. The `logging` module's lines go there too."""
        self._look_for_cancel()
        self._sink.log(level, message, to_jsonable_python(fields, fallback=repr))

    def checkpoint(self, data: Any) -> None:
        """Save where a next attempt may go on; it finds it in `last_checkpoint`."""
        self._look_for_cancel()
        saved = to_jsonable_python(data)
        size = len(json.dumps(saved, allow_nan=False).encode())
        if size > limits.CHECKPOINT_BYTES:
            raise TooLarge(
                f"the checkpoint has {size:,} bytes of JSON, and at most {limits.CHECKPOINT_BYTES:,} are kept"
            )
        self._sink.checkpoint(saved)

    async def artifact(self, name: str, data: Any, type: str | None = None) -> dict[str, Any]:
        """Keep a file with the job.

        Args:
            name: its file name.
            data: bytes, text, or anything that can be said in JSON.
            type: one of Millstream's artifact types; guessed from the name when left out.
        """
        self._look_for_cancel()
        body, kind = _artifact(name, data, type)
        return await self._client().add_artifact(self.job.id, name, body, kind)

    def artifact_sync(self, name: str, data: Any, type: str | None = None) -> dict[str, Any]:
        """`artifact`, in a synchronous function."""
        return self._portal.call(self.artifact, name, data, type)

    async def enqueue(self, function: Function[..., ..., Any], **kwargs: Any) -> JobHandle[Any]:
        """Enqueue a child of this job; `function.enqueue` inside a job does the same."""
        self._look_for_cancel()
        return await function.options(parent_id=self.job.id).enqueue(**kwargs)

    def enqueue_sync(self, function: Function[..., ..., Any], **kwargs: Any) -> JobHandle[Any]:
        """`enqueue`, in a synchronous function."""
        self._look_for_cancel()
        return function.options(parent_id=self.job.id).enqueue_sync(**kwargs)

    def _look_for_cancel(self) -> None:
        # Once: a function that cleans up after it may still log.
        if self._raise_when_cancelled and self.cancelled.is_set():
            self._raise_when_cancelled = False
            raise Cancelled(f"{self.job.id} is being cancelled")


def current_context() -> Context | None:
    """The context of the job this code runs in, or None."""
    return _current.get()


def enter(context: Context) -> None:
    """Make it the current one, for the rest of this task or copied thread context."""
    _current.set(context)


def _artifact(name: str, data: Any, kind: str | None) -> tuple[bytes, str]:
    if isinstance(data, bytes | bytearray | memoryview):
        body, fallback = bytes(data), "file/binary"
    elif isinstance(data, str):
        body, fallback = data.encode(), "text"
    else:
        body, fallback = json.dumps(to_jsonable_python(data)).encode(), "json"
    if len(body) > limits.ARTIFACT_BYTES:
        raise TooLarge(f"{name} has {len(body):,} bytes, and an artifact at most {limits.ARTIFACT_BYTES:,}")
    return body, kind or _kind_of(name) or fallback


def _kind_of(name: str) -> str | None:
    guessed = mimetypes.guess_type(name)[0]
    if guessed in {"image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml"}:
        return guessed.removesuffix("+xml")
    return _KINDS.get(guessed or "")
