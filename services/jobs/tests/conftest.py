"""What these tests stand on: both databases, the embedded log in memory, a clock turned by hand."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent
from millstream_jobs.app import STORAGE, create_app
from millstream_jobs.bell import Bell
from millstream_jobs.handlers.context import Context, Policy
from millstream_jobs.handlers.enqueue import Origin
from millstream_jobs.handlers.enqueue_group import EnqueueGroup
from millstream_jobs.handlers.functions import declare_functions
from millstream_jobs.handlers.leases import Ask, lease_jobs
from millstream_jobs.handlers.reports import Answer, apply_reports
from millstream_jobs.holdings import Holdings
from millstream_jobs.inputs import DeclareIn, EnqueueIn, ReportsIn
from millstream_jobs.metrics import Metrics
from millstream_jobs.model import Job
from millstream_jobs.neighbours import Whereabouts
from millstream_jobs.relay import Relay
from millstream_jobs.settings import JobsSettings
from millstream_jobs.store_model import JobRow
from millstream_jobs.store_sql import SqlStore
from millstream_jobs.store_tables import leases, outbox
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases
from millstream_kit.log import Log
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.metrics import new_registry
from millstream_kit.settings import AuthSettings
from parts.postgres import fresh_database
from sqlalchemy import select

TTL_S = 30.0


@dataclass
class KeptProgress:
    """The twin of the progress feed: keeps what it is offered."""

    said: list[JobEvent] = field(default_factory=list)

    def offer(self, events: Sequence[tuple[JobEvent, str | None]]) -> None:
        self.said += [event for event, _ in events]


@dataclass
class House:
    """The service without its HTTP face, and short words for what tests do all the time."""

    database: Database
    clock: ManualClock
    context: Context
    progress: KeptProgress

    @property
    def store(self) -> SqlStore:
        assert isinstance(self.context.store, SqlStore)
        return self.context.store

    async def declare(self, key: str = "resize", **more: Any) -> None:
        await declare_functions(self.context, DeclareIn.model_validate({"functions": [{"key": key, **more}]}))

    async def enqueue(self, function: str = "resize", origin: Origin | None = None, **more: Any) -> Job:
        wish = EnqueueIn.model_validate({"function": function, **more})
        return (await EnqueueGroup(self.context).enqueue(wish, origin or Origin())).row.job

    async def lease(
        self,
        *functions: str,
        most: int = 1,
        worker: str = "w1",
        wait_s: float = 0,
        where: Whereabouts = Whereabouts(),
    ) -> list[JobRow]:
        return await lease_jobs(self.context, Ask(worker, functions or ("resize",), most, wait_s, lambda: where))

    async def lease_one(self, *functions: str, **how: Any) -> Job:
        [row] = await self.lease(*functions, **how)
        return row.job

    async def report(self, job: Job, kind: str, **more: Any) -> Answer:
        assert job.lease is not None
        return await self.report_as(job.id, job.lease.token, kind, **more)

    async def report_as(self, job_id: str, token: str, kind: str, **more: Any) -> Answer:
        [answer] = await self.reports({"job_id": job_id, "token": token, "kind": kind, **more})
        return answer

    async def reports(self, *reports: dict[str, Any]) -> list[Answer]:
        batch = ReportsIn.model_validate({"worker_id": "w1", "reports": list(reports)})
        return await apply_reports(self.context, batch.reports)

    async def job(self, job: Job | str) -> Job:
        row = await self.store.job(job if isinstance(job, str) else job.id)
        assert row is not None
        return row.job

    async def said(self, job: Job | None = None) -> list[JobEvent]:
        """The outbox, oldest first."""
        async with self.database.connect() as connection:
            rows = (await connection.execute(select(outbox.c.value).order_by(outbox.c.id))).scalars().all()
        events = [JobEvent.FromString(value) for value in rows]
        return [event for event in events if job is None or event.job_id == job.id]

    async def types(self, job: Job) -> list[str]:
        return [event.type for event in await self.said(job)]

    def holdings(self, holder: str, ttl_s: float = 5.0) -> Holdings:
        held = Leases(self.database, leases, holder=holder, ttl_s=ttl_s, clock=self.clock)
        return Holdings(held, self.clock, ttl_s, lambda: None)

    async def relay(self, log: Log, holder: str = "relay") -> Relay:
        holdings = self.holdings(holder)
        await holdings.renew()
        return self.relay_under(log, holdings)

    def relay_under(self, log: Log, holdings: Holdings) -> Relay:
        return Relay(self.store, log, holdings, self.context.bell.relay, self.clock, Metrics(new_registry()))


def _migrate(url: str) -> None:
    async def migrate() -> None:
        database = Database(url, service="jobs")
        await database.migrate(STORAGE.migrations)
        await database.close()

    # In a thread: whoever asks for the fixture may have a loop running.
    with ThreadPoolExecutor(1) as executor:
        executor.submit(lambda: asyncio.run(migrate())).result()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table, to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "jobs.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    with fresh_database(postgres_server) as url:
        _migrate(url)
        yield url.rsplit("/", 1)[1].split("?")[0]


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "jobs.db")
    return f"sqlite:///{tmp_path}/jobs.db"


@pytest.fixture
def migrated_postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    with fresh_database(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "migrated_postgres_url")
    opened = Database(url, service="jobs")
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url, service="jobs")
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def log(clock: ManualClock) -> AsyncIterator[EmbeddedLog]:
    opened = EmbeddedLog(":memory:", clock)
    await opened.ensure_topics(STORAGE.topics)
    yield opened
    await opened.close()


def house_in(database: Database, clock: ManualClock) -> House:
    progress = KeptProgress()
    context = Context(
        SqlStore(database, clock), clock, Bell(), progress, Policy(lease_ttl_s=TTL_S, lease_poll_s=1.0), lambda: 0.5
    )
    return House(database, clock, context, progress)


@pytest.fixture
async def house(database: Database, clock: ManualClock) -> House:
    """On both databases."""
    built = house_in(database, clock)
    await built.declare()
    return built


@pytest.fixture
async def small_house(sqlite: Database, clock: ManualClock) -> House:
    """On SQLite only."""
    built = house_in(sqlite, clock)
    await built.declare()
    return built


@dataclass
class Service:
    """The whole service over HTTP."""

    app: FastAPI
    http: httpx.AsyncClient
    log: EmbeddedLog
    database: Database

    async def declare(self, key: str = "resize", *, by: dict[str, Any] | None = None, **more: Any) -> None:
        answer = await self.http.post("/api/v1/functions", json={"functions": [{"key": key, **more}], **(by or {})})
        assert answer.status_code == 200, answer.text

    async def enqueue(self, function: str = "resize", **more: Any) -> dict[str, Any]:
        answer = await self.http.post("/api/v1/jobs", json={"function": function, **more})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def lease(self, *functions: str, most: int = 1) -> list[dict[str, Any]]:
        wish = {"worker_id": "w1", "functions": list(functions) or ["resize"], "max": most}
        answer = await self.http.post("/api/v1/leases", json=wish)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["leases"]
        return found

    async def report(self, lease: dict[str, Any], kind: str, **more: Any) -> dict[str, Any]:
        report = {"job_id": lease["job"]["id"], "token": lease["token"], "kind": kind, **more}
        answer = await self.http.post("/api/v1/leases/reports", json={"worker_id": "w1", "reports": [report]})
        assert answer.status_code == 200, answer.text
        [result] = answer.json()["results"]
        return dict(result)

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.http.get(f"/api/v1{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def service(tmp_path: Path, sqlite: Database) -> AsyncIterator[Service]:
    log = EmbeddedLog(":memory:")
    settings = JobsSettings(auth=AuthSettings(mode="off"), data_dir=tmp_path)
    app = create_app(settings, database=sqlite, log=log)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        headers = {"Millstream-Protocol": "1"}
        async with httpx.AsyncClient(transport=transport, base_url="http://jobs", headers=headers) as http:
            yield Service(app, http, log, sqlite)
    await log.close()


@pytest.fixture
async def shop(service: Service) -> Service:
    """It knows one function."""
    await service.declare(name="Resize", timeout=30, max_retries=1, retry_delay=0)
    return service
