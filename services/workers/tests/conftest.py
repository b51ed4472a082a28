"""A fleet to talk to: the whole service over HTTP, on a clock that tests turn, beside an embedded log."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from millstream_contracts.generated.millstream.workers.v1 import worker_events_pb2 as pb
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Topic
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.log import Batch, Log, Record
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import wait_until
from millstream_workers.app import create_app
from millstream_workers.settings import WorkersSettings

HEARTBEAT: dict[str, Any] = {
    "worker_name": "shop",
    "started_at": "2026-01-01T00:00:00.000Z",
    "functions": ["resize"],
    "function_names": {"resize": "Resize"},
    "concurrency": 4,
    "active_jobs": 0,
    "jobs_processed": 0,
    "jobs_failed": 0,
    "state": "active",
}


@dataclass
class Site:
    """The service and what it published."""

    http: AsyncClient
    clock: ManualClock
    log: Log
    app: Any

    def __post_init__(self) -> None:
        self.records: list[Record] = []

    async def beat(self, worker_id: str = "w1", **changes: Any) -> None:
        answer = await self.http.post(f"/api/v1/workers/{worker_id}/heartbeat", json=HEARTBEAT | changes)
        assert answer.status_code == 204, answer.text

    async def pass_time(self, seconds: float) -> None:
        """Turn the clock, and let the service look at it twice."""
        await self.clock.advance(max(0.0, seconds - 1))
        for _ in range(2):
            rounds = self.app.state.presence.rounds
            await self.clock.advance(0.5)

            async def looked(before: int = rounds) -> bool:
                await self.clock.advance(0)
                return self.app.state.presence.rounds > before

            await wait_until(looked, every_s=0.002)

    async def states(self) -> dict[str, str]:
        workers = (await self.http.get("/api/v1/workers")).json()["workers"]
        return {i["id"]: i["state"] for w in workers for i in w["instances"]}

    def told(self, worker_id: str = "w1") -> list[pb.WorkerSnapshot | None]:
        mine = [r for r in self.records if r.key == worker_id.encode()]
        return [pb.WorkerSnapshot.FromString(r.value) if r.value else None for r in mine]

    async def until_told(self, count: int, worker_id: str = "w1") -> list[pb.WorkerSnapshot | None]:
        async def told() -> bool:
            await self.clock.advance(0.01)
            return len(self.told(worker_id)) >= count

        await wait_until(told)
        return self.told(worker_id)


def workers_settings(**changes: Any) -> WorkersSettings:
    return WorkersSettings(auth=AuthSettings(mode="off"), **changes)


async def open_site(stack: AsyncExitStack, database: Database, log: Log, clock: ManualClock, **settings: Any) -> Site:
    app = create_app(
        workers_settings(**{"look_every_s": 0.5, "lease_s": 5.0} | settings), database=database, log=log, clock=clock
    )
    await stack.enter_async_context(app.router.lifespan_context(app))
    http = await stack.enter_async_context(
        AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://workers")
    )
    site = Site(http, clock, log, app)

    def keep(batch: Batch) -> None:
        site.records.extend(batch.records)

    topic = Topic.WORKERS_SNAPSHOTS
    partitions = [(str(topic), p) for p in range(load_inventory().topics[topic].partitions)]
    reader = log.reader(await log.begin_offsets(partitions), keep)
    stack.push_async_callback(reader.close)
    return site


OpenSite = Callable[..., Awaitable[Site]]


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def database(stack: AsyncExitStack, tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'workers.db'}", service="workers")
    stack.push_async_callback(database.close)
    return database


@pytest.fixture
async def log(stack: AsyncExitStack) -> Log:
    log = EmbeddedLog(":memory:")
    stack.push_async_callback(log.close)
    return log


@pytest.fixture
async def site(stack: AsyncExitStack, database: Database, log: Log) -> Site:
    return await open_site(stack, database, log, ManualClock())


@pytest.fixture(name="open_site")
def _open_site() -> OpenSite:
    return open_site
