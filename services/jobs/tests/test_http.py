"""The REST face as callers meet it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import ApiSnapshot
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import WorkerSnapshot
from millstream_contracts.names import Topic
from millstream_contracts.times import to_rfc3339
from millstream_jobs.testing import read_all
from millstream_kit.clock import SystemClock
from millstream_kit.log import NewRecord
from millstream_kit.testing import asks_to_come_back_without_its_database, problem, wait_until

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
JOB_FIELDS = {
    "id",
    "function",
    "function_name",
    "job_type",
    "source",
    "status",
    "created_at",
    "scheduled_at",
    "started_at",
    "completed_at",
    "seq",
    "attempts",
    "max_retries",
    "cancel_requested_at",
    "retried_from",
    "error_type",
    "error_fingerprint",
    "timeout",
    "priority",
    "worker_id",
    "parent_id",
    "root_id",
    "progress",
    "progress_at",
    "interruptions",
    "kwargs",
    "tags",
    "checkpoint",
    "checkpoint_at",
    "result",
    "error",
    "queue_wait_ms",
    "duration_ms",
    "trace_id",
}


async def test_while_the_database_is_away_it_says_when_to_ask_again(shop: Any) -> None:
    await asks_to_come_back_without_its_database(shop.http, shop.database, "/api/v1/functions")


class TestAJobsLife:
    async def test_from_enqueue_to_result(self, shop: Any) -> None:
        job = await shop.enqueue(kwargs={"size": 3}, tags=["a"], priority=2)
        assert job.keys() == JOB_FIELDS
        [lease] = await shop.lease()
        assert (lease["job"]["id"], lease["job"]["kwargs"], lease["job"]["status"]) == (
            job["id"],
            {"size": 3},
            "active",
        )
        await shop.report(lease, "progress", progress=0.5)
        result = await shop.report(lease, "outcome", outcome="success", result=[1, None])
        assert result["status"] == 200
        detail = await shop.get(f"/jobs/{job['id']}")
        assert detail.keys() == JOB_FIELDS | {"attempts_log", "traceback", "logs_url", "reason", "cancel_reason"}
        assert (detail["status"], detail["result"], detail["seq"], detail["attempts"]) == ("complete", [1, None], 3, 1)
        assert [(a["outcome"], a["worker_id"], a["reason"]) for a in detail["attempts_log"]] == [
            ("success", "w1", None)
        ]
        assert (await shop.get("/jobs", interrupted_by="w1"))["total"] == 0

    async def test_its_facts_reach_the_log_in_order_within_a_second(self, shop: Any) -> None:
        job = await shop.enqueue()
        [lease] = await shop.lease()
        await shop.report(lease, "outcome", outcome="failure", error="boom", error_type="E")

        async def retried() -> list[Any]:
            found: list[Any] = await shop.lease()
            return found

        [lease] = await wait_until(retried)
        await shop.report(lease, "outcome", outcome="success")

        async def said() -> bool:
            records = await read_all(shop.log, Topic.JOBS_EVENTS.value)
            events = [JobEvent.FromString(r.value or b"") for r in records]
            return [(e.seq, e.type.removeprefix("job.")) for e in events if e.job_id == job["id"]] == [
                (1, "queued"), (2, "started"), (3, "retrying"), (4, "started"), (5, "completed"),
            ]  # fmt: skip

        await wait_until(said, timeout_s=5)

    async def test_a_trace_travels_with_the_job(self, shop: Any) -> None:
        answer = await shop.http.post("/api/v1/jobs", json={"function": "resize"}, headers={"traceparent": TRACEPARENT})
        assert answer.json()["trace_id"] == TRACEPARENT.split("-")[1]
        [lease] = await shop.lease()
        assert lease["traceparent"] == TRACEPARENT

        async def told() -> bool:
            records = await read_all(shop.log, Topic.JOBS_EVENTS.value)
            return {r.header("traceparent") for r in records} == {TRACEPARENT.encode()} and len(records) == 2

        await wait_until(told)

    async def test_who_traces_nothing_may_name_the_trace(self, shop: Any) -> None:
        named = {"Millstream-Trace-Id": "4bf92f3577b34da6a3ce929d0e0e4736"}
        answer = await shop.http.post("/api/v1/jobs", json={"function": "resize"}, headers=named)
        assert answer.json()["trace_id"] == named["Millstream-Trace-Id"]
        [lease] = await shop.lease()
        assert (lease["traceparent"], lease["job"]["trace_id"]) == (None, named["Millstream-Trace-Id"])

    async def test_a_long_poll_ends_when_a_job_comes(self, shop: Any) -> None:
        wish = {"worker_id": "w1", "functions": ["resize"], "wait_s": 10}
        waiting = asyncio.create_task(shop.http.post("/api/v1/leases", json=wish))
        await wait_until(lambda: shop.app.state.desk.context.bell.queue._waiters)
        job = await shop.enqueue()
        answer = await asyncio.wait_for(waiting, 30)
        assert [lease["job"]["id"] for lease in answer.json()["leases"]] == [job["id"]]

    async def test_draining_ends_long_polls(self, shop: Any) -> None:
        wish = {"worker_id": "w1", "functions": ["resize"], "wait_s": 10}
        waiting = asyncio.create_task(shop.http.post("/api/v1/leases", json=wish))
        await wait_until(lambda: shop.app.state.desk.context.bell.queue._waiters)
        await shop.app.state.drain()
        assert (await asyncio.wait_for(waiting, 30)).json() == {"leases": []}


class TestLists:
    async def test_pages(self, shop: Any) -> None:
        made = [(await shop.enqueue())["id"] for _ in range(5)]
        page = await shop.get("/jobs", limit=2)
        assert (page["total"], page["total_exact"], page["has_more"]) == (5, True, True)
        seen = [job["id"] for job in page["jobs"]]
        while page["has_more"]:
            page = await shop.get("/jobs", limit=2, cursor=page["next_cursor"])
            seen += [job["id"] for job in page["jobs"]]
        assert seen == sorted(made, reverse=True)
        assert page["next_cursor"] is None

    async def test_a_cursor_of_another_list_is_refused(self, shop: Any) -> None:
        root = await shop.enqueue()
        for _ in range(3):
            await shop.enqueue(parent_id=root["id"])
        [lease] = await shop.lease()
        line = {"at": "2026-01-01T00:00:00Z", "message": "m"}
        await shop.report(lease, "log", lines=[line, line])
        one, other = f"/jobs/{root['id']}", f"/jobs/{lease['job']['id']}"
        lists = [
            ("/jobs", {}),
            ("/jobs", {"function": "resize"}),
            ("/jobs", {"status": ["queued"]}),
            (f"{one}/timeline", {}),
            (f"{other}/logs", {}),
            (f"{other}/logs", {"level": "info"}),
        ]
        cursors = [(await shop.get(path, limit=1, **filters))["next_cursor"] for path, filters in lists]
        for mine, (path, filters) in enumerate(lists):
            for place, cursor in enumerate(cursors):
                answer = await shop.http.get(f"/api/v1{path}", params={**filters, "cursor": cursor})
                if place == mine:
                    assert answer.status_code == 200, (path, filters)
                else:
                    assert problem(answer, 422, "invalid")["errors"][0]["field"] == "cursor"

    async def test_statuses_repeat(self, shop: Any) -> None:
        await shop.enqueue()
        await shop.enqueue(delay_s=60)
        assert (await shop.get("/jobs", status=["queued", "pending"]))["total"] == 2
        assert (await shop.get("/jobs", status="pending"))["total"] == 1

    async def test_what_it_cannot_do_it_says(self, shop: Any) -> None:
        problem(await shop.http.get("/api/v1/jobs?sort=age"), 422, "invalid")
        problem(await shop.http.get("/api/v1/jobs?cursor=abc"), 422, "invalid")
        problem(await shop.http.get("/api/v1/jobs?limit=0"), 422, "invalid")
        assert (await shop.get("/jobs", q="ValueError: boom"))["total"] == 0
        for path, methods in (("/jobs", "GET, POST"), ("/events", "GET, POST"), ("/jobs/counts", "GET")):
            answer = await shop.http.put(f"/api/v1{path}")
            problem(answer, 405, "method_not_allowed")
            assert answer.headers["allow"] == methods, path

    async def test_unknown_things_are_404(self, shop: Any) -> None:
        unknown = "job_01AAAAAAAAAAAAAAAAAAAAAAAA"
        for path in (f"/jobs/{unknown}", f"/jobs/{unknown}/logs", f"/jobs/{unknown}/timeline", "/jobs/stream"):
            problem(await shop.http.get(f"/api/v1{path}"), 404, "unknown_job")
        problem(await shop.http.get("/api/v1/functions/nope"), 404, "unknown_function")
        problem(await shop.http.get("/api/v1/artifacts/nope"), 404, "unknown_artifact")
        problem(await shop.http.get("/api/v1/jobs/x/y/z"), 404, "not_found")

    async def test_timeline_and_logs(self, shop: Any) -> None:
        root = await shop.enqueue()
        child = await shop.enqueue(parent_id=root["id"])
        assert child["source"] == {"type": "task", "job_id": root["id"]}
        timeline = await shop.get(f"/jobs/{root['id']}/timeline")
        assert {job["id"] for job in timeline["jobs"]} == {root["id"], child["id"]}
        [lease] = await shop.lease()
        line = {"at": "2026-01-01T00:00:00Z", "level": "warning", "message": "hot", "fields": {"c": 90}}
        await shop.report(lease, "log", lines=[line])
        logs = await shop.get(f"/jobs/{lease['job']['id']}/logs", level="warning")
        assert logs["lines"] == [line | {"at": "2026-01-01T00:00:00.000Z", "attempt": 1}]

    async def test_what_a_function_takes_is_shown_as_its_worker_declared_it(self, shop: Any) -> None:
        takes = {"type": "object", "properties": {"z": {"type": "integer"}, "a": {"type": "string"}}, "required": ["z"]}
        await shop.declare("typed", parameters=takes)
        shown = (await shop.get("/functions/typed"))["parameters"]
        assert (shown, list(shown["properties"])) == (takes, ["z", "a"])
        await shop.declare("typed")
        assert (await shop.get("/functions/typed"))["parameters"] is None
        large = {"functions": [{"key": "typed", "parameters": {"description": "x" * 16_384}}]}
        problem(await shop.http.post("/api/v1/functions", json=large), 422, "invalid")

    async def test_where_a_function_is_in_the_code_is_shown_as_its_worker_declared_it(self, shop: Any) -> None:
        await shop.declare("charge", import_path="shop.jobs:Cards.charge")
        assert (await shop.get("/functions/charge"))["import_path"] == "shop.jobs:Cards.charge"
        await shop.declare("charge")
        assert (await shop.get("/functions/charge"))["import_path"] is None

    @pytest.mark.parametrize(
        "path", ["shop.jobs", "shop.jobs:", ":charge", "shop..jobs:charge", "a:b; import os", "a:b\n", "a:" + "x" * 254]
    )
    async def test_what_is_no_place_in_code_is_refused(self, shop: Any, path: str) -> None:
        declared = {"functions": [{"key": "charge", "import_path": path}]}
        problem(await shop.http.post("/api/v1/functions", json=declared), 422, "invalid")

    async def test_cancel_and_retry(self, shop: Any) -> None:
        job = await shop.enqueue(kwargs={"a": 1})
        problem(await shop.http.post(f"/api/v1/jobs/{job['id']}/retry"), 409, "illegal_state")
        answer = await shop.http.post(f"/api/v1/jobs/{job['id']}/cancel", json={"reason": "no"})
        assert answer.json()["status"] == "cancelled"
        assert (await shop.get(f"/jobs/{job['id']}"))["cancel_reason"] == "no"
        problem(await shop.http.post(f"/api/v1/jobs/{job['id']}/cancel"), 409, "illegal_state")
        answer = await shop.http.post(f"/api/v1/jobs/{job['id']}/retry", json={"kwargs": {"a": 2}})
        assert (answer.json()["retried_from"], answer.json()["kwargs"]) == (job["id"], {"a": 2})


class TestFigures:
    async def test_functions_show_what_happened(self, shop: Any) -> None:
        await shop.enqueue()
        await shop.enqueue()
        [lease] = await shop.lease()
        await shop.report(lease, "outcome", outcome="success")
        shown = await shop.get("/functions/resize")
        assert (shown["runs_24h"], shown["success_rate"], shown["queue_backlog"]) == (1, 100.0, 1)
        assert (shown["last_run_status"], len(shown["recent_runs"])) == ("complete", 1)
        assert shown["p95_duration_ms"] >= 0
        assert shown["p95_wait_ms"] == pytest.approx(shown["avg_wait_ms"], rel=0.011)
        assert shown["schedule"] is None
        assert (await shop.get("/functions", type="cron")) == {"functions": [], "total": 0}

    async def test_trends_are_zero_filled(self, shop: Any) -> None:
        await shop.enqueue()
        await shop.lease()
        hourly = (await shop.get("/jobs/trends", hours=3))["hourly"]
        assert len(hourly) == 3
        assert [h["active"] for h in hourly] == [0, 0, 1]
        assert hourly[-1]["hour"].endswith(":00:00Z")
        assert (await shop.get("/jobs/trends", type="cron"))["hourly"][-1]["active"] == 0

    async def test_a_function_tells_what_runs_and_what_waits_now(self, shop: Any) -> None:
        for _ in range(3):
            await shop.enqueue()
        await shop.lease()
        shown = await shop.get("/functions/resize")
        assert (shown["running"], shown["queue_backlog"]) == (1, 2)

    async def test_workers_that_disagree_about_a_function_are_told_apart(self, shop: Any) -> None:
        """Lost ones and clients have no say."""

        def beat(id_: str, state: str = "active") -> NewRecord:
            worker = WorkerSnapshot(id=id_, worker_name="w", functions=["resize"], state=state)
            return NewRecord(Topic.WORKERS_SNAPSHOTS.value, id_.encode(), worker.SerializeToString())

        for id_, version, retries in (("w1", "1.0", 1), ("w2", "1.1", 3), ("w3", "1.1", 3), ("w4", "0.9", 0)):
            await shop.declare(by={"worker_id": id_, "version": version}, max_retries=retries, retry_delay=2)
        await shop.declare(max_retries=9)
        await shop.log.append([beat("w4", "lost"), beat("w1"), beat("w2"), beat("w3")])

        async def said() -> list[tuple[int, list[str], list[str]]]:
            shown = await shop.get("/functions/resize")
            return sorted((s["max_retries"], s["versions"], s["workers"]) for s in shown["settings"] or [])

        async def known() -> bool:
            return sum(len(workers) for _, _, workers in await said()) == 3

        await wait_until(known)
        assert await said() == [(1, ["1.0"], ["w1"]), (3, ["1.1"], ["w2", "w3"])]
        await shop.declare(by={"worker_id": "w1", "version": "1.1"}, max_retries=3, retry_delay=2)
        assert await said() == [(3, ["1.1"], ["w1", "w2", "w3"])]
        by_clock = {"type": "cron", "schedule": "0 2 * * *"}
        await shop.declare(by={"worker_id": "w1", "version": "1.2"}, max_retries=3, retry_delay=2, **by_clock)
        shown = (await shop.get("/functions/resize"))["settings"]
        assert sorted((s["schedule"] or "", s["schedule_timezone"] or "", s["workers"]) for s in shown) == [
            ("", "", ["w2", "w3"]),
            ("0 2 * * *", "UTC", ["w1"]),
        ]

    async def test_the_dashboard_knows_its_neighbours_by_their_topics(self, shop: Any) -> None:
        worker = WorkerSnapshot(id="w1", worker_name="w", functions=["resize"], concurrency=4, state="active")
        lost = WorkerSnapshot(id="w2", worker_name="w", functions=["resize"], concurrency=4, state="lost")
        api = ApiSnapshot(name="shop", requests_24h=10, avg_latency_ms=5, error_rate=20, requests_per_min=2)
        await shop.log.append(
            [
                NewRecord(Topic.WORKERS_SNAPSHOTS.value, b"w1", worker.SerializeToString()),
                NewRecord(Topic.WORKERS_SNAPSHOTS.value, b"w2", lost.SerializeToString()),
                NewRecord(Topic.APIS_SNAPSHOTS.value, b"shop", api.SerializeToString()),
            ]
        )

        async def known() -> bool:
            stats = await shop.get("/dashboard/stats")
            return bool(stats["workers"]["total"] == 1 and stats["apis"]["requests"] == 10)

        await wait_until(known)
        stats = await shop.get("/dashboard/stats")
        assert stats["queue"]["capacity"] == 4
        assert stats["apis"] == {
            "requests": 10, "avg_latency_ms": 5.0, "error_rate": 20.0, "window_minutes": 1440, "requests_per_min": 10 / 1440,
        }  # fmt: skip
        unheard = (await shop.get("/dashboard/stats", window_minutes=60))["apis"]
        assert (unheard["requests"], unheard["avg_latency_ms"], unheard["error_rate"]) == (0, None, None)
        assert (await shop.get("/functions/resize"))["workers"] == ["w1"]

    async def test_figures_of_a_period_say_which_buckets_it_was_made_of(self, shop: Any) -> None:
        now = SystemClock().now_ms()
        minute = now - now % 60_000 - 10 * 60_000
        asked = {"after": to_rfc3339(minute + 12_345), "before": to_rfc3339(minute + 54_321)}
        for path, first, last in (
            ("/jobs/stats", 10_000, 60_000), ("/jobs/durations", 10_000, 60_000), ("/jobs/errors", 0, 60_000)
        ):  # fmt: skip
            found = await shop.get(path, **asked)
            assert (found["after"], found["before"]) == (to_rfc3339(minute + first), to_rfc3339(minute + last)), path
            old = await shop.get(path, after=to_rfc3339(minute - 5 * 86_400_000))
            assert to_rfc3339(minute) < old["before"] <= to_rfc3339(SystemClock().now_ms())
            nothing = await shop.get(path, after="2999-01-01T00:00:00Z")
            assert (nothing["after"], nothing["before"]) == (None, None)

    async def test_stats(self, shop: Any) -> None:
        await shop.enqueue()
        [lease] = await shop.lease()
        await shop.report(lease, "outcome", outcome="failure", error="x", retryable=False)
        await shop.enqueue()
        counts = (await shop.get("/jobs/counts", function="resize"))["counts"]
        assert counts["failed"] == counts["queued"] == {"total": 1, "total_exact": True}
        problem(await shop.http.get("/api/v1/jobs/counts?status=failed"), 422, "invalid")
        stats = await shop.get("/jobs/stats")
        assert (stats["total"], stats["failure_count"], stats["success_rate"]) == (1, 1, 0.0)
        ran_ms = (await shop.get("/jobs", status="failed"))["jobs"][0]["duration_ms"]
        found = await shop.get("/jobs/durations", function="resize")
        [ran] = found["durations"]
        assert ran["min_duration_ms"] <= ran_ms < ran["below_duration_ms"]
        assert (found["total"], ran["count"]) == (1, 1)
        assert (await shop.get("/jobs/durations", function="other"))["durations"] == []
        points = (await shop.get("/jobs/series", step="10s", function="resize"))["points"]
        assert (len(points), sum(p["failed"] for p in points), sum(p["complete"] for p in points)) == (60, 1, 0)
        [error] = (await shop.get("/jobs/errors"))["errors"]
        assert (error["function"], error["count"], error["message"]) == ("resize", 1, "x")
        assert (error["last_job_id"], error["first_at"]) == (lease["job"]["id"], error["last_at"])
        problem(await shop.http.get("/api/v1/jobs/series?step=10s&after=2020-01-01T00:00:00Z"), 422, "invalid")
        problem(await shop.http.get("/api/v1/jobs/series?step=2m"), 422, "invalid")
        then = to_rfc3339(SystemClock().now_ms() // 60_000 * 60_000 - 30_000)
        for empty in ({"after": then, "before": then}, {"after": "2999-01-01T00:00:00Z"}):
            assert (await shop.get("/jobs/series", **empty))["points"] == []
        six_hours_ago = to_rfc3339(SystemClock().now_ms() - 6 * 3_600_000)
        five_hours_ago = to_rfc3339(SystemClock().now_ms() - 5 * 3_600_000)
        past = f"/api/v1/jobs/series?after={six_hours_ago}&before={five_hours_ago}&step="
        refused = problem(await shop.http.get(f"{past}10s"), 422, "invalid")
        assert refused["detail"] == "after: steps of 10s are kept for 3 hours; ask for 1m"
        assert (await shop.http.get(f"{past}1m")).status_code == 200
        dashboard = await shop.get("/dashboard/stats")
        assert dashboard["runs"]["total"] == 1
        assert dashboard["top_failing_functions"][0]["failure_rate"] == 100.0
        assert [run["status"] for run in dashboard["recent_failures"]] == ["failed"]
