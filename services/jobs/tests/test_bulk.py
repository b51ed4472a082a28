"""Bulk actions: which jobs are theirs, that each is come to once, and what is told. On SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from millstream_jobs import bulk, store_bulk
from millstream_jobs.bulk import BulkAction, BulkKind, BulkState, Refused
from millstream_jobs.bulk_runner import BulkRunner
from millstream_jobs.handlers.bulk import (
    BulkStart,
    BulkWish,
    advance_bulk,
    draft_bulk,
    draft_picked,
    start_bulk,
    stop_bulk,
)
from millstream_jobs.handlers.enqueue import Origin
from millstream_jobs.handlers.jobs import cancel_job
from millstream_jobs.inputs import CancelIn
from millstream_jobs.model import Status
from millstream_jobs.store_filter import Argument, JobFilter
from millstream_kit.errors import Refusal
from millstream_kit.testing import wait_until

START = BulkStart("tidy up", "the shop is closed", Origin(trace_id="a" * 32))


async def draft(house: Any, kind: BulkKind, **which: Any) -> BulkAction:
    return await draft_bulk(house.context, BulkWish(kind, JobFilter(**which), json.dumps({}), "ann"))


async def run(house: Any, kind: BulkKind, **which: Any) -> BulkAction:
    action = await draft(house, kind, **which)
    await start_bulk(house.context, action.id, START)
    return await to_its_end(house, action)


async def to_its_end(house: Any, action: BulkAction) -> BulkAction:
    while await advance_bulk(house.context):
        pass
    found = await house.store.bulk_action(action.id)
    assert found is not None
    return found


async def failed(house: Any, **more: Any) -> Any:
    job = await house.enqueue(**more)
    await house.report(await house.lease_one(), "outcome", outcome="failure", error="out of paper", retryable=False)
    return await house.job(job)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PART_JOBS", 2)


class TestCancel:
    async def test_everything_that_waits_is_cancelled_and_what_runs_is_asked_to_stop(
        self, house: Any, small_parts: None
    ) -> None:
        running = await house.enqueue()
        await house.lease_one()
        waiting = [await house.enqueue() for _ in range(4)]
        done = await run(house, BulkKind.CANCEL)
        assert (done.state, done.total, done.done, done.skipped) == (BulkState.DONE, 5, 5, 0)
        assert [(await house.job(job)).status for job in waiting] == [Status.CANCELLED] * 4
        assert (await house.job(waiting[0])).cancel_reason == "the shop is closed"
        asked = await house.job(running)
        assert (asked.status, asked.cancel_requested_at_ms is not None) == (Status.ACTIVE, True)
        assert await house.types(waiting[0]) == ["job.queued", "job.cancelled"]

    async def test_only_what_the_filter_found_and_only_of_that_moment(self, house: Any) -> None:
        await house.declare("other")
        theirs, before = await house.enqueue("other"), await house.enqueue()
        action = await draft(house, BulkKind.CANCEL, function="resize")
        later = await house.enqueue()
        await start_bulk(house.context, action.id, START)
        assert (await to_its_end(house, action)).total == 1
        statuses = [(await house.job(job)).status for job in (theirs, before, later)]
        assert statuses == [Status.QUEUED, Status.CANCELLED, Status.QUEUED]

    async def test_what_ended_meanwhile_is_skipped_and_said(self, house: Any) -> None:
        quick = await house.enqueue()
        await house.clock.advance(1)
        slow = await house.enqueue()
        action = await draft(house, BulkKind.CANCEL)
        await house.report(await house.lease_one(), "outcome", outcome="success")
        await start_bulk(house.context, action.id, START)
        told = await to_its_end(house, action)
        assert (told.done, told.skipped) == (1, 1)
        assert told.skips["illegal_state"].job_id == quick.id
        assert (await house.job(slow)).status is Status.CANCELLED

    async def test_a_status_it_cannot_be_done_to_finds_nothing(self, house: Any) -> None:
        await failed(house)
        assert (await draft(house, BulkKind.CANCEL, statuses=(Status.FAILED,))).total == 0
        assert (await run(house, BulkKind.CANCEL, statuses=(Status.FAILED,))).state is BulkState.DONE


class TestRetry:
    async def test_each_becomes_a_new_job_of_the_same_arguments_in_the_trace_of_the_start(
        self, house: Any, small_parts: None
    ) -> None:
        olds = [await failed(house, kwargs={"n": n}, tags=["eu"]) for n in range(3)]
        await house.enqueue()
        told = await run(house, BulkKind.RETRY)
        assert (told.total, told.done, told.trace_id) == (3, 3, "a" * 32)
        news = (await house.store.jobs(JobFilter(trace_id="a" * 32), limit=10)).rows
        made = {(new.retried_from, new.kwargs, new.tags, new.status) for new in news}
        assert made == {(old.id, f'{{"n":{n}}}', '["eu"]', "queued") for n, old in enumerate(olds)}

    async def test_where_nobody_traces_they_have_a_trace_all_the_same(self, house: Any) -> None:
        await failed(house)
        action = await draft(house, BulkKind.RETRY)
        await start_bulk(house.context, action.id, replace(START, origin=Origin()))
        told = await to_its_end(house, action)
        [new] = (await house.store.jobs(JobFilter(trace_id=told.trace_id), limit=10)).rows
        assert new.trigger == "retry"

    async def test_jobs_it_makes_are_not_found_by_it_again(self, house: Any, small_parts: None) -> None:
        for _ in range(3):
            await failed(house)
        action = await draft(house, BulkKind.RETRY)
        await start_bulk(house.context, action.id, START)
        for _ in range(2):
            await advance_bulk(house.context)
            await house.report(await house.lease_one(), "outcome", outcome="failure", error="again", retryable=False)
        assert (await to_its_end(house, action)).done == 3


class TestLife:
    async def test_a_draft_does_nothing_and_starts_once(self, house: Any) -> None:
        job = await house.enqueue()
        action = await draft(house, BulkKind.CANCEL)
        assert not await advance_bulk(house.context)
        assert (await house.job(job)).status is Status.QUEUED
        assert await house.store.bulk_actions(10) == []
        await start_bulk(house.context, action.id, START)
        with pytest.raises(Refusal, match="running already"):
            await start_bulk(house.context, action.id, START)
        assert [one.id for one in await house.store.bulk_actions(10)] == [action.id]

    async def test_what_it_did_not_come_to_before_it_was_stopped_is_left_alone(
        self, house: Any, small_parts: None
    ) -> None:
        jobs = [await house.enqueue() for _ in range(5)]
        action = await draft(house, BulkKind.CANCEL)
        await start_bulk(house.context, action.id, START)
        await advance_bulk(house.context)
        assert (await stop_bulk(house.context, action.id)).state is BulkState.STOPPED
        told = await to_its_end(house, action)
        assert (told.state, told.done, told.total) == (BulkState.STOPPED, 2, 5)
        statuses = [(await house.job(job)).status for job in sorted(jobs, key=lambda job: job.id)]
        assert statuses == [Status.CANCELLED] * 2 + [Status.QUEUED] * 3
        with pytest.raises(Refusal, match="stopped already"):
            await stop_bulk(house.context, action.id)

    async def test_two_runners_at_once_come_to_each_job_once(self, house: Any, small_parts: None) -> None:
        for _ in range(9):
            await failed(house)
        action = await draft(house, BulkKind.RETRY)
        await start_bulk(house.context, action.id, START)
        await asyncio.gather(*(to_its_end(house, action) for _ in range(3)))
        told = await house.store.bulk_action(action.id)
        assert (told.state, told.done, told.skipped) == (BulkState.DONE, 9, 0)
        assert (await house.store.jobs(JobFilter(trace_id="a" * 32), limit=1)).total == (9, True)

    async def test_a_part_that_was_cut_off_is_done_whole_later(
        self, house: Any, small_parts: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(3):
            await failed(house)
        action = await draft(house, BulkKind.RETRY)
        await start_bulk(house.context, action.id, START)
        with monkeypatch.context() as patch:
            patch.setattr(BulkAction, "after_part", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                await advance_bulk(house.context)
        assert (await house.store.jobs(JobFilter(trace_id="a" * 32), limit=1)).total == (0, True)
        assert (await to_its_end(house, action)).done == 3

    async def test_drafts_are_forgotten_after_an_hour_and_what_ended_after_thirty_days(self, house: Any) -> None:
        await house.enqueue()
        forgotten, done = await draft(house, BulkKind.CANCEL), await run(house, BulkKind.CANCEL)
        await house.clock.advance(bulk.DRAFT_KEPT_MS / 1000 + 1)
        fresh = await draft(house, BulkKind.CANCEL)
        await house.store.forget_bulk(house.clock.now_ms())
        left = [await house.store.bulk_action(one.id) is not None for one in (forgotten, done, fresh)]
        assert left == [False, True, True]
        await house.clock.advance(bulk.ENDED_KEPT_MS / 1000)
        await house.store.forget_bulk(house.clock.now_ms())
        assert await house.store.bulk_action(done.id) is None


class TestFinding:
    async def test_more_than_it_may_have_are_refused(self, house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("millstream_jobs.handlers.bulk.MOST_JOBS", 2)
        for _ in range(3):
            await house.enqueue()
        with pytest.raises(Refusal, match="More than 2 jobs") as refused:
            await draft(house, BulkKind.CANCEL)
        assert refused.value.code == "too_many_jobs"

    async def test_a_search_is_whole_or_refused(self, house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("millstream_jobs.store_search.STEP_ROWS", 2)
        for n in range(5):
            await house.enqueue(kwargs={"n": n % 2})
        odd = Argument(("n",), "1")
        assert (await draft(house, BulkKind.CANCEL, argument=odd)).total == 2
        monkeypatch.setattr(store_bulk, "MOST_SEARCHED", 2)
        with pytest.raises(Refusal, match="Only the jobs made since") as refused:
            await draft(house, BulkKind.CANCEL, argument=odd)
        assert refused.value.code == "search_too_wide"

    async def test_by_how_long_they_ran(self, house: Any) -> None:
        await failed(house)
        await house.enqueue()
        await house.lease_one()
        await house.clock.advance(9)
        [row] = (await house.store.jobs(JobFilter(statuses=(Status.ACTIVE,)), limit=1)).rows
        leased = (await house.store.job(row.id)).job
        await house.report(leased, "outcome", outcome="failure", error="slow", retryable=False)
        assert (await draft(house, BulkKind.RETRY, min_duration_ms=5000)).total == 1


class TestPicked:
    async def test_those_that_are_named_and_no_others_each_once_in_the_order_they_were_made(
        self, house: Any, small_parts: None
    ) -> None:
        jobs = [await house.enqueue() for _ in range(5)]
        named = [job.id for job in jobs[:4]]
        action = await draft_picked(house.context, BulkKind.CANCEL, [*named[::-1], named[1]], "ann")
        assert (action.total, action.skipped, json.loads(action.filter)) == (4, 0, {"picked": 4})
        assert not await advance_bulk(house.context)
        await start_bulk(house.context, action.id, START)
        told = await to_its_end(house, action)
        assert (told.state, told.done, told.skipped) == (BulkState.DONE, 4, 0)
        assert [(await house.job(job)).status for job in jobs] == [Status.CANCELLED] * 4 + [Status.QUEUED]

    async def test_what_it_cannot_be_done_to_is_said_before_it_is_started(self, house: Any) -> None:
        ended, waiting = await failed(house), await house.enqueue()
        nowhere = "job_" + "0" * 26
        ids = [ended.id, waiting.id, nowhere]
        cancel = await draft_picked(house.context, BulkKind.CANCEL, ids, "ann")
        assert (cancel.total, cancel.skipped) == (3, 2)
        assert cancel.skips["illegal_state"].job_id == ended.id
        assert cancel.skips["illegal_state"].detail == "It cannot be cancelled: the job is failed already."
        assert cancel.skips["unknown_job"].job_id == nowhere
        retry = await draft_picked(house.context, BulkKind.RETRY, ids, "ann")
        assert retry.skips["illegal_state"].detail == "It cannot be retried: the job is queued."
        assert (await house.store.bulk_action(retry.id)) == retry

    async def test_in_the_words_of_those_it_comes_to_too_late(self, house: Any) -> None:
        early, late = await failed(house), await house.enqueue()
        action = await draft_picked(house.context, BulkKind.CANCEL, [early.id, late.id], "ann")
        await house.report(await house.lease_one(), "outcome", outcome="failure", error="x", retryable=False)
        await start_bulk(house.context, action.id, START)
        told = await to_its_end(house, action)
        assert (told.done, told.skipped) == (0, 2)
        [[code, skip]] = told.skips.items()
        assert (code, skip.count, skip.detail) == ("illegal_state", 2, action.skips["illegal_state"].detail)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    async def test_whatever_is_named_is_done_or_skipped_and_said(self, small_house: Any, data: st.DataObject) -> None:
        jobs = [await small_house.enqueue() for _ in range(3)]
        pool = [*(job.id for job in jobs), *(f"job_{n}" + "9" * 25 for n in range(3))]
        named = data.draw(st.lists(st.sampled_from(pool), min_size=1, max_size=12))
        over = data.draw(st.sets(st.sampled_from(pool[:3])), label="ended before")
        cut = data.draw(st.sets(st.sampled_from(pool[:3])), label="ended between draft and start")
        for job_id in over:
            await cancel_job(small_house.context, job_id, CancelIn())
        action = await draft_picked(small_house.context, BulkKind.CANCEL, named, "ann")
        for job_id in cut - over:
            await cancel_job(small_house.context, job_id, CancelIn())
        await start_bulk(small_house.context, action.id, START)
        told = await to_its_end(small_house, action)
        fit = set(named) & set(pool[:3]) - over - cut
        assert (told.total, told.done, told.skipped) == (len(set(named)), len(fit), len(set(named) - fit))
        assert sum(skip.count for skip in told.skips.values()) == told.skipped
        touched = over | cut | fit
        for job in jobs:
            assert ((await small_house.job(job)).status is Status.CANCELLED) == (job.id in touched)


@given(st.lists(st.lists(st.sampled_from(["illegal_state", "unknown_job", ""]), max_size=5), max_size=6))
def test_whatever_becomes_of_its_jobs_the_figures_add_up(parts: list[list[str]]) -> None:
    action = BulkAction(id="bulk_1", kind=BulkKind.CANCEL, filter="{}", total=30, made_at_ms=0, made_by="ann")
    for part in parts:
        refused = [Refused("job_1", code, "no") for code in part if code]
        action = action.after_part(len(part) - len(refused), refused)
    assert action.done + action.skipped == sum(map(len, parts))
    assert sum(skip.count for skip in action.skips.values()) == action.skipped


async def test_the_runner_does_what_was_started_while_it_holds_the_lease(small_house: Any) -> None:
    job = await small_house.enqueue()
    action = await draft(small_house, BulkKind.CANCEL)
    holdings = small_house.holdings("one", ttl_s=3600)
    await holdings.renew()
    running = asyncio.create_task(BulkRunner(small_house.context, holdings).run())
    await start_bulk(small_house.context, action.id, START)
    await wait_until(lambda: _ended(small_house, action))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (await small_house.job(job)).status is Status.CANCELLED


async def _ended(house: Any, action: BulkAction) -> bool:
    return (await house.store.bulk_action(action.id)).state is BulkState.DONE
