"""Periods in as few buckets as there are: hours, and minutes at their ends. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from millstream_apis.model import HOUR_MS, MINUTE_MS, Span, day_window, hour_of


class DayPart(NamedTuple):
    """Buckets of a day: of an hour or a minute, from the one, to before the other; added, or taken away from others."""

    step_ms: int
    start_ms: int
    end_ms: int
    is_gone: bool = False


def past_parts(now_ms: int, settled_ms: int) -> tuple[DayPart, DayPart]:
    """The last 24 hours up to there in as few buckets as there are: at most half an hour of minutes beside the hours."""
    start, whole = day_window(now_ms)
    if whole - start <= HOUR_MS // 2:
        return DayPart(HOUR_MS, whole, settled_ms), DayPart(MINUTE_MS, start, whole)
    first = whole - HOUR_MS
    return DayPart(HOUR_MS, first, settled_ms), DayPart(MINUTE_MS, first, start, is_gone=True)


def range_parts(span: Span, now_ms: int) -> Sequence[DayPart]:
    """A span in as few buckets as there are: one of minutes in hours, and minutes at its ends.

    What is taken away is earlier than what stays of its hour, so the last request of that is the last one still.
    """
    if span.step_ms == HOUR_MS:
        return [DayPart(HOUR_MS, span.start_ms, span.end_ms)]
    # The hour that is under way holds nothing later than now.
    until = hour_of(now_ms) + HOUR_MS if span.end_ms > now_ms else hour_of(span.end_ms)
    first = hour_of(span.start_ms)
    takes_away = span.start_ms - first <= HOUR_MS // 2
    whole = first if takes_away else first + HOUR_MS
    if whole >= until:
        return [DayPart(MINUTE_MS, span.start_ms, span.end_ms)]
    head = (first, span.start_ms) if takes_away else (span.start_ms, whole)
    parts = [
        DayPart(HOUR_MS, whole, until),
        DayPart(MINUTE_MS, *head, is_gone=takes_away),
        DayPart(MINUTE_MS, until, span.end_ms),
    ]
    return [part for part in parts if part.start_ms < part.end_ms]
