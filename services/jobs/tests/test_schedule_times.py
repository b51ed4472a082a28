"""When schedules are due: in zones whose clocks are turned, after nobody was there, and when they are declared again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from millstream_jobs.schedules import BadSchedule, Due, Overlap, Schedule, Timing

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


def at(text: str, zone: str = "UTC") -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def every_minute(**more: Any) -> Schedule:
    given_ = {"function": "resize", "expression": "* * * * *", "timezone": "UTC", "overlap": Overlap.SKIP}
    return Schedule(**given_ | more)


class TestWhen:
    def test_words(self) -> None:
        assert Timing("0 8 * * 1-5", "Europe/Berlin").words == "At 08:00 on Monday through Friday"

    def test_it_is_due_in_its_own_zone(self) -> None:
        berlin = Timing("0 8 * * *", "Europe/Berlin")
        due = berlin.after(at("2026-07-01T00:00"))
        assert next(due) == at("2026-07-01T08:00", "Europe/Berlin") == at("2026-07-01T06:00")

    @pytest.mark.parametrize(
        ("expression", "zone", "turned", "due"),
        [
            # Summer time begins: there is no 02:30, and it runs once all the same, an hour later by the sun.
            ("30 2 * * *", "Europe/Berlin", "2026-03-29", ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]),
            # It ends: 02:30 comes twice, and it runs at the first.
            ("30 2 * * *", "Europe/Berlin", "2026-10-25", ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),
            # What runs each hour runs in both.
            ("0 2-3 * * *", "UTC", "2026-10-25", ["2026-10-25T02:00+00:00", "2026-10-25T03:00+00:00"]),
        ],
    )
    def test_clocks_that_are_turned(self, expression: str, zone: str, turned: str, due: list[str]) -> None:
        times = Timing(expression, zone).after(at(f"{turned}T00:00", zone))
        expected = [round(datetime.fromisoformat(text).timestamp() * 1000) for text in due]
        assert [next(times), next(times)] == expected

    @pytest.mark.parametrize(
        ("expression", "zone", "said"),
        [
            ("* * * *", "UTC", "wrong number of fields"),
            ("61 * * * *", "UTC", "bad minute"),
            ("@daily", "UTC", "wrong number of fields"),
            ("0 0 30 2 *", "UTC", "bad day-of-month"),
            ("* * * * *", "Europe/Nowhere", "no time zone Europe/Nowhere"),
            ("* * * * *", "Europe", "no time zone Europe"),
        ],
    )
    def test_what_means_nothing_is_refused_with_the_reason(self, expression: str, zone: str, said: str) -> None:
        with pytest.raises(BadSchedule, match=said):
            Timing(expression, zone).check(0)

    @given(
        expression=st.sampled_from(
            ["* * * * *", "*/7 * * * *", "30 2 * * *", "0 */3 * * *", "*/20 * * * * *", "15 1 1 * *"]
        ),
        zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
        start=st.integers(at("2026-01-01T00:00"), at("2027-01-01T00:00")),
        away_ms=st.integers(0, 3 * 24 * HOUR_MS),
    )
    def test_however_long_nobody_was_there_it_is_due_once_for_all_that_went_by(
        self, expression: str, zone: str, start: int, away_ms: int
    ) -> None:
        schedule = every_minute(expression=expression, timezone=zone).planned(start)
        assert schedule.next_at_ms is not None
        now_ms = schedule.next_at_ms + away_ms
        due = schedule.due(now_ms)
        assert due is not None
        assert schedule.next_at_ms <= due.at_ms <= now_ms
        after = schedule.fired(due, now_ms, "job")
        assert after.next_at_ms is not None
        assert after.next_at_ms > now_ms
        by_steps = _passed(schedule, now_ms)
        if by_steps is not None:
            assert due == Due(by_steps[-1], len(by_steps) - 1)

    def test_a_clock_that_goes_back_never_brings_an_instant_again(self) -> None:
        schedule = every_minute(last_at_ms=at("2026-01-01T12:00"))
        assert schedule.planned(at("2026-01-01T11:00")).next_at_ms == at("2026-01-01T12:01")


def _passed(schedule: Schedule, now_ms: int) -> list[int] | None:
    """Every instant up to now, found one after the other; None when there are too many for a test."""
    passed = []
    for at_ms in schedule.timing.after((schedule.next_at_ms or 0) - 1):
        if at_ms > now_ms:
            return passed
        if len(passed) > 500:
            return None
        passed.append(at_ms)
    return passed


def test_a_schedule_that_is_declared_again_keeps_what_it_did() -> None:
    before = every_minute(last_at_ms=at("2026-01-01T12:00"), last_job_id="job_1").planned(at("2026-01-01T12:00"))
    after = before.declared_again(replace(before, expression="0 * * * *", last_job_id=None), at("2026-01-01T12:00"))
    assert (after.last_job_id, after.next_at_ms) == ("job_1", at("2026-01-01T13:00"))
