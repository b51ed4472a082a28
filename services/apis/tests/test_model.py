"""Sketches, rates and shares: true within what they promise."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from millstream_apis.model import DAY_MS, HOUR_MS, MINUTE_MS, Counts, Request, day_window, rate_per_min
from millstream_apis.sketch import Sketch

NOON = 1_767_268_800_000
latencies = st.lists(st.floats(0, 86_400_000, allow_nan=False), min_size=1, max_size=200)


def a_sketch(values: list[float]) -> Sketch:
    sketch = Sketch()
    for value in values:
        sketch.add(value)
    return sketch


class TestSketch:
    @given(latencies, st.sampled_from([0.0, 0.5, 0.95, 0.99, 1.0]))
    def test_a_quantile_is_within_one_percent(self, values: list[float], q: float) -> None:
        truth = sorted(values)[int(q * (len(values) - 1))]
        found = a_sketch(values).quantile(q)
        assert found == pytest.approx(truth, rel=0.0101, abs=0.0011)

    @given(latencies)
    def test_bytes_give_the_same_sketch(self, values: list[float]) -> None:
        sketch = a_sketch(values)
        again = Sketch.from_bytes(sketch.to_bytes())
        assert again.count == len(values)
        assert [again.quantile(q) for q in (0, 0.5, 0.99, 1)] == [sketch.quantile(q) for q in (0, 0.5, 0.99, 1)]
        assert again.to_bytes() == sketch.to_bytes()

    @given(st.lists(latencies, min_size=1, max_size=6))
    def test_merging_is_as_if_one_had_seen_all(self, parts: list[list[float]]) -> None:
        merged = Sketch()
        for part in parts:
            merged.merge(Sketch.from_bytes(a_sketch(part).to_bytes()))
            merged = Sketch.from_bytes(merged.to_bytes())
        assert merged.to_bytes() == a_sketch([v for part in parts for v in part]).to_bytes()

    def test_empty_has_no_quantile(self) -> None:
        assert Sketch().quantile(0.5) is None
        assert Sketch.from_bytes(Sketch().to_bytes()).count == 0

    def test_merging_leaves_the_other_as_it_was(self) -> None:
        one, other = a_sketch([1.0]), a_sketch([2.0])
        whole = Sketch()
        whole.merge(one)
        whole.merge(other)
        assert (one.count, other.count, whole.count) == (1, 1, 2)

    def test_it_stays_small(self) -> None:
        dice = random.Random(1)
        assert len(a_sketch([dice.lognormvariate(3, 1) for _ in range(100_000)]).to_bytes()) < 1_500


class TestRate:
    def test_it_is_measured_over_five_minutes(self) -> None:
        assert rate_per_min([(NOON - MINUTE_MS, 50)], NOON, 0) == 10

    def test_the_oldest_minute_counts_by_its_part(self) -> None:
        minute = NOON - 5 * MINUTE_MS
        assert [rate_per_min([(minute, 60)], NOON + ms, 0) for ms in (0, 30_000, 60_000)] == [12, 6, 0]

    def test_a_young_api_is_measured_over_its_own_age(self) -> None:
        assert rate_per_min([(NOON, 30)], NOON + 1_000, NOON) == 30
        assert rate_per_min([(NOON, 30)], NOON + 2 * MINUTE_MS, NOON) == 15


class TestShares:
    def test_there_are_none_without_requests(self) -> None:
        empty = Counts()
        assert (empty.error_rate, empty.success_rate, empty.avg_latency_ms) == (None, None, None)

    @given(st.lists(st.integers(100, 599), min_size=1))
    def test_success_and_errors_are_everything(self, statuses: list[int]) -> None:
        counts = Counts()
        for status in statuses:
            counts.add(status, 1.0, NOON)
        assert counts.requests == len(statuses)
        assert (counts.success_rate or 0) + (counts.error_rate or 0) == pytest.approx(100)


@given(st.integers(0, DAY_MS))
def test_the_day_is_whole_minutes_then_whole_hours(offset: int) -> None:
    start, hours = day_window(NOON + offset)
    assert start % MINUTE_MS == hours % HOUR_MS == 0
    assert 0 <= hours - start < HOUR_MS
    assert DAY_MS - MINUTE_MS <= NOON + offset - start < DAY_MS


def test_unmatched_routes_have_one_row() -> None:
    def row(method: str, path: str) -> tuple[str, str]:
        return tuple(Request("r", NOON, method, path, 200, 1.0, "i").endpoint)

    assert row("GET", "unmatched") == row("POST", "") != row("GET", "/a")
