"""A client that reads streams as the standard says, and an edge on a real port for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol, Self

import httpx
from fastapi import FastAPI
from millstream_kit.clock import Clock
from millstream_kit.log import Log
from millstream_kit.testing import serving

from millstream_stream_edge.app import create_app
from millstream_stream_edge.edge import Edge
from millstream_stream_edge.settings import EdgeSettings


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a stream as it was sent."""

    event: str | None
    id: str | None
    retry: int | None
    data: Any
    lines: tuple[str, ...]


def parse(text: str) -> Block:
    """Read one block, by the standard's rules for fields."""
    fields: dict[str, list[str]] = {}
    lines = text.split("\n")
    for line in lines:
        name, _, value = line.partition(":")
        fields.setdefault(name, []).append(value.removeprefix(" "))
    data = "\n".join(fields.get("data", ()))
    return Block(
        event=fields["event"][-1] if "event" in fields else None,
        id=fields["id"][-1] if "id" in fields else None,
        retry=int(fields["retry"][-1]) if "retry" in fields else None,
        data=json.loads(data) if data else None,
        lines=tuple(lines),
    )


class StreamReader:
    """An open stream: blocks as they come, and the id a reconnect would send."""

    def __init__(self, response: httpx.Response, chunks: AsyncIterator[bytes] | None = None) -> None:
        self.response = response
        self.last_event_id: str | None = None
        self.blocks: list[Block] = []
        self.chunks = response.aiter_bytes() if chunks is None else chunks
        self._buffer = b""

    async def next(self, timeout_s: float = 30.0) -> Block:
        """The next block.

        Raises:
            EOFError: the stream ended.
        """
        async with asyncio.timeout(timeout_s):
            while b"\n\n" not in self._buffer:
                try:
                    self._buffer += await anext(self.chunks)
                except StopAsyncIteration as end:
                    raise EOFError("the stream ended") from end
        text, _, self._buffer = self._buffer.partition(b"\n\n")
        block = parse(text.decode())
        self.last_event_id = block.id or self.last_event_id
        self.blocks.append(block)
        return block

    async def until(self, wanted: Callable[[Block], bool], timeout_s: float = 30.0) -> Block:
        """The next block that is wanted; the others stay in `blocks`."""
        async with asyncio.timeout(timeout_s):
            while not wanted(block := await self.next(timeout_s)):
                pass
        return block

    async def data(self, count: int, timeout_s: float = 30.0) -> list[Any]:
        """The payloads of the next `count` data events."""
        found: list[Any] = []
        async with asyncio.timeout(timeout_s):
            while len(found) < count:
                block = await self.next(timeout_s)
                if block.event is None:
                    found.append(block.data)
        return found

    async def control(self, name: str, timeout_s: float = 30.0) -> Block:
        """The next control event of a name."""
        return await self.until(lambda block: block.event == name, timeout_s)

    async def rest(self, timeout_s: float = 30.0) -> list[Block]:
        """Everything until the stream ends."""
        found: list[Block] = []
        try:
            while True:
                found.append(await self.next(timeout_s))
        except EOFError:
            return found


class EdgeClient:
    """Opens streams of one edge."""

    def __init__(self, base_url: str, headers: Mapping[str, str] | None = None) -> None:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self.http = httpx.AsyncClient(base_url=base_url, timeout=None, limits=limits, headers=headers)  # noqa: S113

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    @asynccontextmanager
    async def open(
        self, path: str, *, last_event_id: str | None = None, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[StreamReader]:
        """Open a stream; it is closed at the end of the block."""
        sent = dict(headers or {})
        if last_event_id is not None:
            sent["Last-Event-ID"] = last_event_id
        async with self.http.stream("GET", path, headers=sent) as response:
            yield StreamReader(response)


@asynccontextmanager
async def open_plain(base_url: str, path: str, *, last_event_id: str | None = None) -> AsyncIterator[StreamReader]:
    """Open a stream on a bare socket: hundreds of them cost an HTTP client's pool more than the streams themselves."""
    host, port = base_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    extra = f"Last-Event-ID: {last_event_id}\r\n" if last_event_id else ""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: edge\r\n{extra}\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    try:
        yield StreamReader(httpx.Response(int(head.split()[1])), _chunks(reader))
    finally:
        writer.close()


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int(await reader.readuntil(b"\r\n"), 16):
        yield (await reader.readexactly(size + 2))[:-2]


@dataclass
class Running:
    """An edge that is served."""

    app: FastAPI
    url: str
    client: EdgeClient
    log: Log

    @property
    def edge(self) -> Edge:
        edge: Edge = self.app.state.edge
        return edge


class Serve(Protocol):
    """Starts an edge with settings of the caller's own."""

    async def __call__(
        self,
        source: Log | None = None,
        clock: Clock | None = None,
        headers: Mapping[str, str] | None = None,
        http: str | None = None,
        **settings: Any,
    ) -> Running: ...


@asynccontextmanager
async def serving_edge(
    settings: EdgeSettings,
    log: Log,
    *,
    clock: Clock | None = None,
    headers: Mapping[str, str] | None = None,
    http: str | None = None,
) -> AsyncIterator[Running]:
    """Serve an edge until the end of the block.

    Args:
        http: uvicorn's name of a protocol to serve it with instead of the edge's own.
    """
    app = create_app(settings, log=log, clock=clock)
    app.state.http = http or app.state.http
    async with serving(settings, app) as url, EdgeClient(url, headers) as client:
        yield Running(app, url, client, log)
