"""Every one of the eight delivers its types from real data, alone and over one connection."""

import asyncio
import sys

import httpx
import pytest
from millstream_contracts.inventory import load_inventory
from millstream_kit.testing import free_port, wait_until

from system.harness import System
from system.reader import reading
from system.test_job_life import enqueue, has_worker

INVENTORY = load_inventory()


@pytest.fixture(scope="module")
def shop(system: System) -> str:
    """The sample app's web part: a real API that is watched, on a port of its own."""
    port = free_port()
    process = system.beside("shop", [sys.executable, "-m", "shop"], f"http://127.0.0.1:{port}", SHOP_PORT=str(port))
    process.start()
    return str(process.url)


async def move(client: httpx.AsyncClient, shop: str) -> str:
    """Make every kind of thing happen once; returns a job that has artifacts."""
    job_ids = [
        await enqueue(client, "quick", n=1),
        await enqueue(client, "flaky", fail_times=1),
        await enqueue(client, "hopeless"),
    ]
    job_ids.append(await enqueue(client, "steps"))
    cancelled = (
        await client.post("/api/v1/jobs", json={"function": "quick", "kwargs": {"n": 1}, "delay_s": 600})
    ).json()["id"]
    await client.post(f"/api/v1/jobs/{cancelled}/cancel")
    async with httpx.AsyncClient(base_url=shop) as visitor:
        for path in ("/products", "/products/1", "/nowhere"):
            await visitor.get(path)
    return job_ids[0]


def path_of(stream, job_id: str) -> str:  # type: ignore[no-untyped-def]
    return stream.endpoint.format(name="shop", job_id=job_id)


@pytest.mark.timeout(180)
async def test_each_delivers_its_types(system: System, shop: str) -> None:
    async with httpx.AsyncClient(base_url=system.url, headers=system.headers, timeout=30) as client:
        await wait_until(lambda: has_worker(client), timeout_s=30)
        artifact_job = await enqueue(client, "painter")
        readers = {}
        for stream in INVENTORY.stream_list:
            readers[stream.name] = reading(system.url, path_of(stream, artifact_job), system.headers)
        opened = dict(zip(readers, await asyncio.gather(*(r.__aenter__() for r in readers.values())), strict=True))
        try:
            await move(client, shop)
            posted = await client.post(
                f"/api/v1/jobs/{artifact_job}/artifacts", json={"name": "note.txt", "type": "text", "data": "a note"}
            )
            assert posted.status_code == 201, posted.text
            assert (await client.delete(f"/api/v1/artifacts/{posted.json()['id']}")).status_code in {200, 204}
            for stream in INVENTORY.stream_list:
                reader = opened[stream.name]
                wanted = set(stream.types)

                def told(reader=reader, wanted=wanted) -> bool:  # type: ignore[no-untyped-def]
                    return wanted <= {event["type"] for event in reader.events}

                await reader.until(told, timeout_s=60)
            assert all(not reader.gaps() for reader in opened.values())
            for reader in opened.values():
                assert all(event.get("event_id") for event in reader.events)
        finally:
            await asyncio.gather(*(r.__aexit__(None, None, None) for r in readers.values()))


@pytest.mark.timeout(120)
async def test_one_connection_carries_all(system: System, shop: str) -> None:
    async with httpx.AsyncClient(base_url=system.url, headers=system.headers, timeout=30) as client:
        await wait_until(lambda: has_worker(client), timeout_s=30)
        path = (
            "/api/v1/stream?streams=events,apis,apis.events,workers,jobs.trends,apis.trends&sub=pay:/apis/shop/stream"
        )
        async with reading(system.url, path, system.headers) as reader:
            await move(client, shop)
            names = {"events", "apis", "apis.events", "workers", "jobs.trends", "apis.trends", "pay"}
            await reader.until(lambda: names <= {event["sub"] for event in reader.events}, timeout_s=60)
        assert {event["stream"] for event in reader.events if event["sub"] == "pay"} == {"api"}


async def test_the_live_inventory_lists_them(system: System) -> None:
    async with httpx.AsyncClient(base_url=system.url, headers=system.headers, timeout=30) as client:
        listed = (await client.get("/api/v1/streams")).json()["streams"]
    assert {entry["path"] for entry in listed} == {stream.endpoint for stream in INVENTORY.stream_list}
