"""Rate limits: what is one, that no window holds more starts than it says, and that nothing waits longer than it must."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from millstream_contracts.times import parse_rfc3339
from millstream_jobs.bell import Bell
from millstream_jobs.handlers.enqueue import Wish, enqueue_jobs
from millstream_jobs.inputs import EnqueueIn
from millstream_jobs.rates import SLOTS, Opening, RateLimit, Starts

T0 = 1_767_225_600_000
NUMBERS = itertools.count()


class TestWords:
    @pytest.mark.parametrize(
        ("text", "kept", "window_ms"),
        [
            ("10/s", "10/s", 1_000),
            ("100/minute", "100/m", 60_000),
            ("5000/h", "5000/h", 3_600_000),
            ("1/day", "1/d", 86_400_000),
            ("1000000/second", "1000000/s", 1_000),
        ],
    )
    def test_a_limit_is_a_count_and_a_unit(self, text: str, kept: str, window_ms: int) -> None:
        limit = RateLimit.parse(text)
        assert (str(limit), limit.window_ms) == (kept, window_ms)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "10",
            "0/s",
            "010/s",
            "-1/s",
            "1.5/s",
            "1000001/s",
            "10/w",
            "10/S",
            " 10/s",
            "10/s\n",
            "10 per second",
            "١/s",
        ],
    )
    def test_anything_else_is_none(self, text: str) -> None:
        with pytest.raises(ValueError, match="1 to 1,000,000 and s, m, h or d"):
            RateLimit.parse(text)


class TestStarts:
    def test_a_start_counts_for_the_window_and_no_longer(self) -> None:
        limit = RateLimit(2, "s")
        starts = Starts().after(limit, 1, T0).after(limit, 1, T0 + 400)
        assert (starts.room(limit, T0 + 999), starts.room(limit, T0 + 1_000), starts.room(limit, T0 + 1_400)) == (
            0,
            1,
            2,
        )
        assert starts.opening(limit, T0 + 500) == Opening(T0 + 1_000, 1)
        assert starts.opening(limit, T0 + 1_000) == Opening(T0 + 1_000, 1)

    def test_what_is_kept_does_not_grow_with_the_count(self) -> None:
        for text in ("1000000/s", "1000000/m", "60/s", "61/s", "61/d"):
            limit, starts = RateLimit.parse(text), Starts()
            for step in range(1_000):
                now_ms = T0 + step * (limit.window_ms // 250)
                if starts.room(limit, now_ms):
                    starts = starts.after(limit, 1, now_ms)
            assert len(starts.parts) <= SLOTS + 1

    def test_what_started_under_a_limit_counts_for_the_next(self) -> None:
        fast, slow = RateLimit(100, "s"), RateLimit(3, "m")
        starts = Starts().after(fast, 4, T0).after(fast, 3, T0 + 900)
        assert starts.room(slow, T0 + 1_000) == 0
        assert starts.opening(slow, T0 + 1_000) == Opening(T0 + 60_900, 3)
        assert starts.room(RateLimit(10, "m"), T0 + 1_000) == 3

    def test_a_clock_that_is_behind_lets_nothing_through_that_its_neighbour_would_not(self) -> None:
        limit = RateLimit(2, "s")
        starts = Starts().after(limit, 1, T0 + 300).after(limit, 1, T0)
        assert starts.parts == ((T0 + 300, 2),)
        assert starts.room(limit, T0 + 1_200) == 0

    @given(
        count=st.one_of(st.integers(1, 5), st.integers(SLOTS - 1, SLOTS + 5), st.integers(100, 400)),
        unit=st.sampled_from("smhd"),
        steps=st.lists(st.tuples(st.floats(0, 1.2), st.integers(1, 120)), min_size=1, max_size=120),
    )
    def test_any_steps_keep_the_limit_and_leave_nothing_waiting(
        self, count: int, unit: str, steps: list[tuple[float, int]]
    ) -> None:
        """Each step is a share of the window that passes and how many would like to start then."""
        limit, starts, begun, now_ms = RateLimit(count, unit), Starts(), list[int](), T0
        for share, wanted in steps:
            now_ms += int(share * limit.window_ms / 4)
            begun += [now_ms] * (taken := min(wanted, starts.room(limit, now_ms)))
            starts = starts.after(limit, taken, now_ms) if taken else starts
            counting_ms = limit.window_ms + limit.slot_ms - 1
            must = count - sum(at_ms > now_ms - counting_ms for at_ms in begun[: len(begun) - taken])
            assert taken >= min(wanted, must)
        keeps_to(limit, begun)


def keeps_to(limit: RateLimit, begun: Sequence[int]) -> None:
    """No window of the unit holds more starts than the count."""
    ordered = sorted(begun)
    for first, beyond in zip(ordered, ordered[limit.count :], strict=False):
        assert beyond - first >= limit.window_ms


async def enqueue(house: Any, function: str, count: int, **more: Any) -> None:
    wish = EnqueueIn.model_validate({"function": function, **more})
    await enqueue_jobs(house.context, [Wish(wish) for _ in range(count)])


async def started(house: Any) -> list[int]:
    return [event.at_ms for event in await house.said() if event.type == "job.started"]


async def opens(house: Any) -> asyncio.Task[None]:
    return asyncio.create_task(house.context.bell.openings.run(house.clock))


async def waiting(house: Any, count: int = 1) -> None:
    """Until so many workers wait, and nothing else is left to do."""
    sleepers = house.clock._sleepers
    while sum(not waiter.done() for *_, waiter in sleepers) < count + 1:
        await asyncio.sleep(0.001)


class TestLease:
    async def test_what_may_not_start_yet_waits_in_its_order_and_holds_up_nothing_else(self, house: Any) -> None:
        await house.declare("limited", rate_limit="2/m")
        late, urgent = [await house.enqueue("limited", priority=p) for p in (0, 9)]
        await house.clock.advance(1)
        last, other = await house.enqueue("limited"), await house.enqueue("resize")
        both = ("limited", "resize")
        assert [row.job.id for row in await house.lease(*both, most=2)] == [urgent.id, late.id]
        assert [row.job.id for row in await house.lease(*both, most=2)] == [other.id]
        await house.clock.advance(59.9)
        assert await house.lease(*both) == []
        await house.clock.advance(0.1)
        assert [row.job.id for row in await house.lease(*both, most=2)] == [last.id]

    async def test_attempts_that_failed_or_were_handed_back_have_started_too(self, house: Any) -> None:
        await house.declare("limited", rate_limit="2/m", max_retries=3, retry_delay=0)
        await house.enqueue("limited")
        await house.report(await house.lease_one("limited"), "hand_back")
        await house.report(await house.lease_one("limited"), "hand_back")
        assert await house.lease("limited") == []

    async def test_both_limits_count(self, house: Any) -> None:
        await house.declare("limited", rate_limit="3/m", max_concurrency=2)
        await enqueue(house, "limited", 6)
        first = await house.lease("limited", most=9)
        assert len(first) == 2
        for row in first:
            await house.report(row.job, "outcome", outcome="success")
        assert len(await house.lease("limited", most=9)) == 1
        await house.clock.advance(60)
        assert len(await house.lease("limited", most=9)) == 1

    async def test_a_limit_that_is_taken_away_or_raised_counts_at_once(self, house: Any) -> None:
        await house.declare("limited", rate_limit="1/d")
        await enqueue(house, "limited", 9)
        assert len(await house.lease("limited", most=9)) == 1
        await house.declare("limited", rate_limit="3/d")
        assert len(await house.lease("limited", most=9)) == 2
        await house.declare("limited")
        assert len(await house.lease("limited", most=9)) == 6

    async def test_many_workers_at_once_start_no_more_than_may(self, house: Any) -> None:
        """Of two replicas; on PostgreSQL each has a connection of its own."""
        replicas = house, replace(house, context=replace(house.context, bell=Bell()))
        await house.declare("limited", rate_limit="100/s")
        await enqueue(house, "limited", 180)
        for _ in range(2):
            leases = [replicas[n % 2].lease("limited", most=7, worker=f"w{n}") for n in range(20)]
            # Rows that another worker looks at are passed by, so not all need have been found at once.
            parts = await asyncio.gather(*leases)
            left = 100 - sum(len(part) for part in parts)
            assert left >= 0
            while rows := await house.lease("limited", most=7):
                left -= len(rows)
            assert left in (0, 20)
            await house.clock.advance(1)
        keeps_to(RateLimit(100, "s"), await started(house))

    async def test_functions_without_a_limit_ask_nothing_more(self, house: Any, monkeypatch: Any) -> None:
        await house.enqueue()
        transactions = type(await first_transaction(house))
        for question in ("starts", "keep_starts", "running"):
            monkeypatch.setattr(transactions, question, None)
        assert len(await house.lease()) == 1


async def first_transaction(house: Any) -> Any:
    async with house.store.begin() as transaction:
        return transaction


class TestWaiting:
    async def test_a_long_poll_is_given_the_job_at_the_instant_it_may_start(self, house: Any) -> None:
        await house.declare("limited", rate_limit="2/m")
        await enqueue(house, "limited", 3)
        await house.lease("limited", most=2)
        # What it looks for by itself, every second, is not what finds it.
        await house.clock.advance(0.25)
        opening = await opens(house)
        poll = asyncio.create_task(house.lease("limited", wait_s=100))
        await waiting(house)
        for _ in range(59):
            await house.clock.advance(1)
            await waiting(house)
        await house.clock.advance(0.7)
        await waiting(house)
        assert not poll.done()
        await house.clock.advance(0.05)
        [row] = await asyncio.wait_for(poll, 30)
        assert row.job.started_at_ms == T0 + 60_000
        opening.cancel()

    async def test_a_worker_that_waits_looks_at_the_queue_no_more_than_it_did(self, house: Any) -> None:
        """Ten of them, while nothing may start: a transaction in a second, not one each."""
        await house.declare("limited", rate_limit="1/d")
        await enqueue(house, "limited", 2)
        await house.lease("limited")
        opening = await opens(house)
        polls = [asyncio.create_task(house.lease("limited", worker=f"w{n}", wait_s=300)) for n in range(10)]
        await waiting(house, 10)
        looks = counted(house.store)
        for _ in range(20):
            await house.clock.advance(1)
            await waiting(house, 10)
        assert 0 < looks["begin"] <= 40
        house.context.bell.queue.close()
        assert await asyncio.gather(*polls) == [[]] * 10
        opening.cancel()

    async def test_as_many_workers_are_woken_as_jobs_may_start(self, house: Any) -> None:
        await house.declare("limited", rate_limit="3/m")
        await enqueue(house, "limited", 9)
        await house.lease("limited", most=2)
        await house.clock.advance(10)
        await house.lease("limited")
        opening = await opens(house)
        polls = [asyncio.create_task(house.lease("limited", worker=f"w{n}", wait_s=300)) for n in range(4)]
        await waiting(house, 4)
        await house.clock.advance(50)
        done, pending = await asyncio.wait(polls, timeout=30, return_when=asyncio.FIRST_COMPLETED)
        while len(done) < 2:
            more, pending = await asyncio.wait(pending, timeout=30, return_when=asyncio.FIRST_COMPLETED)
            done |= more
        assert len(done) == 2
        house.context.bell.queue.close()
        await asyncio.gather(*pending)
        opening.cancel()

    async def test_the_minutes_in_which_it_held_jobs_back_are_noted(self, house: Any) -> None:
        await house.declare("limited", rate_limit="1/m")
        await enqueue(house, "limited", 2)
        await house.lease("limited", most=1)
        assert await house.lease("limited") == []
        held = [hour.held for hour in await house.store.function_hours(0) if hour.held]
        assert [minutes.bit_count() for minutes in held] == [1]


def counted(store: Any) -> Counter[str]:
    begin, looks = store.begin, Counter[str]()

    def counting() -> Any:
        looks["begin"] += 1
        return begin()

    store.begin = counting
    return looks


class TestAnyInterleaving:
    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        limit=st.builds(RateLimit, st.sampled_from([1, 2, 7, SLOTS, 90]), st.sampled_from("sm")),
        rounds=st.lists(
            st.tuples(st.floats(0, 0.7), st.lists(st.integers(1, 40), min_size=1, max_size=3)), min_size=1, max_size=5
        ),
    )
    async def test_no_window_holds_more_and_no_job_waits_that_may_start(
        self, house: Any, limit: RateLimit, rounds: list[tuple[float, list[int]]]
    ) -> None:
        """Of workers that lease at once and hand back while time passes: each round a share of the window, and how many
        jobs each worker has room for."""
        key = f"limited-{next(NUMBERS)}"
        await house.declare(key, rate_limit=str(limit))
        await enqueue(house, key, 100)
        begun: list[int] = []
        for share, mosts in rounds:
            await house.clock.advance(share * limit.window_ms / 1000)
            now_ms = house.clock.now_ms()
            parts = await asyncio.gather(*(house.lease(key, most=most, worker=f"w{n}") for n, most in enumerate(mosts)))
            rows = [row for part in parts for row in part]
            must = limit.count - sum(at_ms > now_ms - limit.window_ms - limit.slot_ms + 1 for at_ms in begun)
            assert len(rows) >= min(must, max(mosts))
            begun += [row.job.started_at_ms for row in rows]
            # All wait again: what is tried again has started once more.
            held = [{"job_id": row.job.id, "token": row.job.lease.token} for row in rows]
            await house.reports(*({**one, "kind": "hand_back"} for one in held))
        keeps_to(limit, begun)


class TestOverHttp:
    async def test_a_wrong_limit_is_refused_by_the_name_of_its_field(self, shop: Any) -> None:
        for wrong in ("10 per second", "0/s", "1000001/s", 10):
            answer = await shop.http.post("/api/v1/functions", json={"functions": [{"key": "a", "rate_limit": wrong}]})
            assert answer.status_code == 422
            assert "rate_limit" in answer.text

    async def test_it_is_told_with_what_waits_for_it_and_why(self, shop: Any) -> None:
        await shop.declare("mail", rate_limit="2/hour", by={"worker_id": "w1"})
        jobs = [await shop.enqueue("mail") for _ in range(5)]
        assert (await shop.get("/functions/mail"))["dispatch_reasons"]["rate_limited"] == 3
        assert len(await shop.lease("mail", most=9)) == 2
        function = await shop.get("/functions/mail")
        assert function["rate_limit"] == "2/h"
        assert function["dispatch_reasons"]["rate_limited"] == 3
        reason = (await shop.get(f"/jobs/{jobs[-1]['id']}"))["reason"]
        assert reason.startswith("At most 2 jobs of the function mail start in an hour; the next may at 20")
        await shop.http.post("/api/v1/functions/mail/pause")
        reasons = (await shop.get("/functions/mail"))["dispatch_reasons"]
        assert (reasons["paused"], reasons["rate_limited"]) == (3, 0)

    async def test_a_worker_that_waits_has_the_job_within_a_tenth_of_a_second_of_its_instant(self, shop: Any) -> None:
        """On the system's clock; it looks by itself every ten seconds only."""
        desk = shop.app.state.desk
        patient = replace(desk.context, policy=replace(desk.context.policy, lease_poll_s=10))
        shop.app.state.desk = replace(desk, context=patient)
        await shop.declare("mail", rate_limit="1/s")
        for _ in range(3):
            await shop.enqueue("mail")
        started_ms, wish = [], {"worker_id": "w1", "functions": ["mail"], "wait_s": 10}
        for _ in range(3):
            [lease] = (await shop.http.post("/api/v1/leases", json=wish)).json()["leases"]
            started_ms.append(parse_rfc3339(lease["job"]["started_at"]))
        late = [after - before - 1_000 for before, after in itertools.pairwise(started_ms)]
        assert all(0 <= ms < 100 for ms in late), late
