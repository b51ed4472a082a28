"""What callers get: the shapes of the contract. Every field is always present; null where it is unknown."""

from __future__ import annotations

from typing import Any, Literal

from millstream_contracts.payloads.jobs import ArtifactType
from pydantic import BaseModel, ConfigDict

from millstream_jobs.model import Status


class Out(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceOut(BaseModel):
    """Where a job came from; what more is said of it depends on the type."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str


class JobOut(Out):
    id: str
    function: str
    function_name: str
    job_type: str
    source: SourceOut
    status: Status
    created_at: str
    scheduled_at: str | None
    started_at: str | None
    completed_at: str | None
    seq: int
    attempts: int
    max_retries: int
    cancel_requested_at: str | None
    retried_from: str | None
    error_type: str | None
    error_fingerprint: str | None
    timeout: float | None
    priority: int
    worker_id: str | None
    parent_id: str | None
    root_id: str
    progress: float | None
    progress_at: str | None
    interruptions: int
    kwargs: dict[str, Any] | None
    tags: list[str]
    checkpoint: Any
    checkpoint_at: str | None
    result: Any
    error: str | None
    queue_wait_ms: float | None
    duration_ms: float | None
    trace_id: str | None


class ProgressPointOut(Out):
    """How far an attempt was at a time; one for each twentieth it entered."""

    at: str
    progress: float


class VariableOut(Out):
    """`value`: what `repr` said, in part; null where it was masked for its name."""

    name: str
    value: str | None


class FrameLocalsOut(Out):
    file: str
    line: int
    function: str
    variables: list[VariableOut]
    left_out: int


class LocalsOut(Out):
    """Local variables of the user's own frames, in the order of the traceback. `left_out`: how many more were not told."""

    frames: list[FrameLocalsOut]
    left_out: int


class AttemptOut(Out):
    """`locals` is null without `payloads:read`; `has_locals` says whether there are any."""

    attempt: int
    worker_id: str
    pod: str | None
    version: str | None
    started_at: str
    ended_at: str | None
    outcome: str | None
    queue_wait_ms: float | None
    duration_ms: float | None
    error: str | None
    error_type: str | None
    error_fingerprint: str | None
    traceback: str | None
    has_locals: bool
    locals: LocalsOut | None
    reason: str | None
    progress_log: list[ProgressPointOut]


class JobDetailOut(JobOut):
    attempts_log: list[AttemptOut]
    traceback: str | None
    logs_url: str
    reason: str | None
    cancel_reason: str | None


class _PageOut(Out):
    total: int
    total_exact: bool
    has_more: bool
    next_cursor: str | None


class JobsOut(_PageOut):
    jobs: list[JobOut]
    scanned_until: str | None


class EventOut(Out):
    """An event, and the jobs it made: one of each function it triggered, by their keys."""

    id: str
    type: str
    jobs: list[JobOut]


class CountOut(Out):
    total: int
    total_exact: bool


class StatusCountsOut(Out):
    pending: CountOut
    queued: CountOut
    active: CountOut
    retrying: CountOut
    complete: CountOut
    failed: CountOut
    cancelled: CountOut


class CountsOut(Out):
    counts: StatusCountsOut
    scanned_until: str | None


class TraceCountsOut(Out):
    """The jobs of one trace by status; where `total_exact` is false, of its newest, and it may have more."""

    trace_id: str
    total: int
    total_exact: bool
    pending: int
    queued: int
    active: int
    retrying: int
    complete: int
    failed: int
    cancelled: int


class TracesOut(Out):
    traces: list[TraceCountsOut]


class MarkOut(Out):
    """A line of a log worth a mark. The message is its beginning, and null without `payloads:read`."""

    at: str
    level: Literal["warning", "error", "critical"]
    message: str | None
    attempt: int


class JobMarksOut(Out):
    """The worst of what a job logged, of that the newest, in the order of time; and how far its newest attempt was when."""

    job_id: str
    lines: list[MarkOut]
    has_more: bool
    attempt: int | None
    progress_log: list[ProgressPointOut]


class MarksOut(Out):
    jobs: list[JobMarksOut]


class BatchOut(Out):
    jobs: list[JobOut | dict[str, Any]]


class LineOut(Out):
    at: str
    level: str
    message: str
    attempt: int
    fields: dict[str, Any] | None


class LinesOut(_PageOut):
    lines: list[LineOut]


class ArtifactOut(Out):
    id: str
    job_id: str
    name: str
    type: ArtifactType
    content_type: str
    size_bytes: int
    sha256: str
    storage_backend: str
    status: str
    error: str | None
    created_at: str


class ArtifactsOut(Out):
    artifacts: list[ArtifactOut]
    total: int


class LeaseOut(Out):
    job: JobOut
    token: str
    expires_at: str
    traceparent: str | None


class LeasesOut(Out):
    leases: list[LeaseOut]


class ReportOut(Out):
    """`job_id` and `kind` are null where a report that cannot be read does not say them."""

    job_id: str | None
    kind: str | None
    status: int
    code: str | None
    detail: str | None
    cancel_requested: bool
    expires_at: str | None


class ReportsOut(Out):
    results: list[ReportOut]


class DispatchReasons(Out):
    paused: int
    rate_limited: int
    no_capacity: int | None
    cancelled: int
    retrying: int


class FunctionOut(Out):
    key: str
    name: str
    type: str
    active: bool | None
    paused: bool
    timeout: float | None
    max_retries: int
    retry_delay: float
    rate_limit: str | None
    max_concurrency: int | None
    schedule: str | None
    schedule_words: str | None
    schedule_timezone: str | None
    schedule_paused: bool | None
    next_run_at: str | None
    pattern: str | None
    workers: list[str] | None
    runs_24h: int
    success_rate: float | None
    avg_duration_ms: float | None
    p95_duration_ms: float | None
    avg_wait_ms: float | None
    p95_wait_ms: float | None
    running: int
    queue_backlog: int
    dispatch_reasons: DispatchReasons
    last_run_at: str | None
    last_run_status: Status | None


class RunOut(Out):
    id: str
    function: str
    function_name: str
    status: Status
    started_at: str | None
    completed_at: str | None
    duration_ms: float | None
    error: str | None
    worker_id: str | None
    attempts: int
    progress: float | None


class SettingsOut(Out):
    timeout: float | None
    max_retries: int
    retry_delay: float
    max_concurrency: int | None
    rate_limit: str | None
    schedule: str | None
    schedule_timezone: str | None
    pattern: str | None
    versions: list[str]
    workers: list[str]


class FunctionDetailOut(FunctionOut):
    recent_runs: list[RunOut]
    parameters: dict[str, Any] | None
    import_path: str | None
    settings: list[SettingsOut] | None


class FunctionsOut(Out):
    functions: list[FunctionOut]
    total: int


class PausedOut(Out):
    key: str
    paused: bool
