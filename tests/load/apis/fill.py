"""A database as it is after a month of two hundred APIs, written by PostgreSQL itself.

Each API's total has a bucket for every minute of the month; its endpoints have one for every minute their page may look
at, and every hour of the month, each twice: two partitions counted them.
"""

from __future__ import annotations

import random

from millstream_apis.keeper import TREND_HOURS, TREND_MARK
from millstream_apis.model import ALL_APIS, DAY_MS, HOUR_MS, MINUTE_MS, TEN_S_MS, TENS_KEPT_MS, UNMATCHED
from millstream_apis.tables import HOURS, MARKS, MINUTES, REQUESTS, TENS
from millstream_kit.db import Database
from millstream_kit.sketch import Sketch
from sqlalchemy import Connection, text

SKETCHES = 32
LINES = 100_000
_COUNTS = "n_1xx, n_2xx, n_3xx, n_4xx, n_5xx, latency_sum_ms, last_at_ms, sketch"
_BUCKET = "0, (random() * 50)::int, (random() * 5)::int, (random() * 3)::int, (random() * 2)::int, 900.0, at_ms"

_ODOMETERS = (
    "INSERT INTO odometers (endpoint_id, partition, requests) "
    "SELECT endpoint_id, partition, sum(n_1xx + n_2xx + n_3xx + n_4xx + n_5xx) FROM hours h "
    "JOIN endpoints e ON e.id = h.endpoint_id WHERE e.path = '' GROUP BY 1, 2"
)


async def fill(database: Database, *, apis: int, endpoints: int, days: int, now_ms: int) -> None:
    """Write it: everything up to `now_ms`, a whole minute."""
    month, day = now_ms - days * DAY_MS, now_ms - DAY_MS - HOUR_MS
    is_total, is_route = "e.path = ''", "e.path <> ''"
    async with database.begin() as tx:
        await tx.run_sync(_each_index, "drop")
        await tx.execute(
            text(f"INSERT INTO apis SELECT 'api-' || n, {month}, NULL FROM generate_series(0, {apis - 1}) n")
        )
        await tx.execute(
            text(
                "INSERT INTO endpoints (api_name, method, path) "
                "SELECT name, 'GET', '/things/' || n || '/{id}' FROM apis, generate_series(1, :endpoints) n "
                "UNION ALL SELECT name, :any, :unmatched FROM apis "
                "UNION ALL SELECT name, '', '' FROM apis UNION ALL SELECT :all, '', ''"
            ),
            {"endpoints": endpoints, "any": UNMATCHED.method, "unmatched": UNMATCHED.path, "all": ALL_APIS},
        )
        await tx.execute(text("CREATE TEMP TABLE sketches (n int, sketch bytea) ON COMMIT DROP"))
        rows = [{"n": n, "sketch": _sketch(n)} for n in range(SKETCHES)]
        await tx.execute(text("INSERT INTO sketches VALUES (:n, :sketch)"), rows)
        for table, which, start, step, partitions in (
            ("tens", is_total, now_ms - TENS_KEPT_MS, TEN_S_MS, 2),
            ("minutes", is_total, month, MINUTE_MS, 1),
            ("minutes", is_route, day, MINUTE_MS, 2),
            ("hours", "true", month - month % HOUR_MS, HOUR_MS, 2),
        ):
            await tx.execute(text(_buckets(table, which, start, now_ms, step, partitions)))
        await tx.execute(text(_ODOMETERS))
        taken_back_ms = now_ms - now_ms % HOUR_MS - TREND_HOURS * HOUR_MS
        await tx.execute(MARKS.insert(), {"name": TREND_MARK, "value_ms": taken_back_ms})
        await tx.execute(text(_lines(now_ms - DAY_MS, DAY_MS // LINES, apis, endpoints)))
        await tx.run_sync(_each_index, "create")
    for table in ("endpoints", "tens", "minutes", "hours", "requests"):
        async with database.begin() as tx:
            await tx.execute(text(f"ANALYZE {table}"))


def _each_index(connection: Connection, act: str) -> None:
    for table in (TENS, MINUTES, HOURS, REQUESTS):
        for index in table.indexes:
            getattr(index, act)(connection)


def _buckets(table: str, which: str, start: int, end: int, step: int, partitions: int) -> str:
    return (
        f"INSERT INTO {table} (endpoint_id, at_ms, partition, {_COUNTS}) "
        f"SELECT e.id, at_ms, p, {_BUCKET}, s.sketch "
        f"FROM generate_series({start}, {end - 1}, {step}) at_ms, generate_series(0, {partitions - 1}) p, endpoints e "
        f"JOIN sketches s ON s.n = e.id % {SKETCHES} WHERE {which}"
    )


def _lines(start: int, every: int, apis: int, endpoints: int) -> str:
    return (
        "INSERT INTO requests "
        "(id, at_ms, api_name, method, path, status, latency_ms, instance_id, sampled, trace_id) "
        f"SELECT 'r' || n, {start} + n * {every}, 'api-' || (n * 7919 % {apis}), 'GET', "
        f"'/things/' || (1 + n % {endpoints}) || '/{{id}}', (ARRAY[200, 200, 200, 404, 500])[1 + n % 5], 12.5, "
        f"'i' || n % 4, false, NULL FROM generate_series(0::bigint, {LINES - 1}) n"
    )


def _sketch(seed: int) -> bytes:
    dice, sketch = random.Random(seed), Sketch()
    for _ in range(60):
        sketch.add(dice.lognormvariate(2.5, 1.0))
    return sketch.to_bytes()
