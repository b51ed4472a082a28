"""A service: how its application is put together, served, and taken down.

main → run(settings, create_app) → uvicorn(api port) + uvicorn(health port)
SIGTERM → readiness fails → settle_s → app.state.drain() → uvicorn closes → lifespan ends
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import structlog
import uvicorn
from fastapi import Depends, FastAPI
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from millstream_kit.auth import Authenticator
from millstream_kit.clock import Clock
from millstream_kit.errors import Refusal, install_problem_handlers
from millstream_kit.health import Readiness, health_routes
from millstream_kit.logging import configure_logging
from millstream_kit.metrics import new_registry
from millstream_kit.parameters import KnownAndOnce
from millstream_kit.settings import ServiceSettings
from millstream_kit.telemetry import Telemetry

log = structlog.get_logger(__name__)
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
SERVED_BY = "x-served-by"
# New objects until the garbage collector looks. Python's 700 have it walk every request of a batch several times, and
# through all that lives behind them; what it finds is little, for nearly everything ends with its last reference.
COLLECT_AFTER = 50_000


def build_app(
    settings: ServiceSettings,
    *,
    name: str,
    version: str,
    clock: Clock,
    lifespan: Lifespan,
    max_body_bytes: int,
    telemetry: Telemetry | None = None,
    registry: CollectorRegistry | None = None,
    http: type[asyncio.Protocol] | None = None,
    kind: type[FastAPI] = FastAPI,
    answers_head: bool = True,
) -> FastAPI:
    """An application with everything a service of ours has in common.

    Puts `readiness`, `authenticator`, `registry`, `telemetry` and `drain` on `app.state`. Readiness is set once
    `lifespan` has entered.

    Args:
        settings: the service's.
        name: the service's, as the inventory's routes say it.
        version: the service's, for the OpenAPI document.
        clock: time.
        lifespan: opens and closes what the service holds.
        max_body_bytes: a larger request body is 413.
        telemetry: built from the environment when not given.
        registry: of metrics; built when not given.
        http: uvicorn's protocol to serve it with; uvicorn's choice when not given.
        kind: of application, for what has to be done outside of all middleware.
        answers_head: HEAD is answered as GET is, without the body; not where a GET may never end.
    """
    telemetry = telemetry or Telemetry(f"millstream-{name}")
    readiness = Readiness()

    @asynccontextmanager
    async def whole_life(app: FastAPI) -> AsyncIterator[None]:
        try:
            async with lifespan(app):
                readiness.set_ready()
                yield
                readiness.fail("closing")
        finally:
            telemetry.close()

    app = kind(
        title=f"Millstream {name}",
        version=version,
        lifespan=whole_life,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        dependencies=[Depends(KnownAndOnce())],
    )
    app.state.settings = settings
    app.state.readiness = readiness
    app.state.telemetry = telemetry
    app.state.registry = registry or new_registry()
    app.state.authenticator = Authenticator(settings.auth, clock)
    app.state.drain = _nothing
    app.state.http = http or "auto"
    install_problem_handlers(app)
    if settings.health_port is None:
        app.router.routes.extend(health_routes(readiness, app.state.registry))
    if answers_head:
        app.add_middleware(_Head)
    app.add_middleware(_BodyLimit, most=max_body_bytes)
    app.add_middleware(_ServedBy, name=name)
    app.add_middleware(_Traced, telemetry=telemetry)
    return app


async def _nothing() -> None:
    return None


class _Traced:
    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app = telemetry.instrument(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class _Head:
    """Answers HEAD as GET, and leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, without_body)


class _ServedBy:
    """Says which service answered, so that routing can be checked from outside."""

    def __init__(self, app: ASGIApp, name: str) -> None:
        self._app = app
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[SERVED_BY] = self._name
            await send(message)

        await self._app(scope, receive, named if scope["type"] == "http" else send)


class _BodyLimit:
    """Refuses a body that is larger than allowed, whether it says so or not."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most
        self._detail = f"A request body may hold {most} bytes."

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if not said.isdigit() or int(said) > self._most:
            await self._refuse(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise HTTPException(413, self._detail)
            return message

        await self._app(scope, counted, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Refusal(413, "too_large", self._detail).response()(scope, receive, send)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: `run` owns leaving."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


async def serve(settings: ServiceSettings, app: FastAPI, *, stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then leave in order.

    Args:
        settings: host, ports, how long leaving may take.
        app: made by `build_app`.
        stop: set by a signal, or by a test.
    """
    api = _Server(_config(settings, app, settings.port, lifespan="on", http=app.state.http))
    servers = [api]
    if settings.health_port is not None:
        health = Starlette(routes=health_routes(app.state.readiness, app.state.registry))
        servers.append(_Server(_config(settings, health, settings.health_port, lifespan="off")))
    tasks = [asyncio.create_task(server.serve()) for server in reversed(servers)]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        app.state.readiness.fail("draining")
        log.info("leaving", settle_s=settings.settle_s, drain_s=settings.drain_s)
        await asyncio.sleep(settings.settle_s)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(app.state.drain(), settings.drain_s)
    stopping.cancel()
    api.should_exit = True
    await tasks[-1]
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*tasks)
    if not api.started:
        raise SystemExit(3)


def _config(settings: ServiceSettings, app: ASGIApp, port: int, *, lifespan: Any, http: Any = "auto") -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=port,
        lifespan=lifespan,
        http=http,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )


def run(settings: ServiceSettings, create: Callable[[], FastAPI]) -> None:
    """What `main` calls: configure logging, build the application, serve it until SIGTERM or SIGINT."""
    configure_logging(settings.log_level, settings.log_format)

    async def whole() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await serve(settings, create(), stop=stop)

    try:
        uvloop_run(whole())
    except KeyboardInterrupt:
        sys.exit(130)


def collect_rarely() -> None:
    """Have the garbage collector pass over what is there already, and look rarely at what comes."""
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])


def uvloop_run(main: Awaitable[None]) -> None:
    """`asyncio.run` for the life of a process: on uvloop where there is one, with a garbage collector that rarely looks."""
    collect_rarely()
    try:
        import uvloop

        factory: Any = uvloop.new_event_loop
    except ImportError:  # no wheel for this platform
        factory = None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main)  # type: ignore[arg-type]  # Runner wants a coroutine, which it is
