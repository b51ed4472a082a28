"""The shapes of the wire: what is taken in and what is sent out."""

from __future__ import annotations

from typing import Annotated, Literal

from millstream_contracts.inventory import load_inventory
from millstream_contracts.limits import load_limits
from millstream_contracts.times import to_rfc3339
from millstream_kit.bodies import Body, Instant
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from millstream_workers.model import Asked, Loss, Pod, State, Usage, Worker, WorkerGroup

ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}"
_INT_MAX = 2**31 - 1
_COUNT_MAX = 2**53 - 1
_CORES_MAX = 65_536
_LAG_MAX_MS = 86_400_000
_FUNCTIONS = load_limits().functions_per_declare


Name = Annotated[str, StringConstraints(pattern=f"^{load_inventory().name_pattern}$")]
# No control characters: PostgreSQL stores no NUL, and nobody wants the others on a screen.
Text = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]*$")]
Host = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")]
Count = Annotated[int, Field(ge=0, le=_COUNT_MAX)]


class PodIn(Body):
    """The pod a worker knows itself to run in (downward API)."""

    name: Host
    namespace: Host
    node: Host | None = None


class UsageIn(Body):
    """What a worker measures of itself, as far as it can."""

    cpu_cores: Annotated[float, Field(ge=0, le=_CORES_MAX)] | None = None
    cpu_limit_cores: Annotated[float, Field(ge=0, le=_CORES_MAX)] | None = None
    memory_bytes: Count | None = None
    memory_limit_bytes: Count | None = None
    loop_lag_ms: Annotated[float, Field(ge=0, le=_LAG_MAX_MS)] | None = None


class HeartbeatIn(Body):
    """What a worker says of itself."""

    worker_name: Name
    started_at: Instant
    functions: list[Name] = Field(max_length=_FUNCTIONS)
    function_names: dict[Name, Text] = Field(default_factory=dict, max_length=_FUNCTIONS)
    concurrency: Annotated[int, Field(ge=0, le=_INT_MAX)]
    active_jobs: Annotated[int, Field(ge=0, le=_INT_MAX)]
    jobs_processed: Count
    jobs_failed: Count
    hostname: Host | None = None
    state: Literal["starting", "active", "draining"]
    version: Text | None = None
    interval_s: Annotated[float, Field(gt=0, le=300)] = 5.0
    leaving: bool = False
    pod: PodIn | None = None
    usage: UsageIn | None = None
    paused: bool = False

    def worker(self, worker_id: str) -> Worker:
        """The worker it describes; when it was heard is for the service to say."""
        return Worker(
            id=worker_id,
            worker_name=self.worker_name,
            started_at_ms=self.started_at,
            last_heartbeat_ms=0,
            functions=tuple(sorted(set(self.functions))),
            function_names=dict(self.function_names),
            concurrency=self.concurrency,
            active_jobs=self.active_jobs,
            jobs_processed=self.jobs_processed,
            jobs_failed=self.jobs_failed,
            hostname=self.hostname,
            state=State(self.state),
            version=self.version,
            pod=Pod(self.pod.name, self.pod.namespace, self.pod.node) if self.pod else None,
            interval_ms=max(1, round(self.interval_s * 1000)),
            usage=Usage(**self.usage.model_dump()) if self.usage else None,
            paused=self.paused,
        )


class _Out(BaseModel):
    """As the model has it, under the same names."""

    model_config = ConfigDict(from_attributes=True)


class ScalingMetric(_Out):
    name: str
    current: str | None
    target: str | None


class WorkerAutoscaler(_Out):
    name: str
    min_replicas: int
    max_replicas: int
    desired_replicas: int
    metrics: list[ScalingMetric]


class WorkerDeployment(_Out):
    name: str
    desired_replicas: int
    ready_replicas: int
    autoscaler: WorkerAutoscaler | None


class PodOut(_Out):
    name: str
    namespace: str
    node: str | None
    phase: str | None
    restarts: int | None
    last_restart_reason: str | None
    image: str | None
    cpu_limit_cores: float | None
    memory_limit_bytes: int | None
    deployment: WorkerDeployment | None


class WorkerUsage(_Out):
    cpu_cores: float | None
    cpu_limit_cores: float | None
    memory_bytes: int | None
    memory_limit_bytes: int | None
    loop_lag_ms: float | None


class WorkerInstance(BaseModel):
    id: str
    worker_name: str
    started_at: str
    last_heartbeat: str
    functions: list[str]
    function_names: dict[str, str]
    concurrency: int
    active_jobs: int
    jobs_processed: int
    jobs_failed: int
    hostname: str | None
    state: State
    version: str | None
    pod: PodOut | None
    asked: Asked | None
    paused: bool
    usage: WorkerUsage | None

    @classmethod
    def of(cls, worker: Worker) -> WorkerInstance:
        """A worker as clients read it."""
        return cls(
            id=worker.id,
            worker_name=worker.worker_name,
            started_at=to_rfc3339(worker.started_at_ms),
            last_heartbeat=to_rfc3339(worker.last_heartbeat_ms),
            functions=list(worker.functions),
            function_names=dict(worker.function_names),
            concurrency=worker.concurrency,
            active_jobs=worker.active_jobs,
            jobs_processed=worker.jobs_processed,
            jobs_failed=worker.jobs_failed,
            hostname=worker.hostname,
            state=worker.state,
            version=worker.version,
            pod=PodOut.model_validate(worker.pod) if worker.pod else None,
            asked=worker.asked,
            paused=worker.paused,
            usage=WorkerUsage.model_validate(worker.usage) if worker.usage else None,
        )


class HeardOut(BaseModel):
    """The answer to the heartbeat of a worker of which something is asked."""

    asked: Asked


class WorkerKill(BaseModel):
    """Whether a worker can be killed; where not, why: as the refusal would say it."""

    possible: bool
    code: str | None
    detail: str | None


class WorkerInfo(BaseModel):
    name: str
    active: bool
    instance_count: int
    instances: list[WorkerInstance]
    functions: list[str]
    function_names: dict[str, str]
    concurrency: int

    @classmethod
    def of(cls, group: WorkerGroup) -> WorkerInfo:
        """A group as clients read it."""
        return cls(
            name=group.name,
            active=group.active,
            instance_count=len(group.instances),
            instances=[WorkerInstance.of(w) for w in group.instances],
            functions=list(group.functions),
            function_names=group.function_names,
            concurrency=group.concurrency,
        )


class WorkerPoint(BaseModel):
    """One step; null where it was not heard, does not say it, or is forgotten."""

    at: str
    avg_active_jobs: float | None
    max_active_jobs: int | None
    concurrency: int | None
    jobs_processed: int | None
    jobs_failed: int | None
    avg_cpu_cores: float | None
    max_cpu_cores: float | None
    cpu_limit_cores: float | None
    avg_memory_bytes: int | None
    max_memory_bytes: int | None
    memory_limit_bytes: int | None
    max_loop_lag_ms: float | None


class WorkerActivity(BaseModel):
    """By worker name the slots taken in each of the minutes; null where none of it was heard, and left out if in none of them."""

    minutes: list[str]
    slots_taken: dict[str, list[float | None]]


class WorkerSeries(BaseModel):
    points: list[WorkerPoint]


class WorkerList(BaseModel):
    workers: list[WorkerInfo]
    total: int


class WorkerLoss(BaseModel):
    """A worker that went silent, as it was last known; `back_at` is when it was heard again after all."""

    worker_id: str
    worker_name: str
    started_at: str
    last_heartbeat: str
    lost_at: str
    back_at: str | None
    active_jobs: int
    hostname: str | None
    version: str | None
    pod: PodOut | None

    @classmethod
    def of(cls, loss: Loss) -> WorkerLoss:
        """A loss as clients read it."""
        return cls(
            worker_id=loss.worker_id,
            worker_name=loss.worker_name,
            started_at=to_rfc3339(loss.started_at_ms),
            last_heartbeat=to_rfc3339(loss.last_heartbeat_ms),
            lost_at=to_rfc3339(loss.lost_at_ms),
            back_at=to_rfc3339(loss.back_at_ms) if loss.back_at_ms is not None else None,
            active_jobs=loss.active_jobs,
            hostname=loss.hostname,
            version=loss.version,
            pod=PodOut.model_validate(loss.pod) if loss.pod else None,
        )


class WorkerLosses(BaseModel):
    losses: list[WorkerLoss]
    total: int
