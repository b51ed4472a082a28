"""What the service does when asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import structlog
from millstream_kit.clock import Clock

from millstream_workers.errors import WorkerLeaves, WorkerUnknown
from millstream_workers.history import History
from millstream_workers.metrics import WorkerMetrics
from millstream_workers.minutes import Point
from millstream_workers.model import Asked, Change, Worker, WorkerGroup, grouped
from millstream_workers.pods import Pods
from millstream_workers.store import MinuteStore, Store

log = structlog.get_logger(__name__)


class Fleet:
    """The workers, as they say they are.

    Args:
        store: where they are kept.
        minutes: where their past is.
        history: what gathers it.
        pods: what their cluster says of them.
        clock: whose time counts; a worker's own clock never does.
        tell: called when others should hear of a change at once.
    """

    def __init__(
        self,
        store: Store,
        minutes: MinuteStore,
        history: History,
        pods: Pods,
        clock: Clock,
        metrics: WorkerMetrics,
        tell: Callable[[], None],
    ) -> None:
        self._store = store
        self._minutes = minutes
        self._history = history
        self._pods = pods
        self._clock = clock
        self._metrics = metrics
        self._tell = tell

    async def on_heartbeat(self, worker: Worker) -> Asked | None:
        """A worker says that it is there, and how it is; what is asked of it."""
        pod = self._pods.look(worker.pod) if worker.pod else None
        worker = replace(worker, last_heartbeat_ms=self._clock.now_ms(), pod=pod)
        heard = await self._store.beat(worker)
        self._metrics.heartbeats.inc()
        if heard.ended is not None:
            self._history.note(worker, heard.ended)
        if heard.change is Change.FACTS:
            self._tell()
        return heard.asked

    async def ask(self, worker_id: str, asked: Asked | None) -> Worker:
        """Ask something of a worker, which hears it with its next heartbeat; None: that it goes on as before.

        Raises:
            WorkerUnknown: it is not here.
            WorkerLeaves: it drains already, or is lost.
        """
        worker = await self._store.ask(worker_id, asked)
        if worker is None:
            raise WorkerUnknown(worker_id)
        if worker.is_leaving:
            raise WorkerLeaves(worker_id, worker.state.value)
        log.info("a worker is asked", worker_id=worker_id, asked=asked.value if asked else "go on")
        self._tell()
        return worker

    async def on_leaving(self, worker_id: str, started_at_ms: int) -> None:
        """A worker says goodbye."""
        if await self._store.leave(worker_id, started_at_ms, self._clock.now_ms()):
            self._tell()

    async def groups(self) -> list[WorkerGroup]:
        """Everyone, by worker name."""
        return grouped(await self._store.workers())

    async def worker(self, worker_id: str) -> Worker:
        """One instance.

        Raises:
            WorkerUnknown: it is not here.
        """
        worker = await self._store.worker(worker_id)
        if worker is None:
            raise WorkerUnknown(worker_id)
        return worker

    async def series(self, worker_id: str, from_ms: int, to_ms: int, step_ms: int) -> Mapping[int, Point]:
        """What an instance used and did, by steps; one that is gone has its past until that is forgotten.

        Raises:
            WorkerUnknown: it is not here, and nothing of it is kept.
        """
        found = await self._minutes.minutes(worker_id, from_ms, to_ms, step_ms)
        if not found and not await self._minutes.has_past(worker_id):
            await self.worker(worker_id)
        return found
