"""The four services and the dashboard as one application, put together by the inventory's route table.

/api/v1/…  → jobs · apis · workers · stream-edge, each a whole application with its own settings and metrics
the rest   → the dashboard's files; any other path under /api is a JSON 404
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from millstream_apis.app import create_app as create_apis
from millstream_apis.settings import ApisSettings
from millstream_contracts.inventory import load_inventory
from millstream_jobs.app import create_app as create_jobs
from millstream_jobs.settings import JobsSettings
from millstream_kit.health import Readiness, health_routes
from millstream_kit.log import Log
from millstream_kit.logs import open_log
from millstream_kit.metrics import exposition, new_registry
from millstream_kit.settings import ServiceSettings
from millstream_stream_edge.app import create_app as create_edge
from millstream_stream_edge.settings import EdgeSettings
from millstream_workers.app import create_app as create_workers
from millstream_workers.settings import WorkersSettings
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from millstream_local.settings import WebSettings
from millstream_local.web import web_app


class Local:
    """The ASGI application of local mode. `state` carries what `millstream_kit.service.serve` asks of an application."""

    def __init__(self, settings: ServiceSettings, services: Mapping[str, FastAPI], web: ASGIApp, log: Log) -> None:
        self.state = _State(services)
        self._settings = settings
        self._services = services
        self._web = web
        self._log = log
        self._inventory = load_inventory()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._life(receive, send)
            return
        path = scope["path"]
        if path.startswith("/api/"):
            service = self._services.get(self._inventory.service_of(path), self._web)
        elif path in {"/livez", "/readyz"}:
            service = self.state.health
        elif path.startswith("/metrics/"):
            service = self._metrics(path.removeprefix("/metrics/"))
        else:
            service = self._web
        await service(scope, receive, send)

    def _metrics(self, name: str) -> ASGIApp:
        service = self._services.get(name)
        return self._web if service is None else exposition(service.state.registry)

    async def _life(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with self._running():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            kind = "shutdown" if self.state.readiness.reason != "starting" else "startup"
            await send({"type": f"lifespan.{kind}.failed", "message": str(error)})
            raise
        await send({"type": "lifespan.shutdown.complete"})

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._log.close)
            for app in self._services.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            self.state.readiness.set_ready()
            yield


class _State:
    def __init__(self, services: Mapping[str, FastAPI]) -> None:
        # One server for all: it writes as the edge needs it to, whose connections are the long ones.
        self.http = services["stream-edge"].state.http
        self.readiness = Readiness()
        self.registry = new_registry()
        self.health = Router(routes=health_routes(self.readiness, self.registry))
        self._services = services

    async def drain(self) -> None:
        """Let every service's own streams and work leave."""
        for app in self._services.values():
            app.state.readiness.fail("draining")
        for app in reversed(list(self._services.values())):
            await app.state.drain()


def create_local(settings: ServiceSettings, web: WebSettings, *, web_dir: Path | None) -> Local:
    """Put local mode together.

    Args:
        settings: host, port, data folder, auth, and the addresses of a real Kafka and database where they are named.
        web: what the dashboard is told about its surroundings.
        web_dir: the built dashboard; without it `/` says how to build it.
    """
    shared: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "data_dir": settings.data_dir,
        "auth": settings.auth,
        "kafka_bootstrap_servers": settings.kafka_bootstrap_servers,
        "kafka_replication_factor": settings.kafka_replication_factor,
        "database_url": settings.database_url,
        "log_level": settings.log_level,
        "drain_s": settings.drain_s,
    }
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    log = open_log(settings)
    services = {
        "jobs": create_jobs(JobsSettings(**shared), log=log),
        "apis": create_apis(ApisSettings(**shared), log=log),
        "workers": create_workers(WorkersSettings(**shared), log=log),
        "stream-edge": create_edge(EdgeSettings(**shared), log=log),
    }
    return Local(settings, services, web_app(web_dir, web), log)
