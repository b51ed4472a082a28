"""The model's values in the contract's shapes."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from millstream_contracts.ids import id_made_at_ms
from millstream_contracts.times import HOUR_MS, hour_of, to_hour, to_rfc3339
from millstream_kit.paging import Pages
from orjson import Fragment
from pydantic_core import from_json

from millstream_jobs.figures import TREND_COUNTS, FunctionHour
from millstream_jobs.history import Fact
from millstream_jobs.model import Job, Status
from millstream_jobs.new_job import EventRef, event_of
from millstream_jobs.reasons import why_it_ended
from millstream_jobs.shapes import (
    ArtifactOut,
    AttemptOut,
    JobDetailOut,
    JobMarksOut,
    JobOut,
    LineOut,
    LocalsOut,
    MarkOut,
    ProgressPointOut,
    RunOut,
    SettingsOut,
    TraceCountsOut,
)
from millstream_jobs.shapes_figures import HourOut
from millstream_jobs.shapes_history import JobFactOut
from millstream_jobs.store_model import (
    Attempt,
    Declaration,
    JobMarks,
    JobRow,
    LogLine,
    Page,
    Payloads,
    ShownJob,
    StoredArtifact,
    TraceCounts,
    TrendHour,
    points_of,
)


def page_fields(page: Page, pages: Pages, *, payloads: bool) -> dict[str, Any]:
    """`JobsOut`, to be written as it is: what is kept as JSON is not read before it is written."""
    return {
        "jobs": [_job_fields(job, payloads=payloads, carry=Fragment) for job in page.rows],
        "total": page.total.rows,
        "total_exact": page.total.is_exact,
        "has_more": page.has_more,
        "next_cursor": None if page.next_id is None else pages.after({"id": page.next_id, **page.total.carried()}),
        "scanned_until": made_at(page.scanned_to_id),
    }


def made_at(job_id: str | None) -> str | None:
    """When a job was made, as its id says."""
    return None if job_id is None else to_rfc3339(id_made_at_ms(job_id))


def job_out(row: JobRow, *, payloads: bool) -> JobOut:
    return JobOut(**_row_fields(row, payloads=payloads))


def job_detail_out(row: JobRow, log: Sequence[Attempt], *, payloads: bool, reason: str | None) -> JobDetailOut:
    failed = next((a for a in reversed(log) if a.traceback is not None), None)
    show = failed is not None and payloads and row.job.error is not None
    return JobDetailOut(
        **_row_fields(row, payloads=payloads),
        attempts_log=[attempt_out(a, payloads=payloads) for a in log],
        traceback=failed.traceback if failed and show else None,
        logs_url=f"/api/v1/jobs/{row.job.id}/logs",
        reason=reason,
        cancel_reason=row.job.cancel_reason,
    )


def attempt_out(attempt: Attempt, *, payloads: bool) -> AttemptOut:
    return AttemptOut(
        attempt=attempt.attempt,
        worker_id=attempt.worker_id,
        pod=attempt.pod,
        version=attempt.version,
        started_at=to_rfc3339(attempt.started_at_ms),
        ended_at=instant(attempt.ended_at_ms),
        outcome=attempt.outcome,
        queue_wait_ms=attempt.queue_wait_ms,
        duration_ms=attempt.duration_ms,
        error=attempt.error,
        error_type=attempt.error_type,
        error_fingerprint=attempt.error_fingerprint,
        traceback=attempt.traceback if payloads else None,
        has_locals=attempt.locals is not None,
        locals=LocalsOut.model_validate_json(attempt.locals) if attempt.locals is not None and payloads else None,
        reason=why_it_ended(attempt),
        progress_log=points_out(attempt.progress),
    )


def points_out(progress: str | None) -> list[ProgressPointOut]:
    return [ProgressPointOut(at=to_rfc3339(at_ms), progress=share) for at_ms, share in points_of(progress)]


def fact_out(fact: Fact) -> JobFactOut:
    return JobFactOut(
        kind=fact.kind,
        at=to_rfc3339(fact.at_ms),
        seq=fact.seq,
        attempt=fact.attempt,
        worker_id=fact.worker_id,
        trigger=fact.trigger,
        scheduled_at=instant(fact.scheduled_at_ms),
        queue_wait_ms=fact.queue_wait_ms,
        duration_ms=fact.duration_ms,
        progress=fact.progress,
        error=fact.error,
        error_type=fact.error_type,
        retry_at=instant(fact.retry_at_ms),
        reason=fact.reason,
    )


def marks_out(marks: JobMarks, *, payloads: bool) -> JobMarksOut:
    return JobMarksOut(
        job_id=marks.job_id,
        lines=[
            MarkOut(
                at=to_rfc3339(line.at_ms),
                level=line.level,
                message=line.message if payloads else None,
                attempt=line.attempt,
            )
            for line in marks.lines
        ],
        has_more=not marks.is_all,
        attempt=marks.attempt,
        progress_log=points_out(marks.progress),
    )


def trace_counts_out(one: TraceCounts) -> TraceCountsOut:
    by_status = {status.value: one.found.get(status, 0) for status in Status}
    return TraceCountsOut(trace_id=one.trace_id, total=sum(by_status.values()), total_exact=one.is_all, **by_status)


def run_out(job: Job) -> RunOut:
    return RunOut(
        id=job.id,
        function=job.function,
        function_name=job.function_name,
        status=job.status,
        started_at=instant(job.started_at_ms),
        completed_at=instant(job.completed_at_ms),
        duration_ms=job.duration_ms,
        error=job.error,
        worker_id=job.worker_id,
        attempts=job.attempts,
        progress=job.progress,
    )


def settings_out(declared: Iterable[Declaration], live: Collection[str]) -> list[SettingsOut]:
    """What live workers declare, each way once, in the order of the declarations; more than one when they disagree."""
    alike: dict[tuple[Any, ...], list[Declaration]] = {}
    for one in declared:
        if one.worker_id in live:
            alike.setdefault(tuple(_settings_of(one).values()), []).append(one)
    return [
        SettingsOut(
            **_settings_of(some[0]),
            versions=sorted({one.version for one in some if one.version is not None}),
            workers=sorted(one.worker_id for one in some),
        )
        for some in alike.values()
    ]


def _settings_of(declared: Declaration) -> dict[str, Any]:
    return {
        "timeout": declared.timeout_s,
        "max_retries": declared.max_retries,
        "retry_delay": declared.retry_delay_s,
        "max_concurrency": declared.max_concurrency,
        "rate_limit": declared.rate_limit,
        "schedule": declared.schedule,
        "schedule_timezone": declared.timezone,
        "pattern": declared.pattern,
    }


def line_out(line: LogLine) -> LineOut:
    return LineOut(
        at=to_rfc3339(line.at_ms),
        level=line.level,
        message=line.message,
        attempt=line.attempt,
        fields=None if line.fields is None else from_json(line.fields),
    )


def artifact_out(artifact: StoredArtifact) -> ArtifactOut:
    return ArtifactOut(
        id=artifact.id,
        job_id=artifact.job_id,
        name=artifact.name,
        type=artifact.type,
        content_type=artifact.content_type,
        size_bytes=artifact.size_bytes,
        sha256=artifact.sha256,
        storage_backend=artifact.storage_backend,
        status="stored",
        error=None,
        created_at=to_rfc3339(artifact.created_at_ms),
    )


def hours_out(hours: Iterable[TrendHour], active_now: int, now_ms: int, count: int) -> list[HourOut]:
    """Exactly `count` hours, the open one last; `active` of the open hour is what runs now."""
    last = hour_of(now_ms)
    sums = {last - HOUR_MS * back: [0, 0, 0, 0, 0] for back in range(count)}
    for h in hours:
        if (total := sums.get(h.hour_ms)) is not None:
            for place, amount in enumerate((h.complete, h.failed, h.retrying, h.active or 0, h.cancelled)):
                total[place] += amount
    sums[last][3] = active_now
    return [
        HourOut(hour=to_hour(hour), complete=c, failed=f, retrying=r, active=a, cancelled=x)
        for hour, (c, f, r, a, x) in sorted(sums.items())
    ]


def activity_fields(found: Iterable[FunctionHour], now_ms: int, count: int) -> dict[str, Any]:
    """`ActivityOut`: `count` hours, the open one last."""
    last = hour_of(now_ms)
    first = last - HOUR_MS * (count - 1)
    functions: dict[str, dict[str, list[int]]] = {}
    # Thousands of functions have a row for each hour: nothing is made for a row.
    for function, hour_ms, complete, failed, retrying, cancelled, held in found:
        place = (hour_ms - first) // HOUR_MS
        if not 0 <= place < count or not (complete or failed or retrying or cancelled or held):
            continue
        mine = functions.get(function)
        if mine is None:
            mine = functions[function] = {name: [0] * count for name in (*TREND_COUNTS, "held_minutes")}
        mine["complete"][place] += complete
        mine["failed"][place] += failed
        mine["retrying"][place] += retrying
        mine["cancelled"][place] += cancelled
        mine["held_minutes"][place] |= held
    for mine in functions.values():
        mine["held_minutes"] = [minutes.bit_count() for minutes in mine["held_minutes"]]
    return {"hours": [to_hour(hour) for hour in range(first, last + 1, HOUR_MS)], "functions": functions}


def source_of(job: Job | ShownJob, event: EventRef | None) -> dict[str, Any]:
    by_event = {} if event is None else {"event_id": event.id, "event_type": event.type}
    if job.trigger == "task":
        return {"type": job.trigger, "job_id": job.parent_id}
    if job.trigger == "retry":
        return {"type": job.trigger, "job_id": job.retried_from} | by_event
    return {"type": job.trigger} | by_event


def instant(at_ms: int | None) -> str | None:
    return None if at_ms is None else to_rfc3339(at_ms)


def percent(part: int, whole: int) -> float | None:
    return round(100.0 * part / whole, 4) if whole else None


def _row_fields(row: JobRow, *, payloads: bool) -> dict[str, Any]:
    texts = {name: getattr(row.payloads, name) for name in Payloads.__slots__}
    texts["tags"] = json.dumps(row.job.tags)
    shown = ShownJob(*(texts[name] if name in texts else getattr(row.job, name) for name in ShownJob._fields))
    return _job_fields(shown, payloads=payloads, carry=from_json)


def _job_fields(job: ShownJob, *, payloads: bool, carry: Callable[[str], Any]) -> dict[str, Any]:
    """`JobOut`, with what is kept as JSON in the form `carry` gives it."""

    def shown(text: str | None) -> Any:
        return carry(text) if payloads and text is not None else None

    return {
        "id": job.id,
        "function": job.function,
        "function_name": job.function_name,
        "job_type": job.job_type,
        "source": source_of(job, event_of(job.event_id, job.event_type)),
        "status": job.status,
        "created_at": to_rfc3339(job.created_at_ms),
        "scheduled_at": to_rfc3339(job.scheduled_at_ms),
        "started_at": instant(job.started_at_ms),
        "completed_at": instant(job.completed_at_ms),
        "seq": job.seq,
        "attempts": job.attempts,
        "max_retries": job.max_retries,
        "cancel_requested_at": instant(job.cancel_requested_at_ms),
        "retried_from": job.retried_from,
        "error_type": job.error_type,
        "error_fingerprint": job.error_fingerprint,
        "timeout": job.timeout_s,
        "priority": job.priority,
        "worker_id": job.worker_id,
        "parent_id": job.parent_id,
        "root_id": job.root_id,
        "progress": job.progress,
        "progress_at": instant(job.progress_at_ms),
        "interruptions": job.interruptions,
        "kwargs": shown(job.kwargs),
        "tags": carry(job.tags),
        "checkpoint": shown(job.checkpoint),
        "checkpoint_at": instant(job.checkpoint_at_ms),
        "result": shown(job.result),
        "error": job.error,
        "queue_wait_ms": job.queue_wait_ms,
        "duration_ms": job.duration_ms,
        "trace_id": job.trace_id,
    }
