"""Presence is noticed by the clock, and told without noise."""

from contextlib import AsyncExitStack
from typing import Any

from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.leases import Leases
from millstream_kit.log import Log
from millstream_workers.presence import TELLING
from millstream_workers.tables import LEASES


class TestSilence:
    async def test_a_worker_that_misses_three_beats_is_lost(self, site: Any) -> None:
        await site.beat(interval_s=5)
        await site.pass_time(14)
        assert await site.states() == {"w1": "active"}
        await site.pass_time(2)
        assert await site.states() == {"w1": "lost"}

    async def test_its_loss_is_told_without_anyone_asking(self, site: Any) -> None:
        await site.beat()
        await site.until_told(1)
        await site.pass_time(16)
        told = await site.until_told(2)
        assert [t.state for t in told] == ["active", "lost"]

    async def test_a_lost_worker_that_beats_again_is_there_again(self, site: Any) -> None:
        await site.beat()
        await site.pass_time(16)
        await site.beat()
        assert await site.states() == {"w1": "active"}

    async def test_a_lost_worker_is_forgotten_after_ten_minutes(self, site: Any) -> None:
        await site.beat()
        await site.until_told(1)
        await site.pass_time(16)
        await site.until_told(2)
        await site.pass_time(601)
        told = await site.until_told(3)
        assert told[-1] is None
        assert await site.states() == {}

    async def test_a_draining_worker_is_noticed_too(self, site: Any) -> None:
        await site.beat(state="draining")
        await site.pass_time(16)
        assert await site.states() == {"w1": "lost"}


class TestLeaving:
    async def test_it_goes_at_once(self, site: Any) -> None:
        await site.beat()
        await site.until_told(1)
        await site.beat(leaving=True)
        assert await site.states() == {}
        assert (await site.until_told(2))[-1] is None

    async def test_a_beat_that_was_overtaken_does_not_bring_it_back(self, site: Any) -> None:
        await site.beat()
        await site.beat(leaving=True)
        await site.beat()
        assert await site.states() == {}

    async def test_a_new_process_under_the_same_id_is_welcome(self, site: Any) -> None:
        await site.beat()
        await site.beat(leaving=True)
        await site.beat(started_at="2026-01-01T00:00:01.000Z")
        assert await site.states() == {"w1": "active"}


class TestNoise:
    async def test_a_newer_heartbeat_alone_is_not_told(self, site: Any) -> None:
        await site.beat()
        await site.until_told(1)
        for _ in range(10):
            await site.pass_time(5)
            await site.beat()
        await site.beat("w2")
        await site.until_told(1, "w2")
        assert len(site.told()) == 1

    async def test_counters_are_told_every_five_seconds(self, site: Any) -> None:
        await site.beat()
        await site.until_told(1)
        for second in range(20):
            await site.pass_time(1)
            await site.beat(jobs_processed=second)
        await site.pass_time(5)
        told = await site.until_told(5)
        assert told[-1].jobs_processed == 19
        assert len(told) <= 6

    async def test_functions_and_state_are_told_at_once(self, site: Any) -> None:
        await site.beat()
        await site.until_told(1)
        await site.beat(functions=["resize", "crop"])
        assert list((await site.until_told(2))[-1].functions) == ["crop", "resize"]
        await site.beat(functions=["resize", "crop"], state="draining")
        assert (await site.until_told(3))[-1].state == "draining"


class TestReplicas:
    async def test_one_of_two_tells_and_the_other_takes_over(
        self, stack: AsyncExitStack, database: Database, log: Log, open_site: Any
    ) -> None:
        clock = ManualClock()
        first_life = await stack.enter_async_context(AsyncExitStack())
        first = await open_site(first_life, database, log, clock)
        second = await open_site(stack, database, log, clock)
        await first.beat()
        await second.beat("w2")
        await second.pass_time(1)
        await second.until_told(1)
        await second.until_told(1, "w2")
        await first_life.aclose()
        await second.pass_time(6)
        await second.beat("w3")
        await second.until_told(1, "w3")
        assert [len(second.told(w)) for w in ("w1", "w2", "w3")] == [1, 1, 1]

    async def test_who_lost_the_lease_while_telling_tells_it_again(
        self, stack: AsyncExitStack, database: Database, log: Log, open_site: Any
    ) -> None:
        """Its word may have come after the next holder's."""
        clock = ManualClock()
        other = Leases(database, LEASES, holder="other", ttl_s=5, clock=clock)
        site = await open_site(stack, database, OvertakenOnce(log, clock, other), clock)
        await site.beat()
        await site.until_told(1)
        await site.pass_time(2)
        assert TELLING in other.held
        assert len(site.told()) == 1
        await other.release()
        first, again = await site.until_told(2)
        assert (first.id, first.state) == (again.id, again.state)


class OvertakenOnce:
    """A log that takes longer with the first word than a lease lasts."""

    def __init__(self, log: Log, clock: ManualClock, other: Leases) -> None:
        self._log = log
        self._clock = clock
        self._other = other
        self._is_over = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def append(self, records: Any) -> Any:
        if not self._is_over:
            self._is_over = True
            await self._clock.advance(6)
            await self._other.acquire([TELLING])
        return await self._log.append(records)
