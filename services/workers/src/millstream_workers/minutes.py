"""What a worker used and did, counted by the minute: its heartbeats put together, the figures of several added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from millstream_workers.model import Worker

MINUTE_MS = 60_000
MOST_ENDED = 2**31 - 1  # in one beat: a counter that jumps wildly is wrong, and sums of it must fit


class Ended(NamedTuple):
    """Jobs a worker ended since its beat before, and how many of them failed."""

    processed: int = 0
    failed: int = 0

    @classmethod
    def between(cls, old: Worker | None, new: Worker) -> Ended:
        """What the counters of one process moved by; the first beat of a process tells where they begin."""
        if old is None or old.started_at_ms != new.started_at_ms:
            return cls()
        return cls(_moved(old.jobs_processed, new.jobs_processed), _moved(old.jobs_failed, new.jobs_failed))


def _moved(old: int, new: int) -> int:
    return min(max(0, new - old), MOST_ENDED)


class MinuteKey(NamedTuple):
    """Whose minute it is."""

    worker_id: str
    at_ms: int


@dataclass(slots=True)
class Minute:
    """Heartbeats of one worker in one minute; limits and slots are those of the newest."""

    worker_name: str
    beats: int = 0
    active_sum: int = 0
    active_max: int = 0
    concurrency: int = 0
    processed: int = 0
    failed: int = 0
    cpu_beats: int = 0
    cpu_sum: float = 0.0
    cpu_max: float | None = None
    cpu_limit: float | None = None
    memory_beats: int = 0
    memory_sum: float = 0.0
    memory_max: int | None = None
    memory_limit: int | None = None
    lag_max: float | None = None

    def note(self, worker: Worker, ended: Ended) -> None:
        """Take a heartbeat in."""
        self.beats += 1
        self.active_sum += worker.active_jobs
        self.active_max = max(self.active_max, worker.active_jobs)
        self.concurrency = worker.concurrency
        self.processed += ended.processed
        self.failed += ended.failed
        usage, pod = worker.usage, worker.pod
        if usage is None:
            return
        if usage.cpu_cores is not None:
            self.cpu_beats += 1
            self.cpu_sum += usage.cpu_cores
            self.cpu_max = max(self.cpu_max or 0.0, usage.cpu_cores)
        if usage.memory_bytes is not None:
            self.memory_beats += 1
            self.memory_sum += usage.memory_bytes
            self.memory_max = max(self.memory_max or 0, usage.memory_bytes)
        if usage.loop_lag_ms is not None:
            self.lag_max = max(self.lag_max or 0.0, usage.loop_lag_ms)
        # Its own word on its limits counts; in a pod that says none, its pod's does.
        self.cpu_limit = usage.cpu_limit_cores or (pod.cpu_limit_cores if pod else None)
        self.memory_limit = usage.memory_limit_bytes or (pod.memory_limit_bytes if pod else None)


class Point(NamedTuple):
    """What a series tells of one step of a worker; None is not known: it was not heard, or does not say."""

    avg_active_jobs: float | None = None
    max_active_jobs: int | None = None
    concurrency: int | None = None
    jobs_processed: int | None = None
    jobs_failed: int | None = None
    avg_cpu_cores: float | None = None
    max_cpu_cores: float | None = None
    cpu_limit_cores: float | None = None
    avg_memory_bytes: int | None = None
    max_memory_bytes: int | None = None
    memory_limit_bytes: int | None = None
    max_loop_lag_ms: float | None = None
