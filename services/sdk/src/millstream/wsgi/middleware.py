"""WSGI (PEP 3333): sees each request pass, changes nothing of it, and gives it a span that jobs continue.

A body is never gathered. One that is a list already, or a file the server sends by itself, is handed on as it is; any
other is passed chunk by chunk, and the request is told when it ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import Any

import httpx

from millstream.traffic.buffer import BUFFER_REQUESTS, SLOW_MS, Keeping, Told
from millstream.traffic.capture import Capturing, Pair, Passing
from millstream.traffic.errors import INVALID
from millstream.traffic.reporter import Reporter
from millstream.traffic.spans import ServerSpan
from millstream.traffic.watch import CLIENT_LEFT, Consumer, Route, Watch
from millstream.wsgi.caught import CAUGHT, listen
from millstream.wsgi.templates import routes_of, template_of

Environ = MutableMapping[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]
WSGIApp = Callable[[Any, Any], Iterable[bytes]]


class MillstreamMiddleware:
    """Watches `app`.

    Args:
        name: of the API, the same for all its instances.
        url, api_key: default `MILLSTREAM_URL`, `MILLSTREAM_API_KEY`.
        sample: share of ordinary requests told one by one; counts stay exact, errors and slow ones are always told.
        slow_ms: from how long on a request is slow.
        buffer_requests: how many requests are held while Millstream is away.
        route: names the route of a request of a framework other than Flask, from the environ as the application left
            it; None for no route.
        consumer: names who made a request, from the environ as the application left it: a customer, a client, a team; the same
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
        app: WSGIApp,
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
        listen()
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
            lambda: routes_of(app),
            docs_url,
            version,
            error_messages,
            transport,
        )

    @property
    def reporter(self) -> Reporter:
        """What tells Millstream; `reporter.dropped` says how many requests it could not."""
        return self._watch.reporter

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if self._watch.server is None:
            self._watch.server = _server(environ)
        return _Passing(self._watch, environ, start_response).through(self.app)


class _Passing:
    """One request on its way through; as an iterator it is the body."""

    __slots__ = (
        "_answer", "_at", "_began", "_bodies", "_body", "_chunks", "_consumer", "_environ", "_is_told", "_method", "_path", "_response_bytes", "_script_name",
        "_span", "_start_response", "_status", "_template", "_wants", "_watch",
    )  # fmt: skip

    def __init__(self, watch: Watch, environ: Environ, start_response: StartResponse) -> None:
        self._watch = watch
        self._environ = environ
        self._start_response = start_response
        self._method: str = environ["REQUEST_METHOD"]
        self._script_name: str = environ.get("SCRIPT_NAME", "")
        self._path: str = self._script_name + environ.get("PATH_INFO", "")
        self._span = ServerSpan()
        self._status = 500
        self._wants: int | None = 0 if self._method == "HEAD" else None
        self._template: str | None = None
        self._consumer: str | None = None
        self._is_told = False
        self._response_bytes: int | None = 0
        self._answer: Passing | None = None
        self._bodies: Pair | None = None
        if watch.capturing:
            taken = Passing(environ.get("CONTENT_TYPE") or "", environ.get("HTTP_CONTENT_ENCODING") or "")
            self._bodies = Pair(taken)
            environ["wsgi.input"] = _Watched(environ["wsgi.input"], taken)
        self._body: Iterable[bytes] = ()
        self._chunks: Iterator[bytes] | None = None
        self._at = time.time()
        self._began = time.perf_counter()

    def through(self, app: WSGIApp) -> Iterable[bytes]:
        environ = self._environ
        self._span.enter(_carrier(environ), self._method, self._path, environ.get("wsgi.url_scheme", "http"))
        try:
            body = app(environ, self._started)
        except Exception as error:
            self._tell(500, error)
            raise
        except BaseException:
            self._tell(CLIENT_LEFT)
            raise
        finally:
            self._span.leave()
        if isinstance(body, list | tuple):
            self._response_bytes = sum(map(len, body))
            self._pass(*body)
            self._tell(self._status)
            return body
        if _is_file(body, environ):
            self._response_bytes = self._wants  # the server reads it
            self._tell(self._status)
            return body
        self._body = body
        return self

    def _started(self, status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
        self._status = int(status[:3]) if status[:3].isdecimal() else 500
        # Now: Flask forgets the request as soon as it has answered.
        self._template = self._watch.template_of(self._environ, self._script_name)
        self._consumer = self._watch.consumer_of(self._environ)
        if self._bodies or self._status == INVALID:
            said = {key.lower(): value for key, value in headers}
            self._answer = Passing(said.get("content-type", ""), said.get("content-encoding", ""))
            if self._bodies:
                self._bodies.answer = self._answer
        for key, value in headers:
            name = key.lower()
            if name == "content-length" and self._wants is None and value.isdecimal():
                self._wants = int(value)
            elif name == "content-type" and value.startswith("text/event-stream"):
                # A stream's length says nothing of the API's speed: it counts until it began.
                self._response_bytes = None
                self._tell(self._status)
        return self._start_response(status, headers, *error)

    # ---- the body

    def __iter__(self) -> Iterator[bytes]:
        self._chunks = iter(self._body)
        return self

    def __next__(self) -> bytes:
        chunks = self._chunks
        if chunks is None:
            chunks = self._chunks = iter(self._body)
        try:
            chunk = next(chunks)
        except StopIteration:
            self._tell(self._status)
            raise
        except Exception as error:
            self._tell(500, error)
            raise
        if self._wants is not None:
            self._wants -= len(chunk)
        if self._response_bytes is not None:
            self._response_bytes += len(chunk)
            self._pass(chunk)
        return chunk

    def _pass(self, *chunks: bytes) -> None:
        if self._answer is not None:
            for chunk in chunks:
                self._answer.add(chunk)

    def close(self) -> None:
        """Called by the server when the request is over, however it ended."""
        is_whole = self._wants is not None and self._wants <= 0
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._tell(self._status if is_whole else CLIENT_LEFT)

    def _tell(self, status: int, error: BaseException | None = None) -> None:
        if self._is_told:
            return
        self._is_told = True
        latency_ms = (time.perf_counter() - self._began) * 1000
        if self._template is None:
            self._template = self._watch.template_of(self._environ, self._script_name)
            self._consumer = self._watch.consumer_of(self._environ)
        template = self._template
        self._watch.tell(
            Told(
                *(self._at, self._method, template, status, latency_ms, self._span.trace_id),
                *(_request_bytes(self._environ), self._response_bytes, self._consumer, self._span.enqueued),
            ),
            self._bodies,
            self._path.encode("latin-1", "replace").decode(errors="replace"),
        )
        self._span.finish(self._method, template, status, error)
        if status >= 500:
            self._failed(template, error)
        elif status == INVALID and self._answer is not None:
            self._watch.refused(self._at, self._method, template, self._answer)

    def _failed(self, template: str, passed: BaseException | None) -> None:
        """With what passed here, or with what its framework caught."""
        caught = self._environ.pop(CAUGHT, None)
        if passed is not None:
            self._watch.raised(self._at, self._method, template, passed, skip=1)
        elif caught is not None:
            self._watch.raised(self._at, self._method, template, caught, skip=0)


class _Watched:
    """`wsgi.input`, read by the application as if nobody looked."""

    def __init__(self, body: Any, taken: Passing) -> None:
        self._body = body
        self._taken = taken

    def read(self, *size: int) -> bytes:
        return self._seen(self._body.read(*size))

    def readinto(self, buffer: Any) -> int:
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def readline(self, *size: int) -> bytes:
        return self._seen(self._body.readline(*size))

    def readlines(self, *hint: int) -> list[bytes]:
        lines: list[bytes] = self._body.readlines(*hint)
        self._seen(b"".join(lines))
        return lines

    def __iter__(self) -> Iterator[bytes]:
        return map(self._seen, self._body)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._body, name)

    def _seen(self, piece: bytes) -> bytes:
        self._taken.add(piece)
        return piece


def _carrier(environ: Environ) -> dict[str, str]:
    parent = environ.get("HTTP_TRACEPARENT")
    if parent is None:
        return {}
    state = environ.get("HTTP_TRACESTATE")
    return {"traceparent": parent} | ({"tracestate": state} if state else {})


def _request_bytes(environ: Environ) -> int | None:
    """As its head says; what comes in pieces without a length is not counted."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal():
        return int(length)
    return None if "HTTP_TRANSFER_ENCODING" in environ else 0


def _is_file(body: Iterable[bytes], environ: Environ) -> bool:
    wrapper = environ.get("wsgi.file_wrapper")
    return isinstance(wrapper, type) and isinstance(body, wrapper)


def _server(environ: Environ) -> tuple[str, int | None]:
    port = str(environ.get("SERVER_PORT", ""))
    return str(environ.get("SERVER_NAME", "")) or "localhost", int(port) if port.isdecimal() and port != "0" else None
