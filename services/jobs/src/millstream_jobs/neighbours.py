"""What this service shows of other services' facts, as their compacted topics tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import ApiSnapshot
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import WorkerSnapshot

from millstream_jobs.traffic import Traffic

MOST_CHARS = 255


class Whereabouts(NamedTuple):
    """In which pod a worker runs, and which version of its code: as it says it, else its pod's image. None is not known."""

    pod: str | None = None
    version: str | None = None

    @classmethod
    def of(cls, worker: WorkerSnapshot) -> Whereabouts:
        pod, version = worker.pod.name, worker.version or worker.pod.image
        return cls(pod[:MOST_CHARS] or None, version[:MOST_CHARS] or None)


class Neighbours(Protocol):
    def workers(self) -> Sequence[WorkerSnapshot] | None:
        """The fleet; None while it is not known yet."""
        ...

    def whereabouts(self, worker_id: str) -> Whereabouts:
        """Where a worker runs, as far as it is known by now."""
        ...

    def apis(self) -> Sequence[ApiSnapshot] | None:
        """Every API; None while it is not known yet."""
        ...

    def traffic(self, hour_ms: int) -> Traffic | None:
        """What all APIs were asked from that hour on, a week back at most; None while it is not known yet."""
        ...


@dataclass(frozen=True, slots=True)
class Room:
    """What the live workers of a function have for more jobs.

    Args:
        workers: how many of them run it.
        taking: how many of those take more jobs.
        slots: all that those have.
        free: those of them in which nothing runs.
    """

    workers: int
    taking: int
    slots: int
    free: int

    @classmethod
    def of(cls, workers: Sequence[WorkerSnapshot]) -> Room:
        """Of the live workers that run a function."""
        taking = [w for w in workers if takes_jobs(w)]
        slots = sum(w.concurrency for w in taking)
        free = sum(max(0, w.concurrency - w.active_jobs) for w in taking)
        return cls(len(workers), len(taking), slots, free)


LOST, DRAINING = "lost", "draining"


def takes_jobs(worker: WorkerSnapshot) -> bool:
    """Whether a worker that is there leases more than it has."""
    return worker.state != DRAINING and not worker.paused


def live(workers: Sequence[WorkerSnapshot]) -> list[WorkerSnapshot]:
    return [worker for worker in workers if worker.state != LOST]
