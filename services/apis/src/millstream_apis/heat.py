"""How long requests took as time went on: columns of time, rows of latency, in each cell how many. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from millstream_contracts.times import to_rfc3339
from millstream_kit.sketch import Class, Sketch
from pydantic import BaseModel

from millstream_apis.bodies import period_fields
from millstream_apis.model import DAY_MS, HOUR_MS, LATENCY_ENDS_MS, MINUTE_MS, Span

COLUMNS = 60  # and one more where a range begins and ends within a step
ROWS = 12
STEPS_MS = (
    *(minutes * MINUTE_MS for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * HOUR_MS for hours in (1, 2, 3, 6, 12)),
)
# Every second end: no more rows than there may be, whatever was seen.
COARSE_ENDS_MS = LATENCY_ENDS_MS[::2]


class HeatRow(BaseModel):
    """Named as the filter of `/apis/events` that finds its requests."""

    min_latency_ms: float
    below_latency_ms: float | None


class HeatColumn(BaseModel):
    """What began to be counted at that instant; how many of each of the rows."""

    at: str
    counts: list[int]


class LatencyHeat(BaseModel):
    """Columns of `step_ms`, nothing left out, and rows from the shortest that was seen to the longest."""

    after: str | None
    before: str | None
    step_ms: int
    total: int
    rows: list[HeatRow]
    columns: list[HeatColumn]


class Row(NamedTuple):
    """A class of latencies."""

    least: float
    below: float | None


def heat_span(after_ms: int, before_ms: int, minutes_since_ms: int) -> Span:
    """The columns of a period, as fine as there is room for and as is kept; rounded outwards.

    Args:
        minutes_since_ms: from when on minutes are kept.
    """
    least_ms = MINUTE_MS if after_ms >= minutes_since_ms else HOUR_MS
    wanted_ms = max(least_ms, -(-(before_ms - after_ms) // COLUMNS))
    step_ms = next((ms for ms in STEPS_MS if ms >= wanted_ms), -(-wanted_ms // DAY_MS) * DAY_MS)
    return Span.around(after_ms, before_ms, step_ms)


def rows_of(steps: Mapping[int, Sketch]) -> tuple[Sequence[Row], Mapping[int, Sequence[int]]]:
    """The rows that these steps reach, and how many of each step are in each."""
    for ends in (LATENCY_ENDS_MS, COARSE_ENDS_MS):
        classes = {at_ms: sketch.classes(ends) for at_ms, sketch in steps.items()}
        rows = _reached([one for some in classes.values() for one in some], ends)
        if len(rows) <= ROWS:
            break
    counts = {at_ms: {one.least: one.many for one in some} for at_ms, some in classes.items()}
    return rows, {at_ms: [many.get(row.least, 0) for row in rows] for at_ms, many in counts.items()}


def _reached(classes: Sequence[Class], ends: Sequence[float]) -> Sequence[Row]:
    if not classes:
        return ()
    first, last = min(one.least for one in classes), max(one.least for one in classes)
    return [Row(*row) for row in zip((0, *ends), (*ends, None), strict=True) if first <= row[0] <= last]


def heat_fields(span: Span, now_ms: int, steps: Mapping[int, Sketch]) -> dict[str, Any]:
    """`LatencyHeat`."""
    rows, counts = rows_of(steps)
    nothing = [0] * len(rows)
    return {
        **period_fields(span, now_ms),
        "step_ms": span.step_ms,
        "total": sum(map(sum, counts.values())),
        "rows": [{"min_latency_ms": row.least, "below_latency_ms": row.below} for row in rows],
        "columns": [{"at": to_rfc3339(at_ms), "counts": counts.get(at_ms, nothing)} for at_ms in span.steps],
    }
