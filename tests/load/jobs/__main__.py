"""A million jobs: how long every list, overview and figure takes to answer over HTTP.

    PYTHONPATH=tests python -m load.jobs                       PostgreSQL: fill, ask, drop (about three minutes)
    PYTHONPATH=tests python -m load.jobs --on sqlite,postgresql --jobs 100000
    PYTHONPATH=tests python -m load.jobs --database URL        this one; filled unless it holds jobs, and kept

The service is asked by one client, one call after the other; server and client share a process, not a thread. Its clock
stands where the fill ended: nothing falls due, and each run asks the same.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

import httpx
from fastapi import FastAPI
from load.jobs.calls import calls, places_in
from load.jobs.fill import evening_before, fill
from load.rig.asked import AIM_MS, StandingClock, Taken, measure, served, table
from load.rig.machine import described, forget_settings, take_precedence, write_report
from millstream_jobs.app import STORAGE, create_app
from millstream_jobs.settings import JobsSettings
from millstream_jobs.store_tables import jobs
from millstream_kit.clock import SystemClock
from millstream_kit.db import Database
from millstream_kit.settings import AuthSettings
from parts.postgres import fresh_database, start_server
from sqlalchemy import select


async def prepare(url: str, count: int) -> None:
    """Fill a database unless it is."""
    database = Database(url, service="jobs")
    try:
        await database.migrate(STORAGE.migrations)
        async with database.connect() as connection:
            if await connection.scalar(select(jobs.c.id).limit(1)) is not None:
                return
        began = time.monotonic()
        await fill(database, count, evening_before(SystemClock().now_ms()))
        print(f"{database.dialect}: {count:,} jobs written in {time.monotonic() - began:.0f} s", flush=True)
    finally:
        await database.close()


def app_of(url: str, now_ms: int, folder: Path) -> FastAPI:
    settings = JobsSettings(auth=AuthSettings(mode="off"), data_dir=folder, database_url=url)
    return create_app(settings, clock=StandingClock(now_ms))


def ask(url: str, arguments: argparse.Namespace) -> list[Taken]:
    places = asyncio.run(places_in(url))
    with (
        tempfile.TemporaryDirectory() as folder,
        served(app_of(url, places.now_ms, Path(folder))) as address,
        httpx.Client(base_url=address, timeout=120) as http,
    ):
        asked = [call for call in calls(places) if arguments.only in str(call)]
        measure(http, asked, rounds=1, seconds=arguments.seconds)  # caches as they are after the first visitor
        return measure(http, asked, rounds=arguments.rounds, seconds=arguments.seconds)


@contextmanager
def database_of(arguments: argparse.Namespace, dialect: str) -> Iterator[str]:
    """The one that was named, or a new one of a kind, gone afterwards."""
    with ExitStack() as stack:
        if arguments.database:
            yield arguments.database
        elif dialect == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="millstream-load-"))
            yield f"sqlite:///{folder}/jobs.db"
        else:
            server = start_server()
            stack.callback(server.close)
            yield stack.enter_context(fresh_database(server.url))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m load.jobs", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--on", default="postgresql", help="postgresql, sqlite, or both with a comma")
    parser.add_argument("--rounds", type=int, default=20, help="how often each call is made")
    parser.add_argument("--seconds", type=float, default=150.0, help="after so long no new round begins")
    parser.add_argument("--database", help="a URL; without it a database is made and dropped")
    parser.add_argument("--only", default="", help="calls that contain this")
    parser.add_argument("--fill-only", action="store_true", help="ask nothing")
    parser.add_argument("--into", type=Path, default=Path(".data/jobs.json"), help="the report")
    arguments = parser.parse_args()
    logging.disable(logging.INFO)
    forget_settings()
    take_precedence()
    late = 0
    report = {"machine": described("fastapi", "sqlalchemy", "psycopg", "uvicorn"), "jobs": arguments.jobs, "taken": {}}
    for dialect in [arguments.database.partition(":")[0]] if arguments.database else arguments.on.split(","):
        with database_of(arguments, dialect) as url:
            asyncio.run(prepare(url, arguments.jobs))
            taken = [] if arguments.fill_only else ask(url, arguments)
        print(table(dialect, taken), flush=True)
        report["taken"] |= {dialect: [asdict(one) for one in taken]}
        late += sum(one.p95_ms > AIM_MS for one in taken)
    write_report(arguments.into, report)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
