"""What is asked of the service, and how long each answer takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from load.rig.asked import Call, call
from millstream_contracts.times import to_rfc3339
from millstream_jobs.figures import DAY_MS, HOUR_MS
from millstream_jobs.model import Status
from millstream_jobs.routes.job_filter import ListQuery
from millstream_jobs.store_tables import jobs, log_lines
from millstream_kit.db import Database
from sqlalchemy import func, select

HOT, RARE = "load-00", "load-99"
TRACES = 100


@dataclass(frozen=True, slots=True)
class Places:
    """Which jobs of a filled database are asked for."""

    now_ms: int
    tree_id: str
    logged_id: str
    worker_id: str
    traces: tuple[str, ...]


async def places_in(url: str) -> Places:
    """Look where the fill left what is worth asking for; this reads everything once."""
    database = Database(url, service="jobs")
    try:
        async with database.connect() as connection:
            newest = await connection.scalar(select(jobs.c.created_at_ms).order_by(jobs.c.id.desc()).limit(1))
            largest = select(jobs.c.root_id).group_by(jobs.c.root_id).order_by(func.count().desc()).limit(1)
            tree = await connection.scalar(largest)
            logged = await connection.scalar(select(log_lines.c.job_id).limit(1))
            newest_traces = select(jobs.c.trace_id).order_by(jobs.c.id.desc()).limit(TRACES)
            traces = (await connection.scalars(newest_traces)).all()
    finally:
        await database.close()
    return Places(int(newest or 0), str(tree), str(logged), "w7", tuple(traces))


def calls(places: Places) -> Iterator[Call]:
    now_ms = places.now_ms
    day, week, month = (to_rfc3339(now_ms - days * DAY_MS) for days in (1, 7, 29))
    yield from _lists(places, week)
    for query in ({}, {"function": HOT}, {"after": day}, {"after": month, "before": week, "function": HOT}):
        yield call("/jobs/stats", **query)
        yield call("/jobs/errors", **query)
        yield call("/jobs/durations", **query)
    for step, back_ms in (("10s", 2 * HOUR_MS), ("1m", 16 * HOUR_MS), ("5m", 3 * DAY_MS), ("1h", 29 * DAY_MS)):
        yield call("/jobs/series", step=step, after=to_rfc3339(now_ms - back_ms))
        yield call("/jobs/series", step=step, after=to_rfc3339(now_ms - back_ms), function=HOT)
    for query in ({}, {"hours": 168}, {"hours": 168, "function": HOT}, {"hours": 168, "type": "task"}):
        yield call("/jobs/trends", **query)
    yield call("/jobs/activity")
    yield call("/jobs/unusual")
    yield call("/jobs/unusual", after=day)
    yield call("/functions")
    yield call(f"/functions/{HOT}")
    yield call(f"/functions/{RARE}")
    for minutes in (60, 1440, 10080):
        yield call("/dashboard/stats", window_minutes=minutes)
    yield call(f"/jobs/{places.tree_id}")
    yield call(f"/jobs/{places.tree_id}/timeline", limit=100)
    yield call(f"/jobs/{places.logged_id}/logs", limit=100)
    yield call(f"/jobs/{places.logged_id}/logs", limit=100, level="error", q="9")


def _lists(places: Places, week: str) -> Iterator[Call]:
    yield call("/jobs")
    yield call("/jobs", limit=1000)
    for filters in (ListQuery(), ListQuery(function=HOT), ListQuery(status=[Status.FAILED])):
        deep = filters.pages("jobs").after({"id": places.logged_id})
        yield call("/jobs", cursor=deep, **filters.model_dump(mode="json", exclude_defaults=True))
    for function in (HOT, RARE):
        yield call("/jobs", function=function)
        for status in (Status.COMPLETE, Status.FAILED, Status.CANCELLED, Status.RETRYING):
            yield call("/jobs", function=function, status=status.value)
    for status in Status:
        yield call("/jobs", status=status.value)
    yield Call("/jobs", (("status", "pending"), ("status", "queued"), ("status", "active"), ("status", "retrying")))
    yield Call("/jobs", (("status", "failed"), ("status", "cancelled"), ("function", HOT)))
    yield call("/jobs", before=week)
    yield call("/jobs", before=week, status="failed", function=HOT)
    yield call("/jobs", before=week, after=to_rfc3339(places.now_ms - 8 * DAY_MS))
    yield call("/jobs", worker_id=places.worker_id)
    yield call("/jobs", worker_id=places.worker_id, status="failed")
    yield call("/jobs", root_id=places.tree_id)
    yield call("/jobs", q=places.tree_id[:14])
    yield call("/jobs", q="refused order")
    yield call("/jobs", q="refused order", status="failed", function=HOT)
    yield call("/jobs", q="nobody ever said this")
    yield call("/jobs", q="nobody ever said this", function=RARE)
    yield from _durations(places, week)
    for narrowed in ({}, {"function": HOT}, {"function": RARE}, {"after": week}, {"function": HOT, "before": week}):
        yield call("/jobs/counts", **narrowed)
    yield call("/jobs/counts", worker_id=places.worker_id)
    yield call("/jobs/counts", root_id=places.tree_id)
    yield Call("/jobs/traces", tuple(("trace_id", trace) for trace in places.traces))
    yield call("/jobs/counts", q="refused order")


def _durations(places: Places, week: str) -> Iterator[Call]:
    """From what nearly all jobs took to what none did: runs are 1.1 s in the middle, and one in thousands is above minutes."""
    day = to_rfc3339(places.now_ms - DAY_MS)
    for least_ms in (100, 5_000, 60_000, 100_000, 400_000, 30_000_000):
        yield call("/jobs", min_duration_ms=least_ms)
        yield call("/jobs", min_duration_ms=least_ms, function=HOT)
        yield call("/jobs/counts", min_duration_ms=least_ms)
    yield call("/jobs", below_duration_ms=20)
    yield call("/jobs", below_duration_ms=20, function=RARE)
    yield call("/jobs", min_duration_ms=1_000, below_duration_ms=2_000, function=HOT, after=day)
    yield call("/jobs/counts", min_duration_ms=1_000, below_duration_ms=2_000, function=HOT, after=day)
    yield call("/jobs", min_duration_ms=100_000, status="failed", before=week)
    yield call("/jobs", min_duration_ms=60_000, worker_id=places.worker_id)
    yield call("/jobs", min_duration_ms=5_000, q="refused order")
