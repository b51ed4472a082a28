"""What others are told: snapshots when state or time changes them, late hours again, a capped feed."""

from collections.abc import Iterable
from contextlib import AsyncExitStack
from itertools import pairwise
from typing import Any

import pytest
from millstream_apis import publisher
from millstream_apis.publisher import by_need
from millstream_apis.store import Untold
from millstream_apis.store_counting import WHOLE_API
from millstream_apis.testing import NOON, a_request
from millstream_contracts.generated.millstream.apis.v1 import api_events_pb2 as pb
from millstream_contracts.names import Topic
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.log import Log

HOUR_MS = 3_600_000


def some(number: int, **changes: Any) -> Iterable[dict[str, Any]]:
    return [a_request(**changes) for _ in range(number)]


def snapshots(site: Any, name: str = "shop") -> list[Any]:
    found: list[Any] = site.told(Topic.APIS_SNAPSHOTS, pb.ApiSnapshot, name)
    return found


def feed(site: Any) -> list[Any]:
    return [item for record in site.told(Topic.APIS_REQUESTS, pb.RequestFeed) for item in record.items]


class TestSnapshots:
    async def test_one_is_published_when_requests_arrive(self, site: Any) -> None:
        await site.send([a_request(), a_request(status=500)])
        await site.tick_until(lambda: snapshots(site) and snapshots(site)[-1].requests_24h == 2)
        told = snapshots(site)[-1]
        assert (told.active, told.error_rate, told.endpoint_count, told.total_endpoints) == (True, 50.0, 1, 1)
        assert [i.id for i in told.instances] == ["i1"]
        assert told.endpoints[0].status_5xx == 1
        assert told.endpoints[0].HasField("apdex")

    async def test_they_come_at_most_once_a_second(self, site: Any) -> None:
        for number in range(1, 30):
            await site.send([a_request()])
            await site.until_counted(number)
            await site.clock.advance(0.1)
        await site.pass_time(1.5)
        await site.tick_until(lambda: snapshots(site)[-1].requests_24h == 29)
        at = [s.at_ms for s in snapshots(site)]
        assert all(later - earlier >= 1000 for earlier, later in pairwise(at))

    async def test_the_rate_decays_by_itself(self, site: Any) -> None:
        await site.send(some(60))
        await site.tick_until(lambda: snapshots(site))
        assert snapshots(site)[-1].requests_per_min == 60
        await site.pass_time(89)
        halfway = snapshots(site)[-1].requests_per_min
        at = [NOON + 60_000, *(s.at_ms for s in snapshots(site) if s.at_ms > NOON + 60_000)]
        assert len(at) >= 4
        assert all(later - earlier < 8_000 for earlier, later in pairwise(at))
        await site.clock.advance(280)
        await site.pass_time(20)
        await site.tick_until(lambda: snapshots(site)[-1].requests_per_min == 0)
        rates = [s.requests_per_min for s in snapshots(site)]
        assert rates == sorted(rates, reverse=True)
        assert 60 > halfway > 0

    async def test_silence_makes_an_api_inactive_without_anyone_asking(self, site: Any) -> None:
        await site.http.post("/api/v1/apis/shop/instances/i1/heartbeat", json={})
        await site.tick_until(lambda: snapshots(site))
        assert snapshots(site)[-1].active
        await site.pass_time(91)
        await site.tick_until(lambda: not snapshots(site)[-1].active)
        assert list(snapshots(site)[-1].instances) == []

    async def test_a_newer_heartbeat_alone_is_not_told(self, site: Any) -> None:
        for _ in range(5):
            await site.http.post("/api/v1/apis/shop/instances/i1/heartbeat", json={})
            await site.pass_time(10)
        await site.http.post("/api/v1/apis/mail/instances/i1/heartbeat", json={})
        await site.tick_until(lambda: snapshots(site, "mail"))
        assert len(snapshots(site)) == 1

    async def test_the_day_is_left_minute_by_minute(self, site: Any) -> None:
        """Of an API nobody calls, too."""
        await site.send([a_request(NOON - 24 * HOUR_MS + 90_000), a_request(NOON - HOUR_MS)])
        await site.tick_until(lambda: snapshots(site) and snapshots(site)[-1].requests_24h == 2)
        await site.pass_time(62)
        await site.tick_until(lambda: snapshots(site)[-1].requests_24h == 1)
        assert snapshots(site)[-1].at_ms < NOON + 70_000


class TestNeed:
    def test_who_was_called_goes_before_who_is_only_told_again(self) -> None:
        changes = {
            "again": [Untold("again", WHOLE_API, 0, 1)],
            "called": [Untold("called", WHOLE_API, 0, 1), Untold("called", NOON, 0, 1)],
        }
        assert by_need(["again", "called", "due"], changes, {"called": 9.0}) == ["called", "again", "due"]

    def test_who_was_told_longest_ago_goes_first(self) -> None:
        """Were it by name, those at the end would be told less often where there are more than a second has time for."""
        changes = {name: [Untold(name, NOON, 0, 1)] for name in "abc"}
        assert by_need("abc", changes, {"a": 2.0, "b": 1.0}) == ["c", "b", "a"]

    async def test_more_than_are_told_at_once_are_all_told(self, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(publisher, "TOLD_AT_ONCE", 1)
        for name in ("mail", "pay", "shop"):
            await site.send([a_request()], name)
        await site.tick_until(lambda: all(snapshots(site, name) for name in ("mail", "pay", "shop")))


class TestTrends:
    async def test_a_late_fact_publishes_its_hour_again(self, site: Any) -> None:
        await site.send([a_request(NOON - HOUR_MS)])
        key = f"shop/{NOON - HOUR_MS}"
        await site.tick_until(lambda: site.told(Topic.APIS_TRENDS, pb.ApiTrendHour, key))
        await site.send([a_request(NOON - HOUR_MS, status=404)])
        await site.tick_until(lambda: site.told(Topic.APIS_TRENDS, pb.ApiTrendHour, key)[-1].client_4xx)
        told = site.told(Topic.APIS_TRENDS, pb.ApiTrendHour, key)[-1]
        assert (told.success_2xx, told.client_4xx, told.hour_ms) == (1, 1, NOON - HOUR_MS)

    async def test_an_hour_says_how_many_requests_and_how_long_they_took(self, site: Any) -> None:
        """One that was switched to another protocol is of no class an hour has a field for."""
        await site.send([a_request(status=status, latency_ms=10.5) for status in (101, 200, 301, 404, 500)])
        await site.tick_until(lambda: site.told(Topic.APIS_TRENDS, pb.ApiTrendHour, f"shop/{NOON}"))
        told = site.told(Topic.APIS_TRENDS, pb.ApiTrendHour, f"shop/{NOON}")[-1]
        assert (told.requests, told.latency_sum_ms) == (5, 52.5)
        assert (told.success_2xx, told.redirect_3xx, told.client_4xx, told.server_5xx) == (1, 1, 1, 1)


class TestFeed:
    async def test_everything_is_in_it_while_it_is_quiet(self, site: Any) -> None:
        await site.send([a_request(id="one", trace_id="a" * 32)])
        await site.tick_until(lambda: feed(site))
        item = feed(site)[0]
        assert (item.request.id, item.dropped, item.request.trace_id) == ("one", 0, "a" * 32)
        assert item.event_id.startswith("evt_")

    async def test_errors_and_slow_ones_come_first_and_the_rest_is_counted(self, site: Any) -> None:
        errors = [a_request(status=500, id=f"e{n}") for n in range(10)]
        slow = [a_request(latency_ms=5_000, id=f"s{n}") for n in range(10)]
        await site.send([*some(480), *errors, *slow])
        await site.tick_until(lambda: len(feed(site)) >= 50)
        items = feed(site)
        assert len(items) == 50
        assert {i.request.id for i in items} >= {r["id"] for r in errors + slow}
        assert sum(i.dropped for i in items) == 450

    async def test_errors_that_had_to_wait_come_first_too(self, site: Any) -> None:
        """They came before others, but in a second whose turn was over."""
        await site.send(some(50))
        await site.tick_until(lambda: len(feed(site)) == 50)
        errors = [a_request(NOON - 1_000, status=500) for _ in range(10)]
        await site.send(errors)
        await site.until_counted(60)
        await site.send(some(60))
        await site.until_counted(120)
        await site.pass_time(2)
        await site.tick_until(lambda: len(feed(site)) + sum(i.dropped for i in feed(site)) == 120)
        assert {i.request.id for i in feed(site)} >= {r["id"] for r in errors}

    async def test_it_is_capped_over_any_second(self, site: Any) -> None:
        for number in range(1, 31):
            await site.send(some(10))
            await site.until_counted(number * 10)
            await site.clock.advance(0.1)
        await site.pass_time(2)
        await site.tick_until(lambda: len(feed(site)) + sum(i.dropped for i in feed(site)) == 300)
        assert 100 <= len(feed(site)) <= 250
        assert len({i.event_id for i in feed(site)}) == len(feed(site))


class TestReplicas:
    async def test_two_count_everything_once_and_one_takes_over(
        self, stack: AsyncExitStack, database: Database, log: Log, open_site: Any
    ) -> None:
        clock = ManualClock(NOON)
        first_life = await stack.enter_async_context(AsyncExitStack())
        first = await open_site(first_life, database, log, clock)
        second = await open_site(stack, database, log, clock)
        for number in range(10):
            await first.send([a_request(instance_id=f"i{number}")])
        for _ in range(4):
            await second.pass_time(3)
        await second.until_counted(10, turning_s=0.05)
        await first_life.aclose()
        for number in range(10):
            await second.send([a_request(instance_id=f"i{number}")])
        for _ in range(4):
            await second.pass_time(3)
        page = await second.until_counted(20, turning_s=0.05)
        assert page["api"]["requests_24h"] == 20
        await second.tick_until(lambda: snapshots(second)[-1].requests_24h == 20)
