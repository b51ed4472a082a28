"""What workers report about the jobs they hold: one batch, one transaction, one answer per report."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent

from millstream_jobs import events, model
from millstream_jobs.failures import failure, timed_out
from millstream_jobs.handlers.context import Context
from millstream_jobs.inputs import (
    LIMITS,
    TOO_DEEP,
    CheckpointReport,
    HandBackReport,
    LineIn,
    LogReport,
    OutcomeReport,
    ProgressReport,
    RenewReport,
    Report,
    cut,
    is_too_deep,
    json_text,
)
from millstream_jobs.model import IllegalTransition, Job, Step
from millstream_jobs.store import Transaction
from millstream_jobs.store_model import Change, LogLine


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one report. `job` is its state afterwards, None when it is unknown."""

    report: Report
    status: int
    code: str | None = None
    detail: str | None = None
    job: Job | None = None


class _Refused(Exception):
    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


@dataclass(slots=True)
class _Ledger:
    """The jobs of a batch as they stand after each report, and what is to be kept."""

    context: Context
    jobs: dict[str, Job]
    changes: list[Change] = field(default_factory=list)
    lines: list[LogLine] = field(default_factory=list)
    said: list[tuple[JobEvent, str | None]] = field(default_factory=list)

    def keep(self, change: Change) -> None:
        self.jobs[change.step.job.id] = change.step.job
        self.changes.append(change)


async def apply_reports(context: Context, reports: Sequence[Report]) -> list[Answer]:
    """Apply reports in order; each is checked against the token its job is leased under."""
    if not reports:
        return []
    async with context.store.begin() as transaction:
        locked = await transaction.lock_jobs(sorted({report.job_id for report in reports}))
        ledger = _Ledger(context, dict(locked))
        answers = [await _apply(transaction, ledger, report) for report in reports]
        await transaction.record(ledger.changes, ledger.lines)
    context.bell.committed(ledger.changes)
    context.progress.offer(ledger.said)
    return answers


async def _apply(transaction: Transaction, ledger: _Ledger, report: Report) -> Answer:
    job = ledger.jobs.get(report.job_id)
    if job is None:
        return Answer(report, 404, "unknown_job", f"There is no job {report.job_id}.")
    if is_too_deep(_carried(report)):
        return Answer(report, 422, "invalid", TOO_DEEP, job)
    if job.lease is None or job.lease.token != report.token:
        return await _without_lease(transaction, ledger, job, report)
    try:
        _APPLY[report.kind](ledger, job, report)
    except IllegalTransition as error:
        return Answer(report, 409, "illegal_state", str(error), job)
    except _Refused as error:
        return Answer(report, error.status, error.code, error.detail, job)
    return Answer(report, 200, job=ledger.jobs[job.id])


async def _without_lease(transaction: Transaction, ledger: _Ledger, job: Job, report: Report) -> Answer:
    """A worker whose answer was lost reports again: the same report under the same token is no error."""
    if isinstance(report, OutcomeReport | HandBackReport):
        kept = next((c.digest for c in ledger.changes if c.token == report.token and c.digest is not None), None)
        if _digest(report) == (kept or await transaction.attempt_report(job.id, report.token)):
            return Answer(report, 200, job=job)
    return Answer(report, 409, "stale_lease", "The job is not leased under this token any more.", job)


def _carried(report: Report) -> object:
    if isinstance(report, CheckpointReport):
        return report.data
    return report.result if isinstance(report, OutcomeReport) else None


def _renew(ledger: _Ledger, job: Job, _: RenewReport) -> None:
    ledger.keep(Change(model.renew(job, ledger.context.clock.now_ms(), ttl_ms=ledger.context.policy.ttl_ms)))


def _progress(ledger: _Ledger, job: Job, report: ProgressReport) -> None:
    now_ms = ledger.context.clock.now_ms()
    job = model.renew(job, now_ms, ttl_ms=ledger.context.policy.ttl_ms).job
    step = model.advance(job, now_ms, report.progress)
    ledger.keep(Change(step))
    message = None if report.message is None else cut(report.message, LIMITS.message_chars)
    ledger.said.append((events.progress(step.job, now_ms, message), job.traceparent))


def _log(ledger: _Ledger, job: Job, report: LogReport) -> None:
    ledger.lines += [_line(job, line) for line in report.lines]


def _line(job: Job, line: LineIn) -> LogLine:
    try:
        fields = None if line.fields is None else json_text(line.fields)
    except ValueError:
        fields = '{"unstorable":true}'
    if fields is not None and len(fields) > LIMITS.log_line_chars:
        fields = '{"too_large":true}'
    message = cut(line.message, LIMITS.log_line_chars)
    return LogLine(job.id, job.attempts, line.at, line.level, message, fields)


def _checkpoint(ledger: _Ledger, job: Job, report: CheckpointReport) -> None:
    data = _bounded(report.data, LIMITS.checkpoint_bytes, "checkpoint")
    ledger.keep(Change(model.checkpoint(job, ledger.context.clock.now_ms()), checkpoint=data))


def _hand_back(ledger: _Ledger, job: Job, report: HandBackReport) -> None:
    step = model.hand_back(job, ledger.context.clock.now_ms())
    ledger.keep(Change(step, token=report.token, digest=_digest(report)))


def _outcome(ledger: _Ledger, job: Job, report: OutcomeReport) -> None:
    result = _bounded(report.result, LIMITS.result_bytes, "result") if report.outcome == "success" else None
    step = _OUTCOMES[report.outcome](ledger.context, job, report)
    ledger.keep(Change(step, result=result, token=report.token, digest=_digest(report)))


def _failed(context: Context, job: Job, report: OutcomeReport) -> Step:
    said = report.locals.text if report.locals else None
    why = failure(report.error, report.error_type, report.traceback, retryable=report.retryable, locals=said)
    return model.fail(job, context.clock.now_ms(), why, context.random)


def _timed_out(context: Context, job: Job, report: OutcomeReport) -> Step:
    why = timed_out(job.timeout_s)
    if report.error or report.traceback:
        why = failure(report.error or why.error, report.error_type or why.error_type, report.traceback)
    return model.fail(job, context.clock.now_ms(), why, context.random, timeout=True)


_OUTCOMES: Mapping[str, Callable[[Context, Job, OutcomeReport], Step]] = {
    "success": lambda context, job, _: model.succeed(job, context.clock.now_ms()),
    "failure": _failed,
    "timeout": _timed_out,
    "cancelled": lambda context, job, _: model.stop(job, context.clock.now_ms()),
}

# By kind; each takes the report class of its kind, which the discriminator of `Report` guarantees.
_APPLY: Mapping[str, Callable[..., None]] = {
    "renew": _renew,
    "progress": _progress,
    "log": _log,
    "checkpoint": _checkpoint,
    "outcome": _outcome,
    "hand_back": _hand_back,
}
KINDS = tuple(_APPLY)


def _bounded(value: object, most: int, what: str) -> str:
    try:
        text = json_text(value)
    except ValueError as error:
        raise _Refused(422, "invalid", f"the {what} is not JSON that can be kept: {error}") from error
    if len(text.encode()) > most:
        raise _Refused(413, "too_large", f"the {what} is larger than {most} bytes")
    return text


def _digest(report: Report) -> str:
    return hashlib.sha256(repr(report).encode("utf-8", "replace")).hexdigest()
