"""Series: requests by step and status class, with percentiles, of one API or of all."""

from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from millstream_apis.app import STORAGE
from millstream_apis.model import (
    HOUR_MS,
    LATENCY_ENDS_MS,
    MINUTE_MS,
    SETTLES_MS,
    TEN_S_MS,
    TOTAL,
    UNMATCHED,
    Batch,
    EndpointKey,
    Request,
    Span,
    hour_of,
    settled_before,
)
from millstream_apis.store import Claim, Part
from millstream_apis.store_reading import SqlReading
from millstream_apis.tables import LEASES, METADATA
from millstream_apis.testing import a_counting_store
from millstream_contracts.times import to_rfc3339
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases
from sqlalchemy import Connection, MetaData, func, select, text

NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z


def a_request(number: int, at_ms: int = NOON, **changes: Any) -> Request:
    values: dict[str, Any] = {"method": "GET", "path": "/a", "status": 200, "latency_ms": 5.0, "instance_id": "i"}
    return Request(**{"id": f"r{number}", "at_ms": at_ms} | values | changes)


def as_the_first_revision_left_it(connection: Connection) -> None:
    """Its tables, with what is in those of now but for the sums of all APIs."""
    rows = {table.name: connection.execute(table.select()).mappings().all() for table in METADATA.sorted_tables}
    of_all = {row["id"] for row in rows["endpoints"] if row["api_name"] == ""}
    METADATA.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))
    config = Config()
    config.set_main_option("script_location", STORAGE.migrations.replace(".", ":", 1).replace(".", "/"))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    first = MetaData()
    first.reflect(connection)
    for table in (table for table in first.sorted_tables if table.name != "alembic_version"):
        its_endpoint = "id" if table.name == "endpoints" else "endpoint_id"
        for row in (row for row in rows[table.name] if row.get(its_endpoint) not in of_all):
            connection.execute(table.insert().values({column.name: row[column.name] for column in table.columns}))
        for column in table.primary_key if connection.dialect.name == "postgresql" else ():
            if column.server_default is not None:
                connection.execute(
                    select(func.setval(func.pg_get_serial_sequence(table.name, column.name), len(rows[table.name]) + 1))
                )


async def count(database: Database, partition: int, api_name: str, *requests: Request) -> None:
    leases = Leases(database, LEASES, holder="me", ttl_s=1e9, clock=ManualClock(NOON))
    name = f"count/{partition}"
    held = await leases.acquire([name])
    store = a_counting_store(database, leases)
    start = (await store.next_offsets("e1")).get(partition, 0)
    batch = Batch(api_name, "i", NOON, requests)
    await store.count(Claim("e1", {partition: (name, held[name])}), [Part(partition, [(start, batch)], start + 1)])


class TestTheStore:
    async def test_steps_hold_what_every_partition_counted(self, either: Database) -> None:
        await count(either, 0, "shop", a_request(1, status=101), a_request(2, NOON + 1, latency_ms=9.0, weight=3))
        await count(either, 1, "shop", a_request(3, NOON + TEN_S_MS, status=500, latency_ms=900.0))
        await count(either, 1, "mail", a_request(4, NOON, status=404))
        reading = SqlReading(either)
        for step, expected in (
            (TEN_S_MS, {NOON: [1, 3, 0, 0, 0], NOON + TEN_S_MS: [0, 0, 0, 0, 1]}),
            (MINUTE_MS, {NOON: [1, 3, 0, 0, 1]}),
            (5 * MINUTE_MS, {NOON: [1, 3, 0, 0, 1]}),
            (HOUR_MS, {NOON: [1, 3, 0, 0, 1]}),
        ):
            found = await reading.series(Span(NOON, NOON + HOUR_MS, step), "shop", NOON)
            assert {at: list(one[:5]) for at, one in found.items()} == expected
        whole = (await reading.series(Span(NOON, NOON + HOUR_MS, HOUR_MS), None, NOON))[NOON]
        assert list(whole[:5]) == [1, 3, 0, 1, 1]
        assert whole.p95_latency_ms == pytest.approx(9.0, rel=0.011)

    async def test_what_comes_late_is_in_a_series_that_was_read_before(self, either: Database) -> None:
        early = NOON - 3 * HOUR_MS
        await count(either, 0, "shop", a_request(1, early), a_request(2, NOON))
        reading, day = SqlReading(either), Span(early, NOON + 2 * HOUR_MS, MINUTE_MS)
        for n, now in enumerate((NOON, NOON + MINUTE_MS, NOON + HOUR_MS)):
            for partition in (0, 1):  # in time, and late
                at_ms = early + n * MINUTE_MS if partition else now
                await count(either, partition, "shop", a_request(10 + 2 * n + partition, at_ms, latency_ms=70.0))
                kept = await reading.series(day, "shop", settled_before(now))
                assert kept == await SqlReading(either).series(day, "shop", settled_before(now))
        assert kept[early].requests == 2
        assert sum(step.requests for step in kept.values()) == 8

    async def test_percentiles_are_those_of_all_that_was_counted_whoever_read_before(self, either: Database) -> None:
        reading, hour = SqlReading(either), Span(NOON, NOON + HOUR_MS, HOUR_MS)
        assert await reading.series(hour, "shop", NOON) == {}
        for n, latency in enumerate((5.0, 50.0, 500.0)):
            await count(either, n % 2, "shop", a_request(n, NOON + n * MINUTE_MS, latency_ms=latency, weight=100))
            steps = await reading.series(hour, "shop", NOON)
            assert (
                steps == await SqlReading(either).series(hour, "shop", NOON) == await reading.series(hour, "shop", NOON)
            )
            assert steps[NOON].p99_latency_ms == pytest.approx(latency, rel=0.011)

    async def test_late_requests_are_in_minutes_and_hours_not_in_steps_no_one_may_ask_for(
        self, either: Database
    ) -> None:
        late = NOON - 4 * HOUR_MS
        await count(either, 0, "shop", a_request(1, late))
        reading = SqlReading(either)
        span = {step: Span(late, late + HOUR_MS, step) for step in (TEN_S_MS, MINUTE_MS)}
        assert await reading.series(span[TEN_S_MS], "shop", NOON) == {}
        assert (await reading.series(span[MINUTE_MS], "shop", NOON))[late].status_2xx == 1

    async def test_what_was_counted_before_there_were_series_is_in_them(self, either: Database) -> None:
        await count(either, 0, "shop", a_request(1), a_request(2, latency_ms=50.0))
        await count(either, 1, "mail", a_request(3, NOON + MINUTE_MS, status=500))
        async with either.engine.begin() as connection:
            await connection.run_sync(as_the_first_revision_left_it)
        await either.migrate(STORAGE.migrations)
        await count(either, 1, "mail", a_request(4, NOON + MINUTE_MS))
        found = await SqlReading(either).series(Span(NOON, NOON + HOUR_MS, MINUTE_MS), None, NOON)
        assert {at: list(step[:5]) for at, step in found.items()} == {
            NOON: [0, 2, 0, 0, 0],
            NOON + MINUTE_MS: [0, 1, 0, 0, 1],
        }
        assert found[NOON].p50_latency_ms == pytest.approx(5.0, rel=0.011)


def sent(at_ms: int, **changes: Any) -> dict[str, Any]:
    values = {"method": "GET", "path": "/a", "status": 200, "latency_ms": 12.5, "instance_id": "i1"}
    return {"id": f"at-{at_ms}", "at": to_rfc3339(at_ms)} | values | changes


class TestHowLongRequestsTook:
    async def test_they_are_told_by_classes_in_buckets_of_a_minute_or_an_hour(self, either: Database) -> None:
        early = NOON - HOUR_MS
        await count(either, 0, "shop", a_request(1, latency_ms=0.3), a_request(2, latency_ms=7.0, weight=3))
        await count(either, 1, "shop", a_request(3, early, latency_ms=30.0))
        await count(either, 1, "mail", a_request(4, latency_ms=7.0))
        reading = SqlReading(either)
        for span, name, expected in (
            (Span(NOON, NOON + MINUTE_MS, MINUTE_MS), "shop", [(0.2, 1), (0.5, 0), (1, 0), (2, 0), (5, 3)]),
            (
                Span(early, NOON + HOUR_MS, HOUR_MS),
                "shop",
                [(0.2, 1), (0.5, 0), (1, 0), (2, 0), (5, 3), (10, 0), (20, 1)],
            ),
            (Span(NOON, NOON + HOUR_MS, HOUR_MS), None, [(0.2, 1), (0.5, 0), (1, 0), (2, 0), (5, 4)]),
            (Span(NOON, NOON + HOUR_MS, HOUR_MS), "nobody", []),
        ):
            classes = (await reading.latencies(span, name)).classes(LATENCY_ENDS_MS)
            assert [(one.least, one.many) for one in classes] == expected

    async def test_those_of_an_endpoint_are_its_own_whoever_counted_them(self, either: Database) -> None:
        early = NOON - HOUR_MS
        await count(either, 0, "shop", a_request(1, latency_ms=7.0, weight=3), a_request(2, path="/b", latency_ms=0.3))
        await count(either, 1, "shop", a_request(3, early, latency_ms=30.0), a_request(4, method="PUT", latency_ms=0.3))
        await count(either, 1, "mail", a_request(5, latency_ms=0.3), a_request(6, path="", latency_ms=0.3))
        reading, hours = SqlReading(either), Span(early, NOON + HOUR_MS, HOUR_MS)
        for span, name, endpoint, expected in (
            (Span(NOON, NOON + MINUTE_MS, MINUTE_MS), "shop", EndpointKey("GET", "/a"), [(5, 3)]),
            (hours, "shop", EndpointKey("GET", "/a"), [(5, 3), (10, 0), (20, 1)]),
            (hours, "mail", UNMATCHED, [(0.2, 1)]),
            (hours, "mail", EndpointKey("GET", "/b"), []),
        ):
            classes = (await reading.latencies(span, name, endpoint)).classes(LATENCY_ENDS_MS)
            assert [(one.least, one.many) for one in classes] == expected

    @pytest.mark.parametrize(
        ("query", "total", "after"),
        [
            ("", 2, "2025-12-31T12:00:00Z"),
            (f"?after={to_rfc3339(NOON - 1)}", 1, "2026-01-01T11:59:00Z"),
            (f"?after={to_rfc3339(NOON - 30 * HOUR_MS)}", 2, "2025-12-31T06:00:00Z"),
            (f"?after={to_rfc3339(NOON)}&before={to_rfc3339(NOON)}", 0, None),
            ("?api_name=mail", 0, "2025-12-31T12:00:00Z"),
            ("?api_name=shop&method=get&path=/a", 2, "2025-12-31T12:00:00Z"),
            ("?api_name=shop&method=*&path=(unmatched)", 0, "2025-12-31T12:00:00Z"),
        ],
    )
    async def test_over_http_the_answer_says_what_was_counted(
        self, site: Any, query: str, total: int, after: str | None
    ) -> None:
        await site.send([sent(NOON, latency_ms=7.0), sent(NOON - HOUR_MS, latency_ms=0.3)])
        await site.until_counted(2)
        answer = await site.get(f"/apis/latencies{query}")
        assert (answer["total"], answer["after"]) == (total, None if after is None else after.replace("Z", ".000Z"))
        if total == 2:
            first, *_, last = answer["latencies"]
            assert first == {"min_latency_ms": 0.2, "below_latency_ms": 0.5, "count": 1}
            assert last == {"min_latency_ms": 5, "below_latency_ms": 10, "count": 1}

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("api_name=shop&method=GET", "path"),
            ("api_name=shop&method=GET&path=", "path"),
            ("api_name=shop&path=/a", "method"),
            ("api_name=shop&method=&path=/a", "method"),
            ("method=GET&path=/a", "api_name"),
            ("api_name=shop&method=**&path=/a", "method"),
            ("api_name=shop&method=GET&path=%00", "path"),
            (f"api_name=shop&method=GET&path=/{'a' * 512}", "path"),
        ],
    )
    async def test_an_endpoint_said_in_part_is_422_naming_the_field(self, site: Any, query: str, field: str) -> None:
        answer = await site.http.get(f"/api/v1/apis/latencies?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


class TestEveryApisDay:
    SINCE = NOON - 23 * HOUR_MS

    async def test_each_has_its_hours_and_the_percentiles_of_all_of_them(self, either: Database) -> None:
        since = self.SINCE
        slow = a_request(1, since - 1, latency_ms=9_000.0, weight=500)
        await count(either, 0, "shop", slow, a_request(2, since, latency_ms=5.0, weight=98))
        await count(either, 1, "shop", a_request(3, NOON, latency_ms=500.0, status=503, weight=2))
        await count(either, 0, "mail", a_request(4, NOON - HOUR_MS, latency_ms=7.0, status=404))
        found = await SqlReading(either).activity(since, NOON - HOUR_MS)
        assert found.keys() == {"shop", "mail"}
        shop = {at: list(n) for at, n in found["shop"].hours.items()}
        assert shop == {since: [0, 98, 0, 0, 0], NOON: [0, 0, 0, 0, 2]}
        assert found["shop"].latency.p50_latency_ms == pytest.approx(5.0, rel=0.011)
        assert found["shop"].latency.p99_latency_ms == pytest.approx(500.0, rel=0.011)
        assert found["mail"].latency.p50_latency_ms == pytest.approx(7.0, rel=0.011)
        assert (found["shop"].latency.apdex, found["mail"].latency.apdex) == (0.98, 1.0)  # two errors within 500 ms

    async def test_the_apdex_is_by_the_threshold_the_store_was_given(self, either: Database) -> None:
        await count(either, 0, "shop", *(a_request(n, NOON, latency_ms=ms) for n, ms in enumerate((10, 40, 41, 400))))
        for apdex_ms, expected in ((10, 0.38), (100, 0.88), (400, 1.0)):
            reading = SqlReading(either, apdex_ms=apdex_ms)
            assert (await reading.activity(self.SINCE, NOON))["shop"].latency.apdex == expected
            steps = await reading.series(Span(NOON, NOON + HOUR_MS, HOUR_MS), "shop", NOON)
            assert steps[NOON].apdex == expected

    async def test_what_was_read_before_changes_no_percentile(self, either: Database) -> None:
        """Whatever comes next: in the open hour, late, as a new API, or the hour turns."""
        reading, now = SqlReading(either), NOON
        for n, (name, at_ms, latency_ms) in enumerate(
            (
                ("shop", NOON, 5.0),
                ("shop", NOON + 1, 50.0),
                ("shop", self.SINCE + HOUR_MS, 500.0),
                ("mail", NOON, 3.0),
                ("shop", NOON + HOUR_MS, 5_000.0),
                ("mail", NOON + HOUR_MS + SETTLES_MS, 9.0),
                ("shop", NOON, 900.0),
            )
        ):
            await count(either, n % 2, name, a_request(n, at_ms, latency_ms=latency_ms, weight=100))
            now = max(now, at_ms)
            hours = hour_of(now) - 23 * HOUR_MS, settled_before(now)
            fresh = await SqlReading(either).activity(*hours)
            assert await reading.activity(*hours) == fresh == await reading.activity(*hours)
        assert fresh["shop"].latency.p99_latency_ms == pytest.approx(5_000.0, rel=0.011)

    async def test_of_one_the_hours_of_its_endpoints_are_read_apart(self, either: Database) -> None:
        orders, late = self.SINCE, self.SINCE - HOUR_MS
        await count(
            either, 0, "shop", a_request(1, orders, weight=7), a_request(2, late), a_request(3, NOON, path="/b")
        )
        await count(either, 1, "shop", a_request(4, orders, status=500), a_request(5, NOON, method="POST"))
        await count(either, 0, "mail", a_request(6, NOON))
        found = await SqlReading(either).endpoint_hours("shop", orders)
        assert {key: {at: list(n) for at, n in hours.items()} for key, hours in found.items() if key != TOTAL} == {
            EndpointKey("GET", "/a"): {orders: [0, 7, 0, 0, 1]},
            EndpointKey("GET", "/b"): {NOON: [0, 1, 0, 0, 0]},
            EndpointKey("POST", "/a"): {NOON: [0, 1, 0, 0, 0]},
        }

    async def test_an_endpoints_hours_are_those_of_the_day(self, site: Any) -> None:
        await site.send([sent(NOON), sent(NOON + 1, status=404)])
        await site.until_counted(2)
        answer = await site.get("/apis/shop/activity")
        [one] = answer["endpoints"]
        assert (len(answer["hours"]), one["status_2xx"][-1], one["status_4xx"][-1]) == (24, 1, 1)
        assert (one["method"], sum(one["status_5xx"])) == (sent(NOON)["method"], 0)

    async def test_one_question_has_all_of_them(self, site: Any) -> None:
        assert (await site.get("/apis/activity"))["apis"] == {}
        await site.send([sent(NOON, latency_ms=9.0), sent(NOON + 1, latency_ms=9.0, status=500)])
        await site.until_counted(2)
        answer = await site.get("/apis/activity")
        shop = answer["apis"]["shop"]
        assert (len(answer["hours"]), answer["hours"][-1]) == (24, to_rfc3339(NOON)[:19] + "Z")
        assert (shop["status_2xx"][-2:], shop["status_5xx"][-2:], shop["status_4xx"]) == ([0, 1], [0, 1], [0] * 24)
        assert shop["p99_latency_ms"] == pytest.approx(9.0, rel=0.011)
        assert shop["apdex"] == 0.5


class TestOverHttp:
    async def test_every_step_is_there_and_empty_ones_have_no_latency(self, site: Any) -> None:
        await site.send([sent(NOON - 90_000), sent(NOON - 1, status=503, latency_ms=40)])
        await site.until_counted(2)
        after = to_rfc3339(NOON - 120_000)
        points = (await site.get(f"/apis/series?after={after}&before={to_rfc3339(NOON)}&step=1m"))["points"]
        assert [p["at"] for p in points] == ["2026-01-01T11:58:00.000Z", "2026-01-01T11:59:00.000Z"]
        empty = {f"status_{c}xx": 0 for c in range(1, 6)}
        assert points[0] == empty | {
            "at": "2026-01-01T11:58:00.000Z",
            "status_2xx": 1,
            "avg_latency_ms": 12.5,
            "p50_latency_ms": pytest.approx(12.5, rel=0.011),
            "p95_latency_ms": pytest.approx(12.5, rel=0.011),
            "p99_latency_ms": pytest.approx(12.5, rel=0.011),
            "apdex": 1.0,
        }
        assert (points[1]["status_5xx"], points[1]["apdex"]) == (1, 0.0)
        (nobody,) = (await site.get(f"/apis/series?after={after}&before={to_rfc3339(NOON)}&step=1h&api_name=x"))[
            "points"
        ]
        assert nobody | empty == nobody
        assert [v for k, v in nobody.items() if k.endswith("_ms") or k == "apdex"] == [None] * 5

    async def test_without_times_it_is_the_last_hour_up_to_the_open_minute(self, site: Any) -> None:
        points = (await site.get("/apis/series"))["points"]
        assert (points[0]["at"], points[-1]["at"]) == ("2026-01-01T11:00:00.000Z", "2026-01-01T12:00:00.000Z")
        assert len(points) == 61

    async def test_time_to_come_has_no_points(self, site: Any) -> None:
        query = f"after={to_rfc3339(NOON - 10_000)}&before={to_rfc3339(NOON + HOUR_MS)}&step=10s"
        assert len((await site.get(f"/apis/series?{query}"))["points"]) == 2

    @pytest.mark.parametrize(
        "query", ["after=2026-01-01T13:00:00Z", "after=2026-01-01T11:00:30Z&before=2026-01-01T11:00:30Z"]
    )
    async def test_a_period_without_time_has_no_points(self, site: Any, query: str) -> None:
        assert (await site.get(f"/apis/series?{query}"))["points"] == []

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("step=2m", "step"),
            ("after=2026-01-01T00:00:00Z&step=10s", "step"),  # too many points
            (f"after={to_rfc3339(NOON - 4 * HOUR_MS)}&before={to_rfc3339(NOON - 3 * HOUR_MS)}&step=10s", "after"),
            ("after=2025-12-01T00:00:00Z&before=2025-12-01T00:05:00Z", "after"),  # not kept by the minute
            ("after=2026-01-01T11:00:00Z&before=2026-01-01T10:59:59Z", "before"),
            ("after=now", "after"),
            ("api_name=Bad", "api_name"),
            ("surprise=1", "surprise"),
        ],
    )
    async def test_a_bad_query_is_422_naming_the_field(self, site: Any, query: str, field: str) -> None:
        answer = await site.http.get(f"/api/v1/apis/series?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
