"""`workers`: the fleet. What is unknown is null."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from millstream_contracts.names import EventType
from millstream_contracts.payloads.fields import Count, EventId, Instant, Name, Text


class ScalingMetric(TypedDict):
    """What an autoscaler measures, in Kubernetes' words: `81%` of `70%`."""

    name: Text
    current: str | None
    target: str | None


class WorkerAutoscaler(TypedDict):
    """The HorizontalPodAutoscaler of a deployment; KEDA makes one, too."""

    name: Text
    min_replicas: Count
    max_replicas: Count
    desired_replicas: Count
    metrics: list[ScalingMetric]


class WorkerDeployment(TypedDict):
    """The Deployment a pod belongs to."""

    name: Text
    desired_replicas: Count
    ready_replicas: Count
    autoscaler: WorkerAutoscaler | None


class WorkerPod(TypedDict):
    """The pod a worker instance runs in."""

    name: Text
    namespace: Text
    node: str | None
    phase: str | None
    restarts: Count | None
    last_restart_reason: str | None
    image: str | None
    cpu_limit_cores: float | None
    memory_limit_bytes: Count | None
    deployment: WorkerDeployment | None


class WorkerUsage(TypedDict):
    """What a worker uses, as it last measured it: its container in a pod, its process elsewhere."""

    cpu_cores: Annotated[float | None, Field(description="Cores' worth of time, over the seconds since the last beat.")]
    cpu_limit_cores: float | None
    memory_bytes: Annotated[Count | None, Field(description="What cannot be taken from it without killing it.")]
    memory_limit_bytes: Count | None
    loop_lag_ms: Annotated[
        float | None, Field(description="How late its async functions' loop was at worst since the last beat.")
    ]


class WorkerInstance(TypedDict):
    """One process that runs jobs."""

    id: Text
    worker_name: Name
    started_at: Instant
    last_heartbeat: Instant
    functions: Annotated[list[Name], Field(description="Keys of the functions it runs.")]
    function_names: Annotated[dict[Name, str], Field(description="Their names, by key.")]
    concurrency: Annotated[Count, Field(description="Slots: how many jobs it runs at once.")]
    active_jobs: Count
    jobs_processed: Count
    jobs_failed: Count
    hostname: str | None
    state: Literal["starting", "active", "draining", "lost"]
    version: str | None
    pod: Annotated[WorkerPod | None, Field(description="Null outside Kubernetes.")]
    asked: Annotated[
        Literal["pause", "drain"] | None,
        Field(description="What an operator asked for; it hears it with its next beat."),
    ]
    paused: Annotated[bool, Field(description="It takes no more jobs until it is asked to go on.")]
    usage: Annotated[WorkerUsage | None, Field(description="Null of a worker that does not say.")]


class WorkerInfo(TypedDict):
    """The instances of one name; a lost one is listed but lends no capacity."""

    name: Name
    active: bool
    instance_count: Count
    instances: list[WorkerInstance]
    functions: list[Name]
    function_names: dict[Name, str]
    concurrency: Count


class WorkerList(TypedDict):
    """Workers by name."""

    workers: list[WorkerInfo]
    total: Count


class WorkersSnapshot(TypedDict):
    """The fleet as it stands."""

    type: Literal[EventType.WORKERS_SNAPSHOT]
    event_id: EventId
    at: Instant
    workers: WorkerList
