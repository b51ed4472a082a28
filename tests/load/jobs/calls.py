"""What is asked of the service, and how long each answer takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from millstream_contracts.times import to_rfc3339
from millstream_jobs.figures import DAY_MS, HOUR_MS
from millstream_jobs.model import Status
from millstream_jobs.store_tables import jobs, log_lines
from millstream_kit.db import Database
from millstream_kit.paging import encode_cursor
from sqlalchemy import func, select

HOT, RARE = "load-00", "load-99"


@dataclass(frozen=True, slots=True)
class Places:
    """Which jobs of a filled database are asked for."""

    now_ms: int
    tree_id: str
    logged_id: str
    worker_id: str


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


async def places_in(url: str) -> Places:
    """Look where the fill left what is worth asking for; this reads everything once."""
    database = Database(url, service="jobs")
    try:
        async with database.connect() as connection:
            newest = await connection.scalar(select(jobs.c.created_at_ms).order_by(jobs.c.id.desc()).limit(1))
            largest = select(jobs.c.root_id).group_by(jobs.c.root_id).order_by(func.count().desc()).limit(1)
            tree = await connection.scalar(largest)
            logged = await connection.scalar(select(log_lines.c.job_id).limit(1))
    finally:
        await database.close()
    return Places(int(newest or 0), str(tree), str(logged), "w7")


def calls(places: Places) -> Iterator[Call]:
    now_ms = places.now_ms
    day, week, month = (to_rfc3339(now_ms - days * DAY_MS) for days in (1, 7, 29))
    yield from _lists(places, week)
    for query in ({}, {"function": HOT}, {"after": day}, {"after": month, "before": week, "function": HOT}):
        yield _call("/jobs/stats", **query)
        yield _call("/jobs/errors", **query)
    for step, back_ms in (("10s", 2 * HOUR_MS), ("1m", 16 * HOUR_MS), ("5m", 3 * DAY_MS), ("1h", 29 * DAY_MS)):
        yield _call("/jobs/series", step=step, after=to_rfc3339(now_ms - back_ms))
        yield _call("/jobs/series", step=step, after=to_rfc3339(now_ms - back_ms), function=HOT)
    for query in ({}, {"hours": 168}, {"hours": 168, "function": HOT}, {"hours": 168, "type": "task"}):
        yield _call("/jobs/trends", **query)
    yield _call("/functions")
    yield _call(f"/functions/{HOT}")
    yield _call(f"/functions/{RARE}")
    for minutes in (60, 1440, 10080):
        yield _call("/dashboard/stats", window_minutes=minutes)
    yield _call(f"/jobs/{places.tree_id}")
    yield _call(f"/jobs/{places.tree_id}/timeline", limit=100)
    yield _call(f"/jobs/{places.logged_id}/logs", limit=100)
    yield _call(f"/jobs/{places.logged_id}/logs", limit=100, level="error", q="9")


def _lists(places: Places, week: str) -> Iterator[Call]:
    yield _call("/jobs")
    yield _call("/jobs", limit=1000)
    deep = encode_cursor({"id": places.logged_id})
    yield _call("/jobs", cursor=deep)
    yield _call("/jobs", cursor=deep, function=HOT)
    yield _call("/jobs", cursor=deep, status="failed")
    for function in (HOT, RARE):
        yield _call("/jobs", function=function)
        for status in (Status.COMPLETE, Status.FAILED, Status.CANCELLED, Status.RETRYING):
            yield _call("/jobs", function=function, status=status.value)
    for status in Status:
        yield _call("/jobs", status=status.value)
    yield Call("/jobs", (("status", "pending"), ("status", "queued"), ("status", "active"), ("status", "retrying")))
    yield Call("/jobs", (("status", "failed"), ("status", "cancelled"), ("function", HOT)))
    yield _call("/jobs", before=week)
    yield _call("/jobs", before=week, status="failed", function=HOT)
    yield _call("/jobs", before=week, after=to_rfc3339(places.now_ms - 8 * DAY_MS))
    yield _call("/jobs", worker_id=places.worker_id)
    yield _call("/jobs", worker_id=places.worker_id, status="failed")
    yield _call("/jobs", root_id=places.tree_id)
    yield _call("/jobs", q=places.tree_id[:14])
    yield _call("/jobs", q="refused order")
    yield _call("/jobs", q="refused order", status="failed", function=HOT)
    yield _call("/jobs", q="nobody ever said this")
    yield _call("/jobs", q="nobody ever said this", function=RARE)


def _call(path: str, **query: Any) -> Call:
    return Call(path, tuple(query.items()))


def measure(http: httpx.Client, asked: Iterable[Call], *, rounds: int, seconds: float) -> list[Taken]:
    """Every call that often, in turns, so that a bad moment of the machine meets all alike."""
    listed = list(asked)
    taken: dict[Call, list[float]] = {call: [] for call in listed}
    sizes: dict[Call, int] = {}
    ends_at = time.monotonic() + seconds
    for _ in range(rounds):
        for call in listed:
            began = time.perf_counter()
            answer = http.get("/api/v1" + call.path, params=list(call.query))
            taken[call].append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, (str(call), answer.text)
            sizes[call] = len(answer.content)
        if time.monotonic() > ends_at:
            break
    return [_taken(str(call), taken[call], sizes[call]) for call in listed]


def _taken(call: str, took: list[float], size: int) -> Taken:
    p95 = statistics.quantiles(took, n=20, method="inclusive")[-1] if len(took) > 1 else took[0]
    return Taken(call, statistics.median(took), p95, size)
