"""Many clients of one stream that resume as an EventSource does, and what each of them saw."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class StreamClient:
    """One subscriber: reconnects with Last-Event-ID whenever its stream ends."""

    url: str
    headers: dict[str, str]
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    repeated: int = 0
    controls: Counter[str] = field(default_factory=Counter)
    gaps: list[Any] = field(default_factory=list)
    pods: list[str] = field(default_factory=list)
    opened_at: str = ""
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    _last_id: str | None = None
    _retry_s: float = 1.0

    async def follow(self, http: httpx.AsyncClient) -> None:
        """Until cancelled."""
        while True:
            headers = self.headers | {"Accept": "text/event-stream"}
            if self._last_id:
                headers["Last-Event-ID"] = self._last_id
            try:
                async with http.stream("GET", self.url, headers=headers) as response:
                    if response.status_code == 200:
                        await self._read(response)
                    else:
                        self.controls[f"status {response.status_code}"] += 1
            except httpx.TransportError as error:
                self.controls[type(error).__name__] += 1
            await asyncio.sleep(self._retry_s)

    async def _read(self, response: httpx.Response) -> None:
        block: dict[str, str] = {}
        async for line in response.aiter_lines():
            if line:
                name, _, value = line.partition(":")
                block[name] = value.removeprefix(" ")
                continue
            self._on_block(block)
            block = {}

    def _on_block(self, block: dict[str, str]) -> None:
        if "id" in block:
            self._last_id = block["id"]
        if "retry" in block:
            self._retry_s = int(block["retry"]) / 1000
        if "data" not in block:
            return
        data = json.loads(block["data"])
        if "event" in block:
            self._on_control(block["event"], data)
        elif data["event_id"] in self.events:
            self.repeated += 1
        else:
            self.events[data["event_id"]] = data

    def _on_control(self, name: str, data: dict[str, Any]) -> None:
        self.controls[name] += 1
        if name == "stream.open":
            self.pods.append(data["pod"])
            self.opened_at = self.opened_at or data["server_time"]
            self.opened.set()
        elif name == "stream.gap":
            self.gaps.append(data)


@dataclass
class Crowd:
    """Clients that follow one stream together, and the comparison of what they saw."""

    clients: list[StreamClient]

    def all_events(self) -> dict[str, dict[str, Any]]:
        """What anybody saw, by event_id."""
        return {key: event for client in self.clients for key, event in client.events.items()}

    def missed(self, wanted: set[str]) -> dict[int, set[str]]:
        """By client, what it did not see."""
        return {number: lacking for number, c in enumerate(self.clients) if (lacking := wanted - c.events.keys())}

    def controls(self) -> Counter[str]:
        return sum((client.controls for client in self.clients), Counter())
