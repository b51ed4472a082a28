"""A function's last 24 hours: its percentiles, and which runs they are of."""

from __future__ import annotations

from typing import Any

import pytest
from millstream_contracts.times import HOUR_MS
from millstream_jobs.figures import DAY_MS, MINUTE_MS


class TestPercentiles:
    async def test_of_runs_and_waits_within_one_percent(self, small_house: Any) -> None:
        house = small_house
        for seconds in range(1, 21):
            await house.enqueue()
            await house.clock.advance(2)
            job = await house.lease_one()
            await house.clock.advance(seconds)
            await house.report(job, "outcome", outcome="success")
            await house.store.fold(1)
        figures = (await house.store.days(["resize"]))["resize"].figures
        assert figures.run.quantile(0.95) == pytest.approx(19_000, rel=0.011)
        assert figures.wait.quantile(0.5) == pytest.approx(2_000, rel=0.011)
        assert figures.avg_run_ms == 10_500

    async def test_of_the_day_follow_what_is_late_and_what_is_new(self, small_house: Any) -> None:
        """The closed hours are merged once; a change in one of them is seen nevertheless."""
        house = small_house
        for _ in range(3):
            await house.enqueue()
            job = await house.lease_one()
            await house.clock.advance(10)
            await house.report(job, "outcome", outcome="success")
        late = await house.store.days(["resize"])
        await house.clock.advance(3600)
        assert (await house.store.days(["resize"]))["resize"].figures.run.count == late["resize"].figures.run.count == 3
        while await house.store.fold(100):
            pass
        assert (await house.store.days(["resize"]))["resize"].figures.run.count == 3
        await house.clock.advance(24 * 3600)
        assert (await house.store.days(["resize"]))["resize"].figures.run.count == 0

    async def test_a_day_is_the_last_24_hours_to_the_minute(self, house: Any) -> None:
        """One run in each of 50 half hours, told at a minute that is no hour's; the dashboard's window says the same."""
        began_ms = house.clock.now_ms()
        await house.clock.advance(-(began_ms % HOUR_MS) / 1000 + 3600 + 7 * 60)
        runs = []
        for n in range(50):
            await house.enqueue()
            job = await house.lease_one()
            await house.clock.advance(n + 1)
            await house.report(job, "outcome", outcome="success")
            runs.append((house.clock.now_ms(), 1000 * (n + 1)))
            await house.clock.advance(1800 - n - 1)
            while n % 3 and await house.store.fold(100):
                pass
        for _ in range(70):
            now = house.clock.now_ms()
            day = (await house.store.days(["resize"]))["resize"]
            since = now - DAY_MS
            lasting = [ms for at, ms in runs if at >= since - since % MINUTE_MS]
            assert (day.figures.runs, day.figures.run.count) == (len(lasting), len(lasting))
            assert day.figures.avg_run_ms == pytest.approx(sum(lasting) / len(lasting))
            assert day.run_p95_ms == pytest.approx(sorted(lasting)[int(0.95 * (len(lasting) - 1))], rel=0.011)
            assert (await house.store.overview(since))[0]["resize"].runs == len(lasting)
            await house.clock.advance(61)

    async def test_of_the_day_follow_what_leaves_while_as_much_comes(self, small_house: Any) -> None:
        house = small_house
        for seconds in (50, 1):
            await house.enqueue()
            job = await house.lease_one()
            await house.clock.advance(seconds)
            await house.report(job, "outcome", outcome="success")
            await house.store.fold(100)
            assert (await house.store.days(["resize"]))["resize"].figures.avg_run_ms == 1000 * seconds
            await house.clock.advance(DAY_MS / 1000 + 60)
