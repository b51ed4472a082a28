"""What is let go of, and what must not be, on both databases."""

from typing import Any

import pytest
from millstream_apis.app import STORAGE
from millstream_apis.days import Days
from millstream_apis.keeper import KEEPING, Keeper
from millstream_apis.model import DAY_MS, HOUR_MS, MINUTE_MS, TOTAL, Batch, Instance, Request
from millstream_apis.records import batch_record
from millstream_apis.settings import ApisSettings
from millstream_apis.store import Claim, Part, RequestFilter
from millstream_apis.store_keeping import SqlKeeping
from millstream_apis.store_reading import SqlReading
from millstream_apis.store_telling import SqlTelling
from millstream_apis.tables import DEPLOYS, LEASES
from millstream_apis.testing import a_counting_store
from millstream_contracts.names import Topic
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.deploys import Deploys
from millstream_kit.leases import Leases
from millstream_kit.log import Log
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import wait_until

NOON = 1_767_268_800_000


def a_request(number: int, at_ms: int = NOON) -> Request:
    return Request(f"r{number}", at_ms, "GET", "/a", 200, 5.0, "i")


class House:
    """A store, its keeper, and a clock."""

    def __init__(self, database: Database, log: Log) -> None:
        self.clock = ManualClock(NOON)
        self.leases = Leases(database, LEASES, holder="me", ttl_s=1e9, clock=self.clock)
        self.counting = a_counting_store(database, self.leases)
        self.reading = SqlReading(database)
        self.log = log
        settings = ApisSettings(auth=AuthSettings(mode="off"))
        self.keeper = Keeper(SqlKeeping(database), Deploys(database, DEPLOYS), log, self.leases, self.clock, settings)
        self.telling = SqlTelling(database)
        self.offset = 0
        self.records: list[Any] = []

    async def count(self, *requests: Request, received_at_ms: int = NOON, epoch: str = "other") -> int:
        held = await self.leases.acquire(["count/0", KEEPING])
        batch = Batch("shop", "i", received_at_ms, requests)
        claim = Claim(epoch, {0: ("count/0", held["count/0"])})
        counted = await self.counting.count(claim, [Part(0, [(self.offset, batch)], self.offset + 1)])
        self.offset += 1
        await self.telling.fed([row.seq for row in await self.telling.feed(100)])
        return counted.requests

    async def told(self, topic: str, most: int = 1) -> list[tuple[bytes, bytes | None]]:
        if not self.records:
            partitions = [(topic, p) for p in range(2)]
            self.log.reader(await self.log.begin_offsets(partitions), lambda b: self.records.extend(b.records))
            await wait_until(lambda: len(self.records) >= most)
        return [(r.key, r.value) for r in self.records if r.topic == topic]


@pytest.fixture
async def house(either: Database, log: Log) -> House:
    await log.ensure_topics(STORAGE.topics)
    return House(either, log)


async def test_ids_are_remembered_for_an_hour_and_a_bit_and_no_longer(house: House) -> None:
    await house.count(a_request(1))
    await house.clock.advance(HOUR_MS / 1000)
    await house.keeper.sweep()
    assert await house.count(a_request(1), received_at_ms=NOON + HOUR_MS - 1) == 0
    await house.clock.advance(700)
    await house.keeper.sweep()
    assert await house.count(a_request(1), received_at_ms=NOON + HOUR_MS - 1) == 1


async def test_ids_a_lagging_consumer_needs_are_kept(house: House) -> None:
    epoch = (await house.log.describe([Topic.APIS_INGEST]))[Topic.APIS_INGEST].epoch
    # Behind on every partition: a record waits whose repeats were counted long ago by the wall clock.
    batch = Batch("shop", "i", NOON + 1, (a_request(1),))
    appended = (await house.log.append([batch_record(batch, None)]))[0]
    await house.leases.acquire([f"count/{appended.partition}"])
    claim = Claim(epoch, {appended.partition: (f"count/{appended.partition}", 1)})
    counted = [(-1, Batch("shop", "i", NOON, (a_request(1),)))]
    await house.counting.count(claim, [Part(appended.partition, counted, 0)])
    await house.count(a_request(1))
    await house.clock.advance(5 * HOUR_MS / 1000)
    await house.keeper.sweep()
    assert await house.count(a_request(1), received_at_ms=NOON + 2) == 0


async def test_the_request_log_is_kept_for_a_day(house: House) -> None:
    await house.count(a_request(1, NOON - HOUR_MS), a_request(2))
    await house.clock.advance(DAY_MS / 1000 - 1800)
    await house.keeper.sweep()
    assert [line.id for line in (await house.reading.requests(RequestFilter(), 10, None)).lines] == ["r2"]


async def test_minutes_go_before_hours(house: House) -> None:
    await house.count(a_request(1))
    await house.clock.advance(3 * DAY_MS / 1000)
    await house.keeper.sweep()
    assert await house.reading.minutes(0, ["shop"]) == []
    assert (await house.reading.trends(0, "shop"))[NOON].success_2xx == 1


async def test_trend_hours_no_stream_asks_for_are_taken_back_once(house: House) -> None:
    await house.count(a_request(1), a_request(2, NOON + 200 * HOUR_MS))
    await house.clock.advance(200 * HOUR_MS / 1000)
    await house.keeper.sweep()
    await house.keeper.sweep()
    assert await house.told(Topic.APIS_TRENDS) == [(f"shop/{NOON}".encode(), None)]


async def test_an_api_nobody_hears_of_is_forgotten_and_told_as_gone(house: House) -> None:
    await house.count(a_request(1))
    await house.counting.keep_instance("mail", Instance("i", NOON, NOON), None)
    await house.clock.advance(30 * DAY_MS / 1000)
    await house.keeper.sweep()
    assert [a.name for a in await house.reading.apis()] == ["shop"]
    await house.clock.advance(6 * DAY_MS / 1000)
    await house.counting.keep_instance("mail", Instance("i", NOON, house.clock.now_ms()), None)
    await house.keeper.sweep()
    assert [a.name for a in await house.reading.apis()] == ["mail"]
    gone = await house.told(Topic.APIS_SNAPSHOTS, 2)
    assert sorted(gone) == [(b"mail", None), (b"shop", None)]


async def test_what_an_instance_says_of_its_routes_is_kept_and_other_tags_are_news(house: House) -> None:
    for tags, is_news in (({"GET /a": ["first"]}, True), ({"GET /a": ["first"]}, False), (None, True)):
        before = await house.telling.untold()
        said = Instance("i", NOON, house.clock.now_ms(), endpoints=("GET /a",), tags=tags)
        await house.counting.keep_instance("mail", said, None)
        assert (await house.telling.untold() != before) is is_news
        [kept] = (await house.reading.instances(0))["mail"]
        assert kept.tags == tags


async def test_a_forgotten_api_may_come_back(house: House) -> None:
    await house.count(a_request(1))
    await house.clock.advance(40 * DAY_MS / 1000)
    await house.keeper.sweep()
    assert await house.reading.apis() == []
    back = house.clock.now_ms()
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        # The first try still knows the old number of its row, and fails whole; the consumer tries again.
        await house.count(a_request(2, back), received_at_ms=back)
    assert await house.count(a_request(2, back), received_at_ms=back) == 1
    day = await Days(house.reading, is_whole=True).of(["shop"], back + MINUTE_MS)
    assert day["shop"][TOTAL].requests == 1
