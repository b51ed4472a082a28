"""How long the answers of a service take: calls, what they took, and a service to ask."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from millstream_kit.clock import ManualClock
from millstream_kit.service import collect_rarely

AIM_MS = 50.0
START_S = 60.0


@dataclass(frozen=True, slots=True)
class Call:
    """A path with its query."""

    path: str
    query: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return "GET " + self.path + ("?" if self.query else "") + "&".join(f"{k}={v}" for k, v in self.query)


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds from asking to the whole answer."""

    call: str
    p50_ms: float
    p95_ms: float
    bytes: int


class StandingClock(ManualClock):
    """It is one moment for as long as it is asked; what is bounded by how long it takes is bounded as ever."""

    def monotonic(self) -> float:
        return time.monotonic()


def call(path: str, **query: Any) -> Call:
    """A list is a parameter that is repeated."""
    said = ((name, value if isinstance(value, list) else [value]) for name, value in query.items())
    return Call(path, tuple((name, one) for name, values in said for one in values))


def measure(http: httpx.Client, asked: Iterable[Call], *, rounds: int, seconds: float) -> list[Taken]:
    """Every call that often, in turns, so that a bad moment of the machine meets all alike."""
    listed = list(asked)
    taken: dict[Call, list[float]] = {call: [] for call in listed}
    sizes: dict[Call, int] = {}
    ends_at = time.monotonic() + seconds
    for _ in range(rounds):
        for one in listed:
            began = time.perf_counter()
            answer = http.get("/api/v1" + one.path, params=list(one.query))
            taken[one].append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, (str(one), answer.text)
            sizes[one] = len(answer.content)
        if time.monotonic() > ends_at:
            break
    return [_taken(str(one), taken[one], sizes[one]) for one in listed]


def _taken(asked: str, took: list[float], size: int) -> Taken:
    p95 = statistics.quantiles(took, n=20, method="inclusive")[-1] if len(took) > 1 else took[0]
    return Taken(asked, statistics.median(took), p95, size)


def table(dialect: str, taken: list[Taken]) -> str:
    lines = [f"\n| {dialect} | p50 ms | p95 ms | kB |", "| --- | --- | --- | --- |"]
    for one in taken:
        late = " ← late" if one.p95_ms > AIM_MS else ""
        lines.append(f"| `{one.call}` | {one.p50_ms:.1f} | {one.p95_ms:.1f}{late} | {one.bytes / 1000:.0f} |")
    in_time = sum(one.p95_ms <= AIM_MS for one in taken)
    return "\n".join([*lines, f"\n{in_time} of {len(taken)} calls have their p95 within {AIM_MS:.0f} ms."])


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The whole service in a thread of its own, its garbage collector as in a process of its own; yields its address."""
    collect_rarely()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + START_S
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise SystemExit("the service did not start")
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
