"""The HTTP surface: shapes of the contract, refusals, scopes, paths."""

import gzip
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from millstream_apis.app import create_app
from millstream_apis.settings import ApisSettings
from millstream_apis.testing import NOON, a_request
from millstream_contracts.generated.millstream.apis.v1 import api_events_pb2 as pb
from millstream_contracts.names import Topic
from millstream_contracts.times import to_rfc3339
from millstream_kit.auth import hash_key
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.log import Log, LogUnavailable
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import asks_to_come_back_without_its_database, problem, wait_until


async def test_while_the_database_is_away_it_says_when_to_ask_again(site: Any, database: Database) -> None:
    await asks_to_come_back_without_its_database(site.http, database, "/api/v1/apis")


async def test_an_instance_says_where_its_api_is_documented(site: Any) -> None:
    beat, docs = "/api/v1/apis/shop/instances/i1/heartbeat", "https://shop.example/docs"
    for said in ({}, {"docs_url": docs}, {}):
        assert (await site.http.post(beat, json=said)).status_code == 204
    assert (await site.get("/apis/shop"))["api"]["docs_url"] == docs
    for wrong in ("javascript:alert(1)", "/docs", "https://" + "x" * 512):
        problem(await site.http.post(beat, json={"docs_url": wrong}), 422, "invalid")

    async def is_told() -> bool:
        await site.clock.advance(0.5)  # a name is told once a second: the first beat may have been
        return any(s and s.docs_url == docs for s in site.told(Topic.APIS_SNAPSHOTS, pb.ApiSnapshot))

    await wait_until(is_told)


async def test_the_first_instance_of_another_version_is_a_deploy(site: Any) -> None:
    async def beat(instance: str, version: str | None = None) -> None:
        said = {} if version is None else {"version": version}
        assert (await site.http.post(f"/api/v1/apis/shop/instances/{instance}/heartbeat", json=said)).status_code == 204
        await site.clock.advance(1)

    async def deploys(**asked: Any) -> list[tuple[str, str | None]]:
        answer = await site.http.get("/api/v1/apis/deploys", params=asked)
        return [(d["version"], d["previous_version"]) for d in answer.json()["deploys"]]

    await beat("a")
    assert await deploys() == []
    for instance in ("a", "b"):
        await beat(instance, "1")
    for instance, version in (("c", "2"), ("a", "1"), ("d", "1"), ("b", "2"), ("a", "2")):
        await beat(instance, version)
    assert await deploys() == [("2", "1"), ("1", None)]
    await site.clock.advance(100)  # the last instance of the first version was not heard since
    await beat("b", "1")
    assert await deploys(name="shop", limit=1) == [("1", "2")]
    assert await deploys(name="mail") == []
    problem(await site.http.get("/api/v1/apis/deploys", params={"name": "Shop"}), 422, "invalid")
    beaten = await site.http.post("/api/v1/apis/deploys/instances/a/heartbeat", json={})
    problem(beaten, 422, "invalid")


class TestIngest:
    @pytest.mark.parametrize(
        ("encoding", "pack", "status"),
        [("gzip", gzip.compress, 202), ("gzip", bytes, 400), ("br", bytes, 415), ("identity", bytes, 202)],
    )
    async def test_a_body_may_come_with_gzip(self, site: Any, encoding: str, pack: Any, status: int) -> None:
        body = pack(json.dumps({"requests": [a_request()]}).encode())
        headers = {"content-type": "application/json", "content-encoding": encoding}
        answer = await site.http.post("/api/v1/apis/shop/requests", content=body, headers=headers)
        assert answer.status_code == status

    async def test_a_whole_number_of_milliseconds_is_one(self, site: Any) -> None:
        assert await site.send([a_request(latency_ms=3)]) == {"accepted": 1, "rejected": []}

    async def test_an_empty_list_is_202(self, site: Any) -> None:
        assert await site.send([]) == {"accepted": 0, "rejected": []}

    async def test_a_batch_is_one_record_per_instance(self, site: Any) -> None:
        await site.send([a_request(), a_request(), a_request(instance_id="i2")])
        await wait_until(lambda: len(site.told(Topic.APIS_INGEST, pb.IngestBatch)) == 2)
        batches = {b.instance_id: b for b in site.told(Topic.APIS_INGEST, pb.IngestBatch)}
        assert {i: len(b.requests) for i, b in batches.items()} == {"i1": 2, "i2": 1}
        assert {r.key for r in site.records if r.topic == Topic.APIS_INGEST} == {b"shop/i1", b"shop/i2"}

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"status": 600}, "status"),
            ({"status": "200x"}, "status"),
            ({"latency_ms": -1}, "latency_ms"),
            ({"latency_ms": None}, "latency_ms"),
            ({"method": "GE T"}, "method"),
            ({"path": "/" + "x" * 512}, "path"),
            ({"path": "/a\x00"}, "path"),
            ({"id": ""}, "id"),
            ({"id": "\ud800"}, "id"),
            ({"instance_id": "a/b"}, "instance_id"),
            ({"at": "noon"}, "at"),
            ({"at": to_rfc3339(NOON + 3_600_000)}, "at: in the future"),
            ({"at": to_rfc3339(NOON - 25 * 3_600_000)}, "at: too old"),
            ({"trace_id": "zz"}, "trace_id"),
            ({"weight": 0}, "weight"),
            ({"weight": "2"}, "weight"),
            ({"status": "200"}, "status"),
            ({"status": True}, "status"),
            ({"latency_ms": "1"}, "latency_ms"),
            ({"sampled": "yes"}, "sampled"),
            ({"sampled": 1}, "sampled"),
            ({"surprise": 1}, "surprise"),
        ],
    )
    async def test_a_bad_item_costs_only_itself(self, site: Any, change: dict[str, Any], error: str) -> None:
        body = await site.send([a_request(), a_request(**change), a_request()])
        assert body["accepted"] == 2
        assert [r["index"] for r in body["rejected"]] == [1]
        assert body["rejected"][0]["error"].startswith(error)

    @pytest.mark.parametrize("item", [None, 1, "x", [], {}])
    async def test_what_is_no_item_is_refused_alone(self, site: Any, item: Any) -> None:
        answer = await site.http.post("/api/v1/apis/shop/requests", json={"requests": [item]})
        assert (answer.status_code, answer.json()["accepted"]) == (202, 0)

    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "patch"])
    async def test_any_method_is_counted(self, site: Any, method: str) -> None:
        await site.send([a_request(method=method)])
        page = await site.until_counted(1)
        assert page["endpoints"][0]["method"] == method.upper()

    @pytest.mark.parametrize(
        "name", ["stream", "events", "trends", "series", "activity", "latencies", "Shop", "-a", "a" * 64, "a b"]
    )
    async def test_a_reserved_or_malformed_name_is_422(self, site: Any, name: str) -> None:
        for path in ("requests", "instances/i1/heartbeat"):
            body = {"requests": []} if path == "requests" else {}
            answer = await site.http.post(f"/api/v1/apis/{name}/{path}", json=body)
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "name")

    async def test_an_instance_may_be_called_as_no_api_may(self, site: Any) -> None:
        """No path is taken for it: who is counted under that id may say that it is there."""
        await site.send([a_request(instance_id="stream")])
        answer = await site.http.post("/api/v1/apis/shop/instances/stream/heartbeat", json={})
        assert answer.status_code == 204
        page = await site.until_counted(1)
        assert [i["id"] for i in page["api"]["instances"]] == ["stream"]

    @pytest.mark.parametrize("body", ['{"requests": [}', "", "[" * 5000])
    async def test_a_body_that_is_no_json_is_said_to_be_none(self, site: Any, body: str) -> None:
        headers = {"content-type": "application/json"}
        answer = await site.http.post("/api/v1/apis/shop/requests", content=body, headers=headers)
        [fault] = problem(answer, 422, "invalid")["errors"]
        assert (fault["field"], fault["message"][:8]) == ("", "not JSON")

    async def test_more_than_a_thousand_is_422(self, site: Any) -> None:
        answer = await site.http.post("/api/v1/apis/shop/requests", json={"requests": [a_request()] * 1001})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")

    async def test_without_the_log_it_asks_to_come_back(self, stack: AsyncExitStack, database: Database, log: Log,
                                                         open_site: Any) -> None:  # fmt: skip
        away = LogThatMayGo(log)
        site = await open_site(stack, database, away, ManualClock(NOON))
        away.is_away = True
        answer = await site.http.post("/api/v1/apis/shop/requests", json={"requests": [a_request()]})
        assert (answer.status_code, answer.json()["code"]) == (503, "log_unavailable")
        assert int(answer.headers["retry-after"]) > 0
        away.is_away = False
        await site.send([a_request()])
        await site.until_counted(1)


class TestShapes:
    async def test_a_page_has_every_field_of_the_contract(self, site: Any) -> None:
        await site.send([a_request(latency_ms=10), a_request(status=404, latency_ms=30), a_request(status=503)])
        page = await site.until_counted(3)
        api = page["api"]
        assert {k: api[k] for k in ("name", "active", "endpoint_count", "requests_24h", "docs_url")} == {
            "name": "shop",
            "active": True,
            "endpoint_count": 1,
            "requests_24h": 3,
            "docs_url": None,
        }
        assert api["error_rate"] == pytest.approx(200 / 3)
        assert api["success_rate"] == pytest.approx(100 / 3)
        assert api["client_error_rate"] == api["server_error_rate"] == pytest.approx(100 / 3)
        assert api["instances"][0]["id"] == "i1"
        endpoint = page["endpoints"][0]
        assert endpoint | {"p50_latency_ms": 0, "p95_latency_ms": 0, "p99_latency_ms": 0} == {
            "method": "GET",
            "path": "/items/{id}",
            "requests_24h": 3,
            "requests_per_min": 3.0,
            "avg_latency_ms": 17.5,
            "p50_latency_ms": 0,
            "p95_latency_ms": 0,
            "p99_latency_ms": 0,
            "apdex": 0.67,  # three in time, one of them a server's error
            "error_rate": pytest.approx(200 / 3),
            "success_rate": pytest.approx(100 / 3),
            "client_error_rate": pytest.approx(100 / 3),
            "server_error_rate": pytest.approx(100 / 3),
            "status_2xx": 1,
            "status_3xx": 0,
            "status_4xx": 1,
            "status_5xx": 1,
            "last_request_at": "2026-01-01T12:00:00.000Z",
            "request_bytes": 0,
            "response_bytes": 0,
            "tags": [],
        }
        assert endpoint["p50_latency_ms"] == pytest.approx(12.5, rel=0.011)

    async def test_the_list_is_by_requests(self, site: Any) -> None:
        await site.send([a_request()], "quiet")
        await site.send([a_request(), a_request()], "busy")
        await site.until_counted(1, "quiet")
        await site.until_counted(2, "busy")
        body = await site.get("/apis")
        assert [a["name"] for a in body["apis"]] == ["busy", "quiet"]
        assert body["total"] == 2
        page = await site.get("/apis/busy")
        assert {k: page["api"][k] for k in body["apis"][0]} == body["apis"][0]

    async def test_bytes_are_added_up_and_told_of_each(self, site: Any) -> None:
        await site.send(
            [
                a_request(id="whole", request_bytes=20, response_bytes=300),
                a_request(sampled=True, weight=10, response_bytes=7, at_ms=NOON - 3_600_000),
                a_request(id="unsaid", response_bytes=None),
            ]
        )
        [endpoint] = (await site.until_counted(12))["endpoints"]
        assert (endpoint["request_bytes"], endpoint["response_bytes"]) == (20, 370)
        told = {one["id"]: one for one in (await site.get("/apis/events"))["events"]}
        assert [told["whole"][key] for key in ("request_bytes", "response_bytes")] == [20, 300]
        assert [told["unsaid"][key] for key in ("request_bytes", "response_bytes")] == [None, None]

    async def test_no_sum_of_bytes_is_too_large(self, site: Any) -> None:
        await site.send([a_request(response_bytes=2**40, sampled=True, weight=10**6) for _ in range(10)])
        [endpoint] = (await site.until_counted(10**7))["endpoints"]
        assert endpoint["response_bytes"] == 2**53 - 1
        assert (await site.send([a_request(response_bytes=2**40 + 1)]))["rejected"][0]["index"] == 0

    async def test_unmatched_routes_are_one_row(self, site: Any) -> None:
        await site.send([a_request(path="", status=404, method=m) for m in ("GET", "POST", "HEAD")])
        page = await site.until_counted(3)
        assert [(e["method"], e["path"], e["requests_24h"]) for e in page["endpoints"]] == [("*", "(unmatched)", 3)]

    async def test_declared_routes_are_listed_before_their_first_call(self, site: Any) -> None:
        body = {"host": "10.0.0.1", "port": 80, "endpoints": ["GET /a", "POST /b/{id}"], "hostname": "box"}
        answer = await site.http.post("/api/v1/apis/shop/instances/i9/heartbeat", json=body)
        assert answer.status_code == 204
        page = await site.get("/apis/shop")
        assert [(e["path"], e["requests_24h"], e["p99_latency_ms"], e["apdex"]) for e in page["endpoints"]] == [
            ("/a", 0, None, None),
            ("/b/{id}", 0, None, None),
        ]
        assert page["api"]["instances"][0] == body | {
            "id": "i9",
            "api_name": "shop",
            "started_at": "2026-01-01T12:00:00.000Z",
            "last_heartbeat": "2026-01-01T12:00:00.000Z",
            "version": None,
        }

    async def test_an_endpoint_has_the_tags_the_newest_instance_says(self, site: Any) -> None:
        async def beat(instance: str, version: str, tags: dict[str, list[str]], status: int = 204) -> None:
            body = {"endpoints": ["GET /a", "POST /b"], "version": version, "tags": tags}
            answer = await site.http.post(f"/api/v1/apis/shop/instances/{instance}/heartbeat", json=body)
            assert answer.status_code == status
            await site.clock.advance(1)

        async def tags() -> dict[str, list[str]]:
            return {e["path"]: e["tags"] for e in (await site.get("/apis/shop"))["endpoints"]}

        await beat("old", "1", {"GET /a": ["first"], "POST /b": ["orders", "admin"]})
        assert await tags() == {"/a": ["first"], "/b": ["orders", "admin"]}
        await beat("new", "2", {"GET /a": ["second"]})
        await beat("old", "1", {"GET /a": ["first"], "POST /b": ["orders", "admin"]})
        assert await tags() == {"/a": ["second"], "/b": ["orders", "admin"]}
        assert [i["version"] for i in (await site.get("/apis/shop"))["api"]["instances"]] == ["1", "2"]

        async def is_told() -> bool:
            await site.clock.advance(0.5)
            told = site.told(Topic.APIS_SNAPSHOTS, pb.ApiSnapshot)
            return any(
                [i.version for i in s.instances] == ["1", "2"] and {tuple(e.tags) for e in s.endpoints} >= {("second",)}
                for s in told
                if s
            )

        await wait_until(is_told)
        for wrong in ({"GET /a": ["x"] * 6}, {"GET /a": ["x" * 61]}, {"GET /a": [""]}, {"GET /a": ["a\x00"]}):
            await beat("old", "1", wrong, 422)

    @pytest.mark.parametrize("name", ["nobody", "Nobody", "%00", "x" * 100])
    async def test_an_unknown_api_is_404(self, site: Any, name: str) -> None:
        answer = await site.http.get(f"/api/v1/apis/{name}")
        assert (answer.status_code, answer.json()["code"]) == (404, "api_not_found")


class TestTrends:
    async def test_they_are_zero_filled_and_exactly_as_many_as_asked(self, site: Any) -> None:
        await site.send([a_request(), a_request(NOON - 2 * 3_600_000, status=500)])
        await site.until_counted(2)
        hours = (await site.get("/apis/trends?hours=3"))["hourly"]
        assert [h["hour"] for h in hours] == ["2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z", "2026-01-01T12:00:00Z"]
        assert [(h["success_2xx"], h["server_5xx"]) for h in hours] == [(0, 1), (0, 0), (1, 0)]

    async def test_they_may_be_of_one_api(self, site: Any) -> None:
        await site.send([a_request()])
        await site.until_counted(1)
        assert (await site.get("/apis/trends?hours=1&api_name=other"))["hourly"][0]["success_2xx"] == 0
        assert len((await site.get("/apis/trends"))["hourly"]) == 24

    @pytest.mark.parametrize("query", ["hours=0", "hours=169", "api_name=Bad", "x=1"])
    async def test_a_bad_query_is_422(self, site: Any, query: str) -> None:
        assert (await site.http.get(f"/api/v1/apis/trends?{query}")).status_code == 422


class TestPaths:
    async def test_an_apis_stream_is_redirected_to_the_alias(self, site: Any) -> None:
        answer = await site.http.get("/api/v1/apis/shop/stream?last_event_id=abc")
        assert answer.status_code == 307
        assert answer.headers["location"] == "/api/v1/_streams/apis/shop/stream?last_event_id=abc"

    async def test_a_stream_of_no_name_is_404(self, site: Any) -> None:
        assert (await site.http.get("/api/v1/apis/Bad/stream")).status_code == 404


class TestScopes:
    @pytest.mark.parametrize(
        ("scopes", "read", "ingest", "stream"),
        [
            (["apis:read"], 200, 403, 403),
            (["apis:ingest"], 403, 202, 403),
            (["streams:api/shop"], 403, 403, 307),
            (["streams:api/other"], 403, 403, 403),
            (["*"], 200, 202, 307),
        ],
    )
    async def test_each_route_needs_its_own(
        self, tmp_path: Path, database: Database, log: Log, scopes: list[str], read: int, ingest: int, stream: int
    ) -> None:
        key = f"ms_tester_{'k' * 43}"
        entry = {"id": "tester", "sha256": hash_key(key), "subject": "tester", "scopes": scopes}
        (tmp_path / "keys.yaml").write_text(json.dumps({"keys": [entry]}))
        settings = ApisSettings(auth=AuthSettings(mode="required", keys_file=tmp_path / "keys.yaml"))
        app = create_app(settings, database=database, log=log)
        async with (
            app.router.lifespan_context(app),
            AsyncClient(transport=ASGITransport(app), base_url="http://apis") as http,
        ):
            assert (await http.get("/api/v1/apis")).status_code == 401
            http.headers["Authorization"] = f"Bearer {key}"
            assert (await http.get("/api/v1/apis")).status_code == read
            assert (await http.get("/api/v1/apis/events")).status_code == read
            assert (await http.post("/api/v1/apis/shop/requests", json={"requests": []})).status_code == ingest
            assert (await http.get("/api/v1/apis/shop/stream")).status_code == stream


class LogThatMayGo:
    """A log whose `append` fails while it is away; all else is the real one's."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.is_away = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def append(self, records: Any) -> Any:
        if self.is_away:
            raise LogUnavailable("away")
        return await self._log.append(records)
