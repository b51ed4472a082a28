"""Events: one job for each function they trigger, once, however often they are told."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from millstream_contracts.ids import new_id
from millstream_jobs.handlers.emit import Emitted, emit_event, patterns_of
from millstream_jobs.handlers.enqueue import Origin
from millstream_jobs.handlers.functions import declare_functions
from millstream_jobs.handlers.jobs import cancel_job, retry_job
from millstream_jobs.inputs import EVENT_PATTERN, EVENT_TYPE, LIMITS, CancelIn, DeclareIn, EventIn, RetryIn
from millstream_jobs.store import Transaction
from millstream_jobs.store_events import KEPT_MS
from millstream_jobs.store_sql import SqlStore
from millstream_kit.errors import Refusal
from millstream_kit.testing import problem

PAID = {"order_id": "42", "cents": 1200}
TRACE = Origin(f"00-{'a' * 32}-{'b' * 16}-01", "a" * 32)


async def emit(house: Any, type_: str = "order.paid", origin: Origin | None = None, **more: Any) -> Emitted:
    wish = EventIn.model_validate({"type": type_, "data": PAID} | more)
    return await emit_event(house.context, wish, origin or Origin())


@pytest.fixture
async def listening(house: Any) -> Any:
    """Three functions that are triggered, each by less; and `resize`, which is not."""
    for key, pattern in (("audit", "*"), ("book", "order.*"), ("ship", "order.paid")):
        await house.declare(key, type="event", pattern=pattern)
    return house


class TestEmit:
    async def test_it_makes_a_job_of_each_function_it_triggers(self, listening: Any) -> None:
        emitted = await emit(listening, origin=TRACE, priority=3, tags=["eu", "eu"])
        assert emitted.is_new
        assert [row.job.function for row in emitted.rows] == ["audit", "book", "ship"]
        for made in emitted.rows:
            row = await listening.store.job(made.job.id)
            assert row == made
            assert row.payloads.kwargs == '{"event":{"cents":1200,"order_id":"42"}}'
            assert row.payloads.event == emitted.event
            job = row.job
            assert (job.job_type, job.trigger, job.priority, job.tags) == ("event", "event", 3, ("eu",))
            assert (job.trace_id, job.traceparent, job.root_id) == (TRACE.trace_id, TRACE.traceparent, job.id)
            [said] = await listening.said(job)
            assert (said.type, said.queued.trigger) == ("job.queued", "event")

    @pytest.mark.parametrize(
        ("type_", "expected"),
        [
            ("order.paid", "audit book ship"),
            ("order.paid.late", "audit book"),
            ("order", "audit"),
            ("orders.paid", "audit"),
        ],
    )
    async def test_patterns_are_told_apart(self, listening: Any, type_: str, expected: str) -> None:
        assert [row.job.function for row in (await emit(listening, type_)).rows] == expected.split()

    async def test_none_that_listens_is_no_error(self, house: Any) -> None:
        emitted = await emit(house, idempotency_key="k")
        assert (emitted.rows, emitted.is_new) == ([], True)
        again = await emit(house, idempotency_key="k")
        assert (again.rows, again.is_new, again.event) == ([], False, emitted.event)

    async def test_a_running_job_is_the_parent_of_what_it_leads_to(self, listening: Any) -> None:
        parent = await listening.enqueue()
        emitted = await emit(listening, parent_id=parent.id)
        assert {(row.job.parent_id, row.job.root_id, row.job.trigger) for row in emitted.rows} == {
            (parent.id, parent.id, "event")
        }

    async def test_they_wait_until_their_time(self, listening: Any) -> None:
        now_ms = listening.clock.now_ms()
        for row in (await emit(listening, delay_s=60)).rows:
            assert (row.job.status, row.job.due_at_ms) == ("pending", now_ms + 60_000)

    async def test_a_function_that_is_declared_without_a_pattern_is_triggered_no_more(self, listening: Any) -> None:
        await listening.declare("ship")
        assert [row.job.function for row in (await emit(listening)).rows] == ["audit", "book"]
        assert (await listening.store.function("ship")).pattern is None

    async def test_a_paused_function_loses_none(self, listening: Any) -> None:
        async with listening.store.begin() as transaction:
            await transaction.set_paused("ship", True)
        assert "ship" in [row.job.function for row in (await emit(listening)).rows]

    async def test_it_is_refused_whole_where_too_many_listen(self, house: Any) -> None:
        functions = [{"key": f"f{n}", "type": "event", "pattern": "*"} for n in range(LIMITS.event_functions + 1)]
        await declare_functions(house.context, DeclareIn.model_validate({"functions": functions}))
        with pytest.raises(Refusal) as refusal:
            await emit(house, idempotency_key="k")
        assert (refusal.value.status, refusal.value.code) == (409, "too_many_functions")
        assert (await house.said(), (await house.store.standings()).get("f1")) == ([], None)
        await house.declare("f1")
        assert len((await emit(house, idempotency_key="k")).rows) == LIMITS.event_functions

    async def test_what_is_run_again_is_of_the_same_event(self, listening: Any) -> None:
        emitted = await emit(listening)
        job = emitted.rows[2].job
        await cancel_job(listening.context, job.id, CancelIn())
        again = await retry_job(listening.context, job.id, RetryIn(), Origin())
        row = await listening.store.job(again.job.id)
        assert row == again
        assert (row.job.trigger, row.payloads.event) == ("retry", emitted.event)
        assert row.job.idempotency_key is None

    async def test_trends_count_them_as_of_events(self, listening: Any) -> None:
        await emit(listening)
        for row in await listening.lease("audit", "book", "ship", most=3):
            await listening.report(row.job, "outcome", outcome="success")
        await listening.store.fold(100)
        hours, _ = await listening.store.trend_hours(0, job_type="event")
        assert sum(hour.complete for hour in hours) == 3
        assert (await listening.store.trend_hours(0, job_type="task"))[0] == []


class TestOnce:
    async def test_the_same_key_finds_what_was_made(self, listening: Any) -> None:
        first = await emit(listening, idempotency_key="k")
        await listening.declare("late", type="event", pattern="*")
        second = await emit(listening, idempotency_key="k")
        assert (second.is_new, second.event) == (False, first.event)
        assert second.rows == first.rows
        assert (await emit(listening, "order.lost", idempotency_key="k")).is_new

    async def test_the_same_key_with_other_data_is_refused(self, listening: Any) -> None:
        first = await emit(listening, idempotency_key="k")
        with pytest.raises(Refusal) as refusal:
            await emit(listening, idempotency_key="k", data={})
        assert (refusal.value.status, refusal.value.code) == (409, "idempotency_conflict")
        assert first.event.id in refusal.value.detail

    async def test_without_a_key_it_is_another_event(self, listening: Any) -> None:
        assert (await emit(listening)).event != (await emit(listening)).event

    async def test_many_at_once_make_it_once(self, listening: Any) -> None:
        answers = await asyncio.gather(*(emit(listening, idempotency_key="once") for _ in range(8)))
        assert len({answer.event for answer in answers}) == 1
        assert sum(answer.is_new for answer in answers) == 1
        assert len(await listening.said()) == 3

    async def test_a_key_is_let_go_after_a_week(self, listening: Any) -> None:
        first = await emit(listening, idempotency_key="old")
        await listening.clock.advance(KEPT_MS / 1000)
        second = await emit(listening, idempotency_key="new")
        assert await listening.store.forget_events(10) == 0
        await listening.clock.advance(1)
        assert await listening.store.forget_events(10) == 1
        assert (await emit(listening, idempotency_key="old")).event != first.event
        assert (await emit(listening, idempotency_key="new")).event == second.event


@dataclass
class Dying:
    """A store whose process dies at the next commit, or before its answer is sent."""

    store: SqlStore
    dies: str = ""

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        async with self.store.begin() as transaction:
            yield transaction
            if self.dies == "before":
                raise ConnectionResetError
        if self.dies == "after":
            raise ConnectionResetError


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_however_it_dies_and_is_told_again_each_function_gets_one_job(listening: Any, data: Any) -> None:
    """A client that hears no answer tells it again, while functions come and go."""
    key = new_id("key")
    dying = Dying(listening.store)
    house = replace(listening, context=replace(listening.context, store=dying))
    before = len(await listening.said())
    tries = data.draw(st.lists(st.tuples(st.sampled_from(["before", "after"]), st.booleans()), max_size=4))
    committed: set[str] | None = None
    for dies, listens in tries:
        await listening.declare("ship", **({"type": "event", "pattern": "order.*"} if listens else {}))
        dying.dies = dies
        with pytest.raises(ConnectionResetError):
            await emit(house, idempotency_key=key)
        if committed is None and dies == "after":
            committed = {"audit", "book"} | ({"ship"} if listens else set())
    dying.dies = ""
    emitted = await emit(house, idempotency_key=key)
    functions = [row.job.function for row in emitted.rows]
    assert committed is None or set(functions) == committed
    assert emitted.is_new is (committed is None)
    assert len(functions) == len(set(functions)) == len(await listening.said()) - before


NAMES = st.text("ab0_-", min_size=1, max_size=3).filter(lambda name: name[0] not in "_-")
TYPES = st.lists(NAMES, min_size=1, max_size=4).map(".".join)


@given(TYPES, TYPES, st.sampled_from(["", ".*"]))
def test_a_pattern_is_the_type_or_all_below_it(event_type: str, name: str, rest: str) -> None:
    assert re.match(EVENT_TYPE, event_type)
    assert all(re.match(EVENT_PATTERN, pattern) for pattern in patterns_of(event_type))
    fits = event_type.startswith(f"{name}.") if rest else event_type == name
    assert (name + rest in patterns_of(event_type)) is fits


class TestHttp:
    @pytest.fixture
    async def shop(self, shop: Any) -> Any:
        await shop.declare("ship", type="event", pattern="order.*")
        return shop

    async def test_it_answers_with_the_jobs(self, shop: Any) -> None:
        body = {"type": "order.paid", "data": PAID, "idempotency_key": "k"}
        first = await shop.http.post("/api/v1/events", json=body)
        second = await shop.http.post("/api/v1/events", json=body)
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()
        event_id = first.json()["id"]
        assert re.fullmatch(r"evt_[0-9A-HJKMNP-TV-Z]{26}", event_id)
        [job] = first.json()["jobs"]
        assert (job["job_type"], job["kwargs"]) == ("event", {"event": PAID})
        assert job["source"] == {"type": "event", "event_id": event_id, "event_type": "order.paid"}
        assert await shop.get(f"/jobs/{job['id']}") | job == await shop.get(f"/jobs/{job['id']}")
        assert (await shop.get("/jobs"))["jobs"] == [job]
        assert (await shop.get("/jobs", idempotency_key=event_id))["jobs"] == [job]
        [lease] = await shop.lease("ship")
        assert lease["job"]["source"] == job["source"]
        problem(await shop.http.post("/api/v1/events", json=body | {"data": {}}), 409, "idempotency_conflict")
        assert (await shop.http.post("/api/v1/events", json={"type": "user.left"})).json()["jobs"] == []

    async def test_a_function_says_what_triggers_it(self, shop: Any) -> None:
        [function] = (await shop.get("/functions", type="event"))["functions"]
        assert (function["key"], function["type"], function["pattern"]) == ("ship", "event", "order.*")
        assert (await shop.get("/functions/resize"))["pattern"] is None

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"type": "order.paid", "surprise": 1},
            *({"type": wrong} for wrong in ("", "*", "order.*", "Order", ".paid", "order.", "a..b", "-a", "a.-b", "a/b", "a" * 101)),
            {"type": "a", "data": []},
            {"type": "a", "data": None},
            {"type": "a", "data": {"a": "x" * (LIMITS.kwargs_bytes - len('{"event":{"a":""}}') + 1)}},
            {"type": "a", "data": {"nul": "\x00"}, "idempotency_key": ""},
            {"type": "a", "idempotency_key": "x" * 256},
            {"type": "a", "priority": 10},
            {"type": "a", "delay_s": -1},
            {"type": "a", "delay_s": 1, "scheduled_at": "2030-01-01T00:00:00Z"},
            {"type": "a", "scheduled_at": "tomorrow"},
            {"type": "a", "parent_id": "job_1"},
            {"type": "a", "parent_id": "job_01AAAAAAAAAAAAAAAAAAAAAAAA"},
            {"type": "a", "tags": ["Not A Tag"]},
        ],
    )  # fmt: skip
    async def test_what_is_no_event_is_422(self, shop: Any, body: dict[str, Any]) -> None:
        problem(await shop.http.post("/api/v1/events", json=body), 422, "invalid")
        assert (await shop.get("/jobs"))["total"] == 0

    async def test_data_may_be_as_large_and_deep_as_arguments(self, shop: Any) -> None:
        most = {"a": "x" * (LIMITS.kwargs_bytes - len('{"event":{"a":""}}'))}
        deep: Any = []
        for _ in range(LIMITS.json_levels - 3):
            deep = [deep]
        for data in (most, {"a": deep}):
            answer = await shop.http.post("/api/v1/events", json={"type": "order.a", "data": data})
            assert (answer.status_code, len(answer.json()["jobs"])) == (201, 1)
        answer = await shop.http.post("/api/v1/events", json={"type": "order.a", "data": {"a": [deep]}})
        problem(answer, 422, "invalid")

    @pytest.mark.parametrize(
        "function",
        [
            {"type": "event"},
            {"pattern": "order.paid"},
            {"type": "task", "pattern": "*"},
            *({"type": "event", "pattern": wrong} for wrong in ("", "**", "*.paid", "order*", "order.*.x", "Order.*", "a" * 101)),
        ],
    )  # fmt: skip
    async def test_a_pattern_belongs_to_functions_of_events(self, shop: Any, function: dict[str, Any]) -> None:
        declared = {"functions": [{"key": "wrong", **function}]}
        problem(await shop.http.post("/api/v1/functions", json=declared), 422, "invalid")
        problem(await shop.http.get("/api/v1/functions/wrong"), 404, "unknown_function")

    async def test_events_are_not_read_here(self, shop: Any) -> None:
        answer = await shop.http.get("/api/v1/events")
        problem(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == "POST"
