"""Sketches, rates and shares: true within what they promise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from millstream_apis.model import DAY_MS, HOUR_MS, MINUTE_MS, Counts, Request, day_window, endpoint_of, rate_per_min

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


@given(st.integers(0, DAY_MS))
def test_the_day_is_whole_minutes_then_whole_hours(offset: int) -> None:
    start, hours = day_window(NOON + offset)
    assert start % MINUTE_MS == hours % HOUR_MS == 0
    assert 0 <= hours - start < HOUR_MS
    assert DAY_MS - MINUTE_MS <= NOON + offset - start < DAY_MS


def test_unmatched_routes_have_one_row() -> None:
    assert endpoint_of("GET", "unmatched") == endpoint_of("POST", "") != endpoint_of("GET", "/a")
