"""The way in for synchronous callers: one background thread with an event loop, so that nothing is written twice."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Any, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

T = TypeVar("T")


class Portal:
    """Starts with the first call and ends with the process; a forked child gets its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stack: ExitStack | None = None
        self._portal: BlockingPortal | None = None
        self._pid = 0

    def call(self, fn: Callable[..., Awaitable[T]], *args: Any) -> T:
        """Run a coroutine function on the background loop, in the caller's context, and wait for it."""
        return self._open().call(fn, *args)

    def close(self) -> None:
        with self._lock:
            stack, self._stack, self._portal = self._stack, None, None
            pid = self._pid
        if stack is not None and pid == os.getpid():
            atexit.unregister(self.close)
            stack.close()

    def _open(self) -> BlockingPortal:
        with self._lock:
            if self._portal is None or self._pid != os.getpid():
                self._stack = ExitStack()
                self._portal = self._stack.enter_context(start_blocking_portal(name="millstream-portal"))
                self._pid = os.getpid()
                atexit.register(self.close)
            return self._portal
