"""How many attempts of a function may start in any second, minute, hour or day, counted in bounded room (docs/adr/0046-rate-limits.md)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import NamedTuple

# A limit above this counts by sixtieths of its window, one up to it each start by its instant.
SLOTS = 60
_WORDS = {"s": "second", "m": "minute", "h": "hour", "d": "day"}
_WINDOWS_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
# The SDK refuses by the same pattern; a test compares them.
PATTERN = r"([1-9][0-9]{0,5}|1000000)/(s|second|m|minute|h|hour|d|day)"
_LIMIT = re.compile(PATTERN)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `count` starts in any window of the unit: `s`, `m`, `h` or `d`."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> RateLimit:
        """Read `10/s`, or `10/second`.

        Raises:
            ValueError: it is none, or its count is not 1 to 1,000,000.
        """
        found = _LIMIT.fullmatch(text)
        if found is None:
            raise ValueError("a count of 1 to 1,000,000 and s, m, h or d, as in 10/s or 5000/h")
        return cls(int(found[1]), found[2][0])

    def __str__(self) -> str:
        return f"{self.count}/{self.unit}"

    @property
    def window_ms(self) -> int:
        return _WINDOWS_MS[self.unit]

    @property
    def slot_ms(self) -> int:
        """Starts of that long count as one part."""
        return math.ceil(self.window_ms / SLOTS) if self.count > SLOTS else 1

    @property
    def word(self) -> str:
        return _WORDS[self.unit]


class Part(NamedTuple):
    """Starts that count as one: when the last of them was, and how many they are."""

    at_ms: int
    starts: int


class Opening(NamedTuple):
    """When a limit lets starts through again, and how many then."""

    at_ms: int
    room: int


@dataclass(frozen=True, slots=True)
class Starts:
    """The starts of a function that may still count, the oldest first. All of a part count until its last leaves the window:
    too many by a sixtieth of the window's starts at most, never too few."""

    parts: tuple[Part, ...] = ()

    def room(self, limit: RateLimit, now_ms: int) -> int:
        """How many may start now."""
        return max(0, limit.count - sum(part.starts for part in self._counting(limit, now_ms)))

    def opening(self, limit: RateLimit, now_ms: int) -> Opening:
        """When the next may start, now or later."""
        room = limit.count - sum(part.starts for part in self._counting(limit, now_ms))
        at_ms = now_ms
        for part in self._counting(limit, now_ms):
            if room > 0:
                break
            room += part.starts
            at_ms = part.at_ms + limit.window_ms
        return Opening(at_ms, room)

    def after(self, limit: RateLimit, count: int, now_ms: int) -> Starts:
        """With so many more that start now; without those that count no longer."""
        kept = self._counting(limit, now_ms)
        # Another replica's clock may be ahead: parts stay in order, and the newest never counts for shorter.
        at_ms = max(now_ms, kept[-1].at_ms) if kept else now_ms
        if kept and kept[-1].at_ms // limit.slot_ms == at_ms // limit.slot_ms:
            count += kept.pop().starts
        return Starts((*kept, Part(at_ms, count)))

    def _counting(self, limit: RateLimit, now_ms: int) -> list[Part]:
        return [part for part in self.parts if part.at_ms + limit.window_ms > now_ms]
