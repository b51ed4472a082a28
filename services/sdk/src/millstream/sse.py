"""Following a stream over httpx: parse, remember the position, come back after a break.

Fifty lines rather than a dependency, and they split lines as the standard says (LF, CR, CRLF): `aiter_lines`, on which
the usual client stands, also splits at U+2028 and friends, which JSON may contain.
https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

import httpx

from millstream.backoff import Backoff
from millstream.client import API, Client, error_of
from millstream.errors import ApiError, Unreachable

_LINE_END = re.compile(rb"\r\n|\n|\r")
SILENCE_S = 45.0  # three idle heartbeats


@dataclass(frozen=True, slots=True)
class Event:
    """One frame. `name` is empty for data, `stream.…` for control."""

    name: str
    data: str


@dataclass(slots=True)
class Parser:
    """Bytes in, events out; `last_id` and `retry_ms` are what the stream last said."""

    last_id: str | None = None
    retry_ms: int | None = None
    _rest: bytes = b""
    _name: str = ""
    _data: list[str] = field(default_factory=list)
    _id: str | None = None

    def feed(self, chunk: bytes) -> list[Event]:
        data = self._rest + chunk
        held = b""
        if data.endswith(b"\r"):  # perhaps half of a CRLF
            data, held = data[:-1], b"\r"
        *lines, rest = _LINE_END.split(data)
        self._rest = rest + held
        return [event for line in lines if (event := self._line(line.decode("utf-8", "replace")))]

    def _line(self, line: str) -> Event | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isdigit():
            self.retry_ms = int(value)
        return None

    def _dispatch(self) -> Event | None:
        event = Event(self._name, "\n".join(self._data)) if self._data else None
        if self._id is not None:
            self.last_id = self._id
        self._name, self._data = "", []
        return event


async def follow(
    client: Client, path: str, params: Mapping[str, str], note: Callable[[str], None]
) -> AsyncIterator[Event]:
    """The data events of one stream, for ever, resuming where a break left it.

    Args:
        note: told what a person should know: a break, a gap.

    Raises:
        ApiError: the server refuses: no credential, no scope, a bad filter.
        Unreachable: nobody answered the first time.
    """
    backoff = Backoff(base_s=0.5, cap_s=10.0)
    position: str | None = None
    while True:
        parser = Parser(last_id=position)
        wait_s = 0.0
        try:
            async for event in _once(client, path, params, parser):
                backoff.reset()
                if not event.name:
                    yield event
                    position = parser.last_id
                else:
                    position = parser.last_id
                    wait_s = _control(event, note) or wait_s
        except Unreachable as error:
            if position is None:
                raise
            note(f"{error.detail}; coming back")
        except ApiError as error:
            if not error.is_passing:
                raise
            note(f"{error.detail}; coming back")
        await asyncio.sleep(max(wait_s, (parser.retry_ms or 1000) / 1000) + backoff.next_s())


async def _once(client: Client, path: str, params: Mapping[str, str], parser: Parser) -> AsyncIterator[Event]:
    headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": parser.last_id} if parser.last_id else {})
    timeout = httpx.Timeout(SILENCE_S, connect=5.0)
    try:
        async with client.http.stream("GET", API + path, params=params, headers=headers, timeout=timeout) as response:
            if response.is_error:
                await response.aread()
                raise error_of(response)
            async for chunk in response.aiter_bytes():
                for event in parser.feed(chunk):
                    yield event
    except httpx.TransportError as error:
        raise client.unreachable("GET", path, error) from error


def _control(event: Event, note: Callable[[str], None]) -> float | None:
    """What a control event asks of us: how long to stay away, if it says so."""
    said = json.loads(event.data)
    if event.name == "stream.gap":
        note(f"events are missing here ({said.get('reason')}); {said.get('snapshot')} has the present state")
    elif event.name == "stream.unauthorized":
        raise ApiError("the credential is no longer valid", code="unauthorized", status=401)
    elif event.name in {"stream.unavailable", "stream.reconnect"}:
        after_ms = said.get("after_ms")
        return float(after_ms) / 1000 if after_ms is not None else None
    return None
