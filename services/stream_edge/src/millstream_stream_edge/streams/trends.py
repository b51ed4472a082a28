"""What both trend streams share: sums per hour, kept as records come."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from google.protobuf.message import Message
from millstream_contracts.ids import new_event_id
from millstream_contracts.times import HOUR_MS, hour_of, to_hour, to_rfc3339
from millstream_kit.clock import Clock

from millstream_stream_edge.frames import event
from millstream_stream_edge.payloads import dumps
from millstream_stream_edge.tables import Row, Table
from millstream_stream_edge.views import LEAST_INTERVAL_S, ComposedView

DEFAULT_HOURS = 24
MOST_HOURS = 168


class TrendsView(ComposedView):
    """The newest `hours` hours, ascending, those without records as zeroes."""

    def __init__(
        self,
        table: Table,
        clock: Clock,
        *,
        type_: str,
        counts: Sequence[str],
        hours: int,
        wanted: Callable[[Message], bool],
    ) -> None:
        self._type = type_
        self._counts = counts
        self._hours = hours
        self._wanted = wanted
        self._sums: dict[int, list[int]] = {}
        for row in table.rows.values():
            self._add(row, 1)
        self._open_hour = hour_of(clock.now_ms())
        super().__init__(table, clock)

    def on_change(self, key: bytes, old: Row | None, new: Row | None) -> None:
        touched = [self._add(row, sign) for row, sign in ((old, -1), (new, 1)) if row is not None]
        if any(touched):
            self.wants_flush(LEAST_INTERVAL_S)

    def on_time(self) -> None:
        """A new hour changes the snapshot by itself."""
        hour = hour_of(self._clock.now_ms())
        if hour != self._open_hour:
            self._open_hour = hour
            self._sums = {at: row for at, row in self._sums.items() if at > hour - (MOST_HOURS + 24) * HOUR_MS}
            self.wants_flush(LEAST_INTERVAL_S)

    def _add(self, row: Row, sign: int) -> bool:
        message = row.message
        if not self._wanted(message):
            return False
        sums = self._sums.setdefault(message.hour_ms, [0] * len(self._counts))  # type: ignore[attr-defined]
        for index, name in enumerate(self._counts):
            sums[index] += sign * getattr(message, name)
        return True

    def compose(self) -> bytes:
        now_ms = self._clock.now_ms()
        newest = hour_of(now_ms)
        zeroes = [0] * len(self._counts)
        hourly = [
            {"hour": to_hour(at), **dict(zip(self._counts, self._sums.get(at, zeroes), strict=True))}
            for at in range(newest - (self._hours - 1) * HOUR_MS, newest + 1, HOUR_MS)
        ]
        return event(
            dumps(
                {
                    "type": self._type,
                    "event_id": new_event_id(),
                    "at": to_rfc3339(now_ms),
                    "trends": {"hourly": hourly},
                }
            )
        )
