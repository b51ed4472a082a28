"""The service put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import stamina
from fastapi import FastAPI
from millstream_contracts.ids import new_id
from millstream_contracts.limits import load_limits
from millstream_contracts.names import Topic
from millstream_kit.clock import Clock, SystemClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases
from millstream_kit.log import Log, LogUnavailable
from millstream_kit.logs import open_log
from millstream_kit.service import build_app
from millstream_kit.tasks import Supervisor

from millstream_workers import VERSION
from millstream_workers.handlers import Fleet
from millstream_workers.metrics import WorkerMetrics
from millstream_workers.pods_kubernetes import KubernetesPods
from millstream_workers.presence import Presence
from millstream_workers.routes import router
from millstream_workers.settings import WorkersSettings
from millstream_workers.store_sql import SqlStore
from millstream_workers.tables import LEASES

LOG_PATIENCE_S = 60.0  # a broker that starts beside us
SERVICE = "workers"
MIGRATIONS = "millstream_workers.migrations"


def open_database(settings: WorkersSettings) -> Database:
    """The database the settings name."""
    return Database.for_service(SERVICE, settings.database_url, settings.data_dir)


def create_app(
    settings: WorkersSettings,
    *,
    database: Database | None = None,
    log: Log | None = None,
    clock: Clock | None = None,
) -> FastAPI:
    """The application; what is given is shared and not closed."""
    clock = clock or SystemClock()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            db = database or open_database(settings)
            if database is None:
                stack.push_async_callback(db.close)
            await db.migrate(MIGRATIONS)
            sink = log or open_log(settings, client_id=f"millstream-{SERVICE}", clock=clock)
            if log is None:
                stack.push_async_callback(sink.close)
            async for attempt in stamina.retry_context(on=LogUnavailable, attempts=None, timeout=LOG_PATIENCE_S):
                with attempt:
                    await sink.ensure_topics([Topic.WORKERS_SNAPSHOTS])
            leases = Leases(db, LEASES, holder=new_id(SERVICE), ttl_s=settings.lease_s, clock=clock)
            stack.push_async_callback(leases.release)
            metrics = WorkerMetrics(app.state.registry)
            store = SqlStore(db)
            pods = KubernetesPods(settings.watched_namespaces, settings.kubeconfig)
            stack.push_async_callback(asyncio.to_thread, pods.stop)
            presence = Presence(store, pods, sink, leases, clock, settings, metrics)
            app.state.presence = presence
            app.state.fleet = Fleet(store, pods, clock, metrics, presence.nudge)
            supervisor = await stack.enter_async_context(Supervisor())
            supervisor.run("presence", presence.run)
            if settings.watched_namespaces:
                supervisor.run("pods", lambda: asyncio.to_thread(pods.start))
            yield

    app = build_app(
        settings,
        name=SERVICE,
        version=VERSION,
        clock=clock,
        lifespan=lifespan,
        max_body_bytes=load_limits().request_body_bytes,
    )
    app.include_router(router)
    return app
