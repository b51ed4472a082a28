"""What endpoints did in a range: as the requests of that time say, on both databases, whatever is remembered; and over HTTP."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from millstream_apis.model import DAY_MS, HOUR_MS, MINUTE_MS, TOTAL, Batch, Counts, Request, Span, settled_before
from millstream_apis.parts import range_parts
from millstream_apis.store import Claim, Part
from millstream_apis.store_ranges import pieces_of
from millstream_apis.store_reading import SqlReading
from millstream_apis.tables import LEASES
from millstream_apis.testing import NOON, a_counting_store, a_request
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases

WEEK_MS = 7 * DAY_MS


class Counter:
    """Counts in two partitions, as two replicas do."""

    def __init__(self, database: Database) -> None:
        self._leases = Leases(database, LEASES, holder="me", ttl_s=1e9, clock=ManualClock(NOON))
        self._store = a_counting_store(database, self._leases, endpoints_per_api=9)
        self.told: dict[str, list[Request]] = {}

    async def count(self, partition: int, api_name: str, requests: Sequence[Request], received_at_ms: int) -> None:
        held = await self._leases.acquire([f"count/{partition}"])
        claim = Claim("e1", {partition: (f"count/{partition}", held[f"count/{partition}"])})
        offset = (await self._store.next_offsets("e1")).get(partition, 0)
        batch = Batch(api_name, "i", received_at_ms, tuple(requests))
        await self._store.count(claim, [Part(partition, [(offset, batch)], offset + 1)])
        self.told.setdefault(api_name, []).extend(requests)

    def expected(self, api_name: str, span: Span) -> dict[object, object]:
        found: dict[object, list[Request]] = {}
        for request in self.told[api_name]:
            if span.start_ms <= request.at_ms < span.end_ms:
                for key in (TOTAL, (request.method, request.path)):
                    found.setdefault(key, []).append(request)
        return {key: said(Counts.of(mine)) for key, mine in found.items()}


def said(c: Counts) -> tuple[object, ...]:
    quantiles = [c.sketch.quantile(q) for q in (0, 0.5, 0.99, 1)]
    return c.by_class, round(c.latency_sum_ms, 3), c.last_at_ms, quantiles, c.request_bytes, c.response_bytes


def some(rng: random.Random, many: int, from_ms: int, to_ms: int) -> list[Request]:
    return [
        Request(
            f"{rng.random()}",
            rng.randrange(from_ms, to_ms),
            "GET",
            rng.choice(["/a", "/b", "/c"]),
            rng.choice([200, 200, 302, 404, 500]),
            rng.choice([1.0, 20.0, 300.0]),
            "i",
            weight=rng.choice([1, 1, 200]),
            response_bytes=rng.choice([None, 7]),
        )
        for _ in range(many)
    ]


def spans(rng: random.Random, now: int) -> list[Span]:
    fine = [now - rng.randrange(1, DAY_MS) for _ in range(3)]
    return [
        Span.around(now - 15 * MINUTE_MS, now + 1, MINUTE_MS),
        Span.around(now - DAY_MS, now + 1, MINUTE_MS),
        Span.around(now - WEEK_MS, now + 1, HOUR_MS),
        *(Span.around(at, at + rng.randrange(1, DAY_MS), MINUTE_MS) for at in fine),
        *(Span.around(at, now + 1, MINUTE_MS) for at in fine),
    ]


@pytest.mark.parametrize("seed", range(3))
async def test_a_range_says_what_its_requests_say_however_often_it_was_read(either: Database, seed: int) -> None:
    rng, counter, reading = random.Random(seed), Counter(either), SqlReading(either)
    now = NOON + rng.randrange(DAY_MS)
    for api in ("shop", "mail"):
        await counter.count(0, api, some(rng, 200, now - WEEK_MS, now), now)
    for late in (False, True, False):
        for span in spans(rng, now):
            read = await reading.endpoints("shop", range_parts(span, now), settled_before(now))
            assert {key: said(counts) for key, counts in read.items()} == counter.expected("shop", span), span
            totals = await reading.totals(range_parts(span, now), settled_before(now))
            expected = {api: counter.expected(api, span).get(TOTAL) for api in ("shop", "mail")}
            assert {api: said(counts) for api, counts in totals.items()} == {k: v for k, v in expected.items() if v}
            faults = await reading.faults(range_parts(span, now))
            assert faults == {api: (counts.requests, counts.by_class[4]) for api, counts in totals.items()}
        was, now = now, now + rng.randrange(MINUTE_MS, 5 * HOUR_MS)
        await counter.count(1, "shop", some(rng, 9, was, now), now)
        if late:
            await counter.count(1, "shop", some(rng, 5, now - 3 * DAY_MS, now), now)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_pieces_are_the_whole_span_once_and_only_what_stands_still_is_kept(
    start: int, hours: int, settled: int
) -> None:
    span = start * HOUR_MS, (start + hours) * HOUR_MS
    still, others = pieces_of(*span, settled * HOUR_MS)
    covered = sorted(at for one in (still, others) for begin, end in one for at in range(begin, end, HOUR_MS))
    assert covered == list(range(*span, HOUR_MS))
    assert all(end <= settled * HOUR_MS for _, end in still)


@given(st.integers(0, 3 * DAY_MS), st.integers(1, DAY_MS), st.integers(0, DAY_MS))
def test_minutes_are_few_beside_the_hours(start: int, took: int, ago: int) -> None:
    span = Span.around(start, start + took, MINUTE_MS)
    parts = range_parts(span, start + took - 1 + ago)
    minutes = sum(part.end_ms - part.start_ms for part in parts if part.step_ms == MINUTE_MS)
    assert minutes < (HOUR_MS * 3 // 2 if len(parts) > 1 else 2 * HOUR_MS)


class TestOverHttp:
    async def test_a_day_is_told_to_the_minute_and_more_to_the_hour(self, site: Any) -> None:
        early = a_request(NOON - 40 * MINUTE_MS, path="/early", response_bytes=7, status=503)
        await site.send([early, a_request(path="/now"), a_request(path="/now")])
        await site.until_counted(3)

        async def paths(query: str) -> list[tuple[str, int]]:
            told = await site.get(f"/apis/shop/endpoints{query}")
            return [(one["path"], one["requests"]) for one in told["endpoints"]]

        assert await paths("") == [("/now", 2), ("/early", 1)]
        assert await paths("?after=2026-01-01T11:40:00Z") == [("/now", 2)]
        assert await paths("?after=2026-01-01T10:00:00Z&before=2026-01-01T11:30:00Z") == [("/early", 1)]
        assert await paths("?after=2026-01-01T11:20:00Z&before=2026-01-01T11:21:00Z") == [("/early", 1)]
        days = await site.get("/apis/shop/endpoints?after=2025-12-31T10:30:00Z")
        assert (days["after"], days["before"]) == ("2025-12-31T10:00:00.000Z", "2026-01-01T12:00:00.000Z")

    async def test_it_has_the_figures_of_each_endpoint_and_of_the_api(self, site: Any) -> None:
        await site.send([a_request(NOON - 2 * MINUTE_MS, status=503, response_bytes=7), a_request(NOON - 3 * HOUR_MS)])
        await site.until_counted(2)
        told = await site.get("/apis/shop/endpoints?after=2026-01-01T11:50:00Z")
        assert told["endpoints"] == [{"method": "GET", "path": "/items/{id}", **told["whole"]}]
        assert told["whole"] == {
            "requests": 1,
            "requests_per_min": 0.1,
            "avg_latency_ms": 12.5,
            "p50_latency_ms": pytest.approx(12.5, rel=0.01),
            "p95_latency_ms": pytest.approx(12.5, rel=0.01),
            "p99_latency_ms": pytest.approx(12.5, rel=0.01),
            "apdex": 0.0,
            "error_rate": 100.0,
            "success_rate": 0.0,
            "client_error_rate": 0.0,
            "server_error_rate": 100.0,
            "status_2xx": 0,
            "status_3xx": 0,
            "status_4xx": 0,
            "status_5xx": 1,
            "last_request_at": "2026-01-01T11:58:00.000Z",
            "request_bytes": 0,
            "response_bytes": 7,
        }
        every = await site.get("/apis/activity/figures?after=2026-01-01T11:50:00Z")
        assert every["apis"] == [{"name": "shop", **told["whole"]}]
        assert (await site.get("/apis/activity/figures?after=2026-01-01T11:59:00Z"))["apis"] == []

    async def test_what_nobody_called_has_no_figures(self, site: Any) -> None:
        await site.send([a_request(NOON)])
        await site.until_counted(1)
        told = await site.get("/apis/shop/endpoints?after=2026-01-01T09:00:00Z&before=2026-01-01T10:00:00Z")
        assert (told["endpoints"], told["whole"]["requests"], told["whole"]["p95_latency_ms"]) == ([], 0, None)
        later = await site.get("/apis/shop/endpoints?after=2026-01-02T09:00:00Z")
        assert (later["endpoints"], later["after"]) == ([], None)

    async def test_what_may_not_be_asked_is_refused(self, site: Any) -> None:
        await site.send([a_request(NOON)])
        await site.until_counted(1)
        assert (await site.http.get("/api/v1/apis/nobody/endpoints")).status_code == 404
        assert (await site.http.get("/api/v1/apis/shop/endpoints?after=never")).status_code == 422
        assert (await site.http.get("/api/v1/apis/activity/figures?before=never")).status_code == 422
