"""What schedules look like in answers."""

from __future__ import annotations

from typing import Literal

from millstream_jobs.model import Status
from millstream_jobs.shapes import Out


class ScheduleOut(Out):
    """`next_runs`: the next five instants it is due; while it is paused, when it would be. `words` say the expression in English."""

    function: str
    function_name: str
    expression: str
    words: str
    timezone: str
    overlap: Literal["skip", "allow"]
    paused: bool
    next_at: str | None
    next_runs: list[str]
    last_at: str | None
    last_job_id: str | None


class FireOut(Out):
    """An instant it was due. `missed`: how many before it went by while nobody was there, up to 1,000; this one stands for them. `skipped`: the
    job before had not ended."""

    at: str
    fired_at: str
    outcome: Literal["enqueued", "skipped"]
    missed: int
    job_id: str | None
    status: Status | None
    duration_ms: float | None


class ScheduleDetailOut(ScheduleOut):
    fires: list[FireOut]


class SchedulesOut(Out):
    schedules: list[ScheduleOut]
    total: int


class SchedulePausedOut(Out):
    function: str
    paused: bool
