"""Neighbours' facts from their compacted topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import ApiSnapshot, ApiTrendHour
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import WorkerSnapshot
from millstream_contracts.names import Topic
from millstream_kit.log import Log, Record
from millstream_kit.log_table import TableReader

from millstream_jobs.neighbours import Whereabouts
from millstream_jobs.traffic import Traffic, TrafficHours

Fact: TypeAlias = WorkerSnapshot | ApiSnapshot | Traffic


class LogNeighbours:
    """See `neighbours.Neighbours`."""

    def __init__(self, log: Log) -> None:
        self._table: TableReader[Fact] = TableReader(log, list(_DECODE), _decode)
        self._hours = TrafficHours()
        self._table.on_change(self._note)

    def workers(self) -> Sequence[WorkerSnapshot] | None:
        if not self._table.is_ready:
            return None
        values = (value for _, value in self._table.items(Topic.WORKERS_SNAPSHOTS.value))
        return [value for value in values if isinstance(value, WorkerSnapshot)]

    def whereabouts(self, worker_id: str) -> Whereabouts:
        found = self._table.get(Topic.WORKERS_SNAPSHOTS.value, worker_id) if self._table.is_ready else None
        return Whereabouts.of(found) if isinstance(found, WorkerSnapshot) else Whereabouts()

    def apis(self) -> Sequence[ApiSnapshot] | None:
        if not self._table.is_ready:
            return None
        values = (value for _, value in self._table.items(Topic.APIS_SNAPSHOTS.value))
        return [value for value in values if isinstance(value, ApiSnapshot)]

    def traffic(self, hour_ms: int) -> Traffic | None:
        return self._hours.since(hour_ms) if self._table.is_ready else None

    async def run(self) -> None:
        """Follow the topics; what the log refuses now is tried again by whoever runs this."""
        await self._table.start()

    async def close(self) -> None:
        await self._table.close()

    def _note(self, topic: str, key: str, value: Fact | None) -> None:
        if topic == Topic.APIS_TRENDS.value:
            self._hours.note(key, value if isinstance(value, Traffic) else None)


def _decode(record: Record) -> Fact:
    return _DECODE[record.topic](record.value or b"")


_DECODE: Mapping[str, Callable[[bytes], Fact]] = {
    Topic.WORKERS_SNAPSHOTS.value: WorkerSnapshot.FromString,
    Topic.APIS_SNAPSHOTS.value: ApiSnapshot.FromString,
    Topic.APIS_TRENDS.value: lambda value: Traffic.told(ApiTrendHour.FromString(value)),
}
