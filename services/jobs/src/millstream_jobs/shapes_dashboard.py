"""What `/dashboard/stats` answers, in its blocks."""

from __future__ import annotations

from millstream_jobs.shapes import Out, RunOut, SourceOut


class RunsBlock(Out):
    total: int
    success_rate: float | None
    window_minutes: int
    jobs_per_min: float


class QueueBlock(Out):
    running: int
    waiting: int
    claimed: int
    scheduled_due: int
    scheduled_future: int
    backlog: int
    capacity: int | None
    total: int


class WorkersBlock(Out):
    total: int | None


class ApisBlock(Out):
    """Requests to APIs. Other windows than a day begin on a whole hour: `window_minutes` says how long it is."""

    requests: int | None
    avg_latency_ms: float | None
    error_rate: float | None
    window_minutes: int
    requests_per_min: float | None


class FailingFunctionOut(Out):
    key: str
    name: str
    runs: int
    failures: int
    failure_rate: float
    last_run_at: str | None


class OldestQueuedOut(Out):
    id: str
    function: str
    function_name: str
    queued_at: str
    age_seconds: float
    source: SourceOut


class StuckActiveOut(Out):
    id: str
    function: str
    function_name: str
    worker_id: str | None
    started_at: str | None
    age_seconds: float


class DashboardOut(Out):
    runs: RunsBlock
    queue: QueueBlock
    workers: WorkersBlock
    apis: ApisBlock
    recent_runs: list[RunOut]
    recent_failures: list[RunOut]
    top_failing_functions: list[FailingFunctionOut]
    oldest_queued_jobs: list[OldestQueuedOut]
    stuck_active_jobs: list[StuckActiveOut]
