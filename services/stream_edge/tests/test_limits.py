"""Row 14: limits that cannot be starved, and row 10: whoever is over one is told to come back, by a 200."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AsyncExitStack

from millstream_kit.settings import AuthSettings
from millstream_kit.testing import wait_until
from millstream_stream_edge.admission import Admission, Bound, Caller
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.testing import Running, Serve, StreamReader

EVENTS = "/api/v1/events/stream"


def admission(**limits: int | float) -> Admission:
    return Admission(EdgeSettings(auth=AuthSettings(mode="off"), **limits))


def taken(held: Admission, subject: str, count: int, address: str | None = None) -> list[Bound | None]:
    """Ask for so many places; what each was answered."""
    answers = []
    for _ in range(count):
        caller = Caller(subject, address)
        answers.append(held.bound(caller))
        if answers[-1] is None:
            held.take(caller)
    return answers


class TestReserve:
    def test_one_subject_never_takes_the_last_places(self) -> None:
        held = admission(max_connections=100, reserve_share=0.2, reserve_per_subject=2)
        assert taken(held, "greedy", 100) == [None] * 80 + [Bound.RESERVE] * 20

    def test_a_subject_with_few_streams_is_given_one_of_them(self) -> None:
        held = admission(max_connections=100, reserve_share=0.2, reserve_per_subject=2)
        taken(held, "greedy", 100)
        assert taken(held, "modest", 3) == [None, None, Bound.RESERVE]
        assert taken(held, "another", 1) == [None]

    def test_the_process_has_an_end_all_the_same(self) -> None:
        held = admission(max_connections=10, reserve_share=0.5, reserve_per_subject=1)
        answers = [taken(held, f"user-{n}", 1)[0] for n in range(11)]
        assert answers == [None] * 10 + [Bound.PROCESS]


class TestLimits:
    def test_a_subject_has_a_limit_wherever_it_comes_from(self) -> None:
        held = admission(max_connections_per_subject=2)
        assert taken(held, "a", 1, "10.0.0.1") == [None]
        assert taken(held, "a", 2, "10.0.0.2") == [None, Bound.SUBJECT]
        assert taken(held, "b", 1, "10.0.0.2") == [None]

    def test_an_address_has_one_whoever_comes_from_it(self) -> None:
        held = admission(max_connections_per_address=2)
        assert [taken(held, name, 1, "10.0.0.1")[0] for name in "abc"] == [None, None, Bound.ADDRESS]
        assert taken(held, "c", 1, "10.0.0.2") == [None]
        assert taken(held, "c", 1) == [None]

    def test_a_place_given_back_is_free_again_and_nothing_is_kept_of_it(self) -> None:
        held = admission(max_connections=2, reserve_share=0.0, max_connections_per_address=1)
        caller = Caller("a", "10.0.0.1")
        held.take(caller)
        assert held.bound(caller) is Bound.ADDRESS
        held.give_back(caller)
        assert held.bound(caller) is None
        assert not held._subjects
        assert not held._addresses


async def only_block(stream: StreamReader) -> tuple[int, str | None, str]:
    (only,) = await stream.rest()
    assert only.retry == only.data["after_ms"]
    return stream.response.status_code, only.event, only.data["reason"]


async def test_over_any_limit_an_event_source_is_told_to_come_back(serve: Serve) -> None:
    running = await serve(max_connections=3, reserve_share=0.4, reserve_per_subject=1)
    async with running.client.open(EVENTS) as first:
        await first.next()
        async with running.client.open(EVENTS) as second:
            assert await only_block(second) == (200, "stream.unavailable", "limit")
    metrics = (await running.client.http.get("/metrics")).text
    assert 'millstream_edge_refused_total{reason="limit_reserve"} 1.0' in metrics
    await wait_until(lambda: not running.edge.hub.subscribers)


async def test_an_address_is_the_one_a_trusted_proxy_names(serve: Serve) -> None:
    running = await serve(max_connections_per_address=1, trusted_proxies="127.0.0.1")
    async with AsyncExitStack() as stack:
        for address in ("192.0.2.1", "192.0.2.2"):
            stream = await stack.enter_async_context(behind_proxy(running, address))
            assert (await stream.next()).event == "stream.open"
        again = await stack.enter_async_context(behind_proxy(running, "192.0.2.1"))
        assert await only_block(again) == (200, "stream.unavailable", "limit")


async def test_nobody_else_is_believed(serve: Serve) -> None:
    running = await serve(max_connections_per_address=1, trusted_proxies="")
    async with behind_proxy(running, "192.0.2.1") as one, behind_proxy(running, "192.0.2.2") as other:
        assert (await one.next()).event == "stream.open"
        assert await only_block(other) == (200, "stream.unavailable", "limit")


def behind_proxy(running: Running, address: str) -> AbstractAsyncContextManager[StreamReader]:
    return running.client.open(EVENTS, headers={"X-Forwarded-For": address})
