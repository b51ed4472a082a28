"""Days that are kept from one second to the next say what reading them anew says."""

import random

from millstream_apis.days import Days
from millstream_apis.model import DAY_MS, HOUR_MS, MINUTE_MS, Batch, Counts, Request, hour_of
from millstream_apis.store import Claim, Endpoints
from millstream_apis.store_counting import SqlCounting
from millstream_apis.store_reading import SqlReading
from millstream_apis.tables import LEASES
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases

NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z


def figures(day: Endpoints) -> dict[object, object]:
    return {key: said(counts) for key, counts in day.items()}


def said(c: Counts) -> tuple[object, ...]:
    return (c.by_class, round(c.latency_sum_ms, 3), c.last_at_ms, [c.sketch.quantile(q) for q in (0, 0.5, 0.99, 1)])


async def test_a_kept_day_equals_one_that_is_read(either: Database) -> None:
    dice, now = random.Random(5), NOON + 57 * MINUTE_MS
    leases = Leases(either, LEASES, holder="me", ttl_s=1e9, clock=ManualClock(NOON))
    counting = SqlCounting(either, leases, endpoints_per_api=9, feed_per_s=1)
    reading = SqlReading(either)
    days = Days(reading)
    held = await leases.acquire(["count/0"])
    for step in range(24):
        at = [now - dice.choice([0, 0, MINUTE_MS, HOUR_MS, DAY_MS - dice.randrange(6) * MINUTE_MS]) for _ in range(4)]
        requests = tuple(
            Request(f"{step}/{n}", ms, "GET", f"/{n % 2}", dice.choice([200, 500]), dice.uniform(0, 90), "i")
            for n, ms in enumerate(at)
        )
        if step % 3:
            batch = Batch("shop", "i", now, requests)
            await counting.count(Claim("e1", 0, "count/0", held["count/0"]), [(step, batch)], step + 1)
            days.moved("shop", [hour_of(ms) for ms in at])
        found = await days.of(["shop", "nobody"], now)
        assert figures(found["shop"]) == figures(await reading.endpoints("shop", now))
        assert found["nobody"] == {}
        now += dice.choice([1_000, 20_000, MINUTE_MS])
