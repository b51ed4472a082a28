"""What this service shows of other services' facts, as their compacted topics tell it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import ApiSnapshot
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import WorkerSnapshot

from millstream_jobs.traffic import Traffic


class Neighbours(Protocol):
    def workers(self) -> Sequence[WorkerSnapshot] | None:
        """The fleet; None while it is not known yet."""
        ...

    def apis(self) -> Sequence[ApiSnapshot] | None:
        """Every API; None while it is not known yet."""
        ...

    def traffic(self, hour_ms: int) -> Traffic | None:
        """What all APIs were asked from that hour on, a week back at most; None while it is not known yet."""
        ...


LOST, DRAINING = "lost", "draining"


def takes_jobs(worker: WorkerSnapshot) -> bool:
    """Whether a worker that is there leases more than it has."""
    return worker.state != DRAINING and not worker.paused


def live(workers: Sequence[WorkerSnapshot]) -> list[WorkerSnapshot]:
    return [worker for worker in workers if worker.state != LOST]
