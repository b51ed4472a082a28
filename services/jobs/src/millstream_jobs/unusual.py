"""Functions whose jobs fail, or wait, more than is usual for them: a period judged by the day before it.

usual: 24 hours ──────────────────────────┤ period ─────┤
Each function is judged by its own past alone (docs/adr/0040-its-own-usual.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from millstream_contracts.times import HOUR_MS
from millstream_kit.sketch import Sketch
from millstream_kit.usual import LEAST, Level, Share, is_more, judged

from millstream_jobs.figures import DAY_MS, LEVELS_MS, MINUTE_MS, Figures, Point, Stretch, covering, finest

WINDOW_MS = 15 * MINUTE_MS
PERIOD_LEVELS_MS = LEVELS_MS[1:]  # to the minute: steps of ten seconds would be six times as many to add up
USUAL_LEVELS_MS = LEVELS_MS[2:]
LONG_WAIT_PART = 0.05  # above the p95
# Below a second nobody waits, whatever is usual.
LEAST_WAIT_MS = 1_000.0
WARN_TIMES, BAD_TIMES = 2.0, 4.0
MOST_LOOKED_AT = 10
_NOTHING = Figures()


class Failing(NamedTuple):
    """A function that fails more often than it usually does."""

    function: str
    level: Level
    now: Share
    usual: Share

    def is_told_by(self, step: Point) -> bool:
        """Whether anything ended in it."""
        return step.complete + step.failed > 0

    def is_bad(self, steps: Sequence[Point]) -> bool:
        """Whether a few steps in a row are part of it."""
        ended = Share(sum(p.complete + p.failed for p in steps), sum(p.failed for p in steps))
        return is_more(ended, self.usual)


class Waiting(NamedTuple):
    """A function whose jobs wait longer than they usually do."""

    function: str
    level: Level
    starts: int
    p95_ms: float
    usual_starts: int
    usual_p95_ms: float

    def is_told_by(self, step: Point) -> bool:
        """Whether anything began in it."""
        return step.wait_p95_ms is not None

    def is_bad(self, steps: Sequence[Point]) -> bool:
        """Whether the last of a few steps is part of it."""
        return (steps[-1].wait_p95_ms or 0.0) >= max(LEAST_WAIT_MS, WARN_TIMES * self.usual_p95_ms)


Judged = Failing | Waiting


def period_of(after_ms: int | None, before_ms: int | None, now_ms: int) -> Sequence[Stretch]:
    """The buckets of the period that is judged: the last quarter of an hour where nobody says when it begins."""
    if after_ms is None:
        after_ms = min(now_ms, now_ms if before_ms is None else before_ms) - WINDOW_MS
    return covering(after_ms, before_ms, now_ms, PERIOD_LEVELS_MS) if after_ms < now_ms else []


def usual_before(start_ms: int, now_ms: int) -> Sequence[Stretch]:
    """The buckets of the day before a period, none of which reaches into it."""
    end_ms = start_ms - start_ms % finest(start_ms, now_ms, USUAL_LEVELS_MS)
    begin_ms = end_ms - DAY_MS
    return covering(begin_ms - begin_ms % HOUR_MS, end_ms, now_ms, USUAL_LEVELS_MS)


def failing_more(now: Mapping[str, Figures], usual: Mapping[str, Figures]) -> list[Failing]:
    """The worst first."""
    found = []
    for key, figures in now.items():
        before = usual.get(key, _NOTHING)
        shares = Share(figures.runs, figures.failed), Share(before.runs, before.failed)
        level = judged(*shares)
        if level is not None:
            found.append(Failing(key, level, *shares))
    return sorted(found, key=lambda one: (one.level is not Level.BAD, one.usual.part - one.now.part, one.function))


def may_wait_longer(now: Mapping[str, Figures], usual: Mapping[str, Figures]) -> list[str]:
    """Those whose sketches are worth a look: their mean wait is longer, and long enough for a p95 of a second."""
    grown: dict[str, float] = {}
    for key, figures in now.items():
        mean, before = figures.avg_wait_ms or 0.0, usual.get(key, _NOTHING).avg_wait_ms
        if figures.started >= LEAST and before is not None and mean > max(before, LONG_WAIT_PART * LEAST_WAIT_MS):
            grown[key] = mean / max(before, 1.0)
    return sorted(grown, key=lambda key: (-grown[key], key))[:MOST_LOOKED_AT]


def waiting_longer(now: Mapping[str, Sketch], usual: Mapping[str, Sketch]) -> list[Waiting]:
    """The worst first: more jobs than chance explains wait longer than nineteen of twenty did, and at least twice as long."""
    found = [waiting for key in now if (waiting := _waiting(key, now[key], usual[key])) is not None]
    return sorted(found, key=lambda one: (one.level is not Level.BAD, -one.p95_ms / one.usual_p95_ms, one.function))


def _waiting(key: str, now: Sketch, usual: Sketch) -> Waiting | None:
    p95_ms, usual_p95_ms = now.quantile(1 - LONG_WAIT_PART), usual.quantile(1 - LONG_WAIT_PART)
    if p95_ms is None or usual_p95_ms is None:
        return None
    usual_p95_ms = max(usual_p95_ms, 1.0)
    if p95_ms < max(LEAST_WAIT_MS, WARN_TIMES * usual_p95_ms):
        return None
    long = (Share(waits.count, waits.count - waits.at_most(usual_p95_ms)) for waits in (now, usual))
    if judged(*long) is None:
        return None
    level = Level.BAD if p95_ms >= BAD_TIMES * usual_p95_ms else Level.WARN
    return Waiting(key, level, now.count, p95_ms, usual.count, usual_p95_ms)
