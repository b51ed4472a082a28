"""Pure ASGI: sees each request pass, changes nothing of it, and gives it a span that jobs continue."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import httpx

from millstream.asgi.templates import routes_of, template_of
from millstream.traffic.buffer import BUFFER_REQUESTS, SLOW_MS, Keeping, Told
from millstream.traffic.capture import Capturing, Pair, Passing
from millstream.traffic.errors import INVALID
from millstream.traffic.reporter import Reporter
from millstream.traffic.spans import ServerSpan
from millstream.traffic.templates import UNMATCHED
from millstream.traffic.watch import CLIENT_LEFT, Consumer, Route, Watch

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger("millstream.traffic")
_TRACE_HEADERS = {b"traceparent", b"tracestate"}


class MillstreamMiddleware:
    """Watches `app`.

    Args:
        name: of the API, the same for all its instances.
        url, api_key: default `MILLSTREAM_URL`, `MILLSTREAM_API_KEY`.
        sample: share of ordinary requests told one by one; counts stay exact, errors and slow ones are always told.
        slow_ms: from how long on a request is slow.
        buffer_requests: how many requests are held while Millstream is away.
        route: names the route of a request of a framework other than Starlette and FastAPI, from the scope as the
            application left it; None for no route.
        consumer: names who made a request, from the scope as the application left it: a customer, a client, a team; the same
            each time, at most 128 characters, never a secret. None for nobody.
        capture: `errors` or `all`: the bodies of such requests and of their answers are told, too: JSON, forms and text, of each
            at most 8,192 characters, without what looks like a secret. Who reads them needs the scope `payloads:read`.
        mask: names of fields that are masked beside the usual ones (`password`, `token`, `card` and the like).
        error_messages: exceptions are told with their messages, without what looks like an address, an id or a secret; `False`
            leaves them out.
        docs_url: where people read how to use the API.
        version: of your code: the first instance of another one is a deploy, marked on the charts.
        transport: an httpx transport, for tests.
    """

    def __init__(
        self,
        app: ASGIApp,
        name: str,
        *,
        url: str | None = None,
        api_key: str | None = None,
        sample: float = 1.0,
        slow_ms: float = SLOW_MS,
        buffer_requests: int = BUFFER_REQUESTS,
        route: Route | None = None,
        consumer: Consumer | None = None,
        capture: str | None = None,
        mask: Iterable[str] = (),
        error_messages: bool = True,
        docs_url: str | None = None,
        version: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.app = app
        self._router: Any = app
        self._watch: Watch | None = None
        try:
            keeping = Keeping(buffer_requests, sample, slow_ms)
            self._watch = Watch(
                name,
                url,
                api_key,
                keeping,
                route,
                consumer,
                Capturing.asked(capture, mask),
                template_of,
                lambda: routes_of(self._router),
                docs_url,
                version,
                error_messages,
                transport,
            )
        except (ValueError, TypeError) as error:
            # Starlette makes its middleware with the first request, and again with each that follows a failure.
            log.error("%r is not watched, its requests pass by: %s", name, error)

    @property
    def reporter(self) -> Reporter:
        """What tells Millstream; `reporter.dropped` says how many requests it could not.

        Raises:
            RuntimeError: nothing is told, because what this was made with cannot be worked with; the log says what.
        """
        if self._watch is None:
            raise RuntimeError("this application is not watched; the log says why")
        return self._watch.reporter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watch = self._watch
        if watch is not None and scope["type"] == "http":
            watch.server = scope.get("server") or watch.server
            self._router = scope.get("app") or self._router
            await _Passing(watch, scope, receive, send).through(self.app)
        elif watch is not None and scope["type"] == "lifespan":
            self._router = scope.get("app") or self._router
            await self.app(scope, receive, self._starting(watch, send))
        else:
            await self.app(scope, receive, send)

    def _starting(self, watch: Watch, send: Send) -> Send:
        async def watched(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                watch.reporter.start()
            await send(message)

        return watched


class _Passing:
    """One request on its way through."""

    __slots__ = (
        "_answer",
        "_at",
        "_began",
        "_bodies",
        "_has_left",
        "_path",
        "_receive",
        "_request_bytes",
        "_response_bytes",
        "_root_path",
        "_scope",
        "_send",
        "_span",
        "_status",
        "_template",
        "_told",
        "_watch",
    )

    def __init__(self, watch: Watch, scope: Scope, receive: Receive, send: Send) -> None:
        self._watch = watch
        self._scope = scope
        self._receive = receive
        self._send = send
        self._root_path: str = scope.get("root_path", "")
        self._path: str = scope["path"]
        self._span = ServerSpan()
        self._status = 500
        self._template = UNMATCHED
        self._told: int | None = None
        self._has_left = False
        self._bodies = Pair(_passing(scope)) if watch.capturing else None
        self._answer: Passing | None = None
        self._request_bytes = 0
        self._response_bytes: int | None = 0
        self._at = time.time()
        self._began = time.perf_counter()

    async def through(self, app: ASGIApp) -> None:
        scope, failure = self._scope, None
        carrier = {}
        for key, value in scope.get("headers", ()):
            if key in _TRACE_HEADERS:
                carrier[key.decode("latin-1")] = value.decode("latin-1")
        self._span.enter(carrier, scope["method"], scope["path"], scope.get("scheme", "http"))
        try:
            await app(scope, self._received, self._sent)
        except Exception as error:
            failure = None if self._has_left else error
            raise
        except BaseException:  # cancelled: whoever waits for the answer gets none
            self._has_left = True
            raise
        finally:
            # An answer that was begun well and never ended is a failure, too.
            status = self._tell(CLIENT_LEFT if self._has_left else 500)
            self._span.leave()
            self._span.finish(scope["method"], self._template, status, failure)
            if failure is not None and status != CLIENT_LEFT:
                self._watch.raised(self._at, scope["method"], self._template, failure, skip=1)

    async def _received(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            body = message.get("body", b"")
            self._request_bytes += len(body)
            if self._bodies:
                self._bodies.request.add(body)
        elif message["type"] == "http.disconnect":
            self._tell(CLIENT_LEFT)
        return message

    async def _sent(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            self._status = message["status"]
            if self._bodies or self._status == INVALID:
                self._answer = _passing(message)
                if self._bodies:
                    self._bodies.answer = self._answer
            if _is_endless(message):
                # A stream's length says nothing of the API's speed: it counts until it began.
                self._response_bytes = None
                self._tell(self._status)
        elif kind == "http.response.pathsend":
            self._response_bytes = None  # the server reads the file
        elif kind == "http.response.body" and self._response_bytes is not None:
            body = message.get("body", b"")
            self._response_bytes += len(body)
            if self._answer is not None:
                self._answer.add(body)
        try:
            await self._send(message)
        except OSError:
            self._has_left = True
            raise
        if kind == "http.response.body":
            if not message.get("more_body"):
                self._tell(self._status)
        elif kind == "http.response.pathsend":
            self._tell(self._status)

    def _tell(self, status: int) -> int:
        """Once: the status it was told with."""
        if self._told is None:
            self._told = status
            latency_ms = (time.perf_counter() - self._began) * 1000
            self._template = self._watch.template_of(self._scope, self._root_path)
            self._watch.tell(
                Told(
                    *(self._at, self._scope["method"], self._template, status, latency_ms, self._span.trace_id),
                    *(self._request_bytes, self._response_bytes),
                    *(self._watch.consumer_of(self._scope), self._span.enqueued),
                ),
                self._bodies,
                self._path,
            )
            if self._answer is not None and status == INVALID:
                self._watch.refused(self._at, self._scope["method"], self._template, self._answer)
        return self._told


def _passing(message: Message) -> Passing:
    said = {b"content-type": "", b"content-encoding": ""}
    for key, value in message.get("headers", ()):
        if key.lower() in said:
            said[key.lower()] = value.decode("latin-1")
    return Passing(*said.values())


def _is_endless(message: Message) -> bool:
    for key, value in message.get("headers", ()):
        if key.lower() == b"content-type":
            return bool(value.startswith(b"text/event-stream"))
    return False
