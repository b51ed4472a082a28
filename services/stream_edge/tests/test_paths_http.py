"""Section 1: static paths win over dynamic ones, and no reserved word is taken for a name."""

from __future__ import annotations

import asyncio

from millstream_contracts.ids import new_job_id
from millstream_contracts.inventory import load_inventory
from millstream_stream_edge.paths import match_stream
from millstream_stream_edge.testing import Running

JOB = new_job_id()
STREAMS_OF_PATHS = {
    "/events/stream": "events",
    "/apis/stream": "apis",
    "/apis/events/stream": "apis.events",
    "/apis/trends/stream": "apis.trends",
    "/jobs/trends/stream": "jobs.trends",
    "/workers/stream": "workers",
    "/apis/payments/stream": "api",
    "/apis/pay.v2_x-1/stream": "api",
    "/apis/eventsx/stream": "api",
    f"/jobs/{JOB}/artifacts/stream": "artifacts",
}
NOWHERE = [
    "/events/stream/",
    "/events//stream",
    "/Events/stream",
    "/apis/stream/stream",
    "/apis/series/stream",
    "/apis/Payments/stream",
    "/apis/-pay/stream",
    f"/apis/{'a' * 64}/stream",
    "/apis//stream",
    "/apis/a/b/stream",
    "/workers/w1/stream",
    "/jobs/stream",
    f"/jobs/{JOB}/stream",
    "/jobs/trends/artifacts/stream",
    "/jobs/job_short/artifacts/stream",
    f"/jobs/{JOB.lower()}/artifacts/stream",
    f"/jobs/{JOB}/artifacts/stream/",
]
ENCODED = [
    "/apis%2Fstream",
    "/apis/a%2Fstream/stream",
    "/apis%2fevents/stream",
    "/apis/events%2Fstream",
    "/apis/..%2Fevents/stream",
]


def test_the_table() -> None:
    base = load_inventory().api_base
    assert {
        path: (match_stream(base + path) or [None])[0] and match_stream(base + path)[0].name
        for path in STREAMS_OF_PATHS
    } == STREAMS_OF_PATHS  # type: ignore[index]
    assert [path for path in NOWHERE if match_stream(base + path)] == []


async def test_the_router_agrees_and_so_does_the_alias(running: Running) -> None:
    inventory = load_inventory()
    for prefix in (inventory.api_base, inventory.alias_prefix):
        for path, name in STREAMS_OF_PATHS.items():
            async with running.client.open(prefix + path) as stream:
                assert (await stream.next()).event == "stream.open", path
                described = {s["name"]: s["subscribers"] for s in await list_streams(running)}
                assert described[name] == 1, (path, described)
            await running_is_empty(running)
        for path in NOWHERE:
            assert (await running.client.http.get(prefix + path)).status_code == 404, path


async def list_streams(running: Running) -> list[dict[str, object]]:
    response = await running.client.http.get("/api/v1/streams")
    assert response.status_code == 200
    found: list[dict[str, object]] = response.json()["streams"]
    return found


async def running_is_empty(running: Running) -> None:
    async with asyncio.timeout(30):
        while running.edge.hub.subscribers:
            await asyncio.sleep(0.005)


async def test_an_encoded_slash_is_no_slash(running: Running) -> None:
    for path in ENCODED:
        status = await raw_status(running, f"/api/v1{path}")
        assert status == 404, path


async def raw_status(running: Running, target: str) -> int:
    """Ask for exactly these bytes; HTTP clients tidy paths up."""
    host, port = running.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    line = await reader.readline()
    writer.close()
    return int(line.split()[1])


async def test_the_inventory_is_served_live(running: Running) -> None:
    streams = await list_streams(running)
    assert [s["name"] for s in streams] == list(load_inventory().streams)
    for stream in streams:
        assert stream.keys() == {
            "name", "path", "types", "scope", "kind", "parameters", "subscribers", "records_per_min", "lag_ms",
            "newest_at",
        }  # fmt: skip


async def test_parameters_out_of_range_are_422_naming_the_field(running: Running) -> None:
    for path, field in [
        ("/api/v1/jobs/trends/stream?hours=0", "hours"),
        ("/api/v1/jobs/trends/stream?hours=169", "hours"),
        ("/api/v1/jobs/trends/stream?hours=many", "hours"),
        ("/api/v1/jobs/trends/stream?hours=1&hours=2", "hours"),
        ("/api/v1/jobs/trends/stream?type=other", "type"),
        ("/api/v1/jobs/trends/stream?function=NOT", "function"),
        ("/api/v1/apis/trends/stream?hours=-1", "hours"),
        ("/api/v1/apis/trends/stream?api_name=NOT", "api_name"),
        ("/api/v1/events/stream?types=job.queued,job.exploded", "types"),
        ("/api/v1/events/stream?job_id=7", "job_id"),
        ("/api/v1/events/stream?root_id=7", "root_id"),
        ("/api/v1/events/stream?since=now", "since"),
        ("/api/v1/events/stream?fuction=resize", "fuction"),
        ("/api/v1/apis/events/stream?status_class=6xx", "status_class"),
        ("/api/v1/apis/events/stream?method=G_T", "method"),
        ("/api/v1/apis/events/stream?min_latency_ms=-1", "min_latency_ms"),
        ("/api/v1/apis/events/stream?min_latency_ms=nan", "min_latency_ms"),
        ("/api/v1/apis/stream?since=2026-01-01T00:00:00Z", "since"),
        ("/api/v1/workers/stream?since=2026-01-01T00:00:00Z", "since"),
        ("/api/v1/jobs/trends/stream?since=2026-01-01T00:00:00Z", "since"),
        ("/api/v1/apis/payments/stream?since=2026-01-01T00:00:00Z", "since"),
    ]:
        response = await running.client.http.get(path)
        assert response.status_code == 422, path
        assert [error["field"] for error in response.json()["errors"]] == [field], path
