"""Background loops: named, restarted with a growing pause when they fail, cancelled together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self

import stamina
import structlog

log = structlog.get_logger(__name__)


class Supervisor:
    """Runs loops until it is closed.

    A loop that raises is logged and started again after a jittered, exponentially growing pause (0.1 s to 10 s).
    One that returns is done.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def run(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Start a loop under a name (which its log lines and its task carry)."""
        task = asyncio.create_task(self._keep_running(name, loop), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep_running(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        def worth_another_try(error: Exception) -> bool:
            if not isinstance(error, Exception):  # the retry context shows us cancellation too
                return False
            log.warning("loop failed, starting it again", loop=name, exc_info=error)
            return True

        while True:
            # Ten tries grow the pause to its bound; the outer loop then begins anew, for ever.
            try:
                async for attempt in stamina.retry_context(
                    on=worth_another_try, attempts=10, timeout=None, wait_initial=0.1, wait_max=10.0
                ):
                    with attempt:
                        await loop()
                return
            except Exception as error:
                log.error("loop keeps failing", loop=name, exc_info=error)
                await asyncio.sleep(10)
