"""What a worker uses: processor and memory, and how late the loop of its async functions is.

In a pod they are its container's, as the kernel counts them and kills by; elsewhere the process's own.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import psutil

LAG_EVERY_S = 0.25
SHORTEST_S = 1.0  # over less time a share of the processor says little
CGROUP = Path("/sys/fs/cgroup")


class LoopLag:
    """How late a loop comes to what is due: at worst, since it was last taken. It counts while the loop is stuck, too."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._due: float | None = None
        self._worst_s = 0.0

    def start(self) -> None:
        """Begin to measure; on the loop's own thread."""
        self._due = self._loop.time() + LAG_EVERY_S
        self._loop.call_at(self._due, self._tick)

    def take_ms(self) -> float:
        """The worst since the last call, from any thread."""
        overdue = 0.0 if self._due is None else self._loop.time() - self._due
        worst, self._worst_s = max(self._worst_s, overdue, 0.0), 0.0
        return round(worst * 1000, 1)

    def _tick(self) -> None:
        assert self._due is not None
        self._worst_s = max(self._worst_s, self._loop.time() - self._due)
        self.start()


class Meter:
    """What a heartbeat says of this worker's use.

    Args:
        lag: of the loop that runs the user's async functions.
        in_pod: whether the container is this worker's own.
        cgroup: where the container's figures are mounted (Linux, control groups of version 2).
    """

    def __init__(
        self,
        lag: LoopLag,
        *,
        in_pod: bool,
        cgroup: Path = CGROUP,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lag = lag
        self._in_pod = in_pod
        self._cgroup = cgroup
        self._now = now
        self._process = psutil.Process()
        self._read_at = now()
        self._cpu_s = self._cpu()
        self._cores: float | None = None

    def read(self) -> dict[str, float]:
        """Cores, bytes and milliseconds; what cannot be told is left out."""
        now = self._now()
        if (passed := now - self._read_at) >= SHORTEST_S:
            spent = self._cpu()
            self._cores = round(max(0.0, spent - self._cpu_s) / passed, 3)
            self._read_at, self._cpu_s = now, spent
        told = {
            "cpu_cores": self._cores,
            "cpu_limit_cores": self._cpu_limit(),
            "memory_bytes": self._memory(),
            "memory_limit_bytes": self._number("memory.max"),
            "loop_lag_ms": self._lag.take_ms(),
        }
        return {name: value for name, value in told.items() if value is not None}

    def _cpu(self) -> float:
        """Seconds of processor time so far."""
        spent_us = self._stat("cpu.stat", "usage_usec") if self._in_pod else None
        if spent_us is not None:
            return spent_us / 1e6
        times = self._process.cpu_times()
        return times.user + times.system

    def _memory(self) -> int:
        """Of a container its working set, as the kubelet counts it: pages that are only cached can be taken from it.

        Source: kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction, `memory.available`.
        """
        if self._in_pod and (used := self._number("memory.current")) is not None:
            return max(0, used - (self._stat("memory.stat", "inactive_file") or 0))
        return int(self._process.memory_info().rss)

    def _cpu_limit(self) -> float | None:
        quota, _, period = (self._text("cpu.max") or "max").partition(" ")
        return int(quota) / int(period) if quota.isdigit() and period.isdigit() else None

    def _stat(self, name: str, key: str) -> int | None:
        lines = (line.split() for line in (self._text(name) or "").splitlines())
        return next((int(value) for found, value in lines if found == key), None)

    def _number(self, name: str) -> int | None:
        text = self._text(name)
        return int(text) if text and text.isdigit() else None

    def _text(self, name: str) -> str | None:
        with contextlib.suppress(OSError):
            return (self._cgroup / name).read_text("ascii").strip()
        return None
