"""Slow clients: a cursor instead of a queue, the newest instead of a backlog, a gap, and in the end the door."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobFailed
from millstream_contracts.names import EventType, Topic
from millstream_kit.clock import ManualClock
from millstream_kit.testing import wait_until
from millstream_stream_edge.testing import (
    NOON_MS,
    Block,
    Running,
    Serve,
    a_job_event,
    an_api,
    api_record,
    job_record,
    parse,
)

EVENTS = "/api/v1/events/stream"
BULK = "x" * 100_000


class Sluggish:
    """A client with a small receive buffer that reads only when told to."""

    def __init__(self, sock: socket.socket) -> None:
        self.blocks: list[Block] = []
        self._sock = sock
        self._framed = b""  # chunks of the response, not yet unframed
        self._text = b""  # blocks, the last one not yet whole
        self._in_body = False

    async def read_until(self, wanted: Callable[[Block], bool]) -> None:
        """Read on until a block is wanted."""
        loop = asyncio.get_running_loop()
        seen = len(self.blocks)
        async with asyncio.timeout(30):
            while not any(wanted(block) for block in self.blocks[seen:]):
                seen = len(self.blocks)
                self._take(await loop.sock_recv(self._sock, 2**18))

    async def read_steadily(self, size: int, every_s: float, times: int) -> None:
        """Read a little, again and again."""
        for _ in range(times):
            self._take(await asyncio.get_running_loop().sock_recv(self._sock, size))
            await asyncio.sleep(every_s)

    def _take(self, received: bytes) -> None:
        assert received, "the server closed"
        self._framed += received
        if not self._in_body:
            _, end, self._framed = self._framed.partition(b"\r\n\r\n")
            self._in_body = bool(end)
        while b"\r\n" in self._framed:
            size, _, rest = self._framed.partition(b"\r\n")
            n = int(size, 16)
            if len(rest) < n + 2:
                break
            self._text += rest[:n]
            self._framed = rest[n + 2 :]
        *whole, self._text = self._text.split(b"\n\n")
        self.blocks += [parse(text.decode()) for text in whole]


def seqs(blocks: list[Block]) -> list[int]:
    return [block.data["seq"] for block in blocks if block.event is None]


@asynccontextmanager
async def sluggish(running: Running, path: str) -> AsyncIterator[Sluggish]:
    host, port = running.url.removeprefix("http://").split(":")
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        sock.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sock, (host, int(port)))
        await loop.sock_sendall(sock, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        client = Sluggish(sock)
        await client.read_until(lambda block: block.event == "stream.open")
        yield client


async def bulk(running: Running, first: int, count: int) -> None:
    """Append so many events of 100 kB, and wait until the edge has them."""
    ring = running.edge.source.rings[Topic.JOBS_EVENTS]
    before = sum(ring.end)
    for start in range(first, first + count, 10):
        await running.log.append(
            [
                job_record(
                    a_job_event(
                        EventType.JOB_FAILED,
                        seq=n,
                        failed=JobFailed(
                            failed_at_ms=NOON_MS, duration_ms=1, error=BULK, error_type="E", error_fingerprint="f"
                        ),
                    )
                )
                for n in range(start, min(start + 10, first + count))
            ]
        )
    await wait_until(lambda: sum(ring.end) == before + count)


def only_subscriber(running: Running) -> Any:
    (subscriber,) = running.edge.hub.subscribers
    return subscriber


def newest_of(table: Any, api: bytes) -> int | None:
    row = table.rows.get(api)
    return row and row.message.requests_24h


async def stuck(subscriber: Any) -> None:
    """Wait until its socket takes nothing more: one and the same write waits, however often we look.

    That it is busy once says little: the kernel's buffers may still take several writes.
    """
    looks, waiting = 0, None
    async with asyncio.timeout(30):
        while looks < 20:
            await asyncio.sleep(0.01)
            is_same = subscriber.is_busy and subscriber.write_task is waiting
            looks, waiting = looks + 1 if is_same else 0, subscriber.write_task


WAYS = pytest.mark.parametrize("http", [None, "h11"], ids=["direct", "send"])


@WAYS
async def test_a_slow_client_catches_up_from_the_ring_and_misses_nothing(serve: Serve, http: str | None) -> None:
    running = await serve(http=http)
    async with sluggish(running, EVENTS) as client:
        await bulk(running, 1, 150)
        subscriber = only_subscriber(running)
        await stuck(subscriber)
        await client.read_until(lambda _: len(seqs(client.blocks)) == 150)
        assert sorted(seqs(client.blocks)) == list(range(1, 151))
        assert not [block for block in client.blocks if block.event == "stream.gap"]
        await wait_until(lambda: not subscriber.is_busy and subscriber in subscriber.group.live)


async def test_a_slow_client_holds_a_cursor_and_not_a_copy(running: Running) -> None:
    async with sluggish(running, EVENTS):
        await bulk(running, 1, 300)
        subscriber = only_subscriber(running)
        await stuck(subscriber)
        assert subscriber.cursors is not None
        assert not subscriber.owed
        assert subscriber.cursors[Topic.JOBS_EVENTS].has_pending
        metrics = running.edge.metrics
        await wait_until(lambda: metrics.lagging._value.get() == 1, timeout_s=5)
        assert metrics.held_bytes._value.get() > 0
    await wait_until(lambda: metrics.lagging._value.get() == metrics.held_bytes._value.get() == 0, timeout_s=5)


async def test_one_that_falls_off_the_ring_is_told_and_goes_on(serve: Serve) -> None:
    running = await serve(ring_events=20)
    async with sluggish(running, EVENTS) as client:
        sent = 0

        async def more() -> bool:  # in steps the ring holds: what a batch pushes out of it is never written
            nonlocal sent
            await bulk(running, sent + 1, 15)
            sent += 15
            return only_subscriber(running).is_busy

        await wait_until(more, timeout_s=30)
        await bulk(running, sent + 1, 100)
        last = sent + 101
        reading = asyncio.create_task(
            client.read_until(lambda block: block.event is None and block.data["seq"] == last)
        )
        await wait_until(lambda: len(only_subscriber(running).group.live) == 1, timeout_s=30)
        await bulk(running, last, 1)
        await reading
    gaps = [block.data for block in client.blocks if block.event == "stream.gap"]
    assert gaps
    assert all(gap == {"type": "stream.gap", "reason": "overflow", "snapshot": "/api/v1/jobs"} for gap in gaps)
    heard = seqs(client.blocks)
    assert len(heard) == len(set(heard)) < last


@WAYS
async def test_one_that_accepts_nothing_is_closed_and_the_others_do_not_notice(serve: Serve, http: str | None) -> None:
    running = await serve(send_timeout_s=0.5, http=http)
    async with sluggish(running, EVENTS), running.client.open(EVENTS) as quick:
        await quick.next()
        await bulk(running, 1, 150)
        assert len(await quick.data(150)) == 150
        await wait_until(lambda: len(running.edge.hub.subscribers) == 1)
        await bulk(running, 151, 1)
        assert (await quick.data(1))[0]["seq"] == 151
    metrics = (await running.client.http.get("/metrics")).text
    assert 'millstream_edge_closed_total{reason="send_timeout"} 1.0' in metrics


@pytest.mark.parametrize("behind", [False, True], ids=["from the ring", "from the log"])
async def test_one_that_reads_on_slowly_is_not_closed_and_misses_nothing(serve: Serve, behind: bool) -> None:
    """Half a second is given, and for six times that its write does not end; but what is sent arrives."""
    running = await serve(send_timeout_s=0.5, ring_events=5 if behind else 200_000)
    async with running.client.open(EVENTS) as stream:
        place = (await stream.next()).id
    if behind:
        await bulk(running, 1, 150)
    async with sluggish(running, f"{EVENTS}?last_event_id={place}") as client:
        if not behind:
            await bulk(running, 1, 150)
        subscriber = only_subscriber(running)
        await wait_until(lambda: subscriber.is_busy)
        await client.read_steadily(2**15, 0.05, 60)
        assert subscriber in running.edge.hub.subscribers
        assert subscriber.is_busy
        await client.read_until(lambda _: len(seqs(client.blocks)) == 150)
    assert sorted(seqs(client.blocks)) == list(range(1, 151))
    assert not [block for block in client.blocks if block.event == "stream.gap"]


async def test_one_that_reads_a_byte_now_and_then_is_closed(serve: Serve) -> None:
    running = await serve(send_timeout_s=0.5)
    async with sluggish(running, EVENTS) as client:
        await bulk(running, 1, 150)
        await stuck(only_subscriber(running))
        reading = asyncio.create_task(client.read_steadily(1, 0.02, 1000))
        await wait_until(lambda: not running.edge.hub.subscribers, timeout_s=10)
        reading.cancel()
    metrics = (await running.client.http.get("/metrics")).text
    assert 'millstream_edge_closed_total{reason="send_timeout"} 1.0' in metrics


async def test_a_write_from_the_log_that_waits_is_held_as_any_other(serve: Serve) -> None:
    running = await serve(ring_events=5)
    async with running.client.open(EVENTS) as stream:
        place = (await stream.next()).id
    await bulk(running, 1, 150)
    metrics = running.edge.metrics
    async with sluggish(running, f"{EVENTS}?last_event_id={place}"):
        subscriber = only_subscriber(running)
        await stuck(subscriber)
        assert subscriber.catching_up
        await wait_until(lambda: metrics.held_bytes._value.get() > 100_000, timeout_s=5)
    await wait_until(lambda: metrics.held_bytes._value.get() == 0, timeout_s=5)


async def test_one_that_accepts_nothing_while_it_is_brought_up_from_the_log_is_closed(serve: Serve) -> None:
    running = await serve(send_timeout_s=0.5, ring_events=5)
    async with running.client.open(EVENTS) as stream:
        place = (await stream.next()).id
    await bulk(running, 1, 150)
    async with sluggish(running, f"{EVENTS}?last_event_id={place}"):
        assert only_subscriber(running).catching_up
        await wait_until(lambda: not running.edge.hub.subscribers, timeout_s=10)
    metrics = (await running.client.http.get("/metrics")).text
    assert 'millstream_edge_closed_total{reason="send_timeout"} 1.0' in metrics


async def test_a_slow_reader_of_snapshots_gets_the_newest_and_no_backlog(serve: Serve) -> None:
    clock = ManualClock()
    running = await serve(clock=clock)
    async with sluggish(running, "/api/v1/stream?streams=events,apis") as client:
        await bulk(running, 1, 200)
        subscriber = only_subscriber(running)
        await stuck(subscriber)
        table = running.edge.source.tables[Topic.APIS_SNAPSHOTS]
        for n in range(1, 4):
            await running.log.append([api_record(an_api("payments", requests_24h=n))])
            await wait_until(lambda n=n: newest_of(table, b"payments") == n)  # type: ignore[misc]
            await clock.advance(1.5)
        await wait_until(lambda: bool(subscriber.stale))
        newest = '"requests_24h":3'
        await client.read_until(lambda block: newest in block.lines[-1])
    shown = [b.data["data"] for b in client.blocks if b.event is None and b.data["stream"] == "apis"]
    assert [s["apis"]["total"] for s in shown] == [0, 1]
    assert shown[-1]["apis"]["apis"][0]["requests_24h"] == 3


async def test_what_is_held_for_all_of_them_has_a_bound_and_the_one_waiting_longest_goes_first(serve: Serve) -> None:
    running = await serve(max_held_bytes=2**20, write_bytes=500_000)  # room for one that waits, not for two
    async with sluggish(running, EVENTS):
        await bulk(running, 1, 100)
        first = only_subscriber(running)
        await stuck(first)
        hub = running.edge.hub
        assert 0 < hub._held.bytes <= 2**20
        async with sluggish(running, EVENTS), running.client.open(EVENTS) as quick:
            await quick.next()
            await bulk(running, 101, 150)
            assert len(await quick.data(150)) == 150
            await wait_until(lambda: first not in hub.subscribers, timeout_s=30)
    await wait_until(lambda: not hub.subscribers, timeout_s=30)
    assert hub._held.bytes == 0
    metrics = (await running.client.http.get("/metrics")).text
    assert 'millstream_edge_closed_total{reason="held_bytes"}' in metrics
