"""Who called: told apart up to a bound, by the hour, on both databases."""

from typing import Any

import pytest
from millstream_apis.model import DAY_MS, HOUR_MS, TOTAL, Batch, EndpointKey, Request, Span
from millstream_apis.store import Claim, Part
from millstream_apis.store_counting import SqlCounting
from millstream_apis.store_keeping import SqlKeeping
from millstream_apis.store_reading import SqlReading
from millstream_apis.tables import LEASES
from millstream_apis.testing import NOON, a_counting_store
from millstream_apis.testing import a_request as a_sent_request
from millstream_apis.uses import OTHERS, ConsumerKey
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases
from millstream_kit.testing import problem

DAY = Span(NOON - DAY_MS, NOON + HOUR_MS, HOUR_MS)


def a_request(number: int, consumer: str | None, at_ms: int = NOON, **changes: Any) -> Request:
    values = {"method": "GET", "path": "/a", "status": 200, "latency_ms": 5.0, "instance_id": "i"}
    return Request(f"r{number}", at_ms, **values | {"consumer": consumer} | changes)


async def counting(database: Database, partition: int = 0) -> tuple[SqlCounting, Claim]:
    leases = Leases(database, LEASES, holder=f"p{partition}", ttl_s=1e9, clock=ManualClock(NOON))
    name = f"count/{partition}"
    held = await leases.acquire([name])
    return a_counting_store(database, leases), Claim("e1", {partition: (name, held[name])})


async def count(database: Database, *requests: Request, partition: int = 0) -> None:
    store, claim = await counting(database, partition)
    offset = (await store.next_offsets("e1")).get(partition, 0)
    await store.count(claim, [Part(partition, [(offset, Batch("shop", "i", NOON, requests))], offset + 1)])


async def names(database: Database, span: Span = DAY, endpoint: EndpointKey = TOTAL) -> dict[str, int]:
    found = await SqlReading(database).consumers(span, "shop", endpoint)
    return {key.name: use.requests for key, use in found.uses}


async def test_whatever_partition_counted_it_a_consumer_is_one(either: Database) -> None:
    mine = [a_request(1, "web", weight=3, response_bytes=10), a_request(2, None), a_request(3, "app", path="/b")]
    await count(either, *mine)
    late = a_request(4, "web", NOON - 2 * HOUR_MS, status=404)
    await count(either, late, a_request(5, "web", NOON + 7, status=500, request_bytes=4), partition=1)
    found = await SqlReading(either).consumers(DAY, "shop")
    assert [key.name for key, _ in found.uses] == ["web", "app"]
    assert found.uses[0][1] == (5, 1, 1, 4.0, 30.0, NOON + 7)
    assert found.by_endpoint == [(("GET", "/a"), 1), (("GET", "/b"), 1)]
    assert await names(either, endpoint=EndpointKey("GET", "/b")) == {"app": 1}
    assert await names(either, Span(NOON, NOON + HOUR_MS, HOUR_MS)) == {"web": 4, "app": 1}


async def test_a_late_request_is_not_the_last_one(either: Database) -> None:
    await count(either, a_request(1, "web", NOON + 9))
    await count(either, a_request(2, "web", NOON + 1))
    [(_, use)] = (await SqlReading(either).consumers(DAY, "shop")).uses
    assert (use.requests, use.last_at_ms) == (2, NOON + 9)


async def test_consumers_past_the_bound_are_counted_together_and_are_no_consumer(either: Database) -> None:
    await count(either, *(a_request(n, f"c{n}") for n in range(5)))
    await count(either, a_request(6, "c9"), a_request(7, "c0"))
    assert await names(either) == {"c0": 2, "c1": 1, "c2": 1, OTHERS.name: 3}
    found = await SqlReading(either).consumers(DAY, "shop")
    assert (found.named, found.by_endpoint) == (3, [(("GET", "/a"), 3)])


async def test_who_is_forgotten_leaves_room_for_others(either: Database) -> None:
    await count(either, *(a_request(n, f"old{n}", NOON - 3 * HOUR_MS) for n in range(3)))
    await count(either, a_request(8, "old0"))
    assert await SqlKeeping(either).forget_consumers(NOON - 2 * HOUR_MS) == 3
    await count(either, a_request(9, "new"))
    assert await names(either) == {"old0": 1, "new": 1}


async def test_one_who_was_forgotten_meanwhile_is_met_again(either: Database) -> None:
    store, claim = await counting(either)
    old = Batch("shop", "i", NOON, (a_request(1, "web", NOON - 3 * HOUR_MS),))
    await store.count(claim, [Part(0, [(0, old)], 1)])
    await SqlKeeping(either).forget_consumers(NOON)
    part = Part(0, [(1, Batch("shop", "i", NOON, (a_request(2, "web"),)))], 2)
    with pytest.raises(Exception, match=r"(?i)foreign key"):  # the supervisor begins anew, with nothing remembered
        await store.count(claim, [part])
    await store.count(claim, [part])
    assert await names(either) == {"web": 1}


class TestOverHttp:
    async def test_the_busiest_first_with_what_each_asked_for(self, site: Any) -> None:
        await site.send(
            [
                a_sent_request(consumer="web", request_bytes=5, response_bytes=100),
                a_sent_request(consumer="web", status=404),
                a_sent_request(NOON - HOUR_MS, consumer="partner"),
                a_sent_request(),
            ]
        )
        await site.until_counted(4)
        body = await site.get("/apis/shop/consumers")
        assert body["consumers"][0] == {
            "consumer": "web",
            "requests": 2,
            "error_rate": 50.0,
            "client_errors": 1,
            "server_errors": 0,
            "request_bytes": 5,
            "response_bytes": 100,
            "last_request_at": "2026-01-01T12:00:00.000Z",
        }
        assert (body["total"], body["after"]) == (2, "2025-12-31T12:00:00.000Z")
        assert body["endpoints"] == [{"method": "GET", "path": "/items/{id}", "consumers": 2}]
        assert len((await site.get("/apis/shop/consumers?limit=1"))["consumers"]) == 1
        hour = await site.get("/apis/shop/consumers?after=2026-01-01T11:00:00Z&before=2026-01-01T11:30:00Z")
        assert [one["consumer"] for one in hour["consumers"]] == ["partner"]
        log = await site.get("/apis/events?consumer=partner")
        assert [one["consumer"] for one in log["events"]] == ["partner"]

    @pytest.mark.parametrize(
        ("query", "field"),
        [("limit=0", "limit"), ("method=GET", "path"), ("path=/a", "method"), ("after=yesterday", "after")],
    )
    async def test_what_may_not_be_asked_is_422_with_the_field(self, site: Any, query: str, field: str) -> None:
        await site.send([a_sent_request()])
        await site.until_counted(1)
        answer = await site.http.get(f"/api/v1/apis/shop/consumers?{query}")
        assert [fault["field"] for fault in problem(answer, 422, "invalid")["errors"]] == [field]

    async def test_an_unknown_api_is_404(self, site: Any) -> None:
        assert (await site.http.get("/api/v1/apis/nobody/consumers")).status_code == 404

    async def test_a_name_that_is_too_long_or_none_is_refused(self, site: Any) -> None:
        sent = [a_sent_request(consumer=name) for name in ("x" * 129, "", "a\nb", "x" * 128)]
        assert [one["index"] for one in (await site.send(sent))["rejected"]] == [0, 1, 2]


def test_a_key_of_others_is_no_name_a_request_may_have() -> None:
    assert ConsumerKey("") == OTHERS
