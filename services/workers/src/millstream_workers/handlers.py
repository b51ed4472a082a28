"""What the service does when asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

import structlog
from millstream_kit.clock import Clock

from millstream_workers.errors import (
    KillsOff,
    PodElsewhere,
    PodGone,
    PodTaken,
    WorkerLeaves,
    WorkerUnknown,
    WorkerWithoutPod,
)
from millstream_workers.history import History
from millstream_workers.metrics import WorkerMetrics
from millstream_workers.minutes import Point
from millstream_workers.model import Asked, Change, Loss, Pod, State, Worker, WorkerGroup, grouped
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
        may_kill: whether pods may be deleted here.
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
        *,
        may_kill: bool,
    ) -> None:
        self._store = store
        self._minutes = minutes
        self._history = history
        self._pods = pods
        self._clock = clock
        self._metrics = metrics
        self._tell = tell
        self._may_kill = may_kill

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

    async def killable(self, worker_id: str) -> Pod:
        """The pod that a kill of a worker would delete.

        Raises:
            WorkerUnknown: it is not here.
            Refusal: why it cannot be killed.
        """
        worker = await self.worker(worker_id)
        if worker.pod is None:
            raise WorkerWithoutPod(worker_id)
        if not self._may_kill:
            raise KillsOff
        if not self._pods.watches(worker.pod.namespace):
            raise PodElsewhere(worker.pod.namespace)
        pod = self._pods.look(worker.pod)
        if pod.phase is None:
            raise PodGone(pod.name)
        await self._refuse_another(worker, pod)
        return pod

    async def kill(self, worker_id: str) -> Worker:
        """Delete the pod of a worker; what it runs is leased again when its leases end.

        Raises:
            Refusal: as `killable`, or Kubernetes refuses.
        """
        pod = await self.killable(worker_id)
        await asyncio.to_thread(self._pods.delete, pod)
        log.warning("a worker is killed", worker_id=worker_id, pod=pod.name, namespace=pod.namespace)
        return await self.worker(worker_id)

    async def _refuse_another(self, worker: Worker, pod: Pod) -> None:
        """A container that came back, and a pod of a StatefulSet, run another process under the name of the pod."""
        for other in await self._store.workers():
            is_later = other.id != worker.id and other.started_at_ms > worker.started_at_ms
            is_there = other.pod is not None and (other.pod.namespace, other.pod.name) == (pod.namespace, pod.name)
            if is_later and is_there and other.state is not State.LOST:
                raise PodTaken(worker.id, other.id)

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

    async def losses(self, from_ms: int, to_ms: int, limit: int) -> tuple[list[Loss], int]:
        """Workers that went silent in a time, the newest first, and how many that were."""
        return await self._store.losses(from_ms, to_ms, limit)

    async def slots(self, from_ms: int) -> Mapping[str, Mapping[int, float]]:
        """Slots taken from then on, by worker name and minute."""
        return await self._minutes.slots(from_ms)
