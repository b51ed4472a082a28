"""The worker's life: declare, lease and run until told to stop, then drain.

first SIGTERM or SIGINT,
or an operator's drain    no more leases; what runs may finish within `drain_s`; the rest is handed back
second                    hand everything back now
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from millstream import names
from millstream.app import Millstream
from millstream.context import Context
from millstream.function import Function
from millstream.settings import Place, error_locals_wanted
from millstream.worker.attempt import Attempt
from millstream.worker.execution import Run, UserLoop, UserThreads
from millstream.worker.frame_locals import FrameLocals
from millstream.worker.heartbeat import Heartbeat
from millstream.worker.leasing import Lease, Leasing
from millstream.worker.logs import JobLogHandler
from millstream.worker.outbox import Outbox
from millstream.worker.reporter import Reporter
from millstream.worker.usage import Meter

log = logging.getLogger(__name__)
POLL_ABORT_S = 0.5
HAND_BACK_S = 5.0


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker works.

    Args:
        concurrency: how many jobs run at once.
        drain_s: how long running jobs may go on after a stop was asked for.
        heartbeat_s: how often operators hear of it.
        version: of the user's code, shown beside the worker.
        error_locals: whether failures tell local variables, where the function does not say; default `MILLSTREAM_ERROR_LOCALS`.
    """

    concurrency: int = 10
    drain_s: float = 25.0
    heartbeat_s: float = 5.0
    version: str | None = None
    worker_id: str | None = None
    error_locals: bool | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.concurrency <= 1000:
            raise ValueError(f"concurrency goes from 1 to 1000, not {self.concurrency}")
        if self.drain_s < 0:
            raise ValueError(f"drain_s cannot be {self.drain_s}")


@dataclass(slots=True)
class _Counts:
    processed: int = 0
    failed: int = 0


class Worker:
    """Runs the functions of an app. `await worker.run()` on a loop that runs nothing else."""

    def __init__(self, app: Millstream, options: WorkerOptions | None = None) -> None:
        if not app.functions:
            raise ValueError(f"the app {app.name} has no functions; declare one with @app.function()")
        self.app = app
        self.options = options or WorkerOptions()
        self._place = Place.read()
        asked = self.options.error_locals
        self._tells_locals = error_locals_wanted() if asked is None else asked
        self._frame_locals = FrameLocals()
        own = f"{names.slug(self._place.hostname, 50)}-{secrets.token_hex(4)}"
        self.id = names.checked("the worker id", self.options.worker_id or own)
        self._attempts: set[Attempt] = set()
        self._watching: set[asyncio.Task[None]] = set()
        self._counts = _Counts()
        self._stop = asyncio.Event()
        self._stop_now = asyncio.Event()
        self._state = "starting"
        self._is_paused = False
        self._started_at = datetime.now(UTC)
        self.is_clean = True

    async def run(self, *, handle_signals: bool = False) -> None:
        """Work until `stop` or a signal.

        Raises:
            ApiError: the server refuses this worker.
            TypeError: a function's arguments cannot be said in JSON.
        """
        functions = list(self.app.functions.values())
        for function in functions:
            _ = function.parameters  # bad annotations are found here, not in the first job
        self._user_loop = UserLoop()
        self._user_threads = UserThreads(self.options.concurrency)
        self._meter = Meter(self._user_loop.lag, in_pod=self._place.pod is not None)
        self._reporter = Reporter(self.app.client, self.id)
        self._leasing = Leasing(self.app.client, self.id, functions, self._free, self._take, self.options.version)
        self._heartbeat = Heartbeat(self.app.client, self.id, self.options.heartbeat_s, self._describe, self._on_asked)
        handler = JobLogHandler()
        logging.getLogger().addHandler(handler)
        undo_signals = self._listen() if handle_signals else None
        try:
            await self._work()
        finally:
            logging.getLogger().removeHandler(handler)
            self._user_threads.close()
            self.is_clean = self._user_loop.close() and not self._attempts
            if undo_signals:
                undo_signals()
            await self.app.client.aclose()

    def stop(self) -> None:
        """Drain; a second call hands everything back now."""
        if self._stop.is_set():
            self._stop_now.set()
        self._stop.set()

    # ---- the loops

    async def _work(self) -> None:
        heartbeat = asyncio.create_task(self._heartbeat.run(), name="heartbeat")
        reporter = asyncio.create_task(self._reporter.run(), name="reporter")
        leasing = asyncio.create_task(self._lease(), name="leasing")
        stopped = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait([stopped, heartbeat, reporter, leasing], return_when=asyncio.FIRST_COMPLETED)
            self._state = "draining"
            self._heartbeat.at_once()
            await asyncio.wait([leasing], timeout=0 if self._stop_now.is_set() else POLL_ABORT_S)
            await _end(leasing)
            await self._drain()
        finally:
            self._stop.set()
            await _end(stopped, heartbeat, reporter, *self._watching)
            await self._heartbeat.beat(leaving=True)
        for task in (leasing, heartbeat, reporter):
            if not task.cancelled() and (error := task.exception()):
                raise error

    async def _lease(self) -> None:
        await self._leasing.declare()
        self._state = "active"
        self._heartbeat.at_once()
        log.info("worker %s runs %s", self.id, ", ".join(self.app.functions))
        await self._leasing.run()

    async def _drain(self) -> None:
        if self._watching:
            log.warning("draining: %d jobs may finish within %g s", len(self._watching), self.options.drain_s)
            now = asyncio.create_task(self._stop_now.wait())
            all_ended = asyncio.create_task(asyncio.wait(self._watching))
            await asyncio.wait([now, all_ended], timeout=self.options.drain_s, return_when=asyncio.FIRST_COMPLETED)
            await _end(now, all_ended)
        running = [attempt for attempt in self._attempts if not attempt.outbox.has_ended]
        if running:
            log.warning("handing back %d jobs", len(running))
            await asyncio.gather(*(attempt.hand_back() for attempt in running))
        deadline = time.monotonic() + HAND_BACK_S
        if not await self._reporter.settled(deadline) and not self._stop_now.is_set():
            await self._reporter.settled()

    # ---- attempts

    @property
    def _takes_jobs(self) -> bool:
        return not self._stop.is_set() and not self._is_paused

    def _free(self) -> int:
        return self.options.concurrency - len(self._attempts) if self._takes_jobs else 0

    def _on_asked(self, asked: str | None) -> None:
        """What an operator asks, said again with each beat until it is taken back."""
        if asked == "drain" and not self._stop.is_set():
            log.warning("asked to drain")
            self.stop()
        if (is_paused := asked == "pause") != self._is_paused:
            log.warning("asked to pause: taking no more jobs" if is_paused else "asked to go on")
            self._is_paused = is_paused
            self._heartbeat.at_once()
            self._leasing.slot_freed.set()

    def _take(self, lease: Lease) -> None:
        outbox = Outbox(lease.job.id, lease.token, lease.ttl_s, self._reporter.wake, time.monotonic)
        function = self.app.functions.get(lease.function)
        if function is None or not self._takes_jobs:
            self._reporter.add(_NotOurs(outbox))
            outbox.end({"kind": "hand_back"})
            return
        context = Context(
            lease.job, outbox, lambda: self.app.client, self.app.portal, _raise_when_cancelled=not function.is_async
        )
        run = Run(function, lease.kwargs, context, self.id, lease.traceparent, lease.trace_id)
        place = self._user_loop if function.is_async else self._user_threads
        running = place.start(run)
        attempt = Attempt(function.key, lease.timeout_s, outbox, running, context.cancelled, self._locals_of(function))
        self._attempts.add(attempt)
        self._reporter.add(attempt)
        task = asyncio.create_task(self._watch(attempt), name=f"watch {lease.job.id}")
        self._watching.add(task)
        task.add_done_callback(self._watching.discard)

    def _locals_of(self, function: Function[..., ..., Any]) -> Callable[..., Awaitable[dict[str, Any] | None]] | None:
        """What tells the locals of a function's failures; its own word counts before the worker's."""
        own = function.policy.error_locals
        wanted = self._tells_locals if own is None else own
        return partial(self._frame_locals.of, function=function) if wanted else None

    async def _watch(self, attempt: Attempt) -> None:
        await attempt.watch()
        self._attempts.discard(attempt)
        self._counts.processed += 1
        self._counts.failed += attempt.ended_well is False
        self._leasing.slot_freed.set()

    # ---- what others are told

    def _describe(self) -> dict[str, Any]:
        described: dict[str, Any] = {
            "worker_name": self.app.name,
            "started_at": self._started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "functions": list(self.app.functions),
            "function_names": {function.key: function.name for function in self.app.functions.values()},
            "concurrency": self.options.concurrency,
            "active_jobs": len(self._attempts),
            "jobs_processed": self._counts.processed,
            "jobs_failed": self._counts.failed,
            "hostname": self._place.hostname,
            "state": self._state,
        }
        if self.options.version:
            described["version"] = self.options.version
        if self._is_paused:
            described["paused"] = True
        if self._place.pod:
            described["pod"] = dict(self._place.pod)
        if usage := self._meter.read():
            described["usage"] = usage
        return described

    def _listen(self) -> Any:
        loop = asyncio.get_running_loop()
        numbers = (signal.SIGTERM, signal.SIGINT)
        for number in numbers:
            loop.add_signal_handler(number, self.stop)
        return lambda: [loop.remove_signal_handler(number) for number in numbers]


@dataclass(eq=False, slots=True)
class _NotOurs:
    """A lease that is given back at once."""

    outbox: Outbox

    def on_cancel_requested(self) -> None: ...

    def on_stale(self) -> None: ...


async def _end(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
