"""Sketches, rates and shares: true within what they promise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from millstream_apis.model import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    Counts,
    Request,
    apdex_of,
    day_window,
    endpoint_of,
    rate_per_min,
)
from millstream_kit.sketch import Sketch

NOON = 1_767_268_800_000


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
        counts = Counts.of([Request("r", NOON, "GET", "/a", status, 1.0, "i") for status in statuses])
        assert counts.requests == len(statuses)
        assert (counts.success_rate or 0) + (counts.error_rate or 0) == pytest.approx(100)


def answered(*requests: tuple[int, float]) -> Counts:
    return Counts.of([Request("r", NOON, "GET", "/a", status, latency_ms, "i") for status, latency_ms in requests])


class TestApdex:
    def test_there_is_none_without_requests(self) -> None:
        assert apdex_of(Sketch(), [], 500) is apdex_of(Sketch(), Counts().by_class, 500) is None

    def test_a_tolerated_answer_counts_half_and_both_ends_are_inclusive(self) -> None:
        counts = answered((200, 0.0), (200, 500), (404, 2_000), (200, 2_100))
        assert apdex_of(counts.sketch, counts.by_class, 500) == 0.62

    def test_a_fast_error_of_the_server_satisfies_nobody(self) -> None:
        counts = answered((200, 1), (500, 1), (503, 1), (404, 1))
        assert apdex_of(counts.sketch, counts.by_class, 500) == 0.5

    @given(st.lists(st.tuples(st.sampled_from([200, 500]), st.sampled_from([1.0, 1_000.0, 9_000.0])), min_size=1))
    def test_it_is_never_more_than_the_truth(self, requests: list[tuple[int, float]]) -> None:
        worth = {1.0: 1.0, 1_000.0: 0.5, 9_000.0: 0.0}
        truth = sum(worth[ms] for status, ms in requests if status == 200) / len(requests)
        counts = answered(*requests)
        found = apdex_of(counts.sketch, counts.by_class, 500)
        assert found is not None
        assert 0 <= found <= truth + 0.005


@given(st.integers(0, DAY_MS))
def test_the_day_is_whole_minutes_then_whole_hours(offset: int) -> None:
    start, hours = day_window(NOON + offset)
    assert start % MINUTE_MS == hours % HOUR_MS == 0
    assert 0 <= hours - start < HOUR_MS
    assert DAY_MS - MINUTE_MS <= NOON + offset - start < DAY_MS


def test_unmatched_routes_have_one_row() -> None:
    assert endpoint_of("GET", "unmatched") == endpoint_of("POST", "") != endpoint_of("GET", "/a")
