"""`workers`: the fleet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import WorkerSnapshot
from millstream_contracts.ids import new_event_id
from millstream_contracts.names import EventType, Stream
from millstream_contracts.times import to_rfc3339
from millstream_kit.clock import Clock

from millstream_stream_edge.frames import event
from millstream_stream_edge.params import Params
from millstream_stream_edge.payloads import dumps, worker_info
from millstream_stream_edge.streams.apis import Everything
from millstream_stream_edge.streams.base import Filter, SnapshotStream
from millstream_stream_edge.tables import Row, Table
from millstream_stream_edge.views import LEAST_INTERVAL_S, ComposedView, View

COUNTERS_EVERY_S = 5.0
# A snapshot is all of the fleet: from some 200 instances on its size, not its age, says when the next may be sent.
STATES_BYTES_PER_S = 100_000
COUNTERS_BYTES_PER_S = 20_000
_NOT_A_CHANGE = ("event_id", "at_ms", "last_heartbeat_ms")
_COUNTERS = ("active_jobs", "jobs_processed", "jobs_failed")


def _without(row: Row, fields: Sequence[str]) -> bytes:
    assert isinstance(row.message, WorkerSnapshot)
    twin = WorkerSnapshot()
    twin.CopyFrom(row.message)
    for field in fields:
        twin.ClearField(field)  # type: ignore[arg-type]  # the stub lists them one by one
    return twin.SerializeToString(deterministic=True)


class WorkersView(ComposedView):
    """Membership, states and functions are told within a second, moving counters every five; of a large fleet later."""

    def on_change(self, key: bytes, old: Row | None, new: Row | None) -> None:
        states_after_s = max(LEAST_INTERVAL_S, len(self._block) / STATES_BYTES_PER_S)
        if old is None or new is None:
            self.wants_flush(states_after_s)
        elif _without(old, _NOT_A_CHANGE) != _without(new, _NOT_A_CHANGE):
            moved_only = _without(old, _NOT_A_CHANGE + _COUNTERS) == _without(new, _NOT_A_CHANGE + _COUNTERS)
            counters_after_s = max(COUNTERS_EVERY_S, len(self._block) / COUNTERS_BYTES_PER_S)
            self.wants_flush(counters_after_s if moved_only else states_after_s)

    def compose(self) -> bytes:
        by_name: dict[str, list[WorkerSnapshot]] = {}
        for row in self._table.rows.values():
            assert isinstance(row.message, WorkerSnapshot)
            by_name.setdefault(row.message.worker_name, []).append(row.message)
        workers = [
            worker_info(name, sorted(by_name[name], key=lambda w: (w.started_at_ms, w.id))) for name in sorted(by_name)
        ]
        return event(
            dumps(
                {
                    "type": EventType.WORKERS_SNAPSHOT,
                    "event_id": new_event_id(),
                    "at": to_rfc3339(self._clock.now_ms()),
                    "workers": {"workers": workers, "total": len(workers)},
                }
            )
        )


class WorkersStream(SnapshotStream):
    name = Stream.WORKERS
    message = WorkerSnapshot

    def filter(self, params: Params, path: Mapping[str, str]) -> Everything:
        return Everything()

    def view(self, wanted: Filter, table: Table, clock: Clock) -> View:
        return WorkersView(table, clock)
