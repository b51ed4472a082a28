"""The fleet in plain data: what a worker says of itself, and what its silence says.

starting ─→ active ─→ draining ─→ (leaves)
    └──────────┴──────────┴─ silent for 3 intervals ─→ lost ─ silent for 10 min ─→ (forgotten)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum

MISSED_BEATS = 3
CPU_STEP_CORES = 0.05
MEMORY_STEP_BYTES = 8 * 2**20
LAG_STEP_MS = 20.0


class State(StrEnum):
    """What a worker is doing, as operators see it."""

    STARTING = "starting"
    ACTIVE = "active"
    DRAINING = "draining"
    LOST = "lost"


class Asked(StrEnum):
    """What an operator may ask of a worker: to take no more jobs for a while, or to end what it runs and leave."""

    PAUSE = "pause"
    DRAIN = "drain"


class Change(Enum):
    """What a heartbeat changed: nothing others see, only counters, or what must be told at once."""

    NONE = 0
    COUNTERS = 1
    FACTS = 2


@dataclass(frozen=True, slots=True)
class ScalingMetric:
    """What an autoscaler measures, as Kubernetes writes it."""

    name: str
    current: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class Autoscaler:
    """What decides on the number of a deployment's pods."""

    name: str
    min_replicas: int
    max_replicas: int
    desired_replicas: int
    metrics: tuple[ScalingMetric, ...] = ()


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a pod is one replica of."""

    name: str
    desired_replicas: int
    ready_replicas: int
    autoscaler: Autoscaler | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a worker uses, and may use, as it measures itself; None is what it cannot tell.

    Figures are kept until they have moved by a step that a reader would notice, so that what is read is what is told.
    """

    cpu_cores: float | None = None
    cpu_limit_cores: float | None = None
    memory_bytes: int | None = None
    memory_limit_bytes: int | None = None
    loop_lag_ms: float | None = None

    def is_near(self, other: Usage | None) -> bool:
        """Whether no figure is a step away from the other's, and no limit another."""
        return (
            other is not None
            and (self.cpu_limit_cores, self.memory_limit_bytes) == (other.cpu_limit_cores, other.memory_limit_bytes)
            and _is_near(self.cpu_cores, other.cpu_cores, CPU_STEP_CORES)
            and _is_near(self.memory_bytes, other.memory_bytes, MEMORY_STEP_BYTES)
            and _is_near(self.loop_lag_ms, other.loop_lag_ms, LAG_STEP_MS)
        )


def _is_near(a: float | None, b: float | None, step: float) -> bool:
    return a == b if a is None or b is None else abs(a - b) < step


@dataclass(frozen=True, slots=True)
class Pod:
    """The pod behind a worker; None is what nobody told us."""

    name: str
    namespace: str
    node: str | None = None
    phase: str | None = None
    restarts: int | None = None
    last_restart_reason: str | None = None
    image: str | None = None
    cpu_limit_cores: float | None = None
    memory_limit_bytes: int | None = None
    deployment: Deployment | None = None

    def with_what_is_known(self, old: Pod | None) -> Pod:
        """The same pod with what its cluster said of it before, where it says nothing now."""
        if self.restarts is not None or old is None or (old.namespace, old.name) != (self.namespace, self.name):
            return self
        return replace(old, node=self.node or old.node)


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker process as it last described itself."""

    id: str
    worker_name: str
    started_at_ms: int
    last_heartbeat_ms: int
    functions: tuple[str, ...]
    function_names: Mapping[str, str]
    concurrency: int
    active_jobs: int
    jobs_processed: int
    jobs_failed: int
    hostname: str | None
    state: State
    version: str | None
    pod: Pod | None
    interval_ms: int
    usage: Usage | None = None
    paused: bool = False
    asked: Asked | None = None

    @property
    def silent_at_ms(self) -> int:
        """When its silence means that it is lost, unless it beats again."""
        return self.last_heartbeat_ms + MISSED_BEATS * self.interval_ms

    @property
    def is_leaving(self) -> bool:
        """Whether it hears nothing any more, or does the last thing that can be asked."""
        return self.state in {State.DRAINING, State.LOST}

    @property
    def runs_version(self) -> str | None:
        """The version of the user's code as it says it, else the image of its pod; None where neither is known."""
        return self.version or (self.pod.image if self.pod else None)

    def lost(self) -> Worker:
        """The same worker after it went silent."""
        return replace(self, state=State.LOST)

    def after(self, old: Worker | None) -> Worker:
        """What it says of itself, and beside it what is known of its pod and what was asked of this very process."""
        if old is None:
            return self
        return replace(
            self,
            asked=old.asked if old.started_at_ms == self.started_at_ms else None,
            pod=self.pod.with_what_is_known(old.pod) if self.pod else None,
            usage=old.usage if self.usage and self.usage.is_near(old.usage) else self.usage,
        )


@dataclass(frozen=True, slots=True)
class Loss:
    """A worker that went silent, as it was last known; `back_at_ms` is when it was heard again after all."""

    worker_id: str
    lost_at_ms: int
    worker_name: str
    started_at_ms: int
    last_heartbeat_ms: int
    active_jobs: int
    hostname: str | None
    version: str | None
    pod: Pod | None
    back_at_ms: int | None = None

    @classmethod
    def of(cls, worker: Worker, lost_at_ms: int) -> Loss:
        """One that is noticed now."""
        return cls(
            worker_id=worker.id,
            lost_at_ms=lost_at_ms,
            worker_name=worker.worker_name,
            started_at_ms=worker.started_at_ms,
            last_heartbeat_ms=worker.last_heartbeat_ms,
            active_jobs=worker.active_jobs,
            hostname=worker.hostname,
            version=worker.version,
            pod=worker.pod,
        )


@dataclass(frozen=True, slots=True)
class WorkerGroup:
    """All instances that share a worker name."""

    name: str
    instances: tuple[Worker, ...]

    @property
    def present(self) -> tuple[Worker, ...]:
        """The instances that are not lost."""
        return tuple(w for w in self.instances if w.state is not State.LOST)

    @property
    def active(self) -> bool:
        """Whether any instance is there."""
        return bool(self.present)

    @property
    def functions(self) -> tuple[str, ...]:
        """Every function key of any instance, sorted."""
        return tuple(sorted({key for w in self.instances for key in w.functions}))

    @property
    def function_names(self) -> dict[str, str]:
        """Function key to name; the youngest instance's word counts."""
        ordered = sorted(self.instances, key=lambda w: w.started_at_ms)
        return {key: name for w in ordered for key, name in w.function_names.items()}

    @property
    def concurrency(self) -> int:
        """How many jobs the instances that are there can run at once."""
        return sum(w.concurrency for w in self.present)


_COUNTERS = ("active_jobs", "jobs_processed", "jobs_failed", "usage")
_NOT_A_CHANGE = ("last_heartbeat_ms", "interval_ms")


def change_between(old: Worker | None, new: Worker) -> Change:
    """What of `new` others must be told, and how soon; a newer heartbeat alone is nothing."""
    if old is None or _without(old, new, _COUNTERS) != new:
        return Change.FACTS
    if any(getattr(old, name) != getattr(new, name) for name in _COUNTERS):
        return Change.COUNTERS
    return Change.NONE


def _without(old: Worker, new: Worker, names: tuple[str, ...]) -> Worker:
    return replace(old, **{name: getattr(new, name) for name in (*names, *_NOT_A_CHANGE)})


def grouped(workers: Iterable[Worker]) -> list[WorkerGroup]:
    """Workers by name, both names and instances in order."""
    by_name: dict[str, list[Worker]] = {}
    for worker in sorted(workers, key=lambda w: (w.worker_name, w.started_at_ms, w.id)):
        by_name.setdefault(worker.worker_name, []).append(worker)
    return [WorkerGroup(name, tuple(instances)) for name, instances in by_name.items()]
