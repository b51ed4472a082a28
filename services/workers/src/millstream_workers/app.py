"""The service put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from millstream_contracts.ids import new_id
from millstream_contracts.limits import load_limits
from millstream_contracts.names import Topic
from millstream_kit.clock import Clock, SystemClock
from millstream_kit.db import Database
from millstream_kit.deploys import Deploys
from millstream_kit.leases import Leases
from millstream_kit.log import Log
from millstream_kit.service import build_app
from millstream_kit.storage import Storage, refuse_while_away
from millstream_kit.tasks import Supervisor

from millstream_workers import VERSION
from millstream_workers.handlers import Fleet
from millstream_workers.history import History
from millstream_workers.metrics import WorkerMetrics
from millstream_workers.pods_kubernetes import KubernetesPods
from millstream_workers.presence import Presence
from millstream_workers.routes import router
from millstream_workers.settings import WorkersSettings
from millstream_workers.store_minutes import SqlMinutes
from millstream_workers.store_sql import SqlStore
from millstream_workers.tables import DEPLOYS, LEASES

SERVICE = "workers"
STORAGE = Storage(SERVICE, (Topic.WORKERS_SNAPSHOTS,))


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
            db, sink = await stack.enter_async_context(STORAGE.opened(settings, clock, database, log))
            leases = Leases(db, LEASES, holder=new_id(SERVICE), ttl_s=settings.lease_s, clock=clock)
            stack.push_async_callback(leases.release)
            metrics = WorkerMetrics(app.state.registry)
            deploys = app.state.deploys = Deploys(db, DEPLOYS)
            store = SqlStore(db, deploys)
            pods = KubernetesPods(settings.watched_namespaces, settings.kubeconfig)
            stack.push_async_callback(asyncio.to_thread, pods.stop)
            presence = Presence(store, deploys, pods, sink, leases, clock, settings, metrics)
            app.state.presence = presence
            minutes = SqlMinutes(db)
            history = app.state.history = History(minutes, clock, settings)
            stack.push_async_callback(history.write)
            app.state.fleet = Fleet(
                store, minutes, history, pods, clock, metrics, presence.nudge, may_kill=settings.pods_kill
            )
            supervisor = await stack.enter_async_context(Supervisor())
            supervisor.run("presence", presence.run)
            supervisor.run("history", history.run)
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
    app.state.clock = clock
    refuse_while_away(app)
    app.include_router(router)
    return app
