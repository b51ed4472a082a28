"""One attempt of one job, watched from the service loop: its time, its cancelling, its end."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from millstream.worker.execution import Ended, Running, failure
from millstream.worker.outbox import Outbox

log = logging.getLogger(__name__)
LET_GO_S = 1.5


@dataclass(eq=False, slots=True)
class Attempt:
    """`watch` returns when the code has really ended, which is when its slot is free.

    Args:
        locals_of: what is told of a failure's local variables, where that is wanted; it never raises.
    """

    function: str
    timeout_s: float | None
    outbox: Outbox
    running: Running
    cancelled: threading.Event
    locals_of: Callable[[BaseException], Awaitable[dict[str, Any] | None]] | None = None
    cancel_requested: bool = field(default=False, init=False)
    handing_back: bool = field(default=False, init=False)
    ended_well: bool | None = field(default=None, init=False)

    async def watch(self) -> None:
        ended = asyncio.ensure_future(asyncio.wrap_future(self.running.ended))
        done, _ = await asyncio.wait([ended], timeout=self.timeout_s)
        if not done:
            self._time_is_up()
            await ended
            return
        await self._say(ended.result())

    def on_cancel_requested(self) -> None:
        if not self.cancel_requested:
            self.cancel_requested = True
            self.stop()

    def on_stale(self) -> None:
        log.warning("the lease of %s is lost; this attempt stops and reports nothing", self.outbox.job_id)
        self.stop()

    def stop(self) -> None:
        """Ask the code to end: a CancelledError on the loop, the event and the next call in a thread."""
        self.cancelled.set()
        self.running.cancel()

    async def hand_back(self) -> None:
        """Stop it and give the job back, unless it ends well in the moment it is given."""
        self.handing_back = True
        self.stop()
        await asyncio.wait([asyncio.wrap_future(self.running.ended)], timeout=LET_GO_S)
        await asyncio.sleep(0)
        self.outbox.end({"kind": "hand_back"})

    def _time_is_up(self) -> None:
        self.ended_well = False
        self.outbox.end({"kind": "outcome", "outcome": "timeout"})
        log.warning("%s ran longer than %s s and is stopped", self.outbox.job_id, self.timeout_s)
        self.stop()

    async def _say(self, ended: Ended) -> None:
        self.ended_well = ended.error is None and not ended.cancelled
        if self.ended_well:
            self.outbox.end({"kind": "outcome", "outcome": "success", "result": ended.result})
        elif self.handing_back:
            self.outbox.end({"kind": "hand_back"})
        elif ended.cancelled and self.cancel_requested:
            self.outbox.end({"kind": "outcome", "outcome": "cancelled"})
        else:
            error = ended.error or asyncio.CancelledError("the job cancelled itself")
            said = await self.locals_of(error) if self.locals_of else None
            self.outbox.end(failure(error) | ({"locals": said} if said else {}))
