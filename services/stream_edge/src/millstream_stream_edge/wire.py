"""The direct write: a chunk handed to the socket itself, where the server lets us (docs/adr/0019-direct-write.md).

`WiredProtocol` is uvicorn's HTTP/1.1 protocol and offers each response's connection to the application as a scope
extension. A `Wire` takes what the socket takes at once. Whenever anything is in the way (a full buffer, a client that
is gone, TLS, another server) it takes nothing, and the caller goes through ASGI's `send`, which knows how to wait.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

if sys.platform == "linux":
    import fcntl
    import termios

EXTENSION = "millstream.wire"
WIRE = "wire"


class Wire:
    """One response's way past the server, for as long as its buffer is empty."""

    __slots__ = ("_cycle", "_fd", "_transport")

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle
        self._transport: Any = cycle.transport
        self._fd = self._transport.get_extra_info("socket").fileno()

    def write(self, data: bytes) -> bool:
        """Write a framed chunk of a response that has begun and does not end with it; False if it has to go through `send` instead."""
        transport = self._transport
        # A closed transport gives its descriptor back, and the next connection gets the number.
        if transport.is_closing() or self._cycle.disconnected or transport.get_write_buffer_size():
            return False
        try:
            taken = os.write(self._fd, data)
        except OSError:  # full, or broken: the transport finds out which
            taken = 0
        if taken < len(data):
            transport.write(data[taken:])
        return True

    def left_bytes(self) -> int:
        """How much of what was written has not arrived: here, and on Linux in the kernel, which may hold megabytes of it."""
        if self._transport.is_closing():
            return 0
        left: int = self._transport.get_write_buffer_size()
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # a sandbox's kernel need not know the question
                left += int.from_bytes(fcntl.ioctl(self._fd, termios.TIOCOUTQ, bytes(4)), sys.byteorder)
        return left


def wire_of(scope: Scope) -> Wire | None:
    """The wire of a request's connection, where its server offers one."""
    offered = (scope.get("extensions") or {}).get(EXTENSION)
    wire: Wire | None = offered[WIRE] if offered else None
    return wire


class WiredProtocol(HttpToolsProtocol):
    """uvicorn's protocol, offering the connection of every plain HTTP/1.1 request."""

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        cycle = self.cycle
        if cycle is None or cycle.scope is not self.scope or self.scheme != "http":
            return
        if self.scope["http_version"] == "1.1" and self.scope["method"] == "GET":
            self.scope["extensions"] = {EXTENSION: {WIRE: Wire(cycle)}}
