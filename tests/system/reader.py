"""A client of a stream as the contract describes one: keeps its position, comes back with it, never forgets an event."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from httpx_sse import ServerSentEvent, aconnect_sse

Event = dict[str, Any]


class Reader:
    """Follows one endpoint for ever, through cuts, until it is closed; of several servers each in its turn."""

    def __init__(self, url: str, headers: dict[str, str] | None = None, *others: str) -> None:
        self.url = url
        self._turns = itertools.cycle([url, *others])
        self.events: list[Event] = []
        self._by_job: dict[str, list[Event]] = {}
        self.controls: list[Event] = []
        self.position: str | None = None
        self.opened = 0
        self._headers = dict(headers or {})
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self._connection: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Reader:
        self._task = asyncio.create_task(self._follow())
        await self.until(lambda: self.opened > 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def cut(self) -> None:
        """Lose the connection, as a train in a tunnel does."""
        if self._connection is not None:
            self._connection.cancel()

    def gaps(self) -> list[Event]:
        return [control for control in self.controls if control["type"] == "stream.gap"]

    def of_job(self, job_id: str) -> list[Event]:
        return self._by_job.get(job_id, [])

    def seqs(self, job_id: str) -> set[int]:
        return {event["seq"] for event in self.of_job(job_id)}

    async def until(self, fact: Callable[[], Any], timeout_s: float = 30.0) -> None:
        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(fact), timeout_s)
            except TimeoutError:
                last = [e.get("type") for e in self.events[-5:]]
                raise TimeoutError(
                    f"{self.url}: {len(self.events)} events, last {last}, {self.controls[-3:]}"
                ) from None

    async def _follow(self) -> None:
        async with httpx.AsyncClient(timeout=httpx.Timeout(5, read=None)) as client:
            while True:
                self._connection = asyncio.create_task(self._connect(client))
                await asyncio.gather(self._connection, return_exceptions=True)
                await asyncio.sleep(0.05)

    async def _connect(self, client: httpx.AsyncClient) -> None:
        headers = self._headers | ({"Last-Event-ID": self.position} if self.position else {})
        with contextlib.suppress(httpx.TransportError):
            async with aconnect_sse(client, "GET", next(self._turns), headers=headers) as source:
                if source.response.status_code != 200:
                    return
                async for frame in source.aiter_sse():
                    await self._take(frame)

    async def _take(self, frame: ServerSentEvent) -> None:
        event = json.loads(frame.data)
        async with self._changed:
            if frame.event.startswith("stream."):
                self.controls.append(event)
                self.opened += frame.event == "stream.open"
            else:
                self.events.append(event)
                self._by_job.setdefault(event.get("job_id", ""), []).append(event)
            if frame.id:
                self.position = frame.id
            self._changed.notify_all()


@contextlib.asynccontextmanager
async def reading(url: str, path: str, headers: dict[str, str] | None = None) -> AsyncIterator[Reader]:
    async with Reader(url + path, headers) as reader:
        yield reader
