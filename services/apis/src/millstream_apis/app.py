"""The service put together."""

from __future__ import annotations

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

from millstream_apis import VERSION, consumer, publisher, routes
from millstream_apis.captures import SqlCaptures
from millstream_apis.consumer import Consumer
from millstream_apis.days import Days
from millstream_apis.handlers import Traffic
from millstream_apis.keeper import Keeper
from millstream_apis.metrics import ApisMetrics
from millstream_apis.otlp_refusals import ApisApp
from millstream_apis.publisher import Publisher
from millstream_apis.settings import ApisSettings
from millstream_apis.share import Share
from millstream_apis.store_counting import SqlCounting
from millstream_apis.store_failures import SqlFailures
from millstream_apis.store_keeping import SqlKeeping
from millstream_apis.store_reading import SqlReading
from millstream_apis.store_telling import SqlTelling
from millstream_apis.tables import DEPLOYS, LEASES
from millstream_apis.unmatched import SqlUnmatched
from millstream_apis.way import Way

SERVICE = "apis"
STORAGE = Storage(SERVICE, (Topic.APIS_INGEST, Topic.APIS_REQUESTS, Topic.APIS_SNAPSHOTS, Topic.APIS_TRENDS))


def create_app(
    settings: ApisSettings,
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
            db, whole_log = await stack.enter_async_context(STORAGE.opened(settings, clock, database, log))
            await _start(app, stack, settings, db, whole_log, clock)
            yield

    app = build_app(
        settings,
        name=SERVICE,
        version=VERSION,
        clock=clock,
        lifespan=lifespan,
        max_body_bytes=load_limits().request_body_bytes,
        kind=ApisApp,
    )
    app.state.clock = clock
    refuse_while_away(app)
    app.include_router(routes.router())
    return app


async def _start(
    app: FastAPI, stack: AsyncExitStack, settings: ApisSettings, db: Database, log: Log, clock: Clock
) -> None:
    """Build the parts and start the loops; all end with the stack, in reverse."""
    holder, metrics = new_id(SERVICE), ApisMetrics(app.state.registry)
    shares = {
        group: Share(db, LEASES, group=group, names=names, holder=holder, ttl_s=settings.lease_s, clock=clock)
        for group, names in (
            (consumer.GROUP, consumer.partition_leases()),
            (publisher.GROUP, publisher.shard_leases()),
        )
    }
    keeping = Leases(db, LEASES, holder=holder, ttl_s=120, clock=clock)
    for share in shares.values():
        stack.push_async_callback(share.release)
    stack.push_async_callback(keeping.release)
    deploys = app.state.deploys = Deploys(db, DEPLOYS)
    counting = SqlCounting(
        db,
        shares[consumer.GROUP].leases,
        deploys,
        endpoints_per_api=settings.endpoints_per_api,
        consumers_per_api=settings.consumers_per_api,
        feed_per_s=settings.feed_per_s,
        instance_ttl_ms=round(settings.instance_ttl_s * 1000),
    )
    reading = SqlReading(db, apdex_ms=settings.apdex_ms)
    # What gives way is work that must come to its end: its pauses are real, also where the clock stands.
    days, way = Days(reading, is_whole=True), Way(SystemClock())
    telling = Publisher(reading, SqlTelling(db), log, shares[publisher.GROUP], clock, settings, metrics, days, way)
    counter = Consumer(
        counting,
        log,
        shares[consumer.GROUP],
        metrics,
        pending_records=settings.pending_records,
        on_counted=telling.nudge,
    )
    app.state.captures, app.state.unmatched = SqlCaptures(db), SqlUnmatched(db)
    app.state.failures = SqlFailures(db)
    app.state.publisher, app.state.way = telling, way
    app.state.traffic = Traffic(counting, reading, log, clock, settings, metrics, days, telling.nudge)
    supervisor = await stack.enter_async_context(Supervisor())
    for group, share in shares.items():
        supervisor.run(f"hold {group}", share.keep)
    supervisor.run("count", counter.run)
    supervisor.run("tell", telling.run)
    supervisor.run("keep", Keeper(SqlKeeping(db), deploys, log, keeping, clock, settings).run)
