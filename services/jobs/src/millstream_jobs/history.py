"""What happened to a job, told from what is kept of it: its row, its attempts, and the rules by which it moves.

Events leave the outbox once they are published. `seq` grows by one with each of them, so that the row says whether all
were found; where they were not, as of a job an earlier version moved in another way, no number is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from millstream_jobs.model import Job, Status
from millstream_jobs.store_model import Attempt, points_of

Kind = Literal[
    "scheduled", "queued", "started", "progress", "checkpoint", "cancel_requested",
    "retrying", "interrupted", "completed", "failed", "cancelled",
]  # fmt: skip
_FINAL: dict[Status, Kind] = {Status.COMPLETE: "completed", Status.FAILED: "failed", Status.CANCELLED: "cancelled"}
_FAILURES = ("failure", "timeout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`seq` is that of the event that said it, and of progress that of its attempt's beginning; None where nothing was said."""

    kind: Kind
    at_ms: int
    seq: int | None = None
    attempt: int | None = None
    worker_id: str | None = None
    trigger: str | None = None
    scheduled_at_ms: int | None = None
    queue_wait_ms: float | None = None
    duration_ms: float | None = None
    progress: float | None = None
    error: str | None = None
    error_type: str | None = None
    retry_at_ms: int | None = None
    reason: str | None = None


def history(job: Job, attempts: Sequence[Attempt]) -> list[Fact]:
    """In the order it happened."""
    seq = 0
    facts = []
    for fact, is_said in _Life(job, attempts).told():
        seq += is_said
        facts.append(replace(fact, seq=seq if is_said or fact.kind == "progress" else None))
    return facts if seq == job.seq else [replace(fact, seq=None) for fact in facts]


@dataclass(frozen=True, slots=True)
class _Life:
    """Each of its facts comes with whether an event said it."""

    job: Job
    attempts: Sequence[Attempt]

    def told(self) -> Iterator[tuple[Fact, bool]]:
        yield from self._begun()
        for place, one in enumerate(self.attempts):
            yield from self._attempt(one)
            if one.outcome in _FAILURES and place + 1 < len(self.attempts):
                yield Fact(kind="queued", at_ms=_queued_at_ms(self.attempts[place + 1])), False
        yield from self._since()

    def _begun(self) -> Iterator[tuple[Fact, bool]]:
        job = self.job
        first = Fact(kind="queued", at_ms=job.created_at_ms, trigger=job.trigger)
        yield (replace(first, kind="scheduled", scheduled_at_ms=job.scheduled_at_ms) if self._later else first), True
        if self._promoted_at_ms is not None:
            yield replace(first, at_ms=self._promoted_at_ms), True

    def _attempt(self, one: Attempt) -> Iterator[tuple[Fact, bool]]:
        mine = Fact(kind="started", at_ms=one.started_at_ms, attempt=one.attempt, worker_id=one.worker_id)
        yield replace(mine, queue_wait_ms=one.queue_wait_ms), True
        for fact in sorted(self._within(one, mine), key=lambda fact: fact.at_ms):
            yield fact, False
        if one.ended_at_ms is not None:
            ended = replace(mine, kind=self._end_of(one), at_ms=one.ended_at_ms, duration_ms=one.duration_ms)
            ended = replace(ended, error=one.error, error_type=one.error_type)
            if ended.kind == "retrying" and self._is_last(one):
                ended = replace(ended, retry_at_ms=self.job.due_at_ms if self.job.status is Status.RETRYING else None)
            yield ended, True

    def _within(self, one: Attempt, mine: Fact) -> Iterator[Fact]:
        """What it told while it ran: progress by twentieths and the newest, its checkpoint; and that it was asked to stop."""
        points = points_of(one.progress)
        for at_ms, progress in points:
            yield replace(mine, kind="progress", at_ms=at_ms, progress=progress)
        job = self.job
        newest_ms = job.progress_at_ms if self._is_last(one) else None
        if newest_ms is not None and newest_ms > (points[-1][0] if points else 0):
            yield replace(mine, kind="progress", at_ms=newest_ms, progress=job.progress)
        if job.checkpoint_at_ms is not None and one is self._running_at(job.checkpoint_at_ms):
            yield replace(mine, kind="checkpoint", at_ms=job.checkpoint_at_ms)
        if job.cancel_requested_at_ms is not None and self._is_last(one) and not self._was_cancelled_waiting:
            wish = replace(mine, kind="cancel_requested", at_ms=job.cancel_requested_at_ms, worker_id=None)
            yield replace(wish, reason=job.cancel_reason)

    def _end_of(self, one: Attempt) -> Kind:
        if self._is_last(one) and self.job.is_finished and not self._was_cancelled_waiting:
            return _FINAL[self.job.status]
        return "retrying" if one.outcome in _FAILURES else "interrupted"

    def _since(self) -> Iterator[tuple[Fact, bool]]:
        """After its last attempt."""
        job, last = self.job, self.attempts[-1] if self.attempts else None
        waited = job.status is Status.QUEUED or self._was_cancelled_waiting
        if (
            waited
            and last is not None
            and last.outcome in _FAILURES
            and (job.queued_at_ms or 0) >= (last.ended_at_ms or 0)
        ):
            yield Fact(kind="queued", at_ms=job.queued_at_ms or 0), False
        if self._was_cancelled_waiting and job.completed_at_ms is not None:
            yield Fact(kind="cancelled", at_ms=job.completed_at_ms, reason=job.cancel_reason), True

    @property
    def _later(self) -> bool:
        return self.job.scheduled_at_ms > self.job.created_at_ms

    @property
    def _promoted_at_ms(self) -> int | None:
        """When the time of one that was scheduled for later had come."""
        if not self._later:
            return None
        return _queued_at_ms(self.attempts[0]) if self.attempts else self.job.queued_at_ms

    @property
    def _was_cancelled_waiting(self) -> bool:
        """Each attempt began and ended with an event; the one of a job that was cancelled while it waited is beside them."""
        said = 1 + (self._promoted_at_ms is not None) + 2 * len(self.attempts)
        return self.job.status is Status.CANCELLED and self.job.seq > said

    def _is_last(self, one: Attempt) -> bool:
        return one is self.attempts[-1]

    def _running_at(self, at_ms: int) -> Attempt | None:
        return next((one for one in reversed(self.attempts) if one.started_at_ms <= at_ms), None)


def _queued_at_ms(one: Attempt) -> int:
    return one.started_at_ms - round(one.queue_wait_ms or 0)
