"""The service's specification: what each command does, what it refuses, what is said."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from millstream_jobs.handlers.due import advance_due_jobs
from millstream_jobs.handlers.enqueue import Enqueued, Origin, Wish, enqueue_jobs
from millstream_jobs.handlers.enqueue_group import EnqueueGroup
from millstream_jobs.handlers.functions import declare_functions, set_paused
from millstream_jobs.handlers.jobs import cancel_job, retry_job
from millstream_jobs.inputs import CancelIn, DeclareIn, EnqueueIn, RetryIn
from millstream_jobs.model import Status
from millstream_kit.errors import Refusal


@pytest.fixture
def house(small_house: Any) -> Any:
    return small_house


class TestEnqueue:
    async def test_it_queues_the_job_and_says_so(self, house: Any) -> None:
        job = await house.enqueue(kwargs={"a": 1})
        assert (job.status, job.seq, job.root_id) == (Status.QUEUED, 1, job.id)
        assert await house.types(job) == ["job.queued"]

    async def test_it_refuses_a_function_nobody_declared(self, house: Any) -> None:
        with pytest.raises(Refusal) as refusal:
            await house.enqueue("unheard-of")
        assert (refusal.value.status, refusal.value.code) == (404, "unknown_function")
        assert await house.said() == []

    async def test_it_gives_back_the_same_job_for_the_same_key(self, house: Any) -> None:
        one = await house.enqueue(kwargs={"a": 1, "b": 2}, idempotency_key="k")
        two = await house.enqueue(kwargs={"b": 2, "a": 1}, idempotency_key="k")
        assert one.id == two.id
        assert len(await house.said()) == 1

    async def test_it_refuses_the_same_key_with_other_arguments(self, house: Any) -> None:
        await house.enqueue(kwargs={"a": 1}, idempotency_key="k")
        with pytest.raises(Refusal) as refusal:
            await house.enqueue(kwargs={"a": 2}, idempotency_key="k")
        assert refusal.value.status == 409

    async def test_it_keeps_keys_apart_by_function(self, house: Any) -> None:
        await house.declare("other")
        one = await house.enqueue(idempotency_key="k")
        two = await house.enqueue("other", idempotency_key="k")
        assert one.id != two.id

    async def test_it_puts_a_child_below_the_root_of_its_parent(self, house: Any) -> None:
        root = await house.enqueue()
        child = await house.enqueue(parent_id=root.id)
        assert (child.parent_id, child.root_id, child.trigger) == (root.id, root.id, "task")

    async def test_it_refuses_a_parent_that_does_not_exist(self, house: Any) -> None:
        with pytest.raises(Refusal) as refusal:
            await house.enqueue(parent_id="job_01AAAAAAAAAAAAAAAAAAAAAAAA")
        assert refusal.value.status == 422

    async def test_it_refuses_two_times_at_once(self, house: Any) -> None:
        with pytest.raises(Refusal) as refusal:
            await house.enqueue(delay_s=1, scheduled_at="2030-01-01T00:00:00Z")
        assert refusal.value.status == 422

    async def test_it_takes_over_what_the_function_says(self, house: Any) -> None:
        await house.declare("careful", name="Careful", max_retries=5, timeout=9.5, retry_delay=3)
        job = await house.enqueue("careful")
        assert (job.function_name, job.max_retries, job.timeout_s, job.retry_delay_s) == ("Careful", 5, 9.5, 3.0)

    async def test_it_answers_each_of_a_batch_by_itself(self, house: Any) -> None:
        wishes = [EnqueueIn(function=f, idempotency_key="k") for f in ("resize", "unknown", "resize")]
        one, two, three = await enqueue_jobs(house.context, [Wish(w) for w in wishes])
        assert isinstance(one, Enqueued)
        assert isinstance(three, Enqueued)
        assert isinstance(two, Refusal)
        assert (one.is_new, three.is_new, one.row.job.id) == (True, False, three.row.job.id)

    async def test_it_promotes_a_scheduled_job_in_time(self, house: Any) -> None:
        job = await house.enqueue(delay_s=5)
        assert await house.lease() == []
        await house.clock.advance(5)
        await advance_due_jobs(house.context)
        assert await house.types(job) == ["job.queued", "job.queued"]
        [row] = await house.lease()
        assert row.job.queue_wait_ms == 0


class TestEnqueuesAtOnce:
    async def test_they_share_transactions_and_each_gets_its_own_answer(self, house: Any) -> None:
        group = EnqueueGroup(house.context)
        wishes = [EnqueueIn(function="resize", kwargs={"n": n}) for n in range(20)]
        refused = EnqueueIn(function="unknown")
        answers = await asyncio.gather(
            *(group.enqueue(wish, Origin(trace_id=f"{n:032x}")) for n, wish in enumerate([*wishes, refused])),
            return_exceptions=True,
        )
        assert isinstance(answers.pop(), Refusal)
        for n, answer in enumerate(answers):
            assert isinstance(answer, Enqueued)
            assert (answer.row.payloads.kwargs, answer.row.job.trace_id) == (f'{{"n":{n}}}', f"{n:032x}")

    async def test_one_that_cannot_be_kept_does_not_hurt_the_others(self, house: Any) -> None:
        group = EnqueueGroup(house.context)
        good = EnqueueIn(function="resize")
        poison = good.model_copy(update={"tags": ("\ud800",), "idempotency_key": "\ud800"})
        one, bad, two = await asyncio.gather(
            *(group.enqueue(wish, Origin()) for wish in (good, poison, good)), return_exceptions=True
        )
        assert isinstance(one, Enqueued)
        assert isinstance(two, Enqueued)
        assert isinstance(bad, Exception)


class TestLease:
    async def test_it_starts_an_attempt(self, house: Any) -> None:
        queued = await house.enqueue(kwargs={"a": 1})
        [row] = await house.lease()
        assert (row.job.id, row.job.status, row.job.attempts, row.payloads.kwargs) == (
            queued.id, Status.ACTIVE, 1, '{"a":1}',
        )  # fmt: skip
        assert await house.types(queued) == ["job.queued", "job.started"]
        assert [a.outcome for a in await house.store.attempts(queued.id)] == [None]

    async def test_it_gives_nothing_of_functions_not_asked_for(self, house: Any) -> None:
        await house.enqueue()
        assert await house.lease("other") == []

    async def test_it_gives_nothing_of_a_paused_function(self, house: Any) -> None:
        await house.enqueue()
        await set_paused(house.context, "resize", True)
        assert await house.lease() == []
        await set_paused(house.context, "resize", False)
        assert len(await house.lease()) == 1

    async def test_it_waits_for_a_job_and_wakes_at_once(self, house: Any) -> None:
        waiting = asyncio.create_task(house.lease(wait_s=10))
        while not house.context.bell.queue._waiters:
            await asyncio.sleep(0)
        job = await house.enqueue()
        [row] = await asyncio.wait_for(waiting, 30)
        assert row.job.id == job.id
        assert house.clock.monotonic() == 0

    async def test_it_finds_what_another_replica_enqueued(self, house: Any) -> None:
        waiting = asyncio.create_task(house.lease(wait_s=10))
        while not house.context.bell.queue._waiters:
            await asyncio.sleep(0)
        house.context.bell.queue._waiters, kept = {}, house.context.bell.queue._waiters
        await house.enqueue()
        house.context.bell.queue._waiters = kept
        while not waiting.done():
            await house.clock.advance(0.5)
            await asyncio.sleep(0.005)
        assert len(await waiting) == 1

    async def test_it_wakes_one_waiter_per_job(self, house: Any) -> None:
        tasks = [asyncio.create_task(house.lease(wait_s=10, worker=f"w{n}")) for n in range(3)]
        while len(house.context.bell.queue._waiters) < 3:
            await asyncio.sleep(0)
        await house.enqueue()
        done, pending = await asyncio.wait(tasks, timeout=30, return_when=asyncio.FIRST_COMPLETED)
        assert (len(done), len(pending)) == (1, 2)
        house.context.bell.queue.close()
        assert [len(rows) for rows in await asyncio.gather(*pending)] == [0, 0]


class TestReports:
    async def test_a_renewal_moves_the_end_of_the_lease(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        await house.clock.advance(20)
        answer = await house.report(job, "renew")
        assert answer.job.lease.expires_at_ms == house.clock.now_ms() + 30_000
        await house.clock.advance(20)
        await advance_due_jobs(house.context)
        assert (await house.job(job)).status is Status.ACTIVE

    async def test_progress_is_kept_and_said_beside_the_outbox(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        await house.report(job, "progress", progress=0.5, message="half")
        [event] = house.progress.said
        assert (event.type, event.seq, event.progress.message) == ("job.progress", 2, "half")
        kept = await house.job(job)
        assert (kept.progress, kept.progress_at_ms, kept.seq) == (0.5, event.at_ms, 2)
        assert await house.types(job) == ["job.queued", "job.started"]

    async def test_a_success_completes(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        answer = await house.report(job, "outcome", outcome="success", result={"x": 1})
        assert (answer.status, answer.job.status) == (200, Status.COMPLETE)
        assert (await house.store.job(job.id)).payloads.result == '{"x":1}'
        assert [a.outcome for a in await house.store.attempts(job.id)] == ["success"]

    async def test_the_same_outcome_again_is_no_error_and_changes_nothing(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        for _ in range(2):
            assert (await house.report(job, "outcome", outcome="success", result=1)).status == 200
        other = await house.report(job, "outcome", outcome="success", result=2)
        assert (other.status, other.code) == (409, "stale_lease")
        assert await house.types(job) == ["job.queued", "job.started", "job.completed"]

    async def test_a_stale_token_changes_nothing(self, house: Any) -> None:
        await house.enqueue()
        old = await house.lease_one()
        await house.clock.advance(31)
        await advance_due_jobs(house.context)
        new = await house.lease_one(worker="w2")
        for kind, more in (
            ("renew", {}), ("progress", {"progress": 0.9}), ("checkpoint", {"data": 1}), ("hand_back", {}),
            ("outcome", {"outcome": "success"}), ("log", {"lines": []}),
        ):  # fmt: skip
            answer = await house.report(old, kind, **more)
            assert (answer.status, answer.code) == (409, "stale_lease")
        assert await house.job(new) == new

    async def test_a_failure_is_retried_and_then_final(self, house: Any) -> None:
        await house.declare(max_retries=1, retry_delay=2)
        await house.enqueue()
        job = await house.lease_one()
        trace = 'Traceback\n  File "a.py", line 1, in f\n'
        await house.report(job, "outcome", outcome="failure", error="boom", error_type="ValueError", traceback=trace)
        assert (await house.job(job)).status is Status.RETRYING
        await house.clock.advance(1)
        await advance_due_jobs(house.context)
        job = await house.lease_one()
        assert job.attempts == 2
        await house.report(job, "outcome", outcome="failure", error="boom", error_type="ValueError", traceback=trace)
        failed = await house.job(job)
        assert (failed.status, failed.error, failed.seq) == (Status.FAILED, "boom", 5)
        assert [a.traceback for a in await house.store.attempts(job.id)] == [trace, trace]
        assert await house.types(job) == ["job.queued", "job.started", "job.retrying", "job.started", "job.failed"]

    async def test_a_hand_back_returns_the_job_at_once(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        await house.report(job, "hand_back")
        again = await house.lease_one(worker="w2")
        assert (again.id, again.interruptions, again.retries) == (job.id, 0, 0)

    async def test_a_lease_that_ends_returns_the_job(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        await house.clock.advance(30)
        await advance_due_jobs(house.context)
        returned = await house.job(job)
        assert (returned.status, returned.interruptions) == (Status.QUEUED, 1)
        assert (await house.said(job))[-1].queued.trigger == "interrupted"

    async def test_a_timeout_is_enforced_without_the_worker(self, house: Any) -> None:
        await house.declare("slow", timeout=5)
        await house.enqueue("slow")
        job = await house.lease_one("slow")
        await house.clock.advance(7)
        await advance_due_jobs(house.context)
        failed = await house.job(job)
        assert (failed.status, failed.error_type) == (Status.FAILED, "Timeout")

    async def test_a_batch_is_applied_in_order(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        place = {"job_id": job.id, "token": job.lease.token}
        line = {"at": "2026-01-01T00:00:00Z", "message": "m\x00\ud800"}
        answers = await house.reports(
            {**place, "kind": "log", "lines": [line]},
            {**place, "kind": "checkpoint", "data": {"page": 3}},
            {**place, "kind": "progress", "progress": 1},
            {**place, "kind": "outcome", "outcome": "success", "result": None},
            {**place, "kind": "renew"},
            {**place, "job_id": "job_01AAAAAAAAAAAAAAAAAAAAAAAA", "kind": "renew"},
        )
        assert [a.status for a in answers] == [200, 200, 200, 200, 409, 404]
        row = await house.store.job(job.id)
        assert (row.payloads.checkpoint, row.payloads.result, row.job.progress) == ('{"page":3}', "null", 1)

    async def test_a_result_over_the_limit_is_refused_alone(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        answer = await house.report(job, "outcome", outcome="success", result="x" * 300_000)
        assert (answer.status, answer.code) == (413, "too_large")
        assert (await house.job(job)).status is Status.ACTIVE


class TestCancel:
    async def test_what_waits_is_cancelled(self, house: Any) -> None:
        job = await house.enqueue()
        await cancel_job(house.context, job.id, CancelIn(reason="no"))
        assert await house.types(job) == ["job.queued", "job.cancelled"]
        assert await house.lease() == []

    async def test_the_worker_learns_of_it_with_its_next_report(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        await cancel_job(house.context, job.id, CancelIn())
        answer = await house.report(job, "renew")
        assert answer.job.cancel_requested_at_ms is not None
        await house.report(job, "outcome", outcome="cancelled")
        assert (await house.types(job))[-1] == "job.cancelled"

    async def test_an_ended_lease_cancels_what_was_asked_to_stop(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        await cancel_job(house.context, job.id, CancelIn())
        await house.clock.advance(31)
        await advance_due_jobs(house.context)
        assert (await house.job(job)).status is Status.CANCELLED

    async def test_a_finished_job_refuses(self, house: Any) -> None:
        job = await house.enqueue()
        await cancel_job(house.context, job.id, CancelIn())
        with pytest.raises(Refusal) as refusal:
            await cancel_job(house.context, job.id, CancelIn())
        assert refusal.value.status == 409


class TestRetry:
    async def test_it_makes_a_new_job_and_leaves_the_old(self, house: Any) -> None:
        job = await house.enqueue(kwargs={"a": 1})
        with pytest.raises(Refusal):
            await retry_job(house.context, job.id, RetryIn(), Origin())
        await cancel_job(house.context, job.id, CancelIn())
        before = await house.job(job)
        row = await retry_job(house.context, job.id, RetryIn(), Origin())
        assert (row.job.retried_from, row.job.trigger, row.payloads.kwargs) == (job.id, "retry", '{"a":1}')
        assert row.job.root_id == row.job.id
        assert await house.job(job) == before

    async def test_it_takes_other_arguments(self, house: Any) -> None:
        job = await house.enqueue(kwargs={"a": 1})
        await cancel_job(house.context, job.id, CancelIn())
        row = await retry_job(house.context, job.id, RetryIn(kwargs={"a": 2}), Origin())
        assert (await house.store.job(row.job.id)).payloads.kwargs == '{"a":2}'


class TestDeclare:
    async def test_declaring_again_does_not_resume(self, house: Any) -> None:
        await set_paused(house.context, "resize", True)
        await house.declare("resize", name="New name")
        function = await house.store.function("resize")
        assert (function.paused, function.name) == (True, "New name")

    async def test_what_a_worker_declared_is_let_go_once_it_has_left_the_fleet(self, house: Any) -> None:
        async def declare(worker: str, *fleet: str) -> list[str]:
            wish = DeclareIn.model_validate({"worker_id": worker, "functions": [{"key": "resize"}]})
            await declare_functions(house.context, wish, fleet)
            return sorted(one.worker_id for one in await house.store.declarations("resize"))

        assert await declare("stays") == ["stays"]
        assert await declare("leaves") == ["leaves", "stays"]
        await house.clock.advance(3 * 3600)
        assert await declare("begins", "stays") == ["begins", "stays"]
