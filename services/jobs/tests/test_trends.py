"""Hours as trends tell them: closed as time passes, told anew when a fact comes late."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from millstream_contracts.times import HOUR_MS, hour_of, to_hour
from millstream_jobs.handlers.context import HeldBack
from millstream_jobs.views import activity_fields


class TestTrends:
    async def test_facts_are_counted_in_their_hour(self, house: Any) -> None:
        await house.enqueue()
        done = await house.lease_one()
        await house.report(done, "outcome", outcome="success")
        await house.store.fold(100)
        ([hour], active) = await house.store.trend_hours(0)
        assert (hour.complete, hour.hour_ms, active) == (1, hour_of(house.clock.now_ms()), 0)

    async def test_each_function_has_hours_of_its_own(self, house: Any) -> None:
        """What is folded, what is only noted, and what lies an hour back."""
        begun = hour_of(house.clock.now_ms())
        for _ in range(2):
            await house.enqueue()
            await house.report(await house.lease_one(), "outcome", outcome="success")
            while await house.store.fold(100):
                pass
            await house.clock.advance(3600)
        await house.enqueue()
        await house.report(await house.lease_one(), "outcome", outcome="success")
        now_ms = house.clock.now_ms()
        shown = activity_fields(await house.store.function_hours(begun), now_ms, 4)
        assert list(shown["functions"]) == ["resize"]
        assert shown["functions"]["resize"]["complete"] == [0, 1, 1, 1]
        assert shown["functions"]["resize"]["failed"] == [0, 0, 0, 0]
        assert (shown["hours"][-1], len(shown["hours"])) == (to_hour(now_ms), 4)
        late = activity_fields(await house.store.function_hours(begun), now_ms + 4 * HOUR_MS, 4)
        assert late["functions"] == {}

    async def test_an_hour_tells_the_minutes_in_which_the_limit_held_jobs_back(self, house: Any) -> None:
        """Folded and only noted, by two processes in the same minute; where nothing waits, or no worker is free, it holds nothing."""
        await house.declare("limited", max_concurrency=1)
        await house.clock.advance(-(house.clock.now_ms() % HOUR_MS) / 1000 + 3600)
        begun = house.clock.now_ms()

        async def held() -> list[int]:
            shown = activity_fields(await house.store.function_hours(begun), house.clock.now_ms(), 2)["functions"]
            return list(shown["limited"]["held_minutes"]) if "limited" in shown else []

        for _ in range(3):
            await house.enqueue("limited")
        running = await house.lease_one("limited", most=1)
        assert await held() == []
        other = replace(house, context=replace(house.context, held_back=HeldBack()))
        for _ in range(3):
            for one in (house, other):
                assert await one.lease("limited", worker="w2") == []
        assert await held() == [0, 1]
        await house.clock.advance(60)
        await house.store.fold(1)
        assert await house.lease("limited") == []
        assert await held() == [0, 2]
        while await house.store.fold(100):
            pass
        assert await held() == [0, 2]
        await house.report(running, "outcome", outcome="success")
        for _ in range(2):
            await house.clock.advance(60)
            await house.report(await house.lease_one("limited", most=1), "outcome", outcome="success")
        assert await house.lease("limited") == []
        assert await held() == [0, 2]
        await house.clock.advance(3600)
        assert await held() == [2, 0]

    async def test_a_closed_hour_tells_what_ran_at_its_end(self, house: Any) -> None:
        begun = hour_of(house.clock.now_ms())
        await house.enqueue()
        job = await house.lease_one()
        await house.clock.advance(3600)
        await house.report(job, "outcome", outcome="success")
        await house.clock.advance(1)
        assert (await self.closed(house))[begun] == 1
        await house.clock.advance(3600)
        assert (await self.closed(house))[begun + HOUR_MS] == 0

    async def test_hours_nobody_was_there_to_close_had_jobs_running_too(self, house: Any) -> None:
        begun = hour_of(house.clock.now_ms())
        await house.enqueue()
        await house.lease_one()
        await self.closed(house)
        await house.clock.advance(3 * 3600)
        closed = await self.closed(house)
        assert [closed[begun + HOUR_MS * n] for n in range(3)] == [1, 1, 1]

    async def test_a_late_fact_has_its_hour_told_anew(self, house: Any) -> None:
        """Its transaction ends after the hour was closed."""
        begun = hour_of(house.clock.now_ms())
        await house.enqueue()
        await self.closed(house)
        await house.lease_one()
        await house.clock.advance(3600)
        await house.store.close_hours(house.clock.now_ms())
        seen = await house.store.changed_hours(house.clock.now_ms(), 10)
        await house.store.mark_published(seen)
        await house.store.fold(100)
        assert await house.store.changed_hours(house.clock.now_ms(), 10) == []
        assert await house.store.has_unsaid_hours(house.clock.now_ms())
        await house.store.close_hours(house.clock.now_ms())
        [again] = await house.store.changed_hours(house.clock.now_ms(), 10)
        assert (again.hour_ms, again.active) == (begun, 1)

    async def test_what_still_runs_shows_in_the_open_hour(self, house: Any) -> None:
        await house.enqueue()
        await house.lease_one()
        await house.clock.advance(3600)
        await self.closed(house)
        hours, active = await house.store.trend_hours(0)
        assert hour_of(house.clock.now_ms()) in {h.hour_ms for h in hours}
        assert active == 1
        assert await house.store.trend_hours(0, "resize", "task") == (hours, 1)
        assert await house.store.trend_hours(0, None, "cron") == ([], 0)

    async def test_a_change_while_publishing_is_published_again(self, house: Any) -> None:
        async def changed() -> Any:
            return await house.store.changed_hours(house.clock.now_ms(), 10)

        for _ in range(2):
            await house.enqueue()
            await house.lease_one()
            await house.store.fold(100)
            seen = await changed()
            await house.enqueue()
            await house.lease_one()
            await house.store.fold(100)
            await house.store.mark_published(seen)
        [again] = await changed()
        await house.store.mark_published([again])
        assert await changed() == []

    async def closed(self, house: Any) -> dict[int, int | None]:
        """What ran at the end of each hour."""
        await house.store.fold(100)
        await house.store.close_hours(house.clock.now_ms())
        return {h.hour_ms: h.active for h in (await house.store.trend_hours(0))[0]}
