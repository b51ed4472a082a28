"""What requests enqueued: by endpoint and function, by the hour, on both databases."""

from typing import Any

import pytest
from millstream_apis.model import DAY_MS, HOUR_MS, Batch, EndpointKey, Request, Span
from millstream_apis.store import Claim, Part
from millstream_apis.store_keeping import SqlKeeping
from millstream_apis.store_reading import SqlReading
from millstream_apis.tables import LEASES
from millstream_apis.testing import NOON, a_counting_store, a_request
from millstream_apis.uses import OTHER_FUNCTIONS
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases

DAY = Span(NOON - DAY_MS, NOON + HOUR_MS, HOUR_MS)


async def count(database: Database, *requests: Request, partition: int = 0) -> None:
    leases = Leases(database, LEASES, holder=f"p{partition}", ttl_s=1e9, clock=ManualClock(NOON))
    name = f"count/{partition}"
    claim = Claim("e1", {partition: (name, (await leases.acquire([name]))[name])})
    store = a_counting_store(database, leases)
    offset = (await store.next_offsets("e1")).get(partition, 0)
    await store.count(claim, [Part(partition, [(offset, Batch("shop", "i", NOON, requests))], offset + 1)])


def enqueuing(number: int, path: str, at_ms: int = NOON, weight: int = 1, **functions: int) -> Request:
    enqueued = tuple(functions.items())
    return Request(f"r{number}", at_ms, "POST", path, 202, 5.0, "i", weight=weight, enqueued=enqueued)


async def told(database: Database, span: Span = DAY, **endpoint: EndpointKey) -> list[tuple[str, str, int]]:
    found = await SqlReading(database).enqueued(span, "shop", **endpoint)
    return [(one.endpoint.path, one.function.name, one.jobs) for one in found]


async def test_jobs_are_those_of_all_requests_of_an_endpoint_each_as_often_as_it_stands_for(either: Database) -> None:
    await count(either, enqueuing(1, "/a", resize=3), enqueuing(2, "/a", weight=10, resize=1, mail=2))
    await count(either, enqueuing(3, "/a", resize=1), enqueuing(4, "/b", NOON - 2 * HOUR_MS, mail=1), partition=1)
    assert await told(either) == [("/a", "mail", 20), ("/a", "resize", 14), ("/b", "mail", 1)]
    assert await told(either, endpoint=EndpointKey("POST", "/b")) == [("/b", "mail", 1)]
    assert await told(either, Span(NOON - 2 * HOUR_MS, NOON, HOUR_MS)) == [("/b", "mail", 1)]


async def test_functions_past_the_bound_are_counted_together(either: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("millstream_apis.store_counting.FUNCTIONS_PER_API", 2)
    await count(either, enqueuing(1, "/a", f1=1, f2=1, f3=1, f4=1))
    assert await told(either) == [("/a", OTHER_FUNCTIONS.name, 2), ("/a", "f1", 1), ("/a", "f2", 1)]


async def test_they_are_let_go_of_with_the_functions_nothing_is_enqueued_of(either: Database) -> None:
    await count(either, enqueuing(1, "/a", NOON - 3 * HOUR_MS, old=1, mail=1), enqueuing(2, "/a", mail=1))
    assert await SqlKeeping(either).forget_functions(NOON - HOUR_MS) == 2
    assert await told(either) == [("/a", "mail", 1)]


async def test_they_are_told_over_http(site: Any) -> None:
    sent = [
        a_request(enqueued={"resize": 2, "mail": 1}),
        a_request(enqueued={}),
        a_request(enqueued={"not a name": 1}),
        a_request(enqueued={"resize": 0}),
        a_request(enqueued={f"f{n}": 1 for n in range(21)}),
    ]
    assert [one["index"] for one in (await site.send(sent))["rejected"]] == [2, 3, 4]
    await site.until_counted(2)
    body = await site.get("/apis/shop/jobs")
    assert (body["total"], body["after"]) == (3, "2025-12-31T12:00:00.000Z")
    assert body["enqueued"][0] == {"method": "GET", "path": "/items/{id}", "function": "resize", "jobs": 2}
    assert (await site.get("/apis/shop/jobs?limit=1"))["total"] == 3
    assert (await site.get("/apis/shop/jobs?method=GET&path=/other"))["enqueued"] == []
    assert (await site.http.get("/api/v1/apis/shop/jobs?path=/a")).status_code == 422
    assert (await site.http.get("/api/v1/apis/nobody/jobs")).status_code == 404
