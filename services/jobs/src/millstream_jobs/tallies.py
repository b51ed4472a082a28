"""Tallies: what one transaction did, noted beside it in one row and added to the figures soon after.

Figures are counted in the transaction of the facts, yet no two transactions meet in a row that both would change: each
writes a row of its own. One process folds these rows into the buckets (docs/adr/0013-figures.md).

text: {function: {"type": …, "slots": {at: [six counts, run times, waits]}, "moved": {status: n}, "last": [at, job], "errors": […],
"held": {hour: minutes}, "versions": {fingerprint: […]}}}; without the last two in what was noted before they were known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent
from millstream_contracts.names import EventType
from millstream_contracts.times import hour_of

from millstream_jobs.figures import COUNTS, SLOT_MS, WAITING, ErrorGroup, Figures, Standing, minute_bit
from millstream_jobs.model import Status, Step
from millstream_jobs.store_model import Function

MESSAGE_CHARS = 500
NONE: Mapping[str, str] = {}
_RUNS, _WAITS = len(COUNTS), len(COUNTS) + 1
_COUNTED = {
    EventType.JOB_STARTED: COUNTS.index("started"),
    EventType.JOB_COMPLETED: COUNTS.index("complete"),
    EventType.JOB_FAILED: COUNTS.index("failed"),
    EventType.JOB_RETRYING: COUNTS.index("retrying"),
    EventType.JOB_CANCELLED: COUNTS.index("cancelled"),
}


@dataclass(slots=True)
class Tally:
    """What transactions did to the jobs of one function; facts by the ten seconds they lie in."""

    job_type: str
    slots: dict[int, Figures] = field(default_factory=dict)
    standing: Standing = field(default_factory=Standing)
    errors: list[ErrorGroup] = field(default_factory=list)
    held: dict[int, int] = field(default_factory=dict)


def held_text(functions: Iterable[Function], at_ms: int) -> str:
    """Note that the limits of functions hold jobs back."""
    minute = {str(hour_of(at_ms)): minute_bit(at_ms)}
    return _text({function.key: _nothing(function.type) | {"held": minute} for function in functions})


def tally_text(moves: Iterable[tuple[Step, Status | None]], versions: Mapping[str, str] = NONE) -> str | None:
    """Note steps, each with the state its job was in before (None: it is new); None when nothing is to be noted.

    Args:
        versions: the code that ran the attempts that failed, by their jobs, as far as it is known.
    """
    noted: dict[str, dict[str, Any]] = {}
    for step, before in moves:
        job = step.job
        if not step.events and before is job.status:
            continue
        mine = noted.setdefault(job.function, _nothing(job.job_type))
        for event in step.events:
            _note(mine, event, is_new=before is None)
            # Apart from the errors: who folds may be of the version before, which reads those by their number.
            if event.type == EventType.JOB_FAILED and job.id in versions:
                some = mine.setdefault("versions", {}).setdefault(event.failed.error_fingerprint, [])
                some += [version for version in [versions[job.id]] if version not in some]
        for status, by in ((before, -1), (job.status, 1)):
            if status in WAITING:
                mine["moved"][status.value] = mine["moved"].get(status.value, 0) + by
        if step.started:
            mine["last"] = max(mine["last"] or [0, ""], [job.started_at_ms or 0, job.id])
    return _text(noted) if noted else None


def _nothing(job_type: str) -> dict[str, Any]:
    return {"type": job_type, "slots": {}, "moved": {}, "last": None, "errors": []}


def _text(noted: Mapping[str, Any]) -> str:
    return json.dumps(noted, ensure_ascii=False, separators=(",", ":"))


def read_tallies(texts: Iterable[str]) -> dict[str, Tally]:
    """Everything noted, by function."""
    found: dict[str, Tally] = {}
    for text in texts:
        for function, noted in json.loads(text).items():
            tally = found.setdefault(function, Tally(noted["type"]))
            for at, counts in noted["slots"].items():
                _add(tally.slots.setdefault(int(at), Figures()), counts)
            for status, by in noted["moved"].items():
                tally.standing.moved(Status(status), by)
            if noted["last"] is not None:
                tally.standing.ran(*noted["last"])
            seen = noted.get("versions", {})
            errors = [ErrorGroup(function, *error) for error in noted["errors"]]
            for error in errors:
                error.saw(seen.get(error.fingerprint, ()), first=True)
            tally.errors += errors
            for hour, minutes in noted.get("held", {}).items():
                tally.held[int(hour)] = tally.held.get(int(hour), 0) | minutes
    return found


def _note(mine: dict[str, Any], event: JobEvent, *, is_new: bool) -> None:
    kind = EventType(event.type)
    counted = COUNTS.index("queued") if is_new else _COUNTED.get(kind)
    if counted is None and not event.HasField("worker_id"):
        return
    # An interrupted job counts nowhere, but its hour says how many run.
    slot = mine["slots"].setdefault(str(event.at_ms - event.at_ms % SLOT_MS), [0] * len(COUNTS) + [[], []])
    if counted is not None:
        slot[counted] += 1
    if kind is EventType.JOB_STARTED:
        slot[_WAITS].append(round(event.started.queue_wait_ms))
    elif kind is EventType.JOB_COMPLETED:
        slot[_RUNS].append(round(event.completed.duration_ms))
    elif kind is EventType.JOB_FAILED:
        failed = event.failed
        slot[_RUNS].append(round(failed.duration_ms))
        message = failed.error[:MESSAGE_CHARS]
        mine["errors"].append(
            [failed.error_fingerprint, failed.error_type, message, 1, event.at_ms, event.at_ms, event.job_id]
        )


def _add(figures: Figures, noted: Sequence[Any]) -> None:
    for name, amount in zip(COUNTS, noted, strict=False):
        setattr(figures, name, getattr(figures, name) + amount)
    for duration_ms in noted[_RUNS]:
        figures.ran(duration_ms)
    for wait_ms in noted[_WAITS]:
        figures.waited(wait_ms)
