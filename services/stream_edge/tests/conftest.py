"""An edge on a real port, over a log in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from millstream_kit.log import Log
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import free_port, serving
from millstream_stream_edge.app import create_app
from millstream_stream_edge.edge import Edge
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.testing import EdgeClient


def settings_with(**more: Any) -> EdgeSettings:
    known: dict[str, Any] = {"port": free_port(), "auth": AuthSettings(mode="off"), "pod": "edge-1", "drain_s": 5.0}
    return EdgeSettings(**known | more)


@dataclass
class Running:
    """An edge that is served."""

    app: FastAPI
    url: str
    client: EdgeClient
    log: Log

    @property
    def edge(self) -> Edge:
        edge: Edge = self.app.state.edge
        return edge


@pytest.fixture
async def log() -> AsyncIterator[EmbeddedLog]:
    held = EmbeddedLog(":memory:")
    yield held
    await held.close()


Serve = Callable[..., Awaitable[Running]]


@pytest.fixture
async def serve(log: EmbeddedLog) -> AsyncIterator[Serve]:
    """Start an edge with settings of the test's own; stopped at its end."""
    async with AsyncExitStack() as stack:

        async def start(source: Log | None = None, clock: Any = None, headers: Any = None, **more: Any) -> Running:
            settings = settings_with(**more)
            app = create_app(settings, log=source or log, clock=clock)
            url = await stack.enter_async_context(serving(settings, app))
            client = await stack.enter_async_context(EdgeClient(url, headers))
            return Running(app, url, client, source or log)

        yield start


@pytest.fixture
async def running(serve: Serve) -> Running:
    return await serve()
