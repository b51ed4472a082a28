"""What the service does when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from millstream_kit.clock import Clock

from millstream_workers.errors import WorkerUnknown
from millstream_workers.metrics import WorkerMetrics
from millstream_workers.model import Change, Worker, WorkerGroup, grouped
from millstream_workers.pods import Pods
from millstream_workers.store import Store


class Fleet:
    """The workers, as they say they are.

    Args:
        store: where they are kept.
        pods: what their cluster says of them.
        clock: whose time counts; a worker's own clock never does.
        tell: called when others should hear of a change at once.
    """

    def __init__(
        self, store: Store, pods: Pods, clock: Clock, metrics: WorkerMetrics, tell: Callable[[], None]
    ) -> None:
        self._store = store
        self._pods = pods
        self._clock = clock
        self._metrics = metrics
        self._tell = tell

    async def on_heartbeat(self, worker: Worker) -> None:
        """A worker says that it is there, and how it is."""
        pod = self._pods.look(worker.pod) if worker.pod else None
        change = await self._store.beat(replace(worker, last_heartbeat_ms=self._clock.now_ms(), pod=pod))
        self._metrics.heartbeats.inc()
        if change is Change.FACTS:
            self._tell()

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
