"""Why a job waits, and why an attempt ended: each one sentence for people."""

from __future__ import annotations

from millstream_contracts.times import to_rfc3339

from millstream_jobs.model import Job, Status
from millstream_jobs.neighbours import Room
from millstream_jobs.rates import Opening, RateLimit
from millstream_jobs.store_model import Attempt, Function


def why_it_waits(
    job: Job, function: Function | None, room: Room | None, running: int, opening: Opening | None = None
) -> str | None:
    """What keeps a job from running; None for one that does not wait.

    Args:
        function: its function, with the limit that counts.
        room: what live workers have for it; None while they are not known.
        running: how many jobs of the function run.
        opening: when its rate limit lets the next start; None while it does.
    """
    if job.status is Status.PENDING:
        return f"Scheduled for {to_rfc3339(job.scheduled_at_ms)}."
    if job.status is Status.RETRYING:
        return f"Waiting until {to_rfc3339(job.due_at_ms or 0)} for retry {job.retries} of {job.max_retries}."
    if job.status is Status.ACTIVE and job.cancel_requested_at_ms is not None:
        return "Cancelling was asked for; waiting for the worker to stop it."
    if job.status is not Status.QUEUED:
        return None
    if function is not None and function.paused:
        return f"The function {function.key} is paused."
    if function is not None and function.max_concurrency is not None and running >= function.max_concurrency:
        return f"{running} of at most {function.max_concurrency} jobs of the function {function.key} run."
    if function is not None and function.rate is not None and opening is not None:
        return _too_many(function.key, function.rate, opening)
    return (room and _no_room(job.function, room)) or "Waiting for a worker to take it."


def _too_many(function: str, rate: RateLimit, opening: Opening) -> str:
    start = "1 job of the function {} starts" if rate.count == 1 else f"{rate.count:,} jobs of the function {{}} start"
    article = "an" if rate.unit == "h" else "a"
    return f"At most {start.format(function)} in {article} {rate.word}; the next may at {to_rfc3339(opening.at_ms)}."


def _no_room(function: str, room: Room) -> str | None:
    if room.workers == 0:
        return f"No live worker runs the function {function}."
    if room.taking == 0:
        each = "The one worker that runs" if room.workers == 1 else f"Each of the {room.workers} workers that run"
        return f"{each} the function {function} is paused or leaves."
    if room.free == 0:
        return f"Every slot of the workers that run the function {function} is taken ({room.slots} of {room.slots})."
    return None


def why_it_ended(attempt: Attempt) -> str | None:
    """One sentence for an attempt that ended without a result or an error, else None."""
    if attempt.outcome == "interrupted":
        return f"The worker {attempt.worker_id} was lost: its lease ended without a word."
    if attempt.outcome == "handed_back":
        return f"The worker {attempt.worker_id} handed it back unfinished."
    return None
