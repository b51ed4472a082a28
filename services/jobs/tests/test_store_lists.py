"""What lists and searches of jobs find, on SQLite and on PostgreSQL: one suite for both."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from millstream_jobs import store_search
from millstream_jobs.handlers.due import advance_due_jobs
from millstream_jobs.handlers.enqueue import Origin
from millstream_jobs.model import Status
from millstream_jobs.neighbours import Whereabouts
from millstream_jobs.store_filter import Argument, JobFilter
from millstream_jobs.store_model import TraceCounts
from millstream_jobs.store_queries import first_id_at


async def ran_for(house: Any, seconds: list[int]) -> list[str]:
    """Jobs that ran so long each, one after the other."""
    ids = []
    for some in seconds:
        job = await house.enqueue()
        leased = await house.lease_one()
        await house.clock.advance(some)
        await house.report(leased, "outcome", outcome="success")
        ids.append(job.id)
    return ids


class TestLists:
    async def test_pages_are_newest_first_and_without_holes(self, house: Any) -> None:
        made = [(await house.enqueue()).id for _ in range(7)]
        seen: list[str] = []
        before = None
        while True:
            page = await house.store.jobs(JobFilter(), limit=3, before_id=before)
            seen += [row.id for row in page.rows]
            if not page.has_more:
                break
            before = seen[-1]
        assert seen == sorted(made, reverse=True)
        assert page.total == (7, True)

    async def test_every_filter_narrows(self, house: Any) -> None:
        await house.declare("other")
        first = await house.enqueue(origin=Origin(trace_id="a" * 32), tags=["nightly"], idempotency_key="order 7")
        await house.clock.advance(10)
        given = {"order": {"id": 42}, "note": "id:42"}
        child = await house.enqueue("other", parent_id=first.id, tags=["eu.1", "nightly"], kwargs=given)
        order, note = Argument(("order", "id"), "42"), Argument(("note",), "id:42")
        now = house.clock.now_ms()
        await house.clock.advance(3)
        leased = await house.lease_one("other", where=Whereabouts("shop-7d", "1.2"))
        await house.clock.advance(2)
        await house.report(leased, "outcome", outcome="failure", error="Disk 100% full", error_type="OSError")
        failed = (await house.store.job(child.id)).job
        ran_ms = failed.duration_ms
        cases = [
            (JobFilter(ids=(child.id, "job_gone")), {child.id}),
            (JobFilter(ids=(first.id, child.id)), {first.id, child.id}),
            (JobFilter(ids=(first.id,), function="other"), set()),
            (JobFilter(ids=(child.id,), error_text="full"), {child.id}),
            (JobFilter(function="other"), {child.id}),
            (JobFilter(statuses=(Status.QUEUED, Status.PENDING)), {first.id}),
            (JobFilter(worker_id="w1"), {child.id}),
            (JobFilter(root_id=first.id), {first.id, child.id}),
            (JobFilter(id_prefix=child.id[:20]), {child.id}),
            (JobFilter(error_text="100% FULL"), {child.id}),
            (JobFilter(error_text="100_ full"), set()),
            (JobFilter(error_text="oserror"), {child.id}),
            (JobFilter(error_text="OSError: Disk"), {child.id}),
            (JobFilter(interrupted_by="w1"), set()),
            (JobFilter(fingerprint=failed.error_fingerprint), {child.id}),
            (JobFilter(fingerprint="0" * 16), set()),
            (JobFilter(trace_id="a" * 32), {first.id}),
            (JobFilter(trace_id="0" * 32), set()),
            (JobFilter(after_ms=now), {child.id}),
            (JobFilter(before_ms=now), {first.id}),
            (JobFilter(min_duration_ms=ran_ms), {child.id}),
            (JobFilter(below_duration_ms=ran_ms), set()),
            (JobFilter(min_duration_ms=0, below_duration_ms=ran_ms + 1), {child.id}),
            (JobFilter(min_duration_ms=ran_ms + 1), set()),
            (JobFilter(min_duration_ms=0, function="resize"), set()),
            (JobFilter(min_duration_ms=0, function="other", before_ms=now), set()),
            (JobFilter(min_duration_ms=0, id_prefix=child.id[:20], after_ms=now), {child.id}),
            (JobFilter(min_duration_ms=ran_ms, worker_id="w1"), {child.id}),
            (JobFilter(min_duration_ms=ran_ms + 1, worker_id="w1"), set()),
            (JobFilter(min_duration_ms=ran_ms, error_text="full"), {child.id}),
            (JobFilter(below_duration_ms=ran_ms, error_text="full"), set()),
            (JobFilter(min_wait_ms=0), {child.id}),
            (JobFilter(min_wait_ms=failed.queue_wait_ms, below_wait_ms=failed.queue_wait_ms + 1), {child.id}),
            (JobFilter(min_wait_ms=failed.queue_wait_ms + 1), set()),
            (JobFilter(below_wait_ms=failed.queue_wait_ms), set()),
            (JobFilter(below_wait_ms=1e9, worker_id="w1", error_text="full"), {child.id}),
            (JobFilter(min_attempts=1), {child.id}),
            (JobFilter(min_attempts=2), set()),
            (JobFilter(max_attempts=0), {first.id}),
            (JobFilter(min_attempts=0, max_attempts=1), {first.id, child.id}),
            (JobFilter(tags=("nightly",)), {first.id, child.id}),
            (JobFilter(tags=("nightly", "eu.1")), {child.id}),
            (JobFilter(tags=("night",)), set()),
            (JobFilter(tags=("n_ghtly",)), set()),
            (JobFilter(not_tags=("eu.1", "other")), {first.id}),
            (JobFilter(tags=("nightly",), not_tags=("nightly",)), set()),
            (JobFilter(not_functions=("other", "third")), {first.id}),
            (JobFilter(function="other", not_functions=("resize",)), {child.id}),
            (JobFilter(min_duration_ms=ran_ms, not_functions=("resize",)), {child.id}),
            (JobFilter(min_duration_ms=ran_ms, not_functions=("other",)), set()),
            (JobFilter(min_duration_ms=ran_ms, not_tags=("eu.1",)), set()),
            (JobFilter(not_functions=("resize",), error_text="full"), {child.id}),
            (JobFilter(not_worker_ids=("w1", "w2")), {first.id}),
            (JobFilter(not_worker_ids=("w2",)), {first.id, child.id}),
            (JobFilter(idempotency_key="order 7"), {first.id}),
            (JobFilter(idempotency_key="order 7", function="other"), set()),
            (JobFilter(idempotency_key="order"), set()),
            (JobFilter(pod="shop-7d"), {child.id}),
            (JobFilter(pod="shop-7d", version="1.2", min_duration_ms=ran_ms), {child.id}),
            (JobFilter(pod="shop"), set()),
            (JobFilter(version="1.2"), {child.id}),
            (JobFilter(version="1.2", error_text="full"), {child.id}),
            (JobFilter(version="1.20"), set()),
            (JobFilter(not_pods=("shop-7d", "shop-8e")), {first.id}),
            (JobFilter(not_pods=("shop-8e",), version="1.2"), {child.id}),
            (JobFilter(not_versions=("1.2",)), {first.id}),
            (JobFilter(not_versions=("1.2",), pod="shop-7d"), set()),
            (JobFilter(parent_id=first.id), {child.id}),
            (JobFilter(parent_id=child.id), set()),
            (JobFilter(parent_id=first.id, error_text="full"), {child.id}),
            (JobFilter(not_parent_ids=(first.id,)), {first.id}),
            (JobFilter(not_parent_ids=(child.id,)), {first.id, child.id}),
            (JobFilter(has_children=True), {first.id}),
            (JobFilter(has_children=False), {child.id}),
            (JobFilter(has_children=True, function="other"), set()),
            (JobFilter(not_root_ids=(first.id,)), set()),
            (JobFilter(not_root_ids=(child.id,)), {first.id, child.id}),
            (JobFilter(not_fingerprints=(failed.error_fingerprint,)), {first.id}),
            (JobFilter(not_fingerprints=("0" * 16,)), {first.id, child.id}),
            (JobFilter(not_trace_ids=("a" * 32, "b" * 32)), {child.id}),
            (JobFilter(not_idempotency_keys=("order 7",)), {child.id}),
            (JobFilter(not_idempotency_keys=("order",)), {first.id, child.id}),
            (JobFilter(not_error_texts=("100% FULL",)), {first.id}),
            (JobFilter(not_error_texts=("oserror", "no such words")), {first.id}),
            (JobFilter(not_error_texts=("100_ full",)), {first.id, child.id}),
            (JobFilter(error_text="disk", not_error_texts=("100%",)), set()),
            (JobFilter(arguments=(order,)), {child.id}),
            (JobFilter(arguments=(order, note)), {child.id}),
            (JobFilter(arguments=(order, Argument(("id",), "42"))), set()),
            (JobFilter(arguments=(order,), error_text="full"), {child.id}),
            (JobFilter(arguments=(order,), error_text="empty"), set()),
            (JobFilter(arguments=(order,), min_duration_ms=ran_ms), {child.id}),
            (JobFilter(arguments=(order,), not_arguments=(note,)), set()),
            (JobFilter(not_arguments=(order,)), {first.id}),
            (JobFilter(not_arguments=(Argument(("id",), "42"),)), {first.id, child.id}),
            (JobFilter(not_arguments=(order,), min_duration_ms=ran_ms), set()),
            (JobFilter(argument=order, error_text="empty", not_arguments=(note,)), set()),
            (JobFilter(argument=order, error_text="full", not_arguments=(note,)), set()),
        ]
        for which, expected in cases:
            page = await house.store.jobs(which, limit=10)
            assert {row.id for row in page.rows} == expected, which
            assert page.total.rows == len(expected)
            counts = await house.store.counts(replace(which, statuses=()))
            for status in which.statuses or Status:
                page = await house.store.jobs(replace(which, statuses=(status,)), limit=1)
                assert (counts.total(status), counts.is_exact(status)) == (page.total.rows, True), (which, status)

    async def test_each_trace_is_counted_by_itself_and_a_large_one_no_further(
        self, house: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("millstream_jobs.store_counts.MOST_OF_A_TRACE", 3)
        large, small, none = "a" * 32, "b" * 32, "c" * 32
        for _ in range(5):
            await house.enqueue(origin=Origin(trace_id=large))
        await house.enqueue(origin=Origin(trace_id=small), delay_s=60)
        await house.enqueue(origin=Origin(trace_id=small))
        await house.enqueue()
        assert await house.store.trace_counts([small, none, large]) == [
            TraceCounts(small, {Status.PENDING: 1, Status.QUEUED: 1}, is_all=True),
            TraceCounts(none, {}, is_all=True),
            TraceCounts(large, {Status.QUEUED: 3}, is_all=False),
        ]

    @pytest.mark.parametrize("which", [JobFilter(), JobFilter(worker_id="w1"), JobFilter(error_text="no")])
    async def test_what_is_counted_no_further_says_so(
        self, house: Any, which: JobFilter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for where in ("millstream_jobs.store_counts", "millstream_jobs.store_model", "millstream_kit.paging"):
            monkeypatch.setattr(f"{where}.MOST_COUNTED", 3)
        monkeypatch.setattr("millstream_jobs.store_counts.MOST_SCANNED", 4)
        monkeypatch.setattr("millstream_jobs.store_search.MOST_SCANNED", 4)
        monkeypatch.setattr("millstream_jobs.store_search.STEP_ROWS", 2)
        for _ in range(5):
            await house.enqueue()
        for row in await house.lease(most=5):
            await house.report(row.job, "outcome", outcome="failure", error="no", retryable=False)
        counts = await house.store.counts(which)
        assert (counts.total(Status.FAILED), counts.is_exact(Status.FAILED)) == (3, False)
        assert counts.total(Status.COMPLETE) == 0

    @pytest.mark.parametrize("most", [0, 10_000])
    async def test_by_duration_few_are_told_by_the_index_and_many_are_looked_for_with_the_same_answer(
        self, house: Any, most: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("millstream_jobs.store_durations.MOST_COUNTED", most)
        ran = await ran_for(house, [1, 5, 2, 5, 3, 9])
        await house.enqueue()
        which = JobFilter(min_duration_ms=3_000, below_duration_ms=9_000)
        pages = [await house.store.jobs(which, limit=2)]
        while pages[-1].has_more:
            pages.append(await house.store.jobs(which, limit=2, before_id=pages[-1].next_id, counted=pages[-1].total))
        assert [row.duration_ms for page in pages for row in page.rows] == [3_000, 5_000, 5_000]
        assert [row.id for page in pages for row in page.rows] == [ran[4], ran[3], ran[1]]
        assert {page.total for page in pages} == {(3, True)}
        counts = await house.store.counts(which)
        assert (counts.total(Status.COMPLETE), counts.total(Status.QUEUED)) == (3, 0)

    async def test_by_wait_and_attempts_it_is_the_newest_attempt_of_a_job_that_waits_again(self, house: Any) -> None:
        job = await house.enqueue()
        for wait_s in (5, 1):
            await house.clock.advance(wait_s)
            await house.report(await house.lease_one(), "hand_back")
        waited = JobFilter(min_wait_ms=1_000, below_wait_ms=5_000, min_attempts=2, max_attempts=2)
        assert [row.id for row in (await house.store.jobs(waited, limit=10)).rows] == [job.id]
        assert (await house.store.jobs(JobFilter(min_wait_ms=5_000), limit=10)).rows == []
        assert (await house.store.jobs(JobFilter(max_attempts=1), limit=10)).rows == []

    async def test_what_is_left_out_is_looked_past_in_steps_and_the_page_says_how_far(
        self, house: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store_search, "STEP_ROWS", 2)
        monkeypatch.setattr(store_search, "MOST_SCANNED", 4)
        await house.declare("rare")
        rare = await house.enqueue("rare", tags=["kept"])
        await house.clock.advance(1)
        for _ in range(5):
            await house.enqueue(tags=["x"])
        for which in (JobFilter(not_functions=("resize",)), JobFilter(not_tags=("x",)), JobFilter(tags=("kept",))):
            first = await house.store.jobs(which, limit=10)
            assert (first.rows, first.total, first.scanned_to_id) == ([], (0, False), first.next_id)
            rest = await house.store.jobs(which, limit=10, before_id=first.next_id)
            assert ([row.id for row in rest.rows], rest.scanned_to_id) == ([rare.id], None)

    async def test_what_a_workers_loss_interrupted_is_found_by_the_worker(self, house: Any) -> None:
        for _ in range(2):
            await house.enqueue()
        handed_back, lost = [row.job for row in await house.lease(most=2, worker="w7")]
        await house.report(handed_back, "hand_back")
        await house.clock.advance(house.context.policy.lease_ttl_s)
        await advance_due_jobs(house.context)
        await house.lease(most=2, worker="w8")
        page = await house.store.jobs(JobFilter(interrupted_by="w7"), limit=10)
        assert [(row.id, row.worker_id) for row in page.rows] == [(lost.id, "w8")]
        assert (await house.store.jobs(JobFilter(interrupted_by="w8"), limit=10)).total.rows == 0
        first, _ = await house.store.attempts(lost.id)
        assert (first.worker_id, first.outcome) == ("w7", "interrupted")
        [event] = [e for e in await house.said(lost) if e.type == "job.queued" and e.queued.trigger == "interrupted"]
        assert event.worker_id == "w7"

    async def test_descendants_are_the_job_and_everything_below(self, house: Any) -> None:
        root = await house.enqueue()
        child = await house.enqueue(parent_id=root.id)
        grandchild = await house.enqueue(parent_id=child.id)
        page = await house.store.descendants(child.id, limit=10)
        assert {row.id for row in page.rows} == {child.id, grandchild.id}
        assert grandchild.root_id == root.id

    async def test_ids_sort_by_the_time_they_were_made(self, house: Any) -> None:
        now = house.clock.now_ms()
        job = await house.enqueue()
        assert first_id_at(now) <= job.id < first_id_at(now + 1)


class TestSearch:
    """What no index answers is looked for among the newest, in steps."""

    async def test_a_value_at_a_place_in_the_arguments(self, house: Any) -> None:
        kwargs = [
            {"user": {"id": 7, "name": "Ada"}},
            {"user": {"id": "7"}, "name": "Ada"},
            {"user": {"id": 70, "name": "Ada L."}, "lines": [{"sku": 'a"%_ö'}, {"sku": True}]},
            {"note": '"name":"Ada"'},
        ]
        a, b, c, _ = [(await house.enqueue(kwargs=some)).id for some in kwargs]
        for path, value, expected in [
            ("user.id", "7", {a, b}),
            ("user.name", "Ada", {a}),
            ("user.name", "ada", set()),
            ("name", "Ada", {b}),
            ("lines.0.sku", 'a"%_ö', {c}),
            ("lines.1.sku", "true", {c}),
            ("lines.2.sku", "true", set()),
            ("user", "7", set()),
        ]:
            which = JobFilter(argument=Argument(tuple(path.split(".")), value))
            page = await house.store.jobs(which, limit=10)
            assert {row.id for row in page.rows} == expected, (path, value)
            assert (page.total, page.next_id) == ((len(expected), True), None)

    async def test_it_stops_after_so_many_and_goes_on_from_there(
        self, house: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Twenty thousand rows would take longer than they tell; the numbers are the bound, not the behaviour.
        monkeypatch.setattr(store_search, "STEP_ROWS", 3)
        monkeypatch.setattr(store_search, "MOST_SCANNED", 6)
        monkeypatch.setattr(store_search, "SCAN_S", 60)
        made = [(await house.enqueue(kwargs={"n": n % 5})).id for n in range(16)]
        wanted = JobFilter(argument=Argument(("n",), "0"))
        newest = sorted(made, reverse=True)
        meant = [job_id for job_id in newest if made.index(job_id) % 5 == 0]
        among_six = sum(job_id in newest[:6] for job_id in meant)
        found: list[str] = []
        place, stops = None, 0
        while True:
            page = await house.store.jobs(wanted, limit=1, before_id=place)
            assert page.total == (among_six, False)
            found += [row.id for row in page.rows]
            stops += page.scanned_to_id is not None
            assert page.scanned_to_id in (None, page.next_id)
            place = page.next_id
            if place is None:
                break
        assert found == meant
        assert stops >= 1
