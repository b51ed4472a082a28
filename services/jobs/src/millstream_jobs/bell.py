"""What was committed is told at once to whoever waits for it in this process; other processes poll."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from millstream_kit.clock import Clock
from millstream_kit.waiting import wait_for

from millstream_jobs.model import Status
from millstream_jobs.rates import Opening
from millstream_jobs.store_model import Change

# A clock that was set, or slept with its machine, is noticed after that long.
IDLE_S = 60.0
TRUSTED_MS = 1_000


class Signal:
    """Wakes one loop; a ring while nobody waits is remembered."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()

    async def wait(self, clock: Clock, timeout_s: float) -> None:
        """Return at the next ring, or after the time."""
        await wait_for(self._event, timeout_s, clock)
        self._event.clear()


class Waiter:
    """One worker that waits for jobs of its functions."""

    def __init__(self, functions: frozenset[str]) -> None:
        self.functions = functions
        self._event = asyncio.Event()

    @property
    def is_awake(self) -> bool:
        return self._event.is_set()

    def wake(self) -> None:
        self._event.set()

    async def wait(self, clock: Clock, timeout_s: float) -> bool:
        """Return when woken (True) or after the time (False)."""
        await wait_for(self._event, timeout_s, clock)
        woken = self._event.is_set()
        self._event.clear()
        return woken


class Queue:
    """Workers in long polls, woken one per job, the longest waiting first."""

    def __init__(self) -> None:
        self._waiters: dict[Waiter, None] = {}
        self.is_closed = False

    @contextmanager
    def waiter(self, functions: Sequence[str]) -> Iterator[Waiter]:
        waiter = Waiter(frozenset(functions))
        self._waiters[waiter] = None
        try:
            yield waiter
        finally:
            del self._waiters[waiter]

    def wake(self, jobs: Mapping[str, int]) -> None:
        left = dict(jobs)
        for waiter in self._waiters:
            found = None if waiter.is_awake else next((f for f in left if f in waiter.functions), None)
            if found is None:
                continue
            waiter.wake()
            left[found] -= 1
            if left[found] == 0:
                del left[found]

    def close(self) -> None:
        """Let every long poll end, now and from now on."""
        self.is_closed = True
        for waiter in self._waiters:
            waiter.wake()


class Openings:
    """When functions at their rate limit may go on. One loop wakes as many workers then as jobs may start: they need not look
    in between, nor all at once."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._noted: dict[str, Opening] = {}
        self._noted_at_ms: dict[str, int] = {}
        self._signal = Signal()

    def note(self, openings: Mapping[str, Opening], now_ms: int) -> None:
        if openings:
            self._noted |= openings
            self._noted_at_ms |= dict.fromkeys(openings, now_ms)
            self._signal.ring()

    def to_look_at(self, functions: Sequence[str], now_ms: int) -> list[str]:
        """Those that may be open. What was noted a second ago may be of a limit that is no more: who asks then looks, alone."""
        found = [key for key in functions if key not in self._noted or now_ms - self._noted_at_ms[key] >= TRUSTED_MS]
        self._noted_at_ms |= {key: now_ms for key in found if key in self._noted}
        return found

    async def run(self, clock: Clock) -> None:
        while True:
            now_ms = clock.now_ms()
            open_ = {key: opening for key, opening in self._noted.items() if opening.at_ms <= now_ms}
            for key in open_:
                del self._noted[key], self._noted_at_ms[key]
            self._queue.wake({key: opening.room for key, opening in open_.items()})
            next_ms = min((opening.at_ms for opening in self._noted.values()), default=None)
            await self._signal.wait(clock, IDLE_S if next_ms is None else min(IDLE_S, (next_ms - now_ms) / 1000))


class Bell:
    """Rung after each commit."""

    def __init__(self) -> None:
        self.relay = Signal()
        self.timers = Signal()
        self.schedules = Signal()
        self.tallies = Signal()
        self.trends = Signal()
        self.bulk = Signal()
        self.queue = Queue()
        self.openings = Openings(self.queue)

    def committed(self, changes: Sequence[Change]) -> None:
        if any(change.step.events for change in changes):
            self.relay.ring()
            self.tallies.ring()
        jobs = [change.step.job for change in changes]
        self.queue.wake(Counter(job.function for job in jobs if job.status is Status.QUEUED))
        if any(job.status in (Status.PENDING, Status.RETRYING) for job in jobs):
            self.timers.ring()
