"""Schedules: each instant is done once whatever happens; what is skipped, missed, paused and declared again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from millstream_jobs.handlers.enqueue import Origin
from millstream_jobs.handlers.functions import declare_functions
from millstream_jobs.handlers.schedules import fire_due_schedules, set_schedule_paused
from millstream_jobs.inputs import DeclareIn
from millstream_jobs.metrics import Metrics
from millstream_jobs.scheduler import Scheduler
from millstream_jobs.schedules import KEPT_FIRES, Fire, FireOutcome, Schedule
from millstream_jobs.store_transaction import SqlTransaction
from millstream_kit.errors import Refusal
from millstream_kit.metrics import new_registry
from millstream_kit.telemetry import Telemetry
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
ORIGIN = Origin(None, "a" * 32)


async def fire(house: Any) -> Sequence[Fire]:
    return await fire_due_schedules(house.context, lambda _: ORIGIN)


async def schedule_of(house: Any, function: str = "resize") -> Schedule:
    [found] = await house.store.schedules([function])
    return found


async def scheduled(house: Any, expression: str = "* * * * *", **more: Any) -> None:
    await house.declare(type="cron", schedule=expression, **more)


class TestFiring:
    async def test_a_job_at_the_instant_with_a_trace_and_the_next_one_planned(self, house: Any) -> None:
        await scheduled(house)
        assert await fire(house) == ()
        start = house.clock.now_ms()
        await house.clock.advance(60)
        [fired] = await fire(house)
        assert fired.job_id is not None
        job = await house.job(fired.job_id)
        assert (job.trigger, job.job_type, job.status, job.scheduled_at_ms) == (
            "cron",
            "cron",
            "queued",
            start + MINUTE_MS,
        )
        assert job.trace_id == ORIGIN.trace_id
        assert [event.queued.trigger for event in await house.said(job)] == ["cron"]
        after = await schedule_of(house)
        assert (after.last_at_ms, after.last_job_id, after.next_at_ms) == (
            start + MINUTE_MS,
            job.id,
            start + 2 * MINUTE_MS,
        )
        assert await fire(house) == ()

    async def test_while_the_job_before_runs_it_is_skipped_and_comes_again(self, house: Any) -> None:
        await scheduled(house)
        await house.clock.advance(60)
        [first] = await fire(house)
        job = await house.lease_one()
        await house.clock.advance(60)
        [skipped] = await fire(house)
        assert (skipped.outcome, skipped.job_id) == (FireOutcome.SKIPPED, None)
        await house.report(job, "outcome", outcome="success", result=None)
        await house.clock.advance(60)
        [third] = await fire(house)
        assert third.outcome is FireOutcome.ENQUEUED
        told = [(p.fire.outcome.value, p.status) for p in await house.store.fires("resize")]
        assert told == [("enqueued", "queued"), ("skipped", None), ("enqueued", "complete")]
        assert first.job_id == job.id

    async def test_overlap_allowed_makes_one_whatever_runs(self, house: Any) -> None:
        await scheduled(house, overlap="allow")
        for _ in range(3):
            await house.clock.advance(60)
            [fired] = await fire(house)
            assert fired.outcome is FireOutcome.ENQUEUED

    async def test_what_went_by_while_nobody_was_there_is_one_job_that_says_so(self, house: Any) -> None:
        await scheduled(house)
        await house.clock.advance(10 * 60 + 5)
        [fired] = await fire(house)
        assert fired.missed == 9
        assert fired.fired_at_ms - fired.at_ms == 5_000

    async def test_two_that_fire_at_once_make_one_job(self, house: Any) -> None:
        await scheduled(house)
        await house.clock.advance(60)
        both = await asyncio.gather(*(fire(house) for _ in range(4)))
        assert sum(len(fires) for fires in both) == 1
        assert len(await house.store.fires("resize")) == 1

    async def test_killed_before_it_is_committed_nothing_was_done_and_the_next_does_it(
        self, house: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await scheduled(house)
        await house.clock.advance(60)

        async def die(*_: Any) -> None:
            raise ConnectionError("killed")

        with monkeypatch.context() as patched:
            patched.setattr(SqlTransaction, "add_fires", die)
            with pytest.raises(ConnectionError):
                await fire(house)
        assert (await schedule_of(house)).last_at_ms is None
        assert await house.said() == []
        assert len(await fire(house)) == 1
        assert len(await house.said()) == 1

    async def test_only_the_newest_are_remembered(self, house: Any) -> None:
        await scheduled(house)
        for _ in range(KEPT_FIRES + 5):
            await house.clock.advance(60)
            assert len(await fire(house)) == 1
        kept = [past.fire.at_ms for past in await house.store.fires("resize")]
        assert kept == [house.clock.now_ms() - n * MINUTE_MS for n in range(KEPT_FIRES)]

    async def test_many_due_at_once_are_all_fired_a_bounded_number_at_a_time(self, house: Any) -> None:
        for n in range(7):
            await house.declare(f"f{n}", type="cron", schedule="0 * * * *")
        await house.clock.advance(3600)
        sizes = [len(await fire_due_schedules(house.context, lambda _: ORIGIN, limit=3)) for _ in range(4)]
        assert sizes == [3, 3, 1, 0]

    async def test_one_whose_zone_is_gone_stops_alone_until_it_is_declared_again(self, house: Any) -> None:
        """Images are rebuilt, and zones are renamed now and then."""
        await scheduled(house)
        await house.declare("other", type="cron", schedule="* * * * *")
        lost = replace(await schedule_of(house), timezone="Europe/Nowhere")
        async with house.store.begin() as transaction:
            await transaction.keep_schedules([lost])
        await house.clock.advance(60)
        assert [fired.function for fired in await fire(house)] == ["other"]
        assert (await schedule_of(house)).next_at_ms is None
        assert lost.next_runs(house.clock.now_ms()) == []
        await scheduled(house)
        await house.clock.advance(60)
        assert sorted(fired.function for fired in await fire(house)) == ["other", "resize"]

    async def test_one_that_stopped_goes_on_when_it_is_declared_alike(self, house: Any) -> None:
        await scheduled(house)
        async with house.store.begin() as transaction:
            await transaction.keep_schedules([replace(await schedule_of(house), next_at_ms=None)])
        await scheduled(house)
        assert (await schedule_of(house)).next_at_ms == house.clock.now_ms() + MINUTE_MS


class TestDeclaring:
    async def test_declared_again_alike_it_keeps_its_place_and_its_pause(self, house: Any) -> None:
        await scheduled(house, "0 * * * *")
        before = await schedule_of(house)
        await house.clock.advance(1)
        await scheduled(house, "0 * * * *")
        assert await schedule_of(house) == before
        await set_schedule_paused(house.context, "resize", True)
        await scheduled(house, "30 * * * *")
        after = await schedule_of(house)
        assert (after.paused, after.next_at_ms, after.expression) == (True, None, "30 * * * *")

    async def test_another_expression_is_planned_anew_and_without_one_it_is_gone(self, house: Any) -> None:
        await scheduled(house, "0 * * * *")
        await scheduled(house, "30 * * * *", timezone="Europe/Berlin")
        after = await schedule_of(house)
        assert after.next_at_ms == house.clock.now_ms() + 30 * MINUTE_MS
        await house.declare()
        assert await house.store.schedules(["resize"]) == []

    async def test_it_is_due_at_an_instant_that_comes_not_at_one_that_went_by(self, house: Any) -> None:
        await scheduled(house, "0 0 * * *")
        assert (await schedule_of(house)).next_at_ms == house.clock.now_ms() + 24 * HOUR_MS

    async def test_a_function_has_one_however_often_it_is_declared_at_once(self, house: Any) -> None:
        wish = DeclareIn.model_validate({"functions": [{"key": "resize", "type": "cron", "schedule": "0 * * * *"}]})
        await asyncio.gather(*(declare_functions(house.context, wish) for _ in range(4)))
        assert len(await house.store.schedules()) == 1

    @pytest.mark.parametrize(
        "wrong",
        [
            {"type": "cron", "schedule": "nonsense"},
            {"type": "cron", "schedule": "* * * * *", "timezone": "Mars/Olympus"},
        ],
    )
    async def test_what_means_nothing_changes_nothing(self, house: Any, wrong: dict[str, Any]) -> None:
        with pytest.raises(Refusal) as refusal:
            await house.declare(**wrong)
        assert refusal.value.status == 422
        assert await house.store.schedules() == []
        function = await house.store.function("resize")
        assert function is not None
        assert function.type == "task"


class TestPausing:
    async def test_paused_it_is_never_due_and_nothing_is_made_up_for(self, house: Any) -> None:
        await scheduled(house)
        await set_schedule_paused(house.context, "resize", True)
        await house.clock.advance(600)
        assert await fire(house) == ()
        await set_schedule_paused(house.context, "resize", False)
        assert await fire(house) == ()
        await house.clock.advance(60)
        [fired] = await fire(house)
        assert fired.missed == 0

    async def test_resuming_what_runs_already_moves_nothing(self, house: Any) -> None:
        await scheduled(house, "0 * * * *")
        await house.clock.advance(3600)
        await set_schedule_paused(house.context, "resize", False)
        assert len(await fire(house)) == 1


class TestScheduler:
    async def test_it_fires_at_the_instant_and_only_where_it_holds_the_timers(self, house: Any) -> None:
        await scheduled(house)
        schedulers = []
        for holder in ("one", "two"):
            holdings = house.holdings(holder, ttl_s=600)
            await holdings.renew()
            schedulers.append(Scheduler(house.context, holdings, Metrics(new_registry()), Telemetry("jobs")))
        running = [asyncio.ensure_future(one.run()) for one in schedulers]
        try:
            await house.clock.advance(59)
            async with asyncio.timeout(10):
                while not await house.store.fires("resize"):
                    await house.clock.advance(0.1)
                    await asyncio.sleep(0.01)
        finally:
            for one in running:
                one.cancel()
        [past] = await house.store.fires("resize")
        assert past.fire.fired_at_ms - past.fire.at_ms < 2_000
        assert past.fire.job_id is not None
        assert (await house.job(past.fire.job_id)).trace_id is not None

    async def test_where_traces_are_recorded_its_job_goes_on_in_one_that_begins_with_it(self, house: Any) -> None:
        await scheduled(house)
        await house.clock.advance(60)
        exporter = InMemorySpanExporter()
        telemetry = Telemetry("jobs", exporter=exporter)
        registry = new_registry()
        assert await Scheduler(house.context, house.holdings("one"), Metrics(registry), telemetry).step() == 1
        telemetry.close()
        [span] = exporter.get_finished_spans()
        [past] = await house.store.fires("resize")
        job = await house.job(past.fire.job_id)
        trace_id, span_id = f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"
        assert (span.name, job.trace_id) == ("schedule resize", trace_id)
        assert job.traceparent is not None
        assert job.traceparent.startswith(f"00-{trace_id}-{span_id}-")
        assert registry.get_sample_value("millstream_jobs_schedule_fires_total", {"outcome": "enqueued"}) == 1
