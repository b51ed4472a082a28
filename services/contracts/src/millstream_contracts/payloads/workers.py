"""`workers`: the fleet. What is unknown is null."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from millstream_contracts.names import EventType
from millstream_contracts.payloads.fields import Count, EventId, Instant, Name, Text


class WorkerPod(TypedDict):
    """The pod a worker instance runs in."""

    name: Text
    namespace: Text
    node: str | None
    phase: str | None
    restarts: Count | None
    last_restart_reason: str | None
    image: str | None


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
