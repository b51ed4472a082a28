"""Jobs as they come: each goes through the model's own steps to where it stands."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from millstream_contracts.ids import new_job_id
from millstream_jobs import model
from millstream_jobs.failures import failure
from millstream_jobs.figures import HOUR_MS, MINUTE_MS
from millstream_jobs.inputs import json_text
from millstream_jobs.model import Job, Status, Step
from millstream_jobs.new_job import Defaults, NewJob, enqueue
from millstream_jobs.store_rows import values_of

FUNCTIONS, WORKERS = 100, 200
BATCH = 500
WAYS_TO_FAIL = 5
TREE_JOBS, TREE_FAN = 5_000, 20
BACKLOG_MS = 2 * HOUR_MS  # of jobs younger than this most wait still
ERRORS = [
    (kind, f"{what} {place} refused order {{n}}")
    for kind in ("ValueError", "TimeoutError", "KeyError", "ConnectionError")
    for what in ("payment", "stock", "mail", "render", "upload")
    for place in ("eu", "us", "asia")
]
Move = tuple[Step, Status | None]


@dataclass
class Rows:
    """One batch."""

    jobs: list[dict[str, Any]] = field(default_factory=list)
    attempts: list[dict[str, Any]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)


class Life:
    """Makes jobs, oldest first, each with the steps that lead where it stands.

    Args:
        has_tree: whether some of the jobs are one tree.
    """

    def __init__(self, count: int, span_ms: tuple[int, int], now_ms: int, *, has_tree: bool = False) -> None:
        self._count, self._span_ms, self._now_ms = count, span_ms, now_ms
        self._dice = random.Random(count)
        self._tree_place = range(count // 2, count // 2 + TREE_JOBS) if has_tree else range(0)
        self.defaults = [
            Defaults(
                function=f"load-{n:02}",
                function_name=f"shop.load_{n:02}",
                job_type="task",
                max_retries=2,
                retry_delay_s=5.0,
                timeout_s=600.0,
            )
            for n in range(FUNCTIONS)
        ]
        self._weights = [1 / (n + 1) for n in range(FUNCTIONS)]
        self._recent: deque[Job] = deque(maxlen=200)
        self._tree: list[Job] = []

    def batches(self) -> Iterator[Rows]:
        for begin in range(0, self._count, BATCH):
            rows = Rows()
            for number in range(begin, min(begin + BATCH, self._count)):
                self._make(number, rows)
            yield rows

    def _make(self, number: int, rows: Rows) -> None:
        begin_ms, end_ms = self._span_ms
        at_ms = begin_ms + (end_ms - begin_ms) * number // self._count
        [defaults] = self._dice.choices(self.defaults, self._weights)
        parent = self._parent(number)
        new = NewJob(
            id=new_job_id(now_ms=at_ms),
            defaults=defaults,
            trigger="api" if parent is None else "task",
            scheduled_at_ms=at_ms + HOUR_MS if self._dice.random() < 0.01 else None,
            priority=self._dice.choice((0, 0, 0, 0, 5, 9)),
            root_id=parent.root_id if parent else None,
            parent_id=parent.id if parent else None,
            trace_id=f"{self._dice.getrandbits(128):032x}",
            tags=("load",),
        )
        moves, ran = self._steps(enqueue(new, at_ms), at_ms)
        job = moves[-1][0].job
        rows.moves += moves
        rows.attempts += ran
        rows.jobs.append(
            values_of(job)
            | {
                "kwargs": json_text(
                    {"order": number, "customer": {"name": f"c{number % 5_000}", "region": "eu"}, "note": "x" * 40}
                ),
                "checkpoint": None,
                "result": json_text({"path": f"/out/{number}"}) if job.status is Status.COMPLETE else None,
            }
        )
        self._remember(number, job)

    def _parent(self, number: int) -> Job | None:
        """Of the jobs outside the tree every fifth has a parent nearby."""
        if number in self._tree_place:
            return self._tree[(len(self._tree) - 1) // TREE_FAN] if self._tree else None
        return self._dice.choice(self._recent) if self._recent and self._dice.random() < 0.2 else None

    def _remember(self, number: int, job: Job) -> None:
        if number in self._tree_place:
            self._tree.append(job)
        self._recent.append(job)

    def _steps(self, step: Step, at_ms: int) -> tuple[list[Move], list[dict[str, Any]]]:
        moves: list[Move] = [(step, None)]
        ran: list[dict[str, Any]] = []
        dice, age_ms = self._dice, self._now_ms - at_ms

        def then(step: Step) -> Job:
            moves.append((step, moves[-1][0].job.status))
            return step.job

        job = step.job
        if age_ms < BACKLOG_MS and dice.random() < 0.8:
            return moves, ran  # waits still
        if job.due_at_ms is not None:
            if job.due_at_ms > self._now_ms:
                return moves, ran
            at_ms = job.due_at_ms
            due = model.on_due(job, at_ms, dice.random)
            assert due is not None
            job = then(due)
        while True:
            if dice.random() < 0.02:
                then(model.cancel(job, at_ms, "load"))
                return moves, ran
            at_ms += round(dice.lognormvariate(6, 1.5))
            token = f"{dice.getrandbits(64):x}"
            job = then(model.start(job, at_ms, worker_id=f"w{dice.randrange(WORKERS)}", token=token, ttl_ms=30_000))
            ran.append(_begun(job, token))
            if at_ms > self._now_ms - 2_000:
                return moves, ran  # runs still
            at_ms += round(dice.lognormvariate(7, 1.5))
            if dice.random() < 0.93:
                job = then(model.succeed(job, at_ms))
                ran[-1] |= _ended(job, "success", at_ms)
                return moves, ran
            # Each function fails in a few ways of its own.
            kind, message = ERRORS[(int(job.function[-2:]) * 7 + dice.randrange(WAYS_TO_FAIL)) % len(ERRORS)]
            why = failure(message.format(n=dice.randrange(10**6)), kind, retryable=dice.random() < 0.5)
            job = then(model.fail(job, at_ms, why, dice.random))
            ran[-1] |= _ended(job, "failure", at_ms)
            if job.status is not Status.RETRYING or age_ms < 20 * MINUTE_MS:
                return moves, ran
            at_ms = job.due_at_ms or at_ms
            due = model.on_due(job, at_ms, dice.random)
            assert due is not None
            job = then(due)


def _begun(job: Job, token: str) -> dict[str, Any]:
    ended = ("ended_at_ms", "duration_ms", "outcome", "report_digest", "error", "error_type", "error_fingerprint")
    return dict.fromkeys((*ended, "traceback")) | {
        "job_id": job.id,
        "attempt": job.attempts,
        "function": job.function,
        "worker_id": job.worker_id,
        "token": token,
        "started_at_ms": job.started_at_ms,
        "queue_wait_ms": job.queue_wait_ms,
    }


def _ended(job: Job, outcome: str, at_ms: int) -> dict[str, Any]:
    return {
        "ended_at_ms": at_ms,
        "duration_ms": job.duration_ms,
        "outcome": outcome,
        "error": job.error,
        "error_type": job.error_type,
        "error_fingerprint": job.error_fingerprint,
    }
