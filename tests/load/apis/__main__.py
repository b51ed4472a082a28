"""A month of two hundred APIs: how long every list, overview and trend takes to answer: `make bench S=apis`.

    PYTHONPATH=tests python -m load.apis                      PostgreSQL: fill, ask, drop (about four minutes)
    PYTHONPATH=tests python -m load.apis --days 2 --apis 20   smaller
    PYTHONPATH=tests python -m load.apis --database URL       this one; filled unless it holds APIs, and kept

The service is asked by one client, one call after the other; server and client share a process, not a thread. Its clock
stands where the fill ended.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import httpx
from load.apis.fill import fill
from load.rig.asked import AIM_MS, Call, StandingClock, Taken, call, measure, served, table
from load.rig.machine import described, forget_settings, take_precedence, write_report
from millstream_apis.app import STORAGE, create_app
from millstream_apis.model import DAY_MS, HOUR_MS, MINUTE_MS
from millstream_apis.routes.log import EventsQuery
from millstream_apis.settings import ApisSettings
from millstream_apis.tables import APIS, REQUESTS
from millstream_contracts.times import to_rfc3339
from millstream_kit.clock import SystemClock
from millstream_kit.db import Database
from millstream_kit.settings import AuthSettings
from parts.postgres import fresh_database, start_server
from sqlalchemy import func, select


async def prepare(url: str, arguments: argparse.Namespace) -> int:
    """Fill a database unless it is; the moment it stands at."""
    database = Database(url, service="apis")
    try:
        await database.migrate(STORAGE.migrations)
        async with database.connect() as connection:
            newest = await connection.scalar(select(func.max(REQUESTS.c.at_ms)))
            if await connection.scalar(select(APIS.c.name).limit(1)) is None:
                now, began = SystemClock().now_ms(), time.monotonic()
                now -= now % HOUR_MS - 29 * MINUTE_MS  # half of an hour's minutes have left the day
                await fill(
                    database, apis=arguments.apis, endpoints=arguments.endpoints, days=arguments.days, now_ms=now
                )
                print(f"written in {time.monotonic() - began:.0f} s", flush=True)
                return now
        return int(newest or 0)
    finally:
        await database.close()


def calls(now_ms: int, days: int) -> Iterator[Call]:
    one = "api-7"
    yield call("/apis")
    yield call("/apis/activity")
    yield call(f"/apis/{one}/activity")
    for query in ({}, {"api_name": one}, {"api_name": one, "after": to_rfc3339(now_ms - days * DAY_MS)}):
        yield call("/apis/latencies", **query)
    for range_ms in (15 * MINUTE_MS, 6 * HOUR_MS, DAY_MS, min(days, 7) * DAY_MS):
        after = to_rfc3339(now_ms - range_ms)
        yield call("/apis/activity/figures", after=after)
        yield call("/apis/activity/unusual", after=after)
        yield call(f"/apis/{one}/endpoints", after=after)
        yield call("/apis/latencies/heat", after=after, api_name=one)
    yield call("/apis/events", api_name=one, min_latency_ms=50, below_latency_ms=100)
    yield call(f"/apis/{one}")
    for query in ({}, {"hours": 168}, {"hours": 168, "api_name": one}):
        yield call("/apis/trends", **query)
    back = {"10s": 2 * HOUR_MS, "1m": DAY_MS, "5m": min(days, 5) * DAY_MS, "1h": min(days, 29) * DAY_MS}
    for step, back_ms in back.items():
        yield call("/apis/series", step=step, after=to_rfc3339(now_ms - back_ms))
        yield call("/apis/series", step=step, after=to_rfc3339(now_ms - back_ms), api_name=one)
    yield call("/apis/events")
    yield call("/apis/events", limit=2000)
    yield call("/apis/events", cursor=EventsQuery().pages("requests").after({"at": now_ms - DAY_MS // 2, "seq": 0}))
    yield call("/apis/events", api_name=one)
    yield call("/apis/events", api_name=one, status=500)
    yield Call(
        "/apis/events", (("api_name", one), ("method", "GET"), ("path", "/things/3/{id}"), ("instance_id", "i1"))
    )
    yield call("/apis/events", status=500)
    yield call("/apis/events", status=503)
    yield Call("/apis/events", (("path", "/things/3/{id}"),))
    yield call("/apis/events", instance_id="nobody")
    yield call("/apis/events", after=to_rfc3339(now_ms - 12 * HOUR_MS), before=to_rfc3339(now_ms - 11 * HOUR_MS))


def ask(url: str, now_ms: int, arguments: argparse.Namespace) -> list[Taken]:
    with tempfile.TemporaryDirectory() as folder:
        settings = ApisSettings(
            auth=AuthSettings(mode="off"),
            data_dir=Path(folder),
            database_url=url,
            minutes_kept_h=24 * arguments.days + 25,
            hours_kept_d=arguments.days + 8,
        )
        app = create_app(settings, clock=StandingClock(now_ms))
        with served(app) as address, httpx.Client(base_url=address, timeout=120) as http:
            asked = [one for one in calls(now_ms, arguments.days) if arguments.only in str(one)]
            measure(http, asked, rounds=1, seconds=arguments.seconds)  # caches as they are after the first visitor
            return measure(http, asked, rounds=arguments.rounds, seconds=arguments.seconds)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m load.apis", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--apis", type=int, default=200)
    parser.add_argument("--endpoints", type=int, default=10, help="of each API")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=20, help="how often each call is made")
    parser.add_argument("--seconds", type=float, default=60.0, help="after so long no new round begins")
    parser.add_argument("--database", help="a URL; without it a database is made and dropped")
    parser.add_argument("--only", default="", help="calls that contain this")
    parser.add_argument("--into", type=Path, default=Path(".data/apis.json"), help="the report")
    arguments = parser.parse_args()
    logging.disable(logging.INFO)
    forget_settings()
    take_precedence()
    with ExitStack() as stack:
        url = arguments.database
        if not url:
            server = start_server()
            stack.callback(server.close)
            url = stack.enter_context(fresh_database(server.url))
        now_ms = asyncio.run(prepare(url, arguments))
        taken = ask(url, now_ms, arguments)
    print(table("postgresql", taken), flush=True)
    report = {"machine": described("fastapi", "sqlalchemy", "psycopg", "uvicorn"), "apis": arguments.apis,
              "days": arguments.days, "taken": [asdict(one) for one in taken]}  # fmt: skip
    write_report(arguments.into, report)
    return 1 if any(one.p95_ms > AIM_MS for one in taken) else 0


if __name__ == "__main__":
    sys.exit(main())
