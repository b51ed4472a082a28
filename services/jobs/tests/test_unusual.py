"""A function is judged by its own day before, on both databases; over HTTP it is told with its name."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from millstream_contracts.times import HOUR_MS, to_rfc3339
from millstream_jobs.figures import DAY_MS, MINUTE_MS, Figures
from millstream_jobs.routes.unusual import unusual_in
from millstream_jobs.unusual import failing_more, period_of, usual_before, waiting_longer
from millstream_kit.sketch import Sketch
from millstream_kit.usual import LEAST, Level

NOW = 1_767_268_800_000 + 12_345_678


async def ran(house: Any, function: str, *, good: int = 0, bad: int = 0, wait_s: float = 0) -> None:
    made = [await house.enqueue(function) for _ in range(good + bad)]
    await house.clock.advance(wait_s)
    for n in range(len(made)):
        job = await house.lease_one(function)
        failure = {"outcome": "failure", "error": "x", "retryable": False}
        await house.report(job, "outcome", **(failure if n < bad else {"outcome": "success"}))


async def told(house: Any) -> Any:
    now_ms = house.clock.now_ms()
    return await unusual_in(house.store, period_of(None, None, now_ms), now_ms)


@pytest.mark.parametrize("folded", [True, False])
async def test_the_function_that_fails_more_than_it_does_is_told_and_since_when(house: Any, folded: bool) -> None:
    await house.declare("resize", name="Resize")
    await house.declare("flaky")
    await ran(house, "resize", good=60)
    await ran(house, "flaky", good=30, bad=30)
    if folded:
        await house.store.fold(1_000)
    await house.clock.advance(3 * 3_600)
    begun = house.clock.now_ms()
    await ran(house, "resize", good=20, bad=10)
    await ran(house, "flaky", good=15, bad=16)
    if folded:
        await house.store.fold(1_000)
    found = await told(house)
    assert [(one.function, one.function_name, one.level) for one in found.failing] == [("resize", "Resize", Level.BAD)]
    [worst] = found.failing
    assert (worst.runs, worst.failures, worst.usual_runs, worst.usual_failure_rate) == (30, 10, 60, 0.0)
    assert worst.since == to_rfc3339(begun - begun % MINUTE_MS)
    assert (found.failing_total, found.waiting_total, found.least) == (1, 0, LEAST)
    await house.clock.advance(3_600)
    assert (await told(house)).failing == []


async def test_the_function_that_waits_longer_than_it_does_is_told(house: Any) -> None:
    await house.declare("resize")
    await ran(house, "resize", good=60, wait_s=1)
    await house.clock.advance(3_600)
    await ran(house, "resize", good=25, wait_s=1)
    assert (await told(house)).waiting == []
    await house.clock.advance(3_600)
    await ran(house, "resize", good=40, wait_s=9)
    [late] = (await told(house)).waiting
    assert (late.function, late.level, late.starts, late.usual_starts) == ("resize", Level.BAD, 40, 85)
    assert (round(late.p95_wait_ms, -2), round(late.usual_p95_wait_ms, -2)) == (9_000, 1_000)
    assert late.since is not None


async def test_a_period_without_time_tells_nothing(house: Any) -> None:
    now_ms = house.clock.now_ms()
    found = await unusual_in(house.store, period_of(now_ms + HOUR_MS, None, now_ms), now_ms)
    assert (found.after, found.usual_after, found.failing, found.waiting) == (None, None, [], [])


@given(st.integers(0, 60 * DAY_MS), st.integers(1, 7 * DAY_MS))
def test_the_usual_is_a_day_or_a_little_more_and_reaches_into_no_period(age: int, length: int) -> None:
    start = NOW - age - length
    period, usual = period_of(start, NOW - age, NOW), usual_before(start, NOW)
    assert usual[-1].to_ms <= start
    assert DAY_MS <= usual[-1].to_ms - usual[0].from_ms <= 2 * DAY_MS
    assert usual[-1].to_ms <= period[0].from_ms or period[0].step_ms > MINUTE_MS


def test_functions_that_stay_as_they_are_are_never_told() -> None:
    """However high a share, and however many functions, by dice."""
    dice = random.Random(3)
    for _ in range(200):
        now, usual = {}, {}
        for key in map(str, range(10)):
            part, runs, before = dice.random() ** 2, dice.randrange(0, 200), dice.randrange(0, 900)
            for found, of in ((now, runs), (usual, before)):
                failed = sum(dice.random() < part for _ in range(of))
                found[key] = Figures(complete=of - failed, failed=failed)
        assert failing_more(now, usual) == []


def test_the_worst_comes_first() -> None:
    usual = {key: Figures(complete=5_000) for key in ("a", "b", "c")}
    now = {key: Figures(complete=500 - n, failed=n) for key, n in (("a", 20), ("b", 200), ("c", 90))}
    assert [(one.function, one.level.value) for one in failing_more(now, usual)] == [
        ("b", "bad"),
        ("c", "bad"),
        ("a", "warn"),
    ]


def waits(*of: tuple[float, int]) -> Sketch:
    sketch = Sketch()
    for ms, times in of:
        sketch.add(ms, times)
    return sketch


def test_waits_are_judged_by_their_own_and_below_a_second_by_nothing() -> None:
    usual = {"a": waits((10, 950), (400, 50)), "b": waits((1_000, 1_000)), "c": waits()}
    assert waiting_longer({"a": waits((900, 100))}, usual) == []
    assert waiting_longer({"b": waits((1_900, 100))}, usual) == []
    assert waiting_longer({"c": waits((60_000, 100))}, usual) == []
    assert waiting_longer({"b": waits((2_500, LEAST - 1))}, usual) == []
    assert [one.level for one in waiting_longer({"b": waits((2_500, 100))}, usual)] == [Level.WARN]
    assert [one.level for one in waiting_longer({"b": waits((9_000, 100))}, usual)] == [Level.BAD]
