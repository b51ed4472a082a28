"""How the service is put together; the only module that picks adapters."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from fastapi import FastAPI
from millstream_contracts.ids import new_id
from millstream_contracts.limits import load_limits
from millstream_contracts.names import Topic
from millstream_kit.clock import Clock, SystemClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases
from millstream_kit.log import Log
from millstream_kit.service import build_app
from millstream_kit.storage import Storage, refuse_while_away
from millstream_kit.tasks import Supervisor

from millstream_jobs import __version__
from millstream_jobs.bell import Bell
from millstream_jobs.blobs_obstore import ObjectBlobs
from millstream_jobs.body_limit import BodyLimit
from millstream_jobs.bulk_runner import BulkRunner
from millstream_jobs.folding import Folder
from millstream_jobs.handlers.context import Context, Policy
from millstream_jobs.handlers.enqueue_group import EnqueueGroup
from millstream_jobs.holdings import Holdings
from millstream_jobs.metrics import Metrics
from millstream_jobs.neighbours_log import LogNeighbours
from millstream_jobs.progress import ProgressFeed
from millstream_jobs.relay import Relay
from millstream_jobs.routes.artifacts import artifacts_router
from millstream_jobs.routes.bulk import bulk_router
from millstream_jobs.routes.caller import caller_router
from millstream_jobs.routes.dashboard import dashboard_router
from millstream_jobs.routes.desk import Desk
from millstream_jobs.routes.events import events_router
from millstream_jobs.routes.figures import figures_router
from millstream_jobs.routes.functions import functions_router
from millstream_jobs.routes.job import job_router
from millstream_jobs.routes.jobs import jobs_router
from millstream_jobs.routes.leases import leases_router
from millstream_jobs.routes.saved_views import saved_views_router
from millstream_jobs.routes.schedules import schedules_router
from millstream_jobs.routes.unusual import unusual_router
from millstream_jobs.scheduler import Scheduler
from millstream_jobs.settings import JobsSettings
from millstream_jobs.store_sql import SqlStore
from millstream_jobs.store_tables import leases
from millstream_jobs.timers import Timers
from millstream_jobs.trends import TrendsPublisher

NAME = "jobs"
STORAGE = Storage(NAME, (Topic.JOBS_EVENTS, Topic.JOBS_ARTIFACTS, Topic.JOBS_TRENDS))
# An upload in JSON is base64, a third larger than what it says.
UPLOAD_BYTES = load_limits().artifact_bytes * 4 // 3 + 65_536


def create_app(
    settings: JobsSettings, *, database: Database | None = None, log: Log | None = None, clock: Clock | None = None
) -> FastAPI:
    """Build the service; what is passed in is shared and left open."""
    time = clock or SystemClock()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            opened_database, opened_log = await stack.enter_async_context(STORAGE.opened(settings, time, database, log))
            await _start(stack, app, settings, opened_database, opened_log, time)
            yield

    app = build_app(
        settings, name=NAME, version=__version__, clock=time, lifespan=lifespan, max_body_bytes=UPLOAD_BYTES
    )
    refuse_while_away(app)
    app.add_middleware(BodyLimit, most=load_limits().request_body_bytes, upload_suffix="/artifacts")
    for router in (
        jobs_router(),
        figures_router(),
        bulk_router(),
        saved_views_router(),
        unusual_router(),
        job_router(),
        artifacts_router(),
        leases_router(),
        functions_router(),
        events_router(),
        schedules_router(),
        dashboard_router(),
        caller_router(),
    ):
        app.include_router(router)
    return app


async def _start(
    stack: AsyncExitStack, app: FastAPI, settings: JobsSettings, database: Database, log: Log, clock: Clock
) -> None:
    bell, metrics = Bell(), Metrics(app.state.registry)
    store = SqlStore(database, clock)
    progress = ProgressFeed(store, log, clock, metrics)
    policy = Policy(settings.lease_ttl_s, settings.timeout_grace_s, settings.lease_poll_s)
    context = Context(store, clock, bell, progress, policy)
    neighbours = LogNeighbours(log)
    stack.push_async_callback(neighbours.close)
    blobs = ObjectBlobs(settings.artifacts_url, settings.data_dir / "artifacts")
    app.state.desk = Desk(context, EnqueueGroup(context), blobs, neighbours, metrics)

    async def drain() -> None:
        bell.queue.close()

    app.state.drain = drain

    def wake_all() -> None:
        for signal in (bell.relay, bell.timers, bell.schedules, bell.tallies, bell.trends, bell.bulk):
            signal.ring()

    holder = f"{socket.gethostname()}/{os.getpid()}/{new_id('run')}"
    held = Leases(database, leases, holder=holder, ttl_s=settings.holder_ttl_s, clock=clock)
    holdings = Holdings(held, clock, settings.holder_ttl_s, wake_all)
    timers = Timers(context, holdings, metrics)

    stack.push_async_callback(holdings.release)
    await holdings.renew()
    supervisor = await stack.enter_async_context(Supervisor())
    supervisor.run("jobs leases", holdings.keep)
    supervisor.run("jobs relay", Relay(store, log, holdings, bell.relay, clock, metrics).run)
    supervisor.run("jobs progress", progress.run)
    supervisor.run("jobs timers", timers.run)
    supervisor.run("jobs schedules", Scheduler(context, holdings, metrics, app.state.telemetry).run)
    supervisor.run("jobs openings", partial(bell.openings.run, clock))
    supervisor.run("jobs gauges", timers.measure)
    supervisor.run("jobs tallies", Folder(store, holdings, bell, clock).run)
    supervisor.run("jobs bulk actions", BulkRunner(context, holdings).run)
    supervisor.run("jobs trends", TrendsPublisher(store, log, holdings, bell.trends, clock, metrics).run)
    supervisor.run("jobs neighbours", neighbours.run)
