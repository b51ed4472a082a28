"""Row 7: encode once, write once. The direct write says the same as `send`, byte for byte, and never out of order."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest
from millstream_contracts.ids import new_job_id
from millstream_stream_edge.chunk import Chunk
from millstream_stream_edge.testing import Serve, a_job_event, job_record, open_plain
from millstream_stream_edge.wire import Wire

EVENTS = "/api/v1/events/stream"


class Transport:
    """What a wire asks of a server's transport."""

    def __init__(self) -> None:
        self.theirs, ours = os.pipe()
        os.set_blocking(ours, False)
        self.ours = ours
        self.closing = False
        self.buffered = b""

    def get_extra_info(self, _: str) -> Transport:
        return self

    def fileno(self) -> int:
        return self.ours

    def is_closing(self) -> bool:
        return self.closing

    def get_write_buffer_size(self) -> int:
        return len(self.buffered)

    def write(self, data: bytes) -> None:
        self.buffered += data


class Cycle:
    """One response of a server."""

    def __init__(self) -> None:
        self.transport = Transport()
        self.disconnected = False


@pytest.fixture
def cycle() -> Any:
    made = Cycle()
    yield made
    os.close(made.transport.ours)
    os.close(made.transport.theirs)


class TestWire:
    def test_it_writes_at_once_when_nothing_waits(self, cycle: Any) -> None:
        assert Wire(cycle).write(b"abc")
        assert os.read(cycle.transport.theirs, 10) == b"abc"

    def test_it_takes_nothing_while_something_waits_for_it_would_come_first(self, cycle: Any) -> None:
        cycle.transport.buffered = b"before"
        assert not Wire(cycle).write(b"after")

    def test_what_the_socket_does_not_take_goes_to_the_transport_in_order(self, cycle: Any) -> None:
        wire, said = Wire(cycle), os.urandom(1_000_000)
        assert wire.write(said)
        taken = os.read(cycle.transport.theirs, 1_000_000)
        assert cycle.transport.buffered
        while len(taken) + len(cycle.transport.buffered) < len(said):
            taken += os.read(cycle.transport.theirs, 1_000_000)
        assert taken + cycle.transport.buffered == said

    def test_it_takes_nothing_for_a_client_that_is_gone(self, cycle: Any) -> None:
        cycle.disconnected = True
        assert not Wire(cycle).write(b"abc")

    def test_it_never_writes_to_a_descriptor_that_may_be_anothers_by_now(self, cycle: Any) -> None:
        cycle.transport.closing = True
        assert not Wire(cycle).write(b"abc")


def test_a_chunk_is_framed_as_http_has_it() -> None:
    assert Chunk(b"x" * 26).framed == b"1a\r\n" + b"x" * 26 + b"\r\n"


def test_nothing_is_not_the_end_of_a_response() -> None:
    assert Chunk(b"").framed == b""


async def test_the_direct_write_says_what_send_says(serve: Serve) -> None:
    direct, plain = await serve(), await serve(http="h11")  # over one log
    job_id = new_job_id()  # one partition, so that there is one order
    async with open_plain(direct.url, EVENTS) as one, open_plain(plain.url, EVENTS) as other:
        await asyncio.gather(one.next(), other.next())
        for seq in range(20):
            await direct.log.append([job_record(a_job_event(job_id=job_id, seq=seq))])
        said = await asyncio.gather(one.data(20), other.data(20))
    assert said[0] == said[1]


async def test_one_served_over_http_1_1_is_written_to_directly_and_another_is_not(serve: Serve) -> None:
    direct, plain = await serve(), await serve(http="h11")
    for running, has_wire in ((direct, True), (plain, False)):
        async with running.client.open(EVENTS) as stream:
            await stream.next()
            (subscriber,) = running.edge.hub.subscribers
            assert (subscriber.wire is not None) is has_wire
