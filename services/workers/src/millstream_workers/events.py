"""What the service says to the others: one compacted record per worker."""

from __future__ import annotations

from millstream_contracts.generated.millstream.workers.v1 import worker_events_pb2 as pb
from millstream_contracts.headers import record_headers
from millstream_contracts.ids import new_event_id
from millstream_contracts.names import Topic
from millstream_kit.log import NewRecord

from millstream_workers.model import Pod, Worker


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
    return pb.Pod(
        name=pod.name,
        namespace=pod.namespace,
        node=pod.node,
        phase=pod.phase,
        **({} if pod.restarts is None else {"restarts": pod.restarts}),
        last_restart_reason=pod.last_restart_reason,
        image=pod.image,
    )
