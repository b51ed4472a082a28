"""Schedules: when a function runs by the clock. See docs/adr/0045-schedules.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice, takewhile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

MOST_CHARS = 100
MOST_MISSED = 1_000  # counted, at a time
NEXT_RUNS = 5
KEPT_FIRES = 100


class Overlap(StrEnum):
    """What is done while the job of the fire before has not ended."""

    SKIP = "skip"
    ALLOW = "allow"


class FireOutcome(StrEnum):
    ENQUEUED = "enqueued"
    SKIPPED = "skipped"


class BadSchedule(ValueError):
    """There is no such time zone, or the expression means nothing: which, in words."""


@dataclass(frozen=True, slots=True)
class Timing:
    """A cron expression in a time zone: five fields, or six with seconds first.

    What has a fixed hour and minute runs once a day also where clocks are turned, as Debian's cron has it (cronsim).
    """

    expression: str
    timezone: str

    def check(self, now_ms: int) -> None:
        """Raises:
        BadSchedule: it means nothing, or never comes.
        """
        if next(self.after(now_ms), None) is None:
            raise BadSchedule(f"{self.expression!r} never comes")

    @property
    def words(self) -> str:
        """In English, without the zone."""
        return self._from(datetime(2026, 1, 1, tzinfo=UTC)).explain()

    def after(self, at_ms: int) -> Iterator[int]:
        """The instants it is due, all later than this one."""
        return _each(self._from(self._local(at_ms)))

    def newest(self, now_ms: int) -> int | None:
        """The last instant it was due, now included."""
        # From within a second, the way back begins with the second itself.
        return next(_each(self._from(self._local(now_ms).replace(microsecond=1), reverse=True)), None)

    def _from(self, at: datetime, *, reverse: bool = False) -> CronSim:
        try:
            return CronSim(self.expression, at, reverse)
        except CronSimError as error:
            said = str(error).lower()
            raise BadSchedule(f"{self.expression!r} is no cron expression of five fields, or six: {said}") from error

    def _local(self, at_ms: int) -> datetime:
        try:
            # The library counts faster in its own UTC.
            zone = UTC if self.timezone == "UTC" else ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise BadSchedule(f"there is no time zone {self.timezone}") from error
        return datetime.fromtimestamp(at_ms // 1000, zone)


@dataclass(frozen=True, slots=True)
class Due:
    """A schedule whose time has come: for which instant, and how many before it went by while nobody was there."""

    at_ms: int
    missed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a function runs, and when it last did. `next_at_ms` is null while it is paused, and once it cannot be read any more."""

    function: str
    expression: str
    timezone: str
    overlap: Overlap
    paused: bool = False
    next_at_ms: int | None = None
    last_at_ms: int | None = None
    last_job_id: str | None = None

    @property
    def timing(self) -> Timing:
        return Timing(self.expression, self.timezone)

    def planned(self, now_ms: int) -> Schedule:
        """With its next instant, later than now and than the last it was fired for, whatever clocks do."""
        if self.paused:
            return replace(self, next_at_ms=None)
        return replace(self, next_at_ms=next(self.timing.after(max(now_ms, self.last_at_ms or 0)), None))

    def declared_again(self, wish: Schedule, now_ms: int) -> Schedule:
        """As it is declared now; whether it is paused, and what it did, is not the declaration's say."""
        after = replace(
            self,
            expression=wish.expression,
            timezone=wish.timezone,
            overlap=wish.overlap,
        )
        is_planned = self.paused or self.next_at_ms is not None
        return after if after.timing == self.timing and is_planned else after.planned(now_ms)

    def due(self, now_ms: int) -> Due | None:
        """What it is fired for: of several instants that went by the newest stands for all."""
        first = self.next_at_ms
        if first is None or first > now_ms:
            return None
        newest = max(first, self.timing.newest(now_ms) or first)
        passed = takewhile(lambda at_ms: at_ms < newest, self.timing.after(first - 1))
        return Due(newest, sum(1 for _ in islice(passed, MOST_MISSED)))

    def next_runs(self, now_ms: int) -> list[int]:
        """The instants it is due next; while it is paused, when it would be."""
        try:
            return list(islice(self.timing.after(max(now_ms, self.last_at_ms or 0)), NEXT_RUNS))
        except BadSchedule:  # its zone was there when it was declared
            return []

    def fired(self, due: Due, now_ms: int, job_id: str | None) -> Schedule:
        """Done for this instant; a fire that was skipped leaves the job before as the last."""
        after = replace(self, last_at_ms=due.at_ms, last_job_id=job_id or self.last_job_id)
        return after.planned(now_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fire:
    """That a schedule was due: the job that came of it, or that it was skipped."""

    function: str
    at_ms: int
    fired_at_ms: int
    outcome: FireOutcome
    missed: int
    job_id: str | None


def _each(times: CronSim) -> Iterator[int]:
    return (round(at.timestamp() * 1000) for at in times)
