"""Poison records are parked: where each of the last ones lies in the log, and what was wrong with it.

The record itself stays in the log for as long as its topic keeps records; here is what finds it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

MOST_PARKED = 100
MOST_ERROR_CHARS = 500


@dataclass(frozen=True, slots=True)
class Parked:
    """One record that could not be read."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    size_bytes: int
    error: str


class Parking:
    """The last poison records, the newest first."""

    def __init__(self) -> None:
        self._parked: deque[Parked] = deque(maxlen=MOST_PARKED)

    def __len__(self) -> int:
        return len(self._parked)

    def __iter__(self) -> Iterator[Parked]:
        return reversed(self._parked)

    def add(self, parked: Parked) -> None:
        """Park one; the oldest leaves when there are too many. One read again from the log is not parked twice."""
        if not any((p.topic, p.partition, p.offset) == (parked.topic, parked.partition, parked.offset) for p in self):
            self._parked.append(parked)
