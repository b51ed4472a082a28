"""What the limits of functions let start: how many at once, how many in a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from millstream_jobs.rates import Opening, Starts
from millstream_jobs.store import Transaction
from millstream_jobs.store_model import Function


@dataclass(frozen=True, slots=True)
class Limits:
    """Limited functions whose rows are locked, and what counts for them now."""

    functions: Sequence[Function]
    running: Mapping[str, int]
    starts: Mapping[str, Starts]
    now_ms: int

    @classmethod
    async def read(cls, transaction: Transaction, functions: Sequence[Function], now_ms: int) -> Limits:
        at_once = [f.key for f in functions if f.max_concurrency is not None]
        rated = [f.key for f in functions if f.rate_limit is not None]
        running = await transaction.running(at_once) if at_once else {}
        starts = await transaction.starts(rated) if rated else {}
        return cls(functions, running, starts, now_ms)

    def room(self, function: Function, most: int) -> int:
        """How many of its jobs may start now, of so many."""
        room = most
        if function.max_concurrency is not None:
            room = min(room, function.max_concurrency - self.running.get(function.key, 0))
        if function.rate is not None:
            room = min(room, self._starts(function.key).room(function.rate, self.now_ms))
        return max(0, room)

    async def take(self, transaction: Transaction, leased: Mapping[str, int]) -> Limits:
        """As they are once these were leased; starts are kept."""
        taken = {
            f.key: self._starts(f.key).after(f.rate, leased[f.key], self.now_ms)
            for f in self.functions
            if f.rate is not None and leased.get(f.key)
        }
        if taken:
            await transaction.keep_starts(taken)
        running = {f.key: self.running.get(f.key, 0) + leased.get(f.key, 0) for f in self.functions}
        return Limits(self.functions, running, {**self.starts, **taken}, self.now_ms)

    def full(self) -> list[Function]:
        return [f for f in self.functions if self.room(f, 1) == 0]

    def openings(self) -> Mapping[str, Opening]:
        """When those at their rate limit may go on."""
        found = {f.key: self._starts(f.key).opening(f.rate, self.now_ms) for f in self.functions if f.rate is not None}
        return {key: opening for key, opening in found.items() if opening.at_ms > self.now_ms}

    def _starts(self, key: str) -> Starts:
        return self.starts.get(key, Starts())
