"""One open connection: whom it belongs to, where it stands, and how bytes get to it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from typing import TYPE_CHECKING, Any

from millstream_kit.auth import Principal
from starlette.types import Send

from millstream_stream_edge.chunk import Chunk
from millstream_stream_edge.cursor import Cursor
from millstream_stream_edge.frames import ReconnectReason
from millstream_stream_edge.wheel import NEVER
from millstream_stream_edge.wire import Wire

if TYPE_CHECKING:
    from millstream_stream_edge.group import Group


class Subscriber:
    """A client's place. While it keeps up it has no cursors of its own: its group's are its.

    busy: a write is on its way and nothing else may be written. What it misses meanwhile stays in the rings.
    being told: who brings it up from the log has something to write; between two of those, words about the stream pass.
    """

    __slots__ = (
        "abandoned",
        "being_told",
        "catching_up",
        "check_slot",
        "closing",
        "cursors",
        "deadline",
        "ends_at",
        "ends_why",
        "final",
        "group",
        "left_bytes",
        "owed",
        "owes_status",
        "principal",
        "request_task",
        "send",
        "stale",
        "status_at",
        "wire",
        "write_task",
        "wrote_at",
    )

    def __init__(
        self,
        group: Group,
        send: Send,
        wire: Wire | None,
        principal: Principal,
        *,
        ends_at: float,
        ends_why: ReconnectReason,
    ) -> None:
        """
        Args:
            wire: the connection's, where the server offers it.
        """
        self.group = group
        self.send = send
        self.wire = wire
        self.principal = principal
        self.ends_at = ends_at
        self.ends_why = ends_why
        self.request_task = asyncio.current_task()
        self.cursors: dict[str, Cursor] | None = {}
        self.stale: set[int] = set()
        self.deadline: float | None = None  # of the write that is on its way
        self.left_bytes = 0  # of what was written, when the deadline was set
        self.write_task: asyncio.Task[None] | None = None
        self.wrote_at = 0.0
        self.status_at = 0.0
        self.check_slot = NEVER
        self.owes_status = False
        self.owed: dict[bytes, None] = {}
        self.catching_up = False
        self.being_told = False
        self.closing = False
        self.abandoned = False
        self.final: bytes | None = None

    @property
    def is_busy(self) -> bool:
        return self.deadline is not None

    @property
    def can_hear(self) -> bool:
        """Whether words about the stream itself may be written."""
        return not self.is_busy and not self.being_told and not self.closing

    @property
    def can_be_written(self) -> bool:
        """Whether events may be, too."""
        return self.can_hear and not self.catching_up

    @property
    def last_write(self) -> float:
        """When something was last written to it, on the monotonic clock."""
        return max(self.wrote_at, self.group.wrote_at) if self in self.group.live else self.wrote_at

    def take_owed(self) -> list[bytes]:
        """The gaps that could not be said to it when they came; whoever takes them says them before its next id."""
        blocks = list(self.owed)
        self.owed.clear()
        return blocks

    def expect_by(self, deadline: float) -> None:
        """A write is on its way and should have arrived by then."""
        self.deadline = deadline
        self.left_bytes = 0 if self.wire is None else self.wire.left_bytes()

    def took(self, least_bytes: int) -> bool:
        """Whether that much arrived since its deadline was set; not, where the server does not let us see."""
        return self.wire is not None and self.left_bytes - self.wire.left_bytes() >= least_bytes

    async def until_free(self) -> None:
        """Wait until nothing is on its way to it, or it is given up."""
        while self.write_task is not None and not self.write_task.done():
            await asyncio.wait([self.write_task])

    def begin_write(self, chunk: Chunk) -> Rest | None:
        """Write as far as it goes without waiting; what is left to wait for, or None when all is accepted."""
        if self.wire is not None and not chunk.is_last and self.wire.write(chunk.framed):
            return None
        write = self.send(chunk.message)
        try:
            awaited = write.send(None)  # type: ignore[attr-defined]  # ASGI servers' send is a coroutine function
        except StopIteration:
            return None
        return Rest(write, awaited)  # type: ignore[arg-type]


class Rest:
    """A coroutine that was stepped once and now waits; awaiting this goes on with it."""

    __slots__ = ("_awaited", "_coroutine")

    def __init__(self, coroutine: Coroutine[Any, Any, None], awaited: Any) -> None:
        self._coroutine = coroutine
        self._awaited = awaited

    def __await__(self) -> Generator[Any, Any, None]:
        awaited = self._awaited
        while True:
            try:
                sent = yield awaited
            except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the coroutine
                step = self._throw(error)
            else:
                step = self._send(sent)
            if step is None:
                return
            awaited = step[0]

    def _send(self, value: Any) -> tuple[Any] | None:
        try:
            return (self._coroutine.send(value),)
        except StopIteration:
            return None

    def _throw(self, error: BaseException) -> tuple[Any] | None:
        try:
            return (self._coroutine.throw(error),)
        except StopIteration:
            return None
