"""Which endpoints were called in a period, over HTTP and on both databases."""

from typing import Any

from millstream_apis.model import HOUR_MS, MINUTE_MS, Batch, EndpointKey, Request, Span
from millstream_apis.store import Claim, Part
from millstream_apis.store_reading import SqlReading
from millstream_apis.tables import LEASES
from millstream_apis.testing import NOON, a_counting_store, a_request
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases


async def test_whichever_partition_counted_it_and_never_the_total(either: Database) -> None:
    def request(name: str, path: str, at_ms: int = NOON) -> Request:
        return Request(name, at_ms, "GET", path, 200, 5.0, "i", response_bytes=4)

    leases = Leases(either, LEASES, holder="me", ttl_s=1e9, clock=ManualClock(NOON))
    held = await leases.acquire(["count/0", "count/1"])
    store = a_counting_store(either, leases)
    for partition, requests in enumerate(
        ((request("1", "/a"), request("2", "/b")), (request("3", "/a", NOON - HOUR_MS),))
    ):
        claim = Claim("e1", {partition: (f"count/{partition}", held[f"count/{partition}"])})
        await store.count(claim, [Part(partition, [(0, Batch("shop", "i", NOON, requests))], 1)])
    reading = SqlReading(either)
    found = await reading.called(Span(NOON - HOUR_MS, NOON + HOUR_MS, HOUR_MS), "shop")
    assert found == [(EndpointKey("GET", "/a"), 2, 0.0, 8.0), (EndpointKey("GET", "/b"), 1, 0.0, 4.0)]
    assert [one.requests for one in await reading.called(Span(NOON, NOON + MINUTE_MS, MINUTE_MS), "shop")] == [1, 1]


async def test_it_is_told_by_the_minute_of_a_few_hours_and_by_the_hour_of_more(site: Any) -> None:
    early = a_request(NOON - 40 * MINUTE_MS, path="/early", response_bytes=7)
    await site.send([early, a_request(path="/now"), a_request(path="/now")])
    await site.until_counted(3)

    async def paths(query: str) -> list[tuple[str, int]]:
        return [(one["path"], one["requests"]) for one in (await site.get(f"/apis/shop/endpoints{query}"))["endpoints"]]

    assert await paths("") == [("/now", 2), ("/early", 1)]
    assert await paths("?after=2026-01-01T11:40:00Z") == [("/now", 2)]
    assert await paths("?after=2026-01-01T10:00:00Z&before=2026-01-01T11:30:00Z") == [("/early", 1)]
    day = await site.get("/apis/shop/endpoints?after=2025-12-31T12:30:00Z")
    assert (day["after"], day["before"]) == ("2025-12-31T12:00:00.000Z", "2026-01-01T12:00:00.000Z")
    assert day["endpoints"][1] == {
        "method": "GET",
        "path": "/early",
        "requests": 1,
        "request_bytes": 0,
        "response_bytes": 7,
    }
    assert (await site.http.get("/api/v1/apis/nobody/endpoints")).status_code == 404
    assert (await site.http.get("/api/v1/apis/shop/endpoints?after=never")).status_code == 422
