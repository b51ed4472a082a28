"""The response of a stream: sse-starlette's framing and disconnect semantics, its write taken over by the hub.

No generator, no ping and no task of its own: the server's request task waits for the client to go, and the hub steps
`send`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from fastapi import FastAPI
from sse_starlette.sse import EventSourceResponse
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from millstream_stream_edge import frames
from millstream_stream_edge.frames import Control
from millstream_stream_edge.subscriber import Subscriber
from millstream_stream_edge.wire import Wire, wire_of

SERVER_SEND = "millstream.server_send"
BEGUN = "millstream.begun"
KEPT = {"type", "method", "client"}  # what a server may still ask of a request it has answered
HEADERS = {"Cache-Control": "no-store, no-transform"}


class Begun:
    """A response the hub writes to, from its first byte on."""

    __slots__ = ("_give_back", "_leave", "_subscriber")

    def __init__(
        self, subscriber: Subscriber, leave: Callable[[Subscriber], None], give_back: Callable[[], None]
    ) -> None:
        self._subscriber = subscriber
        self._leave = leave
        self._give_back = give_back

    async def stay(self, receive: Receive) -> None:
        """Wait for the client to go, or to be sent away."""
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not self._subscriber.abandoned or task is None:
                raise
            task.uncancel()  # the hub gave this connection up; ending here makes the server close it

    def end(self) -> None:
        """It is over, for whatever reason."""
        self._leave(self._subscriber)
        self._give_back()


class StreamApp(FastAPI):
    """An application whose streams outlive its middleware.

    The hub writes past the middleware, which only cares for headers, and a stream that has begun is waited for here,
    when they all have returned and what they hold is free: more than half of what an idle client cost.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[SERVER_SEND] = send
        begun: list[Begun] = []
        scope[BEGUN] = begun
        try:
            await super().__call__(scope, receive, send)
            if begun:
                kept = {key: value for key, value in scope.items() if key in KEPT}
                scope.clear()  # deleting one by one would leave it as large as it was
                scope.update(kept)
                await begun[0].stay(receive)
        finally:
            if begun:
                begun[0].end()


class _Nothing:
    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        raise StopAsyncIteration


class EventStream(EventSourceResponse):
    """A response the hub writes to until one side closes."""

    def __init__(
        self,
        begin: Callable[[Send, Wire | None], Subscriber],
        leave: Callable[[Subscriber], None],
        give_back: Callable[[], None],
    ) -> None:
        """
        Args:
            begin: called once the headers are out, in the request's task.
            leave: called when the subscriber is gone, for whatever reason.
            give_back: called when the response is over, even when it never began.
        """
        super().__init__(_Nothing(), headers=HEADERS, ping=0, sep="\n")
        self._begin = begin
        self._leave = leave
        self._give_back = give_back

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            subscriber = self._begin(scope.get(SERVER_SEND, send), wire_of(scope))
        except BaseException:
            self._give_back()
            raise
        scope[BEGUN].append(Begun(subscriber, self._leave, self._give_back))


def unavailable(reason: str, after_ms: int | None = None) -> Response:
    """A transient refusal: 200, so that an `EventSource` comes back."""
    after_ms = frames.retry_ms() if after_ms is None else after_ms
    block = frames.control(Control.UNAVAILABLE, {"after_ms": after_ms, "reason": reason}, retry_ms=after_ms)
    return Response(block, headers={**HEADERS, "X-Accel-Buffering": "no"}, media_type="text/event-stream")
