"""One Millstream as separate services, in which everything happens once while every stream is read."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from millstream_contracts.inventory import StreamSpec, load_inventory
from millstream_contracts.names import EventType
from millstream_contracts.times import to_rfc3339
from millstream_kit.clock import SystemClock
from millstream_kit.testing import wait_until
from system.harness import System
from system.reader import Event, Reader, reading
from system.test_job_life import enqueue, has_worker

from contracts.joining import Row
from contracts.keys import Keys

INVENTORY = load_inventory()
API, OTHER_API = "payments", "shipping"
PATIENCE_S = 120.0
REQUESTS = 7  # that are reported


@dataclass(repr=False)
class Recording:
    """What was told. `job_id` has artifacts, `began_at` is before all of it."""

    system: System
    keys: Keys
    began_at: str = ""
    job_id: str = ""
    told: dict[str, list[Event]] = field(default_factory=dict)
    controls: dict[str, list[Event]] = field(default_factory=dict)
    # A job's rows as REST had them, one after the other, the last when all was quiet.
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def path_of(self, stream: StreamSpec, template: str = "") -> str:
        """A stream's path, or another of its paths, for what was recorded."""
        return (template or stream.endpoint).format(name=API, job_id=self.job_id)

    def keep(self, name: str, reader: Reader) -> None:
        self.told[name], self.controls[name] = list(reader.events), list(reader.controls)


def combined_path(recording: Recording) -> str:
    """All eight on one connection."""
    static = ",".join(stream.name for stream in INVENTORY.stream_list if not stream.is_dynamic)
    subs = [f"sub={s.name}:{recording.path_of(s)[7:]}" for s in INVENTORY.stream_list if s.is_dynamic]
    return "&".join([f"{INVENTORY.combined}?streams={static}", *subs])


async def record(system: System, keys: Keys) -> Recording:
    """Open every stream, each with a key for it alone, make everything happen, and read until every type was told."""
    made = Recording(system, keys, began_at=to_rfc3339(SystemClock().now_ms()))
    async with (
        httpx.AsyncClient(base_url=system.url, headers=system.headers, timeout=30) as client,
        contextlib.AsyncExitStack() as stack,
    ):
        await wait_until(lambda: has_worker(client), timeout_s=PATIENCE_S)
        made.job_id = await enqueue(client, "painter")
        since = f"?since={made.began_at}"
        paths = {s.name: (made.path_of(s) + since * s.since, keys.holding(s.scope)) for s in INVENTORY.stream_list}
        paths["combined"] = (combined_path(made), system.headers)
        opened = [stack.enter_async_context(reading(system.url, path, headers)) for path, headers in paths.values()]
        readers = dict(zip(paths, await asyncio.gather(*opened), strict=True))
        async with _reading_rows(client, made):
            await _everything(client, made, readers)
        await _patiently(readers["events"], lambda: _has_all(readers["events"], made))
        await _patiently(readers["apis.events"], lambda: len(readers["apis.events"].events) >= REQUESTS)
        for stream in INVENTORY.stream_list:
            await _patiently(readers[stream.name], _has(readers[stream.name], stream.types))
            await _patiently(readers["combined"], _has_sub(readers["combined"], stream))
        for name, reader in readers.items():
            made.keep(name, reader)
    return made


@contextlib.asynccontextmanager
async def _reading_rows(client: httpx.AsyncClient, made: Recording) -> AsyncIterator[None]:
    async def read() -> None:
        for row in (await client.get("/api/v1/jobs", params={"limit": 1000})).raise_for_status().json()["jobs"]:
            made.rows.setdefault(row["id"], []).append(row)

    async def again_and_again() -> None:
        while True:
            await read()
            await asyncio.sleep(0.25)

    reading_them = asyncio.create_task(again_and_again())
    try:
        yield
    finally:
        reading_them.cancel()
        await asyncio.gather(reading_them, return_exceptions=True)
    await read()


async def _patiently(reader: Reader, fact: Callable[[], bool]) -> None:
    """A type that never comes fails the test of its name, not all of them."""
    with contextlib.suppress(TimeoutError):
        await reader.until(fact, timeout_s=PATIENCE_S)


def _has(reader: Reader, types: list[EventType]) -> Callable[[], bool]:
    return lambda: {*types} <= {event["type"] for event in reader.events}


def _has_all(reader: Reader, made: Recording) -> bool:
    """Whether the last of every job was told."""
    heard = {(event["job_id"], event["seq"]) for event in reader.events}
    return all((job_id, rows[-1]["seq"]) in heard for job_id, rows in made.rows.items())


def _has_sub(reader: Reader, stream: StreamSpec) -> Callable[[], bool]:
    return lambda: stream.name in {event["stream"] for event in reader.events}


async def _everything(client: httpx.AsyncClient, made: Recording, readers: dict[str, Reader]) -> None:
    await _report_requests(client, API, "first", statuses=(200, 302, 404, 500))
    await _report_requests(client, OTHER_API, "first", statuses=(200,))
    enqueued = [
        await enqueue(client, "quick", n=1),
        await enqueue(client, "flaky", fail_times=1),
        await enqueue(client, "hopeless"),
        await enqueue(client, "steps", pauses=3),
        await enqueue(client, "parent", children=2),
    ]
    later = {"function": "quick", "kwargs": {"n": 2}, "delay_s": 600}
    cancelled = (await client.post("/api/v1/jobs", json=later)).json()["id"]
    (await client.post(f"/api/v1/jobs/{cancelled}/cancel", json={"reason": "not needed"})).raise_for_status()
    note = {"name": "note.txt", "type": "text", "data": "a note"}
    posted = (await client.post(f"/api/v1/jobs/{made.job_id}/artifacts", json=note)).raise_for_status()
    (await client.delete(f"/api/v1/artifacts/{posted.json()['id']}")).raise_for_status()
    await _patiently(readers["api"], lambda: bool(readers["api"].events))
    await _report_requests(client, API, "second", statuses=(200, 503))

    enqueued.append(made.job_id)

    async def is_done() -> bool:
        jobs = [(await client.get(f"/api/v1/jobs/{job_id}/timeline")).json()["jobs"] for job_id in enqueued]
        return all(job["completed_at"] for tree in jobs for job in tree)

    await wait_until(is_done, timeout_s=PATIENCE_S)


async def _report_requests(client: httpx.AsyncClient, api: str, batch: str, *, statuses: tuple[int, ...]) -> None:
    at = to_rfc3339(SystemClock().now_ms())
    requests: list[dict[str, Any]] = [
        {
            "id": f"{api}-{batch}-{index}",
            "at": at,
            "method": ("GET", "POST")[index % 2],
            "path": f"/{api}/{{id}}",
            "status": status,
            "latency_ms": 5.0 * (index + 1),
            "instance_id": f"{api}-1",
        }
        for index, status in enumerate(statuses)
    ]
    answer = await client.post(f"/api/v1/apis/{api}/requests", json={"requests": requests})
    assert answer.json() == {"accepted": len(requests), "rejected": []}, answer.text
