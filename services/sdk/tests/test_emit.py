"""Functions that are triggered by events, and telling one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from millstream import Context, InvalidArguments, Millstream, TooLarge, tracing
from millstream.testing import MemoryServer, run_job
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import BaseModel


class Paid(BaseModel):
    order_id: str
    at: datetime | None = None


@dataclass
class Lost:
    order_id: str


@pytest.fixture
def listening(app: Millstream, server: MemoryServer) -> Millstream:
    @app.function(on="order.*")
    async def book(ctx: Context, event: Paid) -> str:
        return f"{ctx.event_type} {event.order_id} {ctx.event_id}"

    @app.function(on="order.paid")
    def ship(event: dict[str, Any]) -> str:
        return event["order_id"]

    server.functions |= {one.key: one.declaration() for one in (book, ship)}
    return app


class TestDeclare:
    def test_it_says_what_triggers_it(self, listening: Millstream) -> None:
        book = listening.functions["book"].declaration()
        assert (book["type"], book["pattern"]) == ("event", "order.*")
        assert list(book["parameters"]["properties"]) == ["event"]
        assert "pattern" not in Millstream("x").function(key="plain")(lambda: None).declaration()

    @pytest.mark.parametrize("pattern", ["*", "a", "a.*", "a.b-c_d.*", "a" * 100, f"{'a' * 98}.*"])
    def test_it_takes_patterns(self, app: Millstream, pattern: str) -> None:
        @app.function(on=pattern)
        def f(event: Paid) -> None: ...

        assert f.declaration()["pattern"] == pattern

    @pytest.mark.parametrize(
        "pattern", ["", "**", ".*", "a*", "*.a", "A", "a..b", "a.", "a.*.b", "a" * 101, f"{'a' * 99}.*"]
    )
    def test_it_refuses_others(self, app: Millstream, pattern: str) -> None:
        with pytest.raises(ValueError, match=r"no type of events|too long"):

            @app.function(on=pattern)
            def f(event: Paid) -> None: ...

        assert app.functions == {}

    def test_it_refuses_what_takes_no_event(self, app: Millstream) -> None:
        def nothing() -> None: ...
        def other(order: Paid) -> None: ...
        def more(event: Paid, ctx: Context, extra: int = 1) -> None: ...
        def no_context(event: Paid, extra: int = 1) -> None: ...
        def text(event: str) -> None: ...
        def many(event: list[Paid]) -> None: ...
        def unknown(event: Nowhere, one: int, two: int) -> None: ...  # noqa: F821  # never defined

        for fn in (nothing, other, more, no_context, text, many, unknown):
            with pytest.raises(TypeError, match="takes one argument named event beside the context"):
                app.function(on="order.paid")(fn)

    def test_what_is_defined_further_down_is_looked_at_when_it_is_known(self, app: Millstream, monkeypatch) -> None:
        @app.function(on="order.paid")
        def later(event: Later, job: Now) -> None: ...  # noqa: F821  # defined below it

        for name, kind in (("Later", Paid), ("Now", int)):
            monkeypatch.setitem(later.fn.__globals__, name, kind)
        with pytest.raises(TypeError, match="takes one argument named event"):
            later.declaration()
        monkeypatch.setitem(later.fn.__globals__, "Now", Context)
        assert later.declaration()["pattern"] == "order.paid"


class TestEmit:
    async def test_each_function_it_triggers_runs_with_it(self, listening: Millstream, server, working) -> None:
        emitted = await listening.emit("order.paid", Paid(order_id="42", at=datetime(2026, 1, 1, tzinfo=UTC)))
        book, ship = emitted.jobs
        assert server.jobs[ship.id].kwargs == {"event": {"order_id": "42", "at": "2026-01-01T00:00:00Z"}}
        async with working():
            assert await book.result(10) == f"order.paid 42 {emitted.id}"
            assert await ship.result(10) == "42"

    async def test_it_says_what_dataclasses_and_dicts_say(self, listening: Millstream, server) -> None:
        for data in (Lost("1"), {"order_id": "1"}):
            [job] = (await listening.emit("order.lost", data)).jobs
            assert server.jobs[job.id].kwargs == {"event": {"order_id": "1"}}
        assert (await listening.emit("user.left")).jobs == ()

    async def test_options_travel_apart_from_what_it_says(self, listening: Millstream, server) -> None:
        at = datetime.now(UTC) + timedelta(hours=1)
        [job] = (await listening.emit("order.lost", {"a": 1}, scheduled_at=at, priority=7, tags=["blue"])).jobs
        kept = server.jobs[job.id]
        assert (kept.priority, kept.tags, kept.scheduled_at) == (7, ["blue"], at.isoformat().replace("+00:00", "Z"))

    async def test_an_answer_that_is_lost_is_asked_for_again_and_is_one_event(self, listening, server) -> None:
        server.lose_answers = 2
        emitted = await listening.emit("order.paid", {"order_id": "1"})
        assert [job.id for job in emitted.jobs] == list(server.jobs)
        assert server.requests.count(("POST", "/events")) == 3

    async def test_the_same_key_finds_the_first(self, listening: Millstream) -> None:
        first = await listening.emit("order.paid", {}, idempotency_key="k")
        second = await listening.emit("order.paid", {}, idempotency_key="k")
        assert (first.id, [job.id for job in first.jobs]) == (second.id, [job.id for job in second.jobs])

    @pytest.mark.parametrize("data", [[1], "paid", 1, {"a": object()}, {"a": math.nan}, {"a": "\ud800"}])
    async def test_what_is_no_object_of_json_is_refused_before_anything_is_sent(self, listening, server, data) -> None:
        with pytest.raises(InvalidArguments, match=r"do not fit order\.paid: event"):
            await listening.emit("order.paid", data)
        assert server.requests == []

    async def test_what_is_too_large_is_refused_before_anything_is_sent(self, listening, server) -> None:
        with pytest.raises(TooLarge):
            await listening.emit("order.paid", {"a": "x" * 262_144})
        with pytest.raises(ValueError, match="no type of events"):
            await listening.emit("order.*", {})
        assert server.requests == []

    def test_the_synchronous_twin_tells_it_too(self, listening: Millstream, server) -> None:
        emitted = listening.emit_sync("order.lost", {"order_id": "1"}, tags=["eu"])
        assert [(job.id, job.tags) for job in server.jobs.values()] == [(emitted.jobs[0].id, ["eu"])]

    async def test_what_a_running_job_tells_are_its_children(self, listening: Millstream, server, working) -> None:
        @listening.function()
        async def pay() -> str:
            return (await listening.emit("order.paid", {"order_id": "1"})).id

        async with working():
            handle = await pay.enqueue()
            await handle.result(10)
        children = [job for job in server.jobs.values() if job.event is not None]
        assert {job.parent_id for job in children} == {handle.id}
        assert len(children) == 2

    async def test_it_is_one_trace_with_who_tells(self, listening: Millstream, server, monkeypatch) -> None:
        spans, provider = InMemorySpanExporter(), TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(spans))
        monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
        emitted = await listening.emit("order.paid", {"order_id": "1"})
        [span] = spans.get_finished_spans()
        assert (span.name, span.attributes["messaging.message.id"]) == ("emit order.paid", emitted.id)
        trace_id = f"{span.context.trace_id:032x}"
        assert {job.trace_id for job in server.jobs.values()} == {trace_id}
        provider.shutdown()

    async def test_a_server_of_before_says_that_it_cannot(self, app: Millstream, server) -> None:
        """As one that refuses for good: nothing is asked twice."""
        server._emit = lambda *_: _not_implemented()
        with pytest.raises(Exception, match="not available"):
            await app.emit("order.paid", {})
        assert len(server.requests) == 1


def _not_implemented() -> Any:
    from millstream.testing.server import _problem

    return _problem(501, "not_implemented", "Triggering functions by events is not available in this version.")


def test_one_runs_where_its_test_is(app: Millstream) -> None:
    @app.function(on="order.*")
    def book(event: Paid) -> str:
        return event.order_id

    assert run_job(book, {"event": {"order_id": "42"}}) == "42"


async def test_it_may_be_enqueued_by_hand(listening: Millstream, server) -> None:
    book = listening.functions["book"]
    await book.enqueue(event=Paid(order_id="1"))
    with pytest.raises(InvalidArguments):
        await book.enqueue(event={"order": "1"})
    assert [job.event for job in server.jobs.values()] == [None]
