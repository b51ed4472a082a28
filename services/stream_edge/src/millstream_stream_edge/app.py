"""The composition of the stream edge."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from millstream_kit.clock import Clock, SystemClock
from millstream_kit.log import Log
from millstream_kit.logs import open_log
from millstream_kit.metrics import new_registry
from millstream_kit.service import build_app
from millstream_kit.tasks import Supervisor

from millstream_stream_edge.edge import Edge
from millstream_stream_edge.metrics import EdgeMetrics
from millstream_stream_edge.response import StreamApp
from millstream_stream_edge.routes import api_routes, stream_routes
from millstream_stream_edge.schema_routes import schema_routes
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.wire import WiredProtocol

MAX_BODY_BYTES = 65_536  # nothing here takes a body


def create_app(settings: EdgeSettings, *, log: Log | None = None, clock: Clock | None = None) -> FastAPI:
    """The edge as an application.

    Args:
        log: shared with others and left open; the one the settings name when not given.
    """
    clock = clock or SystemClock()
    registry = new_registry()
    metrics = EdgeMetrics(registry)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            held = log
            if held is None:
                held = open_log(settings, client_id="millstream-stream-edge", clock=clock)
                stack.push_async_callback(held.close)
            edge = Edge(settings, held, app.state.authenticator, clock, metrics, app.state.telemetry)
            app.state.edge = edge
            app.state.drain = edge.drain
            supervisor = await stack.enter_async_context(Supervisor())
            edge.start(supervisor, on_ready=app.state.readiness.release)
            yield

    app = build_app(
        settings,
        name="stream-edge",
        version="0.1.0",
        clock=clock,
        lifespan=lifespan,
        max_body_bytes=MAX_BODY_BYTES,
        registry=registry,
        http=WiredProtocol,
        kind=StreamApp,
        answers_head=False,
    )
    app.state.readiness.hold("filling its rings")
    app.router.routes += stream_routes()
    app.include_router(api_routes())
    app.include_router(schema_routes())
    return app
