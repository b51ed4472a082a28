"""`api`: one API as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from google.protobuf.message import Message
from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import ApiSnapshot
from millstream_contracts.names import Stream
from millstream_kit.clock import Clock

from millstream_stream_edge.frames import event
from millstream_stream_edge.params import Params
from millstream_stream_edge.payloads import api_snapshot, dumps
from millstream_stream_edge.streams.base import Filter, SnapshotStream
from millstream_stream_edge.tables import Row, Table
from millstream_stream_edge.views import LEAST_INTERVAL_S, View


def api_block(row: Row) -> bytes:
    """The event of one API, encoded once for all who see it."""
    if row.block is None:
        assert isinstance(row.message, ApiSnapshot)
        row.block = event(dumps(api_snapshot(row.message)))
    return row.block


def is_change(old: Message, new: Message) -> bool:
    """Whether anything but times of writing and of heartbeats moved."""
    return _still(old) != _still(new)


def _still(message: Message) -> bytes:
    assert isinstance(message, ApiSnapshot)
    twin = ApiSnapshot()
    twin.CopyFrom(message)
    twin.ClearField("event_id")
    twin.ClearField("at_ms")
    for instance in twin.instances:
        instance.ClearField("last_heartbeat_ms")
    return twin.SerializeToString(deterministic=True)


@dataclass(frozen=True, slots=True)
class ApiFilter:
    api_name: str

    def confined(self) -> Mapping[str, tuple[str, ...]]:
        return {"name": (self.api_name,)}


class ApiView(View):
    def __init__(self, api_name: str, table: Table, clock: Clock) -> None:
        super().__init__(table, clock)
        self._key = api_name.encode()
        self._shown = table.rows.get(self._key)
        self._changed = False
        self._sent_at = clock.monotonic() if self._shown else float("-inf")

    def on_change(self, key: bytes, old: Row | None, new: Row | None) -> None:
        if new is None:  # nothing is said of its end, but a newcomer is not shown what is gone
            self._shown, self._changed = None, False
        else:
            self._changed = self._changed or old is None or is_change(old.message, new.message)

    def due_at(self) -> float | None:
        return self._sent_at + LEAST_INTERVAL_S if self._changed else None

    def flush(self) -> list[bytes]:
        row = self._table.rows.get(self._key)
        self._changed = False
        self._sent_at = self._clock.monotonic()
        self._shown = row
        return self.full()

    def full(self) -> list[bytes]:
        return [] if self._shown is None else [api_block(self._shown)]


class ApiStream(SnapshotStream):
    name = Stream.API
    message = ApiSnapshot

    def filter(self, params: Params, path: Mapping[str, str]) -> ApiFilter:
        return ApiFilter(path["name"])

    def view(self, wanted: Filter, table: Table, clock: Clock) -> View:
        assert isinstance(wanted, ApiFilter)
        return ApiView(wanted.api_name, table, clock)
