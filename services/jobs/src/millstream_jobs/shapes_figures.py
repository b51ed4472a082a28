"""What the figures of jobs look like in answers: durations, series, errors, hours."""

from __future__ import annotations

from millstream_kit.usual import Level

from millstream_jobs.shapes import Out


class CoveredOut(Out):
    """The period that was counted: what was asked for, rounded outwards to buckets; null where there is no time in it."""

    after: str | None
    before: str | None


class JobStatsOut(CoveredOut):
    total: int
    success_count: int
    failure_count: int
    cancelled_count: int
    success_rate: float | None
    avg_duration_ms: float | None


class DurationClassOut(Out):
    """Named as the filter of `/jobs` that finds them."""

    min_duration_ms: int
    below_duration_ms: int | None
    count: int


class DurationsOut(CoveredOut):
    total: int
    durations: list[DurationClassOut]


class PointOut(Out):
    at: str
    complete: int
    failed: int
    retrying: int
    cancelled: int
    wait_p50_ms: float | None
    wait_p95_ms: float | None
    run_p50_ms: float | None
    run_p95_ms: float | None


class SeriesOut(Out):
    points: list[PointOut]


class ErrorGroupOut(Out):
    """`versions` are those of the workers whose attempts failed, the newest first and ten at most; none where none is known."""

    fingerprint: str
    error_type: str
    message: str
    function: str
    count: int
    first_at: str
    last_at: str
    last_job_id: str
    versions: list[str]


class ErrorsOut(CoveredOut):
    errors: list[ErrorGroupOut]


class HourOut(Out):
    hour: str
    complete: int
    failed: int
    retrying: int
    active: int
    cancelled: int


class TrendsOut(Out):
    hourly: list[HourOut]


class FunctionActivityOut(Out):
    """Of each hour how many of the function's jobs came to what, and in how many of its minutes a worker was free for one that waited, but as many ran as its limit lets."""

    complete: list[int]
    failed: list[int]
    retrying: list[int]
    cancelled: list[int]
    held_minutes: list[int]


class ActivityOut(Out):
    """By function; one to which nothing happened in any of the hours is left out."""

    hours: list[str]
    functions: dict[str, FunctionActivityOut]


class UnusualFunctionOut(Out):
    function: str
    function_name: str
    level: Level
    since: str | None  # null where the newest are as usual again


class FailingMoreOut(UnusualFunctionOut):
    runs: int
    failures: int
    failure_rate: float
    usual_runs: int
    usual_failure_rate: float


class WaitingLongerOut(UnusualFunctionOut):
    starts: int
    p95_wait_ms: float
    usual_starts: int
    usual_p95_wait_ms: float


class UnusualOut(CoveredOut):
    """The worst functions of a period first, each by its own 24 hours before; of fewer jobs than `least` nothing is said."""

    usual_after: str | None
    usual_before: str | None
    least: int
    failing_total: int
    waiting_total: int
    failing: list[FailingMoreOut]
    waiting: list[WaitingLongerOut]
