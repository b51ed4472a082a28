"""`apis`: all APIs at once, then each as it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import ApiSnapshot
from millstream_contracts.ids import new_event_id
from millstream_contracts.names import EventType, Stream
from millstream_contracts.times import to_rfc3339
from millstream_kit.clock import Clock

from millstream_stream_edge.frames import event
from millstream_stream_edge.params import Params
from millstream_stream_edge.payloads import api_info, dumps
from millstream_stream_edge.streams.api import api_block, is_change
from millstream_stream_edge.streams.base import Filter, SnapshotStream
from millstream_stream_edge.tables import Row, Table
from millstream_stream_edge.views import LEAST_INTERVAL_S, View

FULL_EVERY_S = 30.0


@dataclass(frozen=True, slots=True)
class Everything:
    def confined(self) -> Mapping[str, tuple[str, ...]]:
        return {}


class ApisView(View):
    """What subscribers were shown so far, and what changed since."""

    def __init__(self, table: Table, clock: Clock) -> None:
        super().__init__(table, clock)
        self._shown = dict(table.rows)
        self._full: bytes | None = None
        self._full_at = clock.monotonic()
        self._changed: set[bytes] = set()
        self._set_changed = False
        self._sent_at = dict.fromkeys(self._shown, self._full_at)

    def on_change(self, key: bytes, old: Row | None, new: Row | None) -> None:
        if (key in self._shown) != (new is not None):
            self._set_changed = True
        if new is not None and (old is None or is_change(old.message, new.message)):
            self._changed.add(key)

    def due_at(self) -> float | None:
        times = [self._full_at + (LEAST_INTERVAL_S if self._set_changed else FULL_EVERY_S)]
        times += [self._sent_at.get(key, 0.0) + LEAST_INTERVAL_S for key in self._changed]
        return min(times)

    def flush(self) -> list[bytes]:
        now = self._clock.monotonic()
        is_full = now >= self._full_at + (LEAST_INTERVAL_S if self._set_changed else FULL_EVERY_S)
        blocks = self._flush_all(now) if is_full else []
        ready = [key for key in sorted(self._changed) if now >= self._sent_at.get(key, 0.0) + LEAST_INTERVAL_S]
        return blocks + [block for key in ready if (block := self._flush_one(key, now)) is not None]

    def _flush_all(self, now: float) -> list[bytes]:
        self._shown = dict(self._table.rows)
        # What changed is told by itself as well: only that has endpoints.
        self._sent_at = {key: self._sent_at.get(key, 0.0) if key in self._changed else now for key in self._shown}
        self._set_changed = False
        self._full_at = now
        self._full = None
        return self.full()

    def _flush_one(self, key: bytes, now: float) -> bytes | None:
        self._changed.discard(key)
        row = self._table.rows.get(key)
        if row is None or key not in self._shown:  # comes or goes with the next full snapshot
            return None
        self._shown[key] = row
        self._sent_at[key] = now
        self._full = None
        return api_block(row)

    def full(self) -> list[bytes]:
        if self._full is None:
            snapshots = [row.message for row in self._shown.values() if isinstance(row.message, ApiSnapshot)]
            snapshots.sort(key=lambda s: (-s.requests_24h, s.name))
            self._full = event(
                dumps(
                    {
                        "type": EventType.APIS_SNAPSHOT,
                        "event_id": new_event_id(),
                        "at": to_rfc3339(self._clock.now_ms()),
                        "apis": {"apis": [api_info(s) for s in snapshots], "total": len(snapshots)},
                    }
                )
            )
        return [self._full]


class ApisStream(SnapshotStream):
    name = Stream.APIS
    message = ApiSnapshot

    def filter(self, params: Params, path: Mapping[str, str]) -> Everything:
        return Everything()

    def view(self, wanted: Filter, table: Table, clock: Clock) -> View:
        return ApisView(table, clock)
