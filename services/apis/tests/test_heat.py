"""How long requests took as time went on: few cells, and every request in one of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from millstream_apis.heat import COLUMNS, ROWS, heat_span, rows_of
from millstream_apis.model import DAY_MS, HOUR_MS, MINUTE_MS, Batch, EndpointKey, Request, Span
from millstream_apis.store import Claim, Part
from millstream_apis.store_reading import SqlReading
from millstream_apis.tables import LEASES
from millstream_apis.testing import NOON, a_counting_store, a_request
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases
from millstream_kit.sketch import Sketch
from millstream_kit.testing import problem


async def test_a_step_has_what_every_partition_counted_of_an_endpoint_or_of_all(either: Database) -> None:
    leases = Leases(either, LEASES, holder="me", ttl_s=1e9, clock=ManualClock(NOON))
    held = await leases.acquire(["count/0", "count/1"])
    store = a_counting_store(either, leases)
    told = [("/a", NOON, 1.0), ("/a", NOON + 3 * MINUTE_MS, 30.0), ("/b", NOON + 4 * MINUTE_MS, 30.0)]
    for partition in (0, 1):
        requests = tuple(
            Request(f"{partition}.{n}", at_ms, "GET", path, 200, took, "i")
            for n, (path, at_ms, took) in enumerate(told)
        )
        claim = Claim("e1", {partition: (f"count/{partition}", held[f"count/{partition}"])})
        await store.count(claim, [Part(partition, [(0, Batch("shop", "i", NOON, requests))], 1)])
    reading = SqlReading(either)

    async def counts(step_ms: int, name: str | None, *endpoint: EndpointKey) -> dict[int, int]:
        span = Span(NOON, NOON + 3 * HOUR_MS, step_ms)
        return {at: one.count for at, one in (await reading.latency_steps(span, name, *endpoint)).items()}

    fine = {NOON: 2, NOON + 2 * MINUTE_MS: 2, NOON + 4 * MINUTE_MS: 2}
    assert await counts(2 * MINUTE_MS, "shop") == fine
    assert await counts(2 * MINUTE_MS, None) == fine
    assert await counts(3 * HOUR_MS, "shop") == {NOON: 6}
    assert await counts(5 * MINUTE_MS, "shop", EndpointKey("GET", "/a")) == {NOON: 4}
    assert await counts(5 * MINUTE_MS, "mail") == {}


@given(st.integers(0, 90 * DAY_MS), st.integers(1, 90 * DAY_MS), st.integers(0, 90 * DAY_MS))
def test_columns_are_few_and_cover_the_period_and_none_is_finer_than_is_kept(start: int, took: int, kept: int) -> None:
    span = heat_span(start, start + took, kept)
    assert 1 <= len(span.steps) <= COLUMNS + 1
    assert span.start_ms <= start < start + took <= span.end_ms
    assert span.step_ms % (MINUTE_MS if start >= kept else HOUR_MS) == 0


@given(st.dictionaries(st.integers(0, 9), st.lists(st.floats(0, 1e7), min_size=1, max_size=9), max_size=9))
def test_rows_are_few_and_each_request_is_in_one(latencies: dict[int, list[float]]) -> None:
    steps = {}
    for at_ms, took in latencies.items():
        steps[at_ms] = Sketch()
        steps[at_ms].add_all(took, [1] * len(took))
    rows, counts = rows_of(steps)
    assert len(rows) <= ROWS
    assert [row.below for row in rows[:-1]] == [row.least for row in rows[1:]]
    assert {at_ms: sum(some) for at_ms, some in counts.items()} == {at_ms: len(t) for at_ms, t in latencies.items()}


class TestOverHttp:
    async def test_cells_of_an_api_and_of_one_endpoint(self, site: Any) -> None:
        await site.send([a_request(NOON - 5 * MINUTE_MS, latency_ms=3.0), a_request(path="/slow", latency_ms=30.0)])
        await site.until_counted(2)
        hour = await site.get("/apis/latencies/heat?api_name=shop&after=2026-01-01T11:50:00Z")
        assert (hour["step_ms"], hour["total"], len(hour["columns"])) == (MINUTE_MS, 2, 11)
        assert [row["min_latency_ms"] for row in hour["rows"]] == [2, 5, 10, 20]
        assert hour["columns"][5] == {"at": "2026-01-01T11:55:00.000Z", "counts": [1, 0, 0, 0]}
        assert hour["columns"][10]["counts"] == [0, 0, 0, 1]
        one = await site.get("/apis/latencies/heat?api_name=shop&method=GET&path=/slow")
        assert (one["step_ms"], one["total"], one["rows"]) == (
            30 * MINUTE_MS,
            1,
            [{"min_latency_ms": 20, "below_latency_ms": 50}],
        )
        none = await site.get("/apis/latencies/heat?api_name=nobody")
        assert (none["total"], none["rows"], len(none["columns"])) == (0, [], 49)

    @pytest.mark.parametrize(("query", "field"), [("method=GET&api_name=a", "path"), ("after=no", "after")])
    async def test_what_may_not_be_asked_is_422_with_the_field(self, site: Any, query: str, field: str) -> None:
        answer = await site.http.get(f"/api/v1/apis/latencies/heat?{query}")
        assert [fault["field"] for fault in problem(answer, 422, "invalid")["errors"]] == [field]
