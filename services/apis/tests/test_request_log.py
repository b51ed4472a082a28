"""The request log over HTTP, and the lines of a trace on both databases."""

from typing import Any

import pytest
from millstream_apis.model import HOUR_MS, Batch, Request
from millstream_apis.routes.log import EventsQuery
from millstream_apis.store import Claim, Part, RequestFilter
from millstream_apis.store_reading import SqlReading
from millstream_apis.tables import LEASES
from millstream_apis.testing import NOON, a_counting_store, a_request
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases
from millstream_kit.testing import problem
from sqlalchemy import text

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class TestEvents:
    async def test_pages_join_without_a_hole_newest_first(self, site: Any) -> None:
        sent = [a_request(NOON - 1000 * (i // 3)) for i in range(10)]
        await site.send(sent)
        await site.until_counted(10)
        seen: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = await site.get(f"/apis/events?limit=3{cursor}")
            seen += page["events"]
            assert (page["total"], page["total_exact"]) == (10, True)
            if not page["has_more"]:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert [e["at"] for e in seen] == sorted((e["at"] for e in seen), reverse=True)
        assert {e["id"] for e in seen} == {r["id"] for r in sent}
        assert len(seen) == 10

    @pytest.mark.parametrize(
        ("query", "ids"),
        [
            ("api_name=shop", {"a", "b"}),
            ("method=post", {"b"}),
            ("path=/b", {"b"}),
            ("status=500", {"b"}),
            ("status=5xx", {"b"}),
            ("status=2xx", {"a", "c"}),
            ("status=4xx", set()),
            ("instance_id=i2", {"c"}),
            ("id=b", {"b"}),
            ("min_latency_ms=20", {"b"}),
            ("below_latency_ms=20", {"a", "c"}),
            ("min_latency_ms=12.5&below_latency_ms=20", {"a", "c"}),
            ("min_latency_ms=12.6&below_latency_ms=20", set()),
            (f"trace_id={TRACE}", {"a", "c"}),
            (f"trace_id={TRACE}&api_name=mail", {"c"}),
            (f"trace_id={TRACE}&status=5xx", set()),
            (f"trace_id={'0' * 32}", set()),
            ("min_response_bytes=2048", {"b"}),
            ("min_response_bytes=2049", set()),
            ("min_response_bytes=0", {"a", "b"}),
            ("after=2026-01-01T11:59:59Z", {"b", "c"}),
            ("before=2026-01-01T12:00:00Z", {"a"}),
        ],
    )
    async def test_filters(self, site: Any, query: str, ids: set[str]) -> None:
        await site.send(
            [
                a_request(NOON - 5000, id="a", trace_id=TRACE, response_bytes=0),
                a_request(id="b", method="POST", path="/b", status=500, latency_ms=20.0, response_bytes=2048),
            ]
        )
        await site.send([a_request(id="c", instance_id="i2", trace_id=TRACE)], "mail")
        await site.until_counted(2)
        await site.until_counted(1, "mail")
        assert {e["id"] for e in (await site.get(f"/apis/events?{query}"))["events"]} == ids

    async def test_a_trace_is_looked_up_however_long_ago_and_however_much_came_since(
        self, site: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("millstream_apis.store_log.MOST_SCANNED", 2)
        assert (await site.get(f"/apis/events?trace_id={TRACE}"))["events"] == []
        ages_h = (0, 1, 23)
        await site.send([a_request(NOON - h * 3_600_000, id=f"h{h}", trace_id=TRACE) for h in ages_h])
        await site.send([a_request(NOON - n, trace_id=f"{n:032x}") for n in range(5)])
        await site.until_counted(8)
        first = await site.get(f"/apis/events?trace_id={TRACE}&limit=2")
        rest = await site.get(f"/apis/events?trace_id={TRACE}&limit=2&cursor={first['next_cursor']}")
        assert [e["id"] for page in (first, rest) for e in page["events"]] == ["h0", "h1", "h23"]
        assert [(p["total"], p["total_exact"], p["scanned_until"]) for p in (first, rest)] == [(3, True, None)] * 2

    async def test_a_search_stops_after_so_many_says_so_and_goes_on_from_there(
        self, site: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Twenty thousand lines would take longer than they tell; the number is the bound, not the behaviour.
        monkeypatch.setattr("millstream_apis.store_log.MOST_SCANNED", 4)
        await site.send([a_request(NOON - 1000 * n, id=f"r{n}", status=500 if n in (1, 8) else 200) for n in range(10)])
        await site.until_counted(10)
        pages, cursor = [], ""
        while True:
            page = await site.get(f"/apis/events?status=500{cursor}")
            pages.append((page["total"], [e["id"] for e in page["events"]], page["total_exact"], page["scanned_until"]))
            if not page["has_more"]:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert pages == [
            (1, ["r1"], False, "2026-01-01T11:59:57.000Z"),
            (1, [], False, "2026-01-01T11:59:53.000Z"),
            (1, ["r8"], False, None),
        ]
        nothing = await site.get("/apis/events?status=404")
        assert (nothing["total"], nothing["events"], nothing["has_more"]) == (0, [], True)
        assert nothing["scanned_until"] == pages[0][3]
        assert (await site.get("/apis/events"))["total"] == 10

    async def test_every_page_of_a_search_says_how_many_there_are_in_all(self, site: Any) -> None:
        await site.send([a_request(NOON - 1000 * n, status=500 if n % 2 else 200) for n in range(10)])
        await site.until_counted(10)
        said, cursor = [], ""
        while True:
            page = await site.get(f"/apis/events?status=500&api_name=shop&limit=2{cursor}")
            said.append((len(page["events"]), page["total"], page["total_exact"]))
            if not page["has_more"]:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert said == [(2, 5, True), (2, 5, True), (1, 5, True)]
        unsaid = EventsQuery(status="500").pages("requests").after({"at": NOON - 4000, "seq": 0})
        assert (await site.get(f"/apis/events?status=500&limit=1&cursor={unsaid}"))["total"] == 5

    async def test_it_says_since_when_requests_are_kept(self, site: Any) -> None:
        assert (await site.get("/apis/events"))["kept_since"] == "2025-12-31T12:00:00.000Z"

    async def test_a_period_may_be_empty_but_not_end_before_it_begins(self, site: Any) -> None:
        noon, later = "2026-01-01T12:00:00Z", "2026-01-01T12:00:01Z"
        assert (await site.get(f"/apis/events?after={noon}&before={noon}"))["events"] == []
        answer = await site.http.get(f"/api/v1/apis/events?after={later}&before={noon}")
        problem(answer, 422, "invalid")
        assert answer.json()["errors"][0]["field"] == "before"

    @pytest.mark.parametrize(
        "query",
        [
            "limit=0",
            "limit=2001",
            "status=99",
            "status=600",
            "status=6xx",
            "status=5x",
            "status=4XX",
            "status=2xx&status=4xx",
            "cursor=x",
            "after=now",
            "surprise=1",
            "path=%00",
            "min_latency_ms=-1",
            "min_latency_ms=nan",
            "below_latency_ms=0",
            "below_latency_ms=5&min_latency_ms=5",
            "id=a/b",
            "trace_id=",
            "trace_id=4bf9",
            f"trace_id={TRACE.upper()}",
        ],
    )
    async def test_a_bad_query_is_422_naming_the_field(self, site: Any, query: str) -> None:
        answer = await site.http.get(f"/api/v1/apis/events?{query}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


async def test_the_lines_of_a_trace_are_found_by_its_index(either: Database) -> None:
    lines = [
        Request(f"r{n}", NOON - n * HOUR_MS // 4, "GET", "/a", 200, 5.0, "i", trace_id=TRACE if n % 7 == 3 else None)
        for n in range(40)
    ]
    leases = Leases(either, LEASES, holder="me", ttl_s=1e9, clock=ManualClock(NOON))
    held = await leases.acquire(["count/0"])
    store = a_counting_store(either, leases)
    part = Part(0, [(0, Batch("shop", "i", NOON, lines))], 1)
    await store.count(Claim("e1", {0: ("count/0", held["count/0"])}), [part])
    page = await SqlReading(either).requests(RequestFilter(trace_id=TRACE), 10, None)
    assert [line.id for line in page.lines] == ["r3", "r10", "r17", "r24", "r31", "r38"]
    hours = ", ".join(str(NOON // HOUR_MS - h) for h in range(11))
    query = f"SELECT id FROM requests WHERE at_ms / 3600000 IN ({hours}) AND trace_id = '{TRACE}'"
    async with either.begin() as tx:
        if either.dialect == "postgresql":
            await tx.execute(text("SET LOCAL enable_seqscan = off"))  # of so few rows it would read all
        explain = "EXPLAIN" if either.dialect == "postgresql" else "EXPLAIN QUERY PLAN"
        plan = [str(row) for row in await tx.execute(text(f"{explain} {query}"))]
    assert any("requests_by_trace" in step for step in plan), plan
