"""What APIs were asked, from the hours the apis service tells."""

from __future__ import annotations

from typing import Any

import pytest
from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import ApiSnapshot, ApiTrendHour
from millstream_contracts.names import Topic
from millstream_contracts.times import HOUR_MS
from millstream_jobs.traffic import Traffic, TrafficHours
from millstream_kit.clock import SystemClock
from millstream_kit.log import NewRecord
from millstream_kit.testing import wait_until


def an_hour(**fields: Any) -> Traffic:
    return Traffic.told(ApiTrendHour(**fields))


class TestTrafficHours:
    def test_hours_of_all_apis_are_added_up(self) -> None:
        hours = TrafficHours()
        hours.note(f"shop/{2 * HOUR_MS}", an_hour(requests=3, client_4xx=1, latency_sum_ms=30))
        hours.note(f"mail/{3 * HOUR_MS}", an_hour(requests=1, server_5xx=1, latency_sum_ms=50))
        hours.note(f"shop/{HOUR_MS}", an_hour(requests=100, latency_sum_ms=1))
        traffic = hours.since(2 * HOUR_MS)
        assert traffic == Traffic(4, 2, 80.0)
        assert (traffic.avg_latency_ms, traffic.error_rate) == (20.0, 50.0)

    def test_the_newest_word_about_an_hour_counts(self) -> None:
        hours = TrafficHours()
        for requests in (1, 2, 5):
            hours.note(f"shop/{HOUR_MS}", an_hour(requests=requests, latency_sum_ms=requests))
            assert hours.since(0).requests == requests
        hours.note(f"shop/{HOUR_MS}", None)
        hours.note(f"never-told/{HOUR_MS}", None)
        assert hours.since(0) == Traffic(0, 0, 0.0)

    def test_without_requests_there_is_no_latency_and_no_share(self) -> None:
        assert (Traffic().avg_latency_ms, Traffic().error_rate) == (None, None)

    @pytest.mark.parametrize("newer", [0, 2])
    def test_an_hour_told_before_it_said_how_many_makes_the_sum_unknown(self, newer: int) -> None:
        """It said nothing of 1xx and of latency: to add up the rest would be a smaller number than the truth."""
        hours = TrafficHours()
        hours.note(f"shop/{HOUR_MS}", an_hour(success_2xx=5, client_4xx=1))
        hours.note(f"mail/{newer * HOUR_MS}", an_hour(requests=1, latency_sum_ms=50))
        traffic = hours.since(0)
        assert (traffic.requests, traffic.avg_latency_ms, traffic.error_rate) == (None, None, None)
        assert hours.since(2 * HOUR_MS).requests == newer // 2


class TestDashboard:
    @pytest.mark.parametrize("window_minutes", [30, 60, 600, 10_080])
    async def test_any_window_has_its_requests(self, shop: Any, window_minutes: int) -> None:
        """From the hour it begins in, which is what `window_minutes` says then."""
        now_ms = SystemClock().now_ms()
        since_ms = now_ms - window_minutes * 60_000
        first_ms, open_ms = since_ms - since_ms % HOUR_MS, now_ms - now_ms % HOUR_MS
        told = {
            ("shop", first_ms - HOUR_MS): ApiTrendHour(requests=1000, latency_sum_ms=1),
            ("shop", first_ms): ApiTrendHour(requests=6, server_5xx=2, latency_sum_ms=20),
            ("mail", open_ms): ApiTrendHour(requests=4, client_4xx=3, latency_sum_ms=80),
        }
        busy = ApiSnapshot(name="shop", requests_per_min=99)  # in these minutes
        records = [NewRecord(Topic.APIS_SNAPSHOTS.value, b"shop", busy.SerializeToString())]
        for (api, hour_ms), hour in told.items():
            records.append(NewRecord(Topic.APIS_TRENDS.value, f"{api}/{hour_ms}".encode(), hour.SerializeToString()))
        await shop.log.append(records)

        async def block() -> dict[str, Any]:
            stats = await shop.get("/dashboard/stats", window_minutes=window_minutes)
            found: dict[str, Any] = stats["apis"]
            return found

        async def known() -> bool:
            return bool((await block())["requests"] == 10)

        await wait_until(known)
        apis = await block()
        assert (apis["avg_latency_ms"], apis["error_rate"]) == (10.0, 50.0)
        assert window_minutes <= apis["window_minutes"] < window_minutes + 61
        assert apis["requests_per_min"] == 10 / apis["window_minutes"]
