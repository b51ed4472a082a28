"""What happened to jobs, counted in buckets of time, and how the jobs of a function stand now.

A period is put together from the largest whole buckets that fit: days in the middle, ever finer ones towards its ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from millstream_contracts.times import HOUR_MS, hour_of
from millstream_kit.sketch import Sketch

from millstream_jobs.model import Status

SECOND_MS, MINUTE_MS, DAY_MS = 1_000, 60_000, 24 * HOUR_MS
SLOT_MS = 10 * SECOND_MS
# How long buckets of each size are kept, and so how far back a series of that step reaches.
KEPT_MS: Mapping[int, int] = {
    SLOT_MS: 3 * HOUR_MS,
    MINUTE_MS: 26 * HOUR_MS,
    5 * MINUTE_MS: 8 * DAY_MS,
    HOUR_MS: 35 * DAY_MS,
    DAY_MS: 400 * DAY_MS,
}
LEVELS_MS = tuple(KEPT_MS)
ERROR_LEVELS_MS = (MINUTE_MS, HOUR_MS, DAY_MS)
MOST_VERSIONS = 10  # of the code, in a group of failures
OTHER_ERRORS = "0" * 16  # the fingerprint of kinds too many to tell apart; no job has it
EVERY_FUNCTION = ""  # the key of the buckets that count the jobs of all functions together
TREND_COUNTS = ("complete", "failed", "retrying", "cancelled")
# The ends of the classes that runs are told by, in steps of 1, 2 and 5 as far as the units of time let them.
DURATION_ENDS_MS = (
    *(1, 2, 5, 10, 20, 50, 100, 200, 500),
    *(n * SECOND_MS for n in (1, 2, 5, 10, 20)),
    *(n * MINUTE_MS for n in (1, 2, 5, 10, 20)),
    *(n * HOUR_MS for n in (1, 2, 5, 10)),
    DAY_MS,
)
COUNTS = ("queued", "started", *TREND_COUNTS)
SHARES = (0.5, 0.95)
PERCENTILES = ("wait_p50_ms", "wait_p95_ms", "run_p50_ms", "run_p95_ms")
WAITING = (Status.PENDING, Status.QUEUED, Status.ACTIVE, Status.RETRYING)


@dataclass(slots=True)
class Figures:
    """Facts of a period, counted by their `at`. Runs are those that completed or failed; waits are those of starts."""

    queued: int = 0
    started: int = 0
    complete: int = 0
    failed: int = 0
    retrying: int = 0
    cancelled: int = 0
    run_ms: float = 0.0
    wait_ms: float = 0.0
    run: Sketch = field(default_factory=Sketch)
    wait: Sketch = field(default_factory=Sketch)

    @property
    def runs(self) -> int:
        return self.complete + self.failed

    @property
    def finished(self) -> int:
        return self.runs + self.cancelled

    @property
    def avg_run_ms(self) -> float | None:
        return self.run_ms / self.runs if self.runs else None

    @property
    def avg_wait_ms(self) -> float | None:
        return self.wait_ms / self.started if self.started else None

    def ran(self, duration_ms: float) -> None:
        self.run_ms += duration_ms
        self.run.add(duration_ms)

    def waited(self, wait_ms: float) -> None:
        self.wait_ms += wait_ms
        self.wait.add(wait_ms)

    def merge(self, other: Figures) -> None:
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.run_ms += other.run_ms
        self.wait_ms += other.wait_ms
        self.run.merge(other.run)
        self.wait.merge(other.wait)


class Day(NamedTuple):
    """The figures of a day and the percentiles of their sketches, which take longer to find than to keep."""

    figures: Figures
    run_p95_ms: float | None
    wait_p95_ms: float | None

    @classmethod
    def of(cls, figures: Figures) -> Day:
        return cls(figures, figures.run.quantile(0.95), figures.wait.quantile(0.95))


class FunctionHour(NamedTuple):
    """What happened to jobs of one function in one hour, or in a part of it, and the minutes in which its limit held some
    back, a bit each: whoever notes the same minute again changes nothing."""

    function: str
    hour_ms: int
    complete: int
    failed: int
    retrying: int
    cancelled: int
    held: int = 0


class Point(NamedTuple):
    """What a series tells of one step."""

    complete: int = 0
    failed: int = 0
    retrying: int = 0
    cancelled: int = 0
    wait_p50_ms: float | None = None
    wait_p95_ms: float | None = None
    run_p50_ms: float | None = None
    run_p95_ms: float | None = None

    @classmethod
    def of(cls, figures: Figures) -> Point:
        counts = (getattr(figures, name) for name in TREND_COUNTS)
        return cls(*counts, *figures.wait.quantiles(*SHARES), *figures.run.quantiles(*SHARES))


@dataclass(slots=True)
class Standing:
    """How many jobs of a function wait or run now, and which started last."""

    pending: int = 0
    queued: int = 0
    active: int = 0
    retrying: int = 0
    last_run_at_ms: int | None = None
    last_run_id: str | None = None

    def moved(self, status: Status, by: int) -> None:
        setattr(self, status.value, getattr(self, status.value) + by)

    def ran(self, at_ms: int, job_id: str) -> None:
        if (at_ms, job_id) > (self.last_run_at_ms or 0, self.last_run_id or ""):
            self.last_run_at_ms, self.last_run_id = at_ms, job_id

    def merge(self, other: Standing) -> None:
        for status in WAITING:
            self.moved(status, getattr(other, status.value))
        if other.last_run_at_ms is not None and other.last_run_id is not None:
            self.ran(other.last_run_at_ms, other.last_run_id)


@dataclass(slots=True)
class ErrorGroup:
    """Failed jobs of one function that failed alike. `versions` are those of the workers whose attempts failed, the newest first."""

    function: str
    fingerprint: str
    error_type: str
    message: str
    count: int
    first_at_ms: int
    last_at_ms: int
    last_job_id: str
    versions: tuple[str, ...] = ()

    def as_other(self) -> ErrorGroup:
        """The same failures as some of many kinds."""
        return replace(self, fingerprint=OTHER_ERRORS, error_type="(other)", message="Kinds too many to tell apart.")

    def merge(self, other: ErrorGroup) -> None:
        self.count += other.count
        self.first_at_ms = min(self.first_at_ms, other.first_at_ms)
        is_newer = (other.last_at_ms, other.last_job_id) > (self.last_at_ms, self.last_job_id)
        self.saw(other.versions, first=is_newer)
        if is_newer:
            self.last_at_ms, self.last_job_id = other.last_at_ms, other.last_job_id
            self.error_type, self.message = other.error_type, other.message

    def saw(self, versions: Sequence[str], *, first: bool) -> None:
        """Others too, before or behind those that are known; each is told once, and no more than so many."""
        both = [*versions, *self.versions] if first else [*self.versions, *versions]
        self.versions = tuple(dict.fromkeys(both))[:MOST_VERSIONS]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive buckets of one size: from the first's beginning to before the end of the last."""

    step_ms: int
    from_ms: int
    to_ms: int


def minute_bit(at_ms: int) -> int:
    """The minute of its hour."""
    return 1 << (at_ms - hour_of(at_ms)) // MINUTE_MS


def covering(
    after_ms: int | None, before_ms: int | None, now_ms: int, levels: Sequence[int] = LEVELS_MS
) -> list[Stretch]:
    """The buckets that make up a period, rounded outwards to the finest ones still kept at its ends.

    Args:
        before_ms: exclusive; None or the future is now, what happens meanwhile included.
        levels: sizes of buckets, each a multiple of the one before.
    """
    oldest_ms = now_ms - KEPT_MS[levels[-1]]
    after_ms = max(oldest_ms, after_ms or 0)
    begin = after_ms - after_ms % finest(after_ms, now_ms, levels)
    if before_ms is None or before_ms >= now_ms:
        end = now_ms - now_ms % levels[-1] + levels[-1]
    else:
        end = before_ms + -before_ms % finest(before_ms, now_ms, levels)
    found: list[Stretch] = []
    while begin < end:
        least = finest(begin, now_ms, levels)
        step = max((s for s in levels if begin % s == 0 and begin + s <= end), default=least)
        if found and found[-1].step_ms == step:
            found[-1] = Stretch(step, found[-1].from_ms, begin + step)
        else:
            found.append(Stretch(step, begin, begin + step))
        begin += step
    return found


def last_day(now_ms: int) -> tuple[int, Sequence[Sequence[Stretch]]]:
    """Where the last 24 hours begin, to the minute, and their parts: what is left of the first hour, in small buckets; the
    hours that are over; and the open one."""
    since_ms, open_ms = now_ms - DAY_MS, hour_of(now_ms)
    since_ms -= since_ms % MINUTE_MS
    whole_ms = since_ms + -since_ms % HOUR_MS
    over, newest = Stretch(HOUR_MS, whole_ms, open_ms), Stretch(HOUR_MS, open_ms, open_ms + HOUR_MS)
    return since_ms, (covering(since_ms, whole_ms, now_ms), [over], [newest])


def forgotten_before(step_ms: int, now_ms: int, levels: Sequence[int] = LEVELS_MS) -> int:
    """Until when buckets of a size are let go: where a period ends, they fill up to one of the size above."""
    above = next((level for level in levels if level > step_ms), step_ms)
    return now_ms - KEPT_MS[step_ms] - above


def levels_kept(at_ms: int, now_ms: int, levels: Sequence[int]) -> list[int]:
    """The sizes of buckets a fact of that instant still belongs into: those that are not let go yet."""
    return [step for step in levels if at_ms >= forgotten_before(step, now_ms, levels)]


def finest(at_ms: int, now_ms: int, levels: Sequence[int]) -> int:
    """The smallest buckets that are still kept for an instant."""
    return next((step for step in levels if at_ms >= now_ms - KEPT_MS[step]), levels[-1])
