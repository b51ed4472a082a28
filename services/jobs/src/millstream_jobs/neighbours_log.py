"""Neighbours' facts from their compacted topics."""

from __future__ import annotations

from collections.abc import Sequence

from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import ApiSnapshot
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import WorkerSnapshot
from millstream_contracts.names import Topic
from millstream_kit.log import Log, Record
from millstream_kit.log_table import TableReader


class LogNeighbours:
    """See `neighbours.Neighbours`."""

    def __init__(self, log: Log) -> None:
        topics = [Topic.WORKERS_SNAPSHOTS.value, Topic.APIS_SNAPSHOTS.value]
        self._table: TableReader[WorkerSnapshot | ApiSnapshot] = TableReader(log, topics, _decode)

    def workers(self) -> Sequence[WorkerSnapshot] | None:
        if not self._table.is_ready:
            return None
        values = (value for _, value in self._table.items(Topic.WORKERS_SNAPSHOTS.value))
        return [value for value in values if isinstance(value, WorkerSnapshot)]

    def apis(self) -> Sequence[ApiSnapshot] | None:
        if not self._table.is_ready:
            return None
        values = (value for _, value in self._table.items(Topic.APIS_SNAPSHOTS.value))
        return [value for value in values if isinstance(value, ApiSnapshot)]

    async def run(self) -> None:
        """Follow the topics; what the log refuses now is tried again by whoever runs this."""
        await self._table.start()

    async def close(self) -> None:
        await self._table.close()


def _decode(record: Record) -> WorkerSnapshot | ApiSnapshot:
    kind = WorkerSnapshot if record.topic == Topic.WORKERS_SNAPSHOTS.value else ApiSnapshot
    return kind.FromString(record.value or b"")
