"""What the subscribers of a snapshot stream see: the newest, at most once a second per key, never a backlog.

One view serves all subscribers with the same filter. `full` is what a newcomer gets and always stands for what the
others were shown last; `flush` moves everyone to the newest.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from millstream_kit.clock import Clock

from millstream_stream_edge.tables import Row, Table
from millstream_stream_edge.values import Value

LEAST_INTERVAL_S = 1.0


class View(ABC):
    """One filter's sight of a table."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def open(self, values: Sequence[Value]) -> None:
        """
        Args:
            values: what its filter is found by.
        """
        self._values = values
        self._table.listen(self, values)

    def close(self) -> None:
        self._table.listen_no_more(self, self._values)

    @abstractmethod
    def on_change(self, key: bytes, old: Row | None, new: Row | None) -> None:
        """A record came."""

    def on_time(self) -> None:  # noqa: B027 - most views do not change with time
        """Called now and then; time alone may change a snapshot."""

    @abstractmethod
    def due_at(self) -> float | None:
        """When `flush` should be called next, on the monotonic clock; None if nothing is pending."""

    @abstractmethod
    def flush(self) -> list[bytes]:
        """Show what changed; the blocks are for everyone who is up to date."""

    @abstractmethod
    def full(self) -> list[bytes]:
        """What brings a newcomer to where the others are."""


class ComposedView(View):
    """A snapshot made of many records, composed anew on change."""

    def __init__(self, table: Table, clock: Clock) -> None:
        super().__init__(table, clock)
        self._due_at: float | None = None
        self._sent_at = clock.monotonic()
        self._block = self.compose()

    @abstractmethod
    def compose(self) -> bytes:
        """The event as of now."""

    def wants_flush(self, interval_s: float) -> None:
        """Something changed that may be shown `interval_s` after the last time."""
        due = self._sent_at + interval_s
        self._due_at = due if self._due_at is None else min(self._due_at, due)

    def due_at(self) -> float | None:
        return self._due_at

    def flush(self) -> list[bytes]:
        self._due_at = None
        self._sent_at = self._clock.monotonic()
        self._block = self.compose()
        return self.full()

    def full(self) -> list[bytes]:
        return [self._block]
