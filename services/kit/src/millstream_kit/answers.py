"""What several services answer alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from fastapi import Response
from millstream_contracts.times import HOUR_MS

from millstream_kit.errors import invalid

DAY_MS = 24 * HOUR_MS


def written(fields: Mapping[str, Any]) -> Response:
    """An answer of many rows, as it is: to check each against its shape takes longer than to read it."""
    return Response(orjson.dumps(fields), media_type="application/json")


def check_period(after_ms: int | None, before_ms: int | None) -> None:
    """A period may be empty, and lie in the future, where nothing happened; it does not end before it begins.

    Raises:
        Refusal: 422 about `before`.
    """
    if after_ms is not None and before_ms is not None and before_ms < after_ms:
        raise invalid("before", "lies before after")


def whole_steps(
    after_ms: int | None, before_ms: int | None, now_ms: int, step_ms: int, *, usual: int, most: int
) -> range:
    """The beginnings of a series' steps, in whole steps and not beyond now; none where it begins later than it ends.

    Args:
        usual: how many there are where nobody says when it begins.
        most: how many may be asked for.

    Raises:
        Refusal: it ends before it begins, or its steps are too many.
    """
    check_period(after_ms, before_ms)
    end_ms = min(now_ms + 1, now_ms + 1 if before_ms is None else before_ms)
    to_ms = end_ms + -end_ms % step_ms
    begin_ms = to_ms - usual * step_ms if after_ms is None else after_ms
    from_ms = begin_ms - begin_ms % step_ms
    if to_ms - from_ms > most * step_ms:
        raise invalid("step", f"more than {most} points; ask for a larger step or a shorter period")
    return range(from_ms, to_ms if begin_ms < end_ms else from_ms, step_ms)


def refuse_forgotten(
    step: str, steps: Mapping[str, int], is_kept: Callable[[int], bool], kept_ms: Callable[[int], int]
) -> None:
    """Refuse a series whose steps were let go where it begins, and say which are still there.

    Args:
        step: the one asked for.
        steps: name to length in milliseconds, the shortest first.
        is_kept: whether steps of a length are kept where the series begins.
        kept_ms: how long steps of a length are kept.

    Raises:
        Refusal: 422 about `after`.
    """
    if is_kept(steps[step]):
        return
    coarser = next((name for name, ms in steps.items() if is_kept(ms)), None)
    if coarser is None:
        raise invalid("after", f"figures are kept for {_length(max(map(kept_ms, steps.values())))}")
    raise invalid("after", f"steps of {step} are kept for {_length(kept_ms(steps[step]))}; ask for {coarser}")


def _length(ms: int) -> str:
    return f"{ms // DAY_MS} days" if ms > DAY_MS and ms % DAY_MS == 0 else f"{ms // HOUR_MS} hours"
