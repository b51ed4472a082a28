"""How many a minute, by the second."""

from __future__ import annotations

WINDOW_S = 60


class Rate:
    """Counts of the last minute."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def add(self, now: float) -> None:
        second = int(now)
        if second not in self._counts:
            self._counts = {at: count for at, count in self._counts.items() if at > second - WINDOW_S}
            self._counts[second] = 0
        self._counts[second] += 1

    def per_min(self, now: float) -> int:
        return sum(count for at, count in self._counts.items() if at > int(now) - WINDOW_S)
