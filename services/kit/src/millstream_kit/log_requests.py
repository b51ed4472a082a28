"""Appends on their way: made on the event loop, answered from another thread with one wake-up for many."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from millstream_kit.log import Appended, LogUnavailable, NewRecord


class AppendRequest:
    """One `append` that waits for its outcome."""

    def __init__(self, records: Sequence[NewRecord]) -> None:
        self.records = records
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[list[Appended]] = self.loop.create_future()
        self.outcome: list[Appended] | Exception = LogUnavailable("the log is closed")

    def settle(self) -> None:
        """Tell the caller; on the event loop."""
        if self.future.done():
            return
        if isinstance(self.outcome, list):
            self.future.set_result(self.outcome)
        else:
            self.future.set_exception(self.outcome)


class Completions:
    """Requests that have their outcome, told to their loops in as few wake-ups as possible. Called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[asyncio.AbstractEventLoop, list[AppendRequest]] = {}

    def add(self, request: AppendRequest) -> None:
        """Have the request settled on its loop."""
        with self._lock:
            waiting = self._waiting.setdefault(request.loop, [])
            waiting.append(request)
            is_first = len(waiting) == 1
        if is_first:
            try:
                request.loop.call_soon_threadsafe(self._settle, request.loop)
            except RuntimeError:  # the loop is closed: nobody waits any more
                self._take(request.loop)

    def _settle(self, loop: asyncio.AbstractEventLoop) -> None:
        for request in self._take(loop):
            request.settle()

    def _take(self, loop: asyncio.AbstractEventLoop) -> list[AppendRequest]:
        with self._lock:
            return self._waiting.pop(loop, [])
