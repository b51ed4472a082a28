"""Requests on their way to Millstream: never more than may be held, and never a count that is wrong.

A request is held by itself, or, when the API samples or the buffer is full, in a *window*: requests of one minute,
method, path and status, of which one is told with their number as its weight. Errors and slow requests are always held
by themselves while there is room.
"""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Container, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

BUFFER_REQUESTS = 10_000
SLOW_MS = 1_000.0
WINDOWS = 2_000  # more kinds of requests than that are held one by one, or dropped
WEIGHT_MAX = 1_000_000
FIRST_ERROR = 400


class Told(NamedTuple):
    """One request as it will be told.

    Args:
        at: in seconds since the Unix epoch.
        request_bytes, response_bytes: None where they are not known.
        number: its own, of those of its process; the buffer gives it.
    """

    at: float
    method: str
    path: str
    status: int
    latency_ms: float
    trace_id: str | None
    request_bytes: int | None = None
    response_bytes: int | None = None
    consumer: str | None = None
    enqueued: Mapping[str, int] = MappingProxyType({})
    number: int = 0


@dataclass(frozen=True, slots=True)
class Keeping:
    """How much is kept.

    Args:
        most: requests held while Millstream is away.
        sample: share of ordinary requests told one by one, above 0 and at most 1; the others are told as weights.
        slow_ms: requests that took that long are always told one by one, as errors are.
    """

    most: int = BUFFER_REQUESTS
    sample: float = 1.0
    slow_ms: float = SLOW_MS

    def __post_init__(self) -> None:
        if self.most < 1:
            raise ValueError(f"buffer_requests must be at least 1, not {self.most}")
        if not 0 < self.sample <= 1:
            raise ValueError(f"sample is a share above 0 and at most 1, not {self.sample}")
        if self.slow_ms < 0:
            raise ValueError(f"slow_ms cannot be {self.slow_ms}")

    @property
    def every(self) -> int:
        """How many ordinary requests of a kind are told as one."""
        return min(WEIGHT_MAX, round(1 / self.sample))


@dataclass(slots=True)
class _Window:
    count: int
    chosen: Told


class Buffer:
    """Safe to use from any thread; `add` costs a lock and an append."""

    def __init__(self, keeping: Keeping) -> None:
        self.dropped = 0
        self._keeping = keeping
        self._every = keeping.every
        self._lock = threading.Lock()
        self._held: deque[tuple[Told, int]] = deque()
        self._windows: dict[tuple[int, str, str, int], _Window] = {}
        self._number = 0

    def __len__(self) -> int:
        return len(self._held)

    def add(self, told: Told) -> int | None:
        """Remember one request; its number, if it is told by itself."""
        with self._lock:
            self._number += 1
            told = Told(*told[:-1], self._number)
            if len(self._held) >= self._keeping.most:
                self._gather(told, WEIGHT_MAX)
                return None
            if self._every > 1 and told.status < FIRST_ERROR and told.latency_ms < self._keeping.slow_ms:
                self._gather(told, self._every)
                return None
            self._held.append((told, 1))
            return told.number

    def settle(self) -> None:
        """Tell what the windows gathered so far, as far as there is room."""
        with self._lock:
            for kind in list(islice(self._windows, max(0, self._keeping.most - len(self._held)))):
                window = self._windows.pop(kind)
                self._held.append((window.chosen, window.count))

    def oldest(self, most: int) -> list[tuple[Told, int]]:
        """The next to be told, with their weights; they stay until `forget`."""
        with self._lock:
            return list(islice(self._held, most))

    def forget(self, count: int, refused: Container[int] = ()) -> None:
        """The oldest ones were told; those of them that were refused, by their places, are dropped."""
        with self._lock:
            for place in range(count):
                _, weight = self._held.popleft()
                if place in refused:
                    self.dropped += weight

    def _gather(self, told: Told, at_most: int) -> None:
        kind = (int(told.at // 60), told.method, told.path, told.status)
        window = self._windows.get(kind)
        if window is None:
            if len(self._windows) < WINDOWS:
                self._windows[kind] = window = _Window(0, told)
            elif len(self._held) < self._keeping.most:
                self._held.append((told, 1))
                return
            else:
                self.dropped += 1
                return
        window.count += 1
        # Each of them has the same chance to stand for all, so latencies stay a fair sample.
        if random.random() * window.count < 1:  # noqa: S311 - nobody guards anything with it
            window.chosen = told
        if window.count >= at_most:
            del self._windows[kind]
            if len(self._held) < self._keeping.most:
                self._held.append((window.chosen, window.count))
            else:
                self.dropped += window.count
