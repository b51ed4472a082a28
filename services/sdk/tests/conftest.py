"""What tests of the SDK share: a server in memory, an app on it, a worker beside the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from millstream import Millstream
from millstream.testing import MemoryServer
from millstream.worker import Worker, WorkerOptions

Working = Callable[..., AbstractAsyncContextManager[Worker]]


@pytest.fixture
def server() -> MemoryServer:
    return MemoryServer()


@pytest.fixture
def app(server: MemoryServer):
    made = Millstream("shop", url="http://millstream.test", transport=server)
    yield made
    made.close()


@pytest.fixture
def working(app: Millstream) -> Working:
    """A worker of the app, drained at the end."""

    @asynccontextmanager
    async def start(concurrency: int = 4, drain_s: float = 5.0, **options) -> AsyncIterator[Worker]:
        worker = Worker(app, WorkerOptions(concurrency=concurrency, drain_s=drain_s, heartbeat_s=0.2, **options))
        running = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            await _stopped(worker, running)

    return start


async def _stopped(worker: Worker, running: asyncio.Task[None]) -> None:
    await asyncio.sleep(0)
    if not running.done():
        worker.stop()
    await asyncio.wait_for(running, 30)
