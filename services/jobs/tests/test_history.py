"""What is told of a job's life is what was said of it, with what was not; on both databases."""

from __future__ import annotations

from typing import Any

from millstream_jobs.handlers.due import advance_due_jobs
from millstream_jobs.handlers.jobs import cancel_job
from millstream_jobs.history import Fact, history
from millstream_jobs.inputs import CancelIn


async def told(house: Any, job: Any) -> list[Fact]:
    return history(await house.job(job), await house.store.attempts(job.id))


def in_short(facts: list[Fact]) -> list[tuple[Any, ...]]:
    return [(fact.kind, fact.seq, fact.attempt) for fact in facts]


class TestHistory:
    async def test_a_failure_a_retry_and_a_success_with_what_was_told_meanwhile(self, house: Any) -> None:
        await house.declare(max_retries=1, retry_delay=2)
        await house.enqueue()
        job = await house.lease_one()
        await house.clock.advance(1)
        await house.report(job, "progress", progress=0.5)
        await house.report(job, "outcome", outcome="failure", error="boom", error_type="E")
        await house.clock.advance(2)
        await advance_due_jobs(house.context)
        await house.clock.advance(3)
        job = await house.lease_one(worker="w2")
        await house.clock.advance(1)
        await house.report(job, "checkpoint", data=1)
        await house.clock.advance(1)
        await house.report(job, "progress", progress=0.5)
        await house.report(job, "progress", progress=0.52)
        await house.report(job, "outcome", outcome="success")
        facts = await told(house, job)
        assert in_short(facts) == [
            ("queued", 1, None), ("started", 2, 1), ("progress", 2, 1), ("retrying", 3, 1), ("queued", None, None),
            ("started", 4, 2), ("checkpoint", None, 2), ("progress", 4, 2), ("completed", 5, 2),
        ]  # fmt: skip
        assert (facts[3].error, facts[3].error_type, facts[3].duration_ms) == ("boom", "E", 1000)
        assert (facts[5].worker_id, facts[5].queue_wait_ms, facts[5].at_ms - facts[4].at_ms) == ("w2", 3000, 3000)
        assert [fact.at_ms for fact in facts] == sorted(fact.at_ms for fact in facts)

    async def test_one_that_waits_to_be_tried_again_says_until_when(self, house: Any) -> None:
        await house.declare(max_retries=1, retry_delay=2)
        await house.enqueue()
        job = await house.lease_one()
        await house.report(job, "outcome", outcome="failure", error="boom", error_type="E")
        last = (await told(house, job))[-1]
        assert (last.kind, last.retry_at_ms) == ("retrying", (await house.job(job)).due_at_ms)

    async def test_one_for_later_is_scheduled_then_queued_then_cancelled(self, house: Any) -> None:
        job = await house.enqueue(delay_s=5)
        assert in_short(await told(house, job)) == [("scheduled", 1, None)]
        await house.clock.advance(5)
        await advance_due_jobs(house.context)
        await cancel_job(house.context, job.id, CancelIn(reason="not needed"))
        facts = await told(house, job)
        assert in_short(facts) == [("scheduled", 1, None), ("queued", 2, None), ("cancelled", 3, None)]
        assert (facts[-1].reason, facts[0].trigger) == ("not needed", "api")

    async def test_a_wish_to_cancel_what_runs_is_apart_from_its_end(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        await house.clock.advance(1)
        await cancel_job(house.context, job.id, CancelIn(reason="too slow"))
        await house.clock.advance(1)
        await house.report(job, "outcome", outcome="cancelled")
        facts = await told(house, job)
        assert [fact.kind for fact in facts] == ["queued", "started", "cancel_requested", "cancelled"]
        assert (facts[2].reason, facts[3].seq, facts[3].worker_id) == ("too slow", 3, "w1")

    async def test_cancelled_between_attempts_in_the_same_moment(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        await house.report(job, "hand_back")
        await cancel_job(house.context, job.id, CancelIn())
        assert in_short(await told(house, job))[2:] == [("interrupted", 3, 1), ("cancelled", 4, None)]

    async def test_where_something_is_missing_no_number_is_told(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        row = await house.job(job)
        assert {fact.seq for fact in history(row, [])} == {None}


class TestOverHttp:
    async def test_events_of_a_job_are_told_newest_last(self, shop: Any) -> None:
        job = await shop.enqueue()
        [lease] = await shop.lease()
        await shop.report(lease, "progress", progress=1)
        await shop.report(lease, "outcome", outcome="success")
        answer = await shop.get(f"/jobs/{job['id']}/events")
        assert [event["kind"] for event in answer["events"]] == ["queued", "started", "progress", "completed"]
        assert (answer["total"], answer["has_more"], answer["events"][2]["progress"]) == (4, False, 1)
        assert (await shop.http.get("/api/v1/jobs/job_01AAAAAAAAAAAAAAAAAAAAAAAA/events")).status_code == 404

    async def test_of_a_long_life_the_newest_are_told(self, shop: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr("millstream_jobs.routes.job.MOST_FACTS", 2)
        job = await shop.enqueue()
        [lease] = await shop.lease()
        await shop.report(lease, "outcome", outcome="success")
        answer = await shop.get(f"/jobs/{job['id']}/events")
        assert ([event["seq"] for event in answer["events"]], answer["total"], answer["has_more"]) == ([2, 3], 3, True)
