"""Exactly once, on both databases: figures equal a recount, whatever crashes and whoever counts."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from millstream_apis.days import Days
from millstream_apis.model import HOUR_MS, MINUTE_MS, OVERFLOW, TOTAL, Batch, Counts, Request, hour_of
from millstream_apis.store import Claim, ClaimLost, Endpoints, Part, RequestFilter
from millstream_apis.store_counting import WHOLE_API, SqlCounting, mark_untold
from millstream_apis.store_reading import SqlReading
from millstream_apis.store_telling import SqlTelling
from millstream_apis.tables import LEASES
from millstream_apis.testing import a_counting_store
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases
from sqlalchemy import event

NOON = 1_767_268_800_000
PARTITIONS = 3


class Crashed(Exception):
    """The process died here."""


@contextmanager
def crash_at(database: Database, statement: int) -> Iterator[None]:
    """Die instead of sending that statement."""
    left = statement

    def before(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Crashed

    event.listen(database.engine.sync_engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", before)


class Replica:
    """A counting process that reads from where it believes it is."""

    def __init__(self, name: str, database: Database, clock: ManualClock) -> None:
        self.leases = Leases(database, LEASES, holder=name, ttl_s=10, clock=clock)
        self.counting = a_counting_store(database, self.leases)
        self.held: dict[str, int] = {}
        self.offsets: dict[int, int] = {}

    async def take(self, most: int) -> None:
        self.held = dict(await self.leases.acquire([f"count/{p}" for p in range(PARTITIONS)], most=most))
        stored = await self.counting.next_offsets("e1")
        self.offsets = {p: stored.get(p, 0) for p in range(PARTITIONS)}

    async def count(self, log: Mapping[int, list[Batch]], most: int) -> None:
        """So many batches of each of these partitions, in one transaction, under what is held and what is not."""
        parts = []
        for partition, batches in log.items():
            start = self.offsets.get(partition, 0)
            if chunk := list(enumerate(batches))[start : start + most]:
                parts.append(Part(partition, chunk, chunk[-1][0] + 1))
        if parts:
            leases = {p: f"count/{p}" for p in range(PARTITIONS)}
            mine = {p: (name, self.held[name]) for p, name in leases.items() if name in self.held}
            theirs = {part.partition: (leases[part.partition], -1) for part in parts}
            await self.counting.count(Claim("e1", theirs | mine), parts)
            self.offsets |= {part.partition: part.next_offset for part in parts}


async def day(database: Database, name: str = "shop", now_ms: int = NOON) -> Endpoints:
    return (await Days(SqlReading(database), is_whole=True).of([name], now_ms))[name]


async def total(database: Database, name: str = "shop", now_ms: int = NOON) -> Counts:
    return (await Days(SqlReading(database), is_whole=False).of([name], now_ms))[name][TOTAL]


def a_request(number: int, **changes: Any) -> Request:
    values: dict[str, Any] = {
        "id": f"r{number}",
        "at_ms": NOON,
        "method": "GET",
        "path": "/a",
        "status": 200,
        "latency_ms": 5.0,
        "instance_id": "i",
    }
    return Request(**values | changes)


async def alone(database: Database, clock: ManualClock | None = None, **changes: Any) -> tuple[SqlCounting, Claim]:
    """A store whose claim on partition 0 holds."""
    leases = Leases(database, LEASES, holder="me", ttl_s=1e9, clock=clock or ManualClock(NOON))
    held = await leases.acquire(["count/0"])
    return a_counting_store(database, leases, **changes), Claim("e1", {0: ("count/0", held["count/0"])})


def a_batch(*requests: Request, received_at_ms: int = NOON, api_name: str = "shop") -> Batch:
    return Batch(api_name, "i", received_at_ms, requests)


def some_log(dice: random.Random) -> list[list[Batch]]:
    """Partitions of batches, with requests met again in the same, the next, or another partition."""
    numbers = 0
    log: list[list[Batch]] = [[] for _ in range(PARTITIONS)]
    for _ in range(30):
        requests = []
        for _ in range(dice.randrange(1, 8)):
            again = numbers and dice.random() < 0.25
            number = dice.randrange(numbers) if again else numbers
            numbers += not again
            kind = random.Random(number)  # the same request looks the same wherever it is met
            requests.append(
                a_request(
                    number,
                    at_ms=NOON - kind.randrange(3 * HOUR_MS),
                    path=kind.choice(["/a", "/b", "/c", "/d", "/e", "/f", "/g", ""]),
                    status=kind.choice([200, 201, 302, 404, 500]),
                    latency_ms=float(kind.randrange(1, 1000)),
                )
            )
        log[dice.randrange(PARTITIONS)].append(a_batch(*requests))
    return log


@pytest.mark.parametrize("seed", range(6))
async def test_figures_equal_a_recount_whatever_crashes(either: Database, seed: int) -> None:
    dice, clock = random.Random(seed), ManualClock(NOON)
    log = some_log(dice)
    replicas = [Replica("a", either, clock), Replica("b", either, clock)]
    kept = Days(SqlReading(either), is_whole=True)
    for _ in range(80):
        replica = dice.choice(replicas)
        try:
            with crash_at(either, dice.choice([0, 1, 2, 3, 5, 8, 13, 21, 1000, 1000])):
                if dice.random() < 0.3:
                    await clock.advance(dice.choice([1, 4, 11]))
                    await replica.take(dice.randrange(1, PARTITIONS + 1))
                else:
                    read = dice.sample(range(PARTITIONS), dice.randrange(1, PARTITIONS + 1))
                    await replica.count({p: log[p] for p in read}, dice.randrange(1, 5))
                    if dice.random() < 0.3:  # died after the commit, before remembering it
                        for p in read:
                            replica.offsets[p] = max(0, replica.offsets.get(p, 0) - dice.randrange(1, 4))
        except (Crashed, ClaimLost):
            continue
        await kept.of(["shop"], NOON)
    await clock.advance(11)
    await replicas[0].take(PARTITIONS)
    await replicas[0].count(dict(enumerate(log)), sum(map(len, log)))
    await assert_equals_recount(either, log)
    remembered, read = (await kept.of(["shop"], NOON))["shop"], await day(either)
    assert {key: c.by_class for key, c in remembered.items()} == {key: c.by_class for key, c in read.items()}


async def assert_equals_recount(database: Database, log: list[list[Batch]]) -> None:
    truth = {r.id: r for batches in log for b in batches for r in b.requests}.values()
    reading = SqlReading(database)
    counts = await day(database)
    total = counts[TOTAL]
    assert total.by_class == [sum(r.status // 100 == c for r in truth) for c in range(1, 6)]
    assert total.latency_sum_ms == pytest.approx(sum(r.latency_ms for r in truth))
    assert total.sketch.count == len(truth)
    rows = {key: c for key, c in counts.items() if key != TOTAL}
    assert sum(c.requests for c in rows.values()) == len(truth)
    assert len(rows) <= 5 + 2
    for key, row in rows.items():
        if key.path.startswith("/"):
            # A route may have been counted in the overflow row by a replica that met it when there was no room.
            assert row.requests == sum(r.path == key.path for r in truth)
    by_hour = Counter(hour_of(r.at_ms) for r in truth)
    trends = await reading.trends(NOON - 5 * HOUR_MS, "shop")
    assert {h: t.success_2xx + t.redirect_3xx + t.client_4xx + t.server_5xx for h, t in trends.items()} == by_hour
    lines = (await reading.requests(RequestFilter(), 2000, None)).lines
    assert sorted(line.id for line in lines) == sorted(r.id for r in truth)
    feed = await SqlTelling(database).feed(10_000)
    assert sum(len(row.items) + row.dropped for row in feed) == len(truth)


class TestRepeats:
    async def test_a_repeat_within_the_hour_is_counted_once(self, either: Database) -> None:
        store, claim = await alone(either)
        await store.count(claim, [Part(0, [(0, a_batch(a_request(1), a_request(1)))], 1)])
        counted = await store.count(
            claim, [Part(0, [(1, a_batch(a_request(1), received_at_ms=NOON + HOUR_MS - 1))], 2)]
        )
        assert (counted.requests, counted.repeats) == (0, 1)
        assert (await day(either))[TOTAL].requests == 1

    async def test_a_repeat_after_the_hour_is_another_request(self, either: Database) -> None:
        store, claim = await alone(either)
        await store.count(claim, [Part(0, [(0, a_batch(a_request(1)))], 1)])
        assert (
            await store.count(claim, [Part(0, [(1, a_batch(a_request(1), received_at_ms=NOON + HOUR_MS))], 2)])
        ).requests == 1

    async def test_the_same_id_of_another_api_is_another_request(self, either: Database) -> None:
        store, claim = await alone(either)
        await store.count(
            claim, [Part(0, [(0, a_batch(a_request(1))), (1, a_batch(a_request(1), api_name="mail"))], 2)]
        )
        assert [(await total(either, name)).requests for name in ("shop", "mail")] == [1, 1]


class TestSampling:
    async def test_one_that_stands_for_many_counts_as_many(self, either: Database) -> None:
        store, claim = await alone(either)
        kept = [a_request(1, latency_ms=10.0, sampled=True, weight=9), a_request(2, latency_ms=500.0, status=500)]
        await store.count(claim, [Part(0, [(0, a_batch(*kept))], 1)])
        total = (await day(either))[TOTAL]
        assert total.by_class == [0, 9, 0, 0, 1]
        assert total.avg_latency_ms == pytest.approx(59.0)
        assert total.sketch.quantile(0.5) == pytest.approx(10.0, rel=0.01)


class TestClaims:
    async def test_a_lost_claim_changes_nothing(self, either: Database) -> None:
        clock = ManualClock(NOON)
        store, claim = await alone(either, clock)
        stale = Claim("e1", {0: ("count/0", claim.leases[0][1] - 1)})
        with pytest.raises(ClaimLost):
            await store.count(stale, [Part(0, [(0, a_batch(a_request(1)))], 1)])
        assert await SqlReading(either).apis() == []

    async def test_one_claim_of_several_lost_changes_nothing(self, either: Database) -> None:
        store, claim = await alone(either)
        both = Claim("e1", claim.leases | {1: ("count/1", 1)})
        with pytest.raises(ClaimLost, match="count/1"):
            await store.count(both, [Part(0, [(0, a_batch(a_request(1)))], 1)])
        assert await SqlReading(either).apis() == []
        assert await store.next_offsets("e1") == {}

    async def test_a_topic_made_again_is_counted_from_its_beginning(self, either: Database) -> None:
        store, claim = await alone(either)
        await store.count(claim, [Part(0, [(0, a_batch(a_request(1)))], 1)])
        again = Claim("e2", claim.leases)
        assert (await store.count(again, [Part(0, [(0, a_batch(a_request(2)))], 1)])).requests == 1


class TestEndpoints:
    async def test_routes_past_the_bound_share_a_row(self, either: Database) -> None:
        store, claim = await alone(either, endpoints_per_api=3)
        requests = [a_request(n, path=f"/{n}") for n in range(10)]
        await store.count(claim, [Part(0, [(0, a_batch(*requests))], 1)])
        await store.count(claim, [Part(0, [(1, a_batch(a_request(99, path="/99")))], 2)])
        counts = await day(either)
        assert counts[OVERFLOW].requests == 8
        assert len(counts.keys() - {TOTAL, OVERFLOW}) == 3

    async def test_the_day_ends_on_the_minute(self, either: Database) -> None:
        store, claim = await alone(either)
        ages = [0, 23 * HOUR_MS, 24 * HOUR_MS - MINUTE_MS, 24 * HOUR_MS, 30 * HOUR_MS]
        await store.count(
            claim, [Part(0, [(0, a_batch(*(a_request(n, at_ms=NOON - a) for n, a in enumerate(ages))))], 1)]
        )
        assert (await day(either))[TOTAL].requests == 3
        assert (await total(either)).requests == 3
        assert (await total(either, now_ms=NOON + 40 * MINUTE_MS)).requests == 2


async def test_who_tells_does_not_wait_for_who_counts_and_takes_back_only_what_was_told(either: Database) -> None:
    store, claim = await alone(either)
    await store.count(claim, [Part(0, [(0, a_batch(a_request(1)))], 1)])
    telling = SqlTelling(either)
    known = await telling.untold()
    async with either.begin() as tx:
        await mark_untold(tx, either, {("shop", WHOLE_API)}, 0)
        if either.dialect == "postgresql":  # SQLite has one transaction at a time
            await asyncio.wait_for(telling.told(known), 10)
    await telling.told(known)
    [left] = await telling.untold()
    assert left.hour_ms == WHOLE_API
    assert left not in known
