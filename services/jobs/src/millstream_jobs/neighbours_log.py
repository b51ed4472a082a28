"""Neighbours' facts from their compacted topics."""

from __future__ import annotations

from collections.abc import Sequence

from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import ApiSnapshot
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import WorkerSnapshot
from millstream_kit.log import Log


class LogNeighbours:
    """See `neighbours.Neighbours`."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def workers(self) -> Sequence[WorkerSnapshot] | None:
        return None

    def apis(self) -> Sequence[ApiSnapshot] | None:
        return None

    async def run(self) -> None:
        return None
