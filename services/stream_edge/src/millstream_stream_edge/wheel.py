"""One timer for everyone: slots of a quarter of a second, each a list of what is to be looked at then."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")
SLOT_S = 0.25
NEVER = -1  # a slot that does not come up


class Wheel(Generic[T]):
    """Things to look at, by the slot their time falls into."""

    def __init__(self, now: float) -> None:
        self._next = int(now / SLOT_S)
        self._slots: dict[int, list[T]] = {}

    def put(self, item: T, at: float) -> int:
        """Have `item` come up at `at` or within a slot after it; returns the slot."""
        slot = max(self._next, int(at / SLOT_S) + 1)
        self._slots.setdefault(slot, []).append(item)
        return slot

    def comes_up(self, slot: int, at: float) -> bool:
        """Whether a slot is still to come, and no later than `at` would be."""
        return self._next <= slot <= int(at / SLOT_S) + 1

    def due(self, now: float) -> list[tuple[int, T]]:
        """What has come up since the last call, with its slot."""
        last = int(now / SLOT_S)
        found: list[tuple[int, T]] = []
        if last - self._next > len(self._slots):
            ready = sorted(slot for slot in self._slots if slot <= last)
        else:
            ready = [slot for slot in range(self._next, last + 1) if slot in self._slots]
        for slot in ready:
            found += [(slot, item) for item in self._slots.pop(slot)]
        self._next = last + 1
        return found
