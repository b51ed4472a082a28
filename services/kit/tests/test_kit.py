"""Leases fence, clocks wake in order, loops come back, cursors are ours, a trace goes through, and logs keep values to themselves."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner import default as kafka_partitioner
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.errors import Refusal
from millstream_kit.leases import Leases, lease_table
from millstream_kit.log_rules import murmur2
from millstream_kit.paging import PageQuery, Total, decode_cursor, encode_cursor
from millstream_kit.tasks import Supervisor
from millstream_kit.telemetry import Telemetry, context_from, current_trace_id, current_traceparent
from millstream_kit.testing import wait_until
from pydantic import Field
from sqlalchemy import MetaData
from starlette.responses import PlainTextResponse

NAMES = ["shard-0", "shard-1", "shard-2", "shard-3"]
METADATA = MetaData()
TABLE = lease_table(METADATA)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path}/x.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(url, service="kit")
    async with database.begin() as connection:
        if database.dialect == "postgresql":
            await connection.exec_driver_sql("CREATE SCHEMA kit")
        await connection.run_sync(METADATA.create_all)
    yield database
    await database.close()


class TestLeases:
    def holder(self, database: Database, clock: ManualClock, name: str) -> Leases:
        return Leases(database, TABLE, holder=name, ttl_s=10, clock=clock)

    async def test_a_lease_has_one_holder_and_a_growing_epoch(self, database: Database) -> None:
        clock = ManualClock()
        first, second = self.holder(database, clock, "a"), self.holder(database, clock, "b")
        assert await first.acquire(NAMES, most=2) == {"shard-0": 1, "shard-1": 1}
        assert await second.acquire(NAMES) == {"shard-2": 1, "shard-3": 1}
        await clock.advance(11)
        assert await second.acquire(NAMES) == dict.fromkeys(NAMES, 2)
        assert await first.acquire(NAMES) == {}

    async def test_who_slept_past_its_expiry_is_fenced_off(self, database: Database) -> None:
        clock = ManualClock()
        first, second = self.holder(database, clock, "a"), self.holder(database, clock, "b")
        held = await first.acquire(NAMES[:1])
        async with database.begin() as connection:
            assert await first.lost(connection, held) == set()
        await clock.advance(11)
        async with database.begin() as connection:
            assert await first.lost(connection, held) == {"shard-0"}
        await second.acquire(NAMES[:1])
        async with database.begin() as connection:
            assert await first.lost(connection, held) == {"shard-0"}

    async def test_what_work_is_done_under_is_not_lost_by_renewing(self, database: Database) -> None:
        clock = ManualClock()
        first, second = self.holder(database, clock, "a"), self.holder(database, clock, "b")
        held = await first.acquire(NAMES[:2])
        async with database.begin() as connection:
            assert await first.lost(connection, held) == set()
            renewing = asyncio.create_task(first.acquire(NAMES[:2]))
            if database.dialect == "postgresql":  # SQLite has one transaction at a time
                assert await second.acquire(NAMES) == {"shard-2": 1, "shard-3": 1}
        assert await renewing == held
        await clock.advance(9)
        await first.acquire(NAMES[:2])
        await clock.advance(9)
        assert await second.acquire(NAMES[:2]) == {}

    async def test_what_is_released_is_free_at_once(self, database: Database) -> None:
        clock = ManualClock()
        first, second = self.holder(database, clock, "a"), self.holder(database, clock, "b")
        await first.acquire(NAMES)
        assert await second.holders("shard-") == 2
        await first.release()
        assert len(await second.acquire(NAMES)) == 4

    async def test_many_at_once_never_share_one(self, database: Database) -> None:
        clock = ManualClock()
        holders = [self.holder(database, clock, str(n)) for n in range(8)]
        held = await asyncio.gather(*(holder.acquire(NAMES) for holder in holders))
        taken = [name for each in held for name in each]
        assert len(taken) == len(set(taken))


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.begin() as connection:
            await connection.execute(TABLE.insert().values(name="x", holder="", epoch=0, expires_at_ms=0))
            raise RuntimeError
    async with database.connect() as connection:
        assert (await connection.execute(TABLE.select())).all() == []


async def test_a_manual_clock_wakes_sleepers_in_the_order_of_their_deadlines() -> None:
    clock, woken = ManualClock(), []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((seconds, clock.monotonic()))

    async with asyncio.TaskGroup() as group:
        for seconds in (3.0, 1.0, 2.0):
            group.create_task(sleeper(seconds))
        await asyncio.sleep(0)
        await clock.advance(2.5)
        assert woken == [(1.0, 1.0), (2.0, 2.0)]
        await clock.advance(1)


async def test_a_loop_that_falls_is_started_again_and_all_end_together() -> None:
    runs = 0

    async def falls_twice() -> None:
        nonlocal runs
        runs += 1
        if runs < 3:
            raise RuntimeError("fell")
        await asyncio.Event().wait()

    async with Supervisor() as supervisor:
        supervisor.run("sample", falls_twice)
        await wait_until(lambda: runs == 3)
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "sample"]


@given(st.dictionaries(st.text(max_size=5), st.one_of(st.integers(), st.text(max_size=9), st.none()), max_size=4))
def test_cursors_survive_the_round_trip(place: dict[str, object]) -> None:
    assert decode_cursor(encode_cursor(place)) == place


class Sought(PageQuery):
    limit: int = 10
    tag: list[str] = Field(default_factory=list)
    word: str | None = None
    after: int | None = None


@pytest.mark.parametrize("total", [Total(0, True), Total(10_000, False)])
def test_a_cursor_carries_the_first_pages_total(total: Total) -> None:
    first = Sought().pages("things")
    assert (first.place, first.total) == ({}, None)
    assert Sought(cursor=first.after({"id": "a", **total.carried()})).pages("things").total == total


@pytest.mark.parametrize("odd", [{}, {"total": 10**30, "exact": True}, {"total": True, "exact": True}, {"total": 1}])
def test_a_total_that_is_none_is_counted_anew(odd: dict[str, object]) -> None:
    cursor = Sought().pages("things").after({"id": "a", **odd})
    assert Sought(cursor=cursor).pages("things").total is None


class TestACursorIsOfItsList:
    cursor = Sought(tag=["a", "b"], word="w", after=1).pages("things").after({"id": "a"})

    @pytest.mark.parametrize(
        "same",
        [
            {"tag": ["a", "b"], "word": "w", "after": 1},
            {"tag": ["b", "a"], "word": "w", "after": 1},
            {"tag": ["a", "b"], "word": "w", "after": 2, "limit": 99},
        ],
    )
    def test_whose_pages_may_be_longer_and_whose_period_moves_on(self, same: dict[str, Any]) -> None:
        assert Sought(**same, cursor=self.cursor).pages("things").place["id"] == "a"

    @pytest.mark.parametrize("other", [{}, {"tag": ["a"], "word": "w"}, {"tag": ["a", "b"], "word": "v"}])
    def test_and_of_its_filters(self, other: dict[str, Any]) -> None:
        with pytest.raises(Refusal, match=r"^cursor: not a cursor of this list with these filters$"):
            Sought(**other, cursor=self.cursor).pages("things")

    def test_and_of_no_other(self) -> None:
        for cursor in (Sought().pages("things").after({"id": "a"}), encode_cursor({"id": "a"}), encode_cursor({})):
            with pytest.raises(Refusal):
                Sought(cursor=cursor).pages("others")


@given(st.text(max_size=60))
def test_what_is_no_cursor_of_ours_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        decode_cursor(text)


def test_without_an_endpoint_nothing_is_recorded_and_nothing_invented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    telemetry = Telemetry("sample")
    with telemetry.tracer.start_as_current_span("work"):
        assert telemetry.provider is None
        assert current_trace_id() is None
        assert current_traceparent() is None


def test_a_stored_traceparent_continues_its_trace() -> None:
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter = InMemorySpanExporter()
    telemetry = Telemetry("sample", exporter)
    with telemetry.tracer.start_as_current_span("request"):
        stored, trace_id = current_traceparent(), current_trace_id()
    with telemetry.tracer.start_as_current_span("attempt", context=context_from(stored)):
        assert current_trace_id() == trace_id
    with telemetry.tracer.start_as_current_span("other", context=context_from("garbage")):
        assert current_trace_id() != trace_id
    telemetry.close()
    assert [span.name for span in exporter.get_finished_spans()] == ["request", "attempt", "other"]


NAMED = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize("is_on", [False, True])
async def test_a_caller_who_traces_nothing_may_name_the_trace(is_on: bool) -> None:
    """Whether it is recorded stays for us to say: the trace is ours, under that name."""
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    seen: list[tuple[str | None, str | None]] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        seen.append((current_trace_id(), current_traceparent()))
        await PlainTextResponse("ok")(scope, receive, send)

    exporter = InMemorySpanExporter()
    telemetry = Telemetry("sample", exporter if is_on else None)
    async with AsyncClient(transport=ASGITransport(telemetry.instrument(answer)), base_url="http://kit") as http:
        for headers in (
            {"Millstream-Trace-Id": NAMED},
            {"Millstream-Trace-Id": NAMED, "traceparent": CALLER},
            {"Millstream-Trace-Id": NAMED.upper()},
            {"Millstream-Trace-Id": "0" * 32},
            {},
        ):
            await http.get("/", headers=headers)
    telemetry.close()
    (named, parent), (carried, _), *others = seen
    assert (named, carried) == (NAMED, CALLER.split("-")[1])
    assert (parent is None) is not is_on
    if is_on:
        assert [f"{span.context.trace_id:032x}" for span in exporter.get_finished_spans()[:2]] == [named, carried]
        assert all(trace is not None and trace not in (NAMED, "0" * 32) for trace, _ in others)
    else:
        assert others == [(None, None)] * 3


@given(st.binary(max_size=40))
def test_a_key_is_hashed_as_by_kafkas_clients(key: bytes) -> None:
    assert murmur2(key) == kafka_partitioner.murmur2(key)


class TestLogs:
    SURPRISE = """
import structlog
from millstream_kit.logging import configure_logging

configure_logging("info", {form!r})

def serve(key):
    password = "swordfish"
    raise RuntimeError("no")

try:
    serve("ms_1_abc")
except RuntimeError:
    structlog.get_logger("a").exception("unexpected error")
"""

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_a_traceback_says_where_and_no_values(self, form: str) -> None:
        program = self.SURPRISE.format(form=form)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert "in serve" in done.stderr
        assert "RuntimeError: no" in done.stderr
        assert "swordfish" not in done.stderr
        assert "ms_1_abc" not in done.stderr
