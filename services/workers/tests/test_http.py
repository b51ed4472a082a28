"""The HTTP surface: shapes of the contract, refusals, scopes."""

import json
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from millstream_kit.auth import hash_key
from millstream_kit.db import Database
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import asks_to_come_back_without_its_database, problem
from millstream_workers.app import create_app
from millstream_workers.settings import WorkersSettings

POD = {"name": "shop-7d", "namespace": "default"}


async def test_while_the_database_is_away_it_says_when_to_ask_again(site: Any, database: Database) -> None:
    await asks_to_come_back_without_its_database(site.http, database, "/api/v1/workers")


class TestList:
    async def test_it_is_empty_without_workers(self, site: Any) -> None:
        assert (await site.http.get("/api/v1/workers")).json() == {"workers": [], "total": 0}

    async def test_instances_are_grouped_by_worker_name(self, site: Any) -> None:
        await site.beat("w1")
        await site.beat("w2", functions=["crop"], function_names={"crop": "Crop"}, concurrency=2)
        await site.beat("x1", worker_name="mailer")
        body = (await site.http.get("/api/v1/workers")).json()
        assert body["total"] == 2
        shop = body["workers"][1]
        assert {k: v for k, v in shop.items() if k != "instances"} == {
            "name": "shop",
            "active": True,
            "instance_count": 2,
            "functions": ["crop", "resize"],
            "function_names": {"resize": "Resize", "crop": "Crop"},
            "concurrency": 6,
        }

    async def test_a_group_of_lost_workers_is_not_active_and_has_no_capacity(self, site: Any) -> None:
        await site.beat()
        await site.pass_time(16)
        shop = (await site.http.get("/api/v1/workers")).json()["workers"][0]
        assert (shop["active"], shop["instance_count"], shop["concurrency"]) == (False, 1, 0)


class TestLosses:
    async def test_a_loss_outlives_its_worker_on_the_list(self, site: Any) -> None:
        await site.beat(pod=POD, active_jobs=2)
        await site.pass_time(16)
        await site.pass_time(700)
        assert (await site.http.get("/api/v1/workers")).json()["total"] == 0
        body = (await site.http.get("/api/v1/workers/losses")).json()
        [loss] = body["losses"]
        assert body["total"] == 1
        assert (loss["worker_id"], loss["worker_name"], loss["active_jobs"], loss["back_at"]) == ("w1", "shop", 2, None)
        assert (loss["last_heartbeat"], loss["lost_at"]) == ("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:15.500Z")
        assert loss["pod"]["name"] == POD["name"]

    async def test_of_a_time_and_no_other(self, site: Any) -> None:
        await site.beat()
        await site.pass_time(16)
        for query, total in [
            ({"after": "2026-01-01T00:00:15.500Z"}, 1),
            ({"after": "2026-01-01T00:00:15.501Z"}, 0),
            ({"after": "2026-01-01T00:00:00Z", "before": "2026-01-01T00:00:15.500Z"}, 0),
        ]:
            answer = await site.http.get("/api/v1/workers/losses", params=query)
            assert answer.json()["total"] == total, query
        ends_first = {"after": "2026-01-02T00:00:00Z", "before": "2026-01-01T00:00:00Z"}
        problem(await site.http.get("/api/v1/workers/losses", params=ends_first), 422, "invalid")


class TestOne:
    async def test_it_shows_the_instance(self, site: Any) -> None:
        usage = {"cpu_cores": 0.4, "memory_bytes": 2**27, "memory_limit_bytes": 2**29, "loop_lag_ms": 2}
        await site.beat(pod=POD, version="1.2", hostname="box", usage=usage)
        assert (await site.http.get("/api/v1/workers/w1")).json() == {
            "id": "w1",
            "worker_name": "shop",
            "started_at": "2026-01-01T00:00:00.000Z",
            "last_heartbeat": "2026-01-01T00:00:00.000Z",
            "functions": ["resize"],
            "function_names": {"resize": "Resize"},
            "concurrency": 4,
            "active_jobs": 0,
            "jobs_processed": 0,
            "jobs_failed": 0,
            "hostname": "box",
            "state": "active",
            "version": "1.2",
            "pod": POD
            | dict.fromkeys(
                (
                    "node",
                    "phase",
                    "restarts",
                    "last_restart_reason",
                    "image",
                    "cpu_limit_cores",
                    "memory_limit_bytes",
                    "deployment",
                )
            ),
            "asked": None,
            "paused": False,
            "usage": {
                "cpu_cores": 0.4,
                "cpu_limit_cores": None,
                "memory_bytes": 2**27,
                "memory_limit_bytes": 2**29,
                "loop_lag_ms": 2.0,
            },
        }

    @pytest.mark.parametrize("worker_id", ["nobody", "stream", "%00", "a b", "x" * 300])
    async def test_an_unknown_one_is_404(self, site: Any, worker_id: str) -> None:
        answer = await site.http.get(f"/api/v1/workers/{worker_id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "worker_not_found")


class TestDeploys:
    async def test_it_shows_those_of_a_time_and_a_group(self, site: Any) -> None:
        await site.beat("a", version="1")
        await site.pass_time(60)
        await site.beat("b", version="2", started_at="2026-01-01T00:00:59.000Z")
        first, second = (
            {"name": "shop", "version": "1", "previous_version": None, "at": "2026-01-01T00:00:00.000Z"},
            {"name": "shop", "version": "2", "previous_version": "1", "at": "2026-01-01T00:01:00.000Z"},
        )
        for asked, expected in (
            ({}, [second, first]),
            ({"limit": 1}, [second]),
            ({"before": second["at"]}, [first]),
            ({"after": second["at"], "name": "shop"}, [second]),
            ({"name": "mailer"}, []),
        ):
            answer = await site.http.get("/api/v1/workers/deploys", params=asked)
            assert answer.json() == {"deploys": expected}, asked

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"limit": "0"}, "limit"),
            ({"name": "Shop"}, "name"),
            ({"after": "now"}, "after"),
            ({"after": "2026-01-02T00:00:00Z", "before": "2026-01-01T00:00:00Z"}, "before"),
            ({"version": "1"}, "version"),
        ],
    )
    async def test_a_bad_question_is_422_and_named(self, site: Any, asked: dict[str, str], field: str) -> None:
        answer = await site.http.get("/api/v1/workers/deploys", params=asked)
        assert [e["field"] for e in problem(answer, 422, "invalid")["errors"]] == [field]


class TestHeartbeat:
    @pytest.mark.parametrize("worker_id", ["stream", "events", "trends", "series", "deploys", "a b"])
    async def test_a_reserved_or_malformed_id_is_422(self, site: Any, worker_id: str) -> None:
        answer = await site.http.post(f"/api/v1/workers/{worker_id}/heartbeat", json=BODY)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "worker_id")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"worker_name": "Shop"}, "worker_name"),
            ({"worker_name": "stream"}, "worker_name"),
            ({"state": "lost"}, "state"),
            ({"concurrency": -1}, "concurrency"),
            ({"concurrency": "4"}, "concurrency"),
            ({"active_jobs": True}, "active_jobs"),
            ({"interval_s": "5"}, "interval_s"),
            ({"leaving": "yes"}, "leaving"),
            ({"started_at": "yesterday"}, "started_at"),
            ({"hostname": "a\x00b"}, "hostname"),
            ({"surprise": 1}, "surprise"),
            ({"pod": {"name": "a"}}, "pod.namespace"),
            ({"usage": {"memory_bytes": -1}}, "usage.memory_bytes"),
            ({"usage": {"cpu_cores": "much"}}, "usage.cpu_cores"),
        ],
    )
    async def test_a_bad_field_is_422_and_named(self, site: Any, change: dict[str, Any], field: str) -> None:
        answer = await site.http.post("/api/v1/workers/w1/heartbeat", json=BODY | change)
        assert [e["field"] for e in problem(answer, 422, "invalid")["errors"]] == [field]


class TestScopes:
    @pytest.mark.parametrize(
        ("scopes", "read", "beat"),
        [(["workers:read"], 200, 403), (["workers:heartbeat"], 403, 204), (["*"], 200, 204), (["jobs:read"], 403, 403)],
    )
    async def test_each_route_needs_its_own(self, tmp_path: Path, scopes: list[str], read: int, beat: int) -> None:
        key = f"ms_tester_{'k' * 43}"
        entry = {"id": "tester", "sha256": hash_key(key), "subject": "tester", "scopes": scopes}
        (tmp_path / "keys.yaml").write_text(json.dumps({"keys": [entry]}))
        settings = WorkersSettings(auth=AuthSettings(mode="required", keys_file=tmp_path / "keys.yaml"))
        log, database = EmbeddedLog(":memory:"), Database(f"sqlite:///{tmp_path / 'w.db'}", service="workers")
        app = create_app(settings, database=database, log=log)
        async with (
            app.router.lifespan_context(app),
            AsyncClient(transport=ASGITransport(app), base_url="http://workers") as http,
        ):
            bearer = {"Authorization": f"Bearer {key}"}
            assert (await http.get("/api/v1/workers", headers=bearer)).status_code == read
            assert (await http.post("/api/v1/workers/w1/heartbeat", json=BODY, headers=bearer)).status_code == beat
            assert (await http.get("/api/v1/workers")).status_code == 401
        await log.close()
        await database.close()


BODY: dict[str, Any] = {
    "worker_name": "shop",
    "started_at": "2026-01-01T00:00:00.000Z",
    "functions": ["resize"],
    "concurrency": 4,
    "active_jobs": 0,
    "jobs_processed": 0,
    "jobs_failed": 0,
    "state": "active",
}


class TestWhatIsAsked:
    @pytest.mark.parametrize("verb", ["pause", "drain"])
    async def test_it_hears_it_with_its_next_heartbeats_and_others_at_once(self, site: Any, verb: str) -> None:
        await site.beat()
        answer = await site.http.post(f"/api/v1/workers/w1/{verb}")
        assert (answer.status_code, answer.json()["asked"], answer.json()["paused"]) == (200, verb, False)
        told = await site.until_told(1)
        while told[-1].asked != verb:
            told = await site.until_told(len(told) + 1)
        for _ in range(2):
            heard = await site.http.post("/api/v1/workers/w1/heartbeat", json=BODY)
            assert (heard.status_code, heard.json()) == (200, {"asked": verb})

    async def test_it_is_taken_back(self, site: Any) -> None:
        await site.beat()
        await site.http.post("/api/v1/workers/w1/pause")
        await site.http.post("/api/v1/workers/w1/heartbeat", json=BODY | {"paused": True})
        shown = (await site.http.get("/api/v1/workers/w1")).json()
        assert (shown["asked"], shown["paused"]) == ("pause", True)
        assert (await site.http.post("/api/v1/workers/w1/resume")).json()["asked"] is None
        assert (await site.http.post("/api/v1/workers/w1/heartbeat", json=BODY)).status_code == 204
        assert (await site.http.get("/api/v1/workers/w1")).json()["paused"] is False

    @pytest.mark.parametrize("verb", ["pause", "resume", "drain"])
    async def test_who_is_not_there_or_leaves_is_asked_nothing(self, site: Any, verb: str) -> None:
        for unknown in ("nobody", "a b"):
            answer = await site.http.post(f"/api/v1/workers/{unknown}/{verb}")
            assert (answer.status_code, answer.json()["code"]) == (404, "worker_not_found")
        await site.beat(state="draining")
        answer = await site.http.post(f"/api/v1/workers/w1/{verb}")
        assert (answer.status_code, answer.json()["code"]) == (409, "worker_leaves")
        assert "draining" in answer.json()["detail"]


class TestKill:
    """Without a cluster; with one: `test_pods.py`."""

    async def test_a_worker_without_a_pod_is_not_killed_and_says_why(self, site: Any) -> None:
        await site.beat()
        problem(await site.http.post("/api/v1/workers/w1/kill"), 409, "worker_has_no_pod")
        why = (await site.http.get("/api/v1/workers/w1/kill")).json()
        assert (why["possible"], why["code"]) == (False, "worker_has_no_pod")
        assert "runs in no pod" in why["detail"]

    async def test_it_is_off_unless_the_operator_turns_it_on(self, site: Any) -> None:
        await site.beat(pod=POD)
        refused = problem(await site.http.post("/api/v1/workers/w1/kill"), 409, "kills_off")
        assert "workers.pods.kill" in refused["detail"]

    @pytest.mark.parametrize("ask", ["get", "post"])
    @pytest.mark.parametrize("unknown", ["nobody", "a b"])
    async def test_an_unknown_one_is_404(self, site: Any, ask: str, unknown: str) -> None:
        problem(await site.http.request(ask, f"/api/v1/workers/{unknown}/kill"), 404, "worker_not_found")
