"""What the service says to the others: one compacted record per worker."""

from __future__ import annotations

from dataclasses import asdict

from millstream_contracts.generated.millstream.workers.v1 import worker_events_pb2 as pb
from millstream_contracts.headers import record_headers
from millstream_contracts.ids import new_event_id
from millstream_contracts.names import Topic
from millstream_kit.log import NewRecord

from millstream_workers.model import Deployment, Pod, Worker


def snapshot_record(worker: Worker, at_ms: int) -> NewRecord:
    """A worker as it stands."""
    message = pb.WorkerSnapshot(
        event_id=new_event_id(),
        at_ms=at_ms,
        id=worker.id,
        worker_name=worker.worker_name,
        started_at_ms=worker.started_at_ms,
        last_heartbeat_ms=worker.last_heartbeat_ms,
        functions=worker.functions,
        function_names=worker.function_names,
        concurrency=worker.concurrency,
        active_jobs=worker.active_jobs,
        jobs_processed=worker.jobs_processed,
        jobs_failed=worker.jobs_failed,
        hostname=worker.hostname,
        state=worker.state.value,
        version=worker.version,
        pod=_pod(worker.pod) if worker.pod else None,
        asked=worker.asked.value if worker.asked else None,
        paused=worker.paused,
        usage=pb.Usage(**asdict(worker.usage)) if worker.usage else None,
    )
    return _record(worker.id, message.SerializeToString())


def tombstone(worker_id: str) -> NewRecord:
    """A worker that is no longer there."""
    return _record(worker_id, None)


def _record(worker_id: str, value: bytes | None) -> NewRecord:
    return NewRecord(
        Topic.WORKERS_SNAPSHOTS, worker_id.encode(), value, record_headers(pb.WorkerSnapshot.DESCRIPTOR.full_name)
    )


def _pod(pod: Pod) -> pb.Pod:
    # Fields have the names they have in the model; one that is None is left out.
    plain = {name: value for name, value in asdict(pod).items() if name != "deployment"}
    return pb.Pod(**plain, deployment=_deployment(pod.deployment) if pod.deployment else None)


def _deployment(deployment: Deployment) -> pb.Deployment:
    scaler = deployment.autoscaler
    return pb.Deployment(
        name=deployment.name,
        desired_replicas=deployment.desired_replicas,
        ready_replicas=deployment.ready_replicas,
        autoscaler=pb.Autoscaler(
            name=scaler.name,
            min_replicas=scaler.min_replicas,
            max_replicas=scaler.max_replicas,
            desired_replicas=scaler.desired_replicas,
            metrics=[pb.ScalingMetric(**asdict(metric)) for metric in scaler.metrics],
        )
        if scaler
        else None,
    )
