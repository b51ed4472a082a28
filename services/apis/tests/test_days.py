"""Days that are kept from one second to the next say what reading them anew says."""

import random
from collections.abc import Mapping, Sequence

import pytest
from millstream_apis import days
from millstream_apis.days import Days
from millstream_apis.model import DAY_MS, HOUR_MS, MINUTE_MS, TOTAL, Batch, Counts, Request
from millstream_apis.store import Claim, Endpoints, Part
from millstream_apis.store_reading import SqlReading
from millstream_apis.tables import LEASES
from millstream_apis.testing import a_counting_store
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases

NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z


def figures(day: Endpoints) -> dict[object, object]:
    return {key: said(counts) for key, counts in day.items()}


def said(c: Counts) -> tuple[object, ...]:
    return (
        c.by_class,
        round(c.latency_sum_ms, 3),
        c.last_at_ms,
        [c.sketch.quantile(q) for q in (0, 0.5, 0.99, 1)],
        c.response_bytes,
    )


class Counter:
    """Counts in several partitions, as several replicas do."""

    def __init__(self, database: Database) -> None:
        self._leases = Leases(database, LEASES, holder="me", ttl_s=1e9, clock=ManualClock(NOON))
        self._counting = a_counting_store(database, self._leases, endpoints_per_api=9, feed_per_s=1)
        self._offset = 0

    async def count(self, partition: int, now_ms: int, requests: Sequence[Request]) -> None:
        lease, self._offset = f"count/{partition}", self._offset + 1
        held = await self._leases.acquire([lease])
        claim = Claim("e1", {partition: (lease, held[lease])})
        batch = Batch("shop", "i", now_ms, tuple(requests))
        await self._counting.count(claim, [Part(partition, [(self._offset, batch)], self._offset + 1)])


def a_request(name: str, at_ms: int, latency_ms: float = 5.0, status: int = 200, path: str = "/a") -> Request:
    return Request(name, at_ms, "GET", path, status, latency_ms, "i", response_bytes=len(name))


async def test_a_kept_day_equals_one_that_is_read(either: Database) -> None:
    dice, now, counter, reading = random.Random(5), NOON + 57 * MINUTE_MS, Counter(either), SqlReading(either)
    whole, totals = Days(reading, is_whole=True), Days(reading, is_whole=False)
    for step in range(24):
        ages = [0, 0, MINUTE_MS, HOUR_MS, 2 * HOUR_MS, DAY_MS - dice.randrange(6) * MINUTE_MS]
        requests = [
            a_request(f"{step}/{n}", now - dice.choice(ages), dice.uniform(0, 90), dice.choice([200, 500]), f"/{n % 2}")
            for n in range(4)
        ]
        if step % 3:
            await counter.count(dice.randrange(2), now, requests)
        found = await whole.of(["shop", "nobody"], now)
        anew = (await Days(reading, is_whole=True).of(["shop"], now))["shop"]
        assert figures(found["shop"]) == figures(anew)
        assert found["nobody"] == {}
        total = (await totals.of(["shop"], now))["shop"].get(TOTAL, Counts())
        assert said(total)[:3] == said(anew.get(TOTAL, Counts()))[:3]
        now += dice.choice([1_000, 20_000, MINUTE_MS, 25 * MINUTE_MS, 2 * HOUR_MS])


class Watched(SqlReading):
    """A reading store that says how often the past was read."""

    pasts = 0

    async def past(
        self, names: Sequence[str], now_ms: int, settled_ms: int, *, is_whole: bool
    ) -> Mapping[str, Endpoints]:
        self.pasts += 1
        return await super().past(names, now_ms, settled_ms, is_whole=is_whole)


async def test_the_past_is_read_again_only_when_something_late_was_counted_in_it(either: Database) -> None:
    counter, reading = Counter(either), Watched(either)
    kept = Days(reading, is_whole=True)
    await counter.count(0, NOON, [a_request("old", NOON - 5 * HOUR_MS), a_request("new", NOON)])
    await kept.of(["shop"], NOON)
    for hours in range(4):  # hours end, minutes leave, requests come in time
        now = NOON + hours * HOUR_MS
        await counter.count(hours % 2, now, [a_request(f"in time {hours}", now - MINUTE_MS)])
        assert (await kept.of(["shop"], now))["shop"][TOTAL].requests == 3 + hours
    assert reading.pasts == 1
    await counter.count(1, now, [a_request("late", now - 4 * HOUR_MS)])
    assert (await kept.of(["shop"], now))["shop"][TOTAL].requests == 7
    assert reading.pasts == 2


async def test_past_a_bound_only_what_nobody_asked_for_lately_is_let_go(
    either: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is asked for every second would else be read every second, all of it."""
    monkeypatch.setattr(days, "KEPT", 1)
    counter, reading = Counter(either), Watched(either)
    kept = Days(reading, is_whole=True)
    await counter.count(0, NOON, [a_request("old", NOON - 5 * HOUR_MS)])
    for seconds in range(3):
        await kept.of(["shop"], NOON + seconds * 1000)
        await kept.of(["nobody"], NOON + seconds * 1000)
    assert reading.pasts == 2
    await kept.of(["nobody"], NOON + 20 * MINUTE_MS)
    await kept.of(["shop"], NOON + 20 * MINUTE_MS)
    assert reading.pasts == 3
