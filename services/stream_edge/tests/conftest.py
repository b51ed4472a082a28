"""An edge on a real port, over a log in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest
from millstream_kit.clock import Clock
from millstream_kit.log import Log
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import free_port
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.testing import Running, Serve, serving_edge


@pytest.fixture
async def log() -> AsyncIterator[EmbeddedLog]:
    held = EmbeddedLog(":memory:")
    yield held
    await held.close()


@pytest.fixture
async def serve(log: EmbeddedLog) -> AsyncIterator[Serve]:
    """Start an edge with settings of the test's own; stopped at its end."""
    async with AsyncExitStack() as stack:

        async def start(
            source: Log | None = None,
            clock: Clock | None = None,
            headers: Mapping[str, str] | None = None,
            http: str | None = None,
            **more: Any,
        ) -> Running:
            known: dict[str, Any] = {"auth": AuthSettings(mode="off"), "pod": "edge-1", "drain_s": 5.0}
            settings = EdgeSettings(port=free_port(), **known | more)
            return await stack.enter_async_context(
                serving_edge(settings, source or log, clock=clock, headers=headers, http=http)
            )

        yield start


@pytest.fixture
async def running(serve: Serve) -> Running:
    return await serve()
