"""Long work gives way to questions, and comes to its end under questions without end."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from millstream_apis.days import Days
from millstream_apis.model import Recent
from millstream_apis.store import Endpoints
from millstream_apis.way import GIVEN_S, QUIET_S, Way
from millstream_kit.clock import ManualClock


class Pasts:
    """Days of APIs nobody called, and of whom the past was read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    async def recent(self, names: Sequence[str], since_ms: int, *, is_whole: bool) -> Mapping[str, Recent]:
        return {}

    async def past(
        self, names: Sequence[str], now_ms: int, settled_ms: int, *, is_whole: bool
    ) -> Mapping[str, Endpoints]:
        self.read += names
        return {}

    async def minutes_between(
        self, names: Sequence[str], start_ms: int, end_ms: int, *, is_whole: bool
    ) -> Mapping[str, Endpoints]:
        return {}


class TestWay:
    async def test_the_past_of_each_api_waits_until_nobody_has_asked_for_a_moment(self) -> None:
        clock, pasts, asked = ManualClock(), Pasts(), ExitStack()
        way, days = Way(clock), Days(pasts, is_whole=True)
        asked.enter_context(way.asked())
        with way.asked():
            telling = asyncio.ensure_future(days.of(["a", "b"], clock.now_ms(), way))
            await clock.advance(0)
        await clock.advance(QUIET_S)
        assert pasts.read == []  # one of two has its answer
        assert (await days.of(["mine"], clock.now_ms()), pasts.read) == ({"mine": {}}, ["mine"])
        asked.close()
        await clock.advance(QUIET_S / 2)
        assert pasts.read == ["mine"]
        await clock.advance(QUIET_S)
        assert await telling == {"a": {}, "b": {}}
        assert pasts.read == ["mine", "a", "b"]

    async def test_under_questions_without_end_it_comes_to_its_end(self) -> None:
        clock, pasts = ManualClock(), Pasts()
        way, days = Way(clock), Days(pasts, is_whole=True)
        with way.asked():
            telling = asyncio.ensure_future(days.of(["a", "b"], clock.now_ms(), way))
            await clock.advance(GIVEN_S + 0.01)
            assert pasts.read == ["a"]
            await clock.advance(GIVEN_S + 0.01)
            await telling
        assert pasts.read == ["a", "b"]
