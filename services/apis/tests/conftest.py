"""An API service to talk to, on a clock that tests turn, beside an embedded log; and stores on both databases."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from millstream_apis.app import STORAGE, create_app
from millstream_apis.settings import ApisSettings
from millstream_apis.testing import NOON
from millstream_contracts.inventory import load_inventory
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.log import Batch, Log, Record
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import wait_until


@dataclass
class Site:
    """The service and what it published."""

    http: AsyncClient
    clock: ManualClock
    log: Log
    app: Any
    records: list[Record] = field(default_factory=list)

    async def send(self, requests: Iterable[dict[str, Any]], name: str = "shop") -> dict[str, Any]:
        body = json.dumps({"requests": list(requests)})  # httpx refuses what a hostile client may write
        answer = await self.http.post(
            f"/api/v1/apis/{name}/requests", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 202, answer.text
        answered: dict[str, Any] = answer.json()
        return answered

    async def get(self, path: str) -> Any:
        answer = await self.http.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def until_counted(self, requests: int, name: str = "shop", *, turning_s: float = 0) -> dict[str, Any]:
        """The API's page, once it counts that many requests.

        Args:
            turning_s: how far the clock is turned between two looks; a lease that ran out is taken as time passes.
        """

        async def counted() -> dict[str, Any] | None:
            await self.clock.advance(turning_s)
            answer = await self.http.get(f"/api/v1/apis/{name}")
            body: dict[str, Any] = answer.json()
            return body if answer.status_code == 200 and body["api"]["requests_24h"] >= requests else None

        found = await wait_until(counted)
        assert found is not None
        return found

    async def pass_time(self, seconds: float) -> None:
        """Turn the clock step by step, letting the publisher look at each stop."""
        end = self.clock.monotonic() + seconds
        while (left := end - self.clock.monotonic()) > 0:
            rounds = self.app.state.publisher.rounds
            await self.clock.advance(min(left, 1.5))

            async def looked(before: int = rounds) -> bool:
                await self.clock.advance(0.01)
                return bool(self.app.state.publisher.rounds > before)

            await wait_until(looked, every_s=0.002)

    async def tick_until(self, fact: Callable[[], Any]) -> Any:
        """Turn the clock a little at a time until something is so."""

        async def ticked() -> Any:
            await self.clock.advance(0.05)
            return fact()

        return await wait_until(ticked, every_s=0.005)

    def told(self, topic: str, message: Any, key: str | None = None) -> list[Any]:
        """What was published on a topic, decoded; None for a tombstone."""
        mine = [r for r in self.records if r.topic == topic and (key is None or r.key == key.encode())]
        return [message.FromString(r.value) if r.value is not None else None for r in mine]


async def open_site(stack: AsyncExitStack, database: Database, log: Log, clock: ManualClock, **settings: Any) -> Site:
    """The whole service; topics are read from their beginning."""
    app = create_app(ApisSettings(auth=AuthSettings(mode="off"), **settings), database=database, log=log, clock=clock)
    await stack.enter_async_context(app.router.lifespan_context(app))
    http = await stack.enter_async_context(
        AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://apis")
    )
    site = Site(http, clock, log, app)

    def keep(batch: Batch) -> None:
        site.records.extend(batch.records)

    topics = load_inventory().topics
    partitions = [(str(t), p) for t in STORAGE.topics for p in range(topics[t].partitions)]
    reader = log.reader(await log.begin_offsets(partitions), keep)
    stack.push_async_callback(reader.close)
    return site


OpenSite = Callable[..., Awaitable[Site]]


@pytest.fixture(name="open_site")
def _open_site() -> OpenSite:
    return open_site


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def database(stack: AsyncExitStack, tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'apis.db'}", service="apis")
    stack.push_async_callback(database.close)
    return database


@pytest.fixture
async def log(stack: AsyncExitStack) -> Log:
    log = EmbeddedLog(":memory:")
    stack.push_async_callback(log.close)
    return log


@pytest.fixture
async def site(stack: AsyncExitStack, database: Database, log: Log) -> Site:
    # The clock of a test may leap further than a lease lasts.
    return await open_site(stack, database, log, ManualClock(NOON), lease_s=600)


@pytest.fixture(params=["sqlite", "postgresql"])
async def either(request: pytest.FixtureRequest, stack: AsyncExitStack, tmp_path: Path) -> Database:
    """A migrated database, once of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'either.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    database = Database(url, service="apis")
    stack.push_async_callback(database.close)
    await database.migrate(STORAGE.migrations)
    return database
