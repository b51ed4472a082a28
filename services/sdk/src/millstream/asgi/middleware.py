"""Pure ASGI: sees each request pass, changes nothing of it, and gives it a span that jobs continue."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from millstream import names, tracing
from millstream.asgi.requests import BUFFER_REQUESTS, RequestReporter
from millstream.asgi.templates import UNMATCHED, endpoints_of, template_of
from millstream.settings import Place, Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

CLIENT_LEFT = 499
_tracer = trace.get_tracer("millstream.asgi")


@dataclass(slots=True)
class _Passing:
    """One request on its way through."""

    began: float
    at: datetime
    status: int | None = None
    told: bool = False


class MillstreamMiddleware:
    """Watches `app`.

    Args:
        name: of the API, the same for all its instances.
        url, api_key: default `MILLSTREAM_URL`, `MILLSTREAM_API_KEY`.
        buffer_requests: how many requests are held while Millstream is away.
        transport: an httpx transport, for tests.
    """

    def __init__(
        self,
        app: ASGIApp,
        name: str,
        *,
        url: str | None = None,
        api_key: str | None = None,
        buffer_requests: int = BUFFER_REQUESTS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.app = app
        place = Place.read()
        self._hostname = place.hostname
        self._server: tuple[str, int | None] | None = None
        self._router: Any = app
        self.reporter = RequestReporter(
            names.checked("the API's name", name),
            f"{names.slug(place.hostname, 50)}-{secrets.token_hex(4)}",
            Settings.read(url, api_key),
            self._describe,
            most=buffer_requests,
            transport=transport,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._watch(scope, receive, send)
        elif scope["type"] == "lifespan":
            self._router = scope.get("app") or self._router
            await self.app(scope, receive, self._closing(send))
        else:
            await self.app(scope, receive, send)

    async def _watch(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._server = scope.get("server") or self._server
        self._router = scope.get("app") or self._router
        root_path = scope.get("root_path", "")
        passing = _Passing(time.perf_counter(), datetime.now(UTC))

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                passing.status = message["status"]
                if _is_endless(message):
                    # A stream's length says nothing of the API's speed: it counts until it began.
                    self._tell(scope, root_path, passing)
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self._tell(scope, root_path, passing)

        with _Watching(scope) as span:
            try:
                await self.app(scope, receive, watched)
            except Exception as error:
                passing.status = passing.status or 500
                tracing.say_failed(span, error)
                raise
            finally:
                passing.status = passing.status or CLIENT_LEFT
                self._tell(scope, root_path, passing)
                _finish(span, template_of(scope, root_path), scope["method"], passing.status)

    def _tell(self, scope: Scope, root_path: str, passing: _Passing) -> None:
        if passing.told:
            return
        passing.told = True
        told: dict[str, Any] = {
            "id": uuid.uuid4().hex,
            "at": passing.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "method": scope["method"],
            "path": template_of(scope, root_path),
            "status": passing.status,
            "latency_ms": round((time.perf_counter() - passing.began) * 1000, 3),
            "instance_id": self.reporter.instance_id,
        }
        trace_id = tracing.trace_id()
        self.reporter.add(told | ({"trace_id": trace_id} if trace_id else {}))

    def _closing(self, send: Send) -> Send:
        async def watched(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                self.reporter.start()
            await send(message)

        return watched

    def _describe(self) -> dict[str, Any]:
        host, port = self._server or (None, None)
        return {"host": host, "port": port, "hostname": self._hostname, "endpoints": endpoints_of(self._router)}


class _Watching:
    """A server's span, the child of the caller's; none where another instrumentation has made one already."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._manager: Any = None

    def __enter__(self) -> Span:
        if trace.get_current_span().get_span_context().is_valid:
            return trace.INVALID_SPAN
        carrier = {
            key.decode("latin-1"): value.decode("latin-1")
            for key, value in self._scope.get("headers", ())
            if key in {b"traceparent", b"tracestate"}
        }
        attributes = {
            "http.request.method": self._scope["method"],
            "url.path": self._scope["path"],
            "url.scheme": self._scope.get("scheme", "http"),
        }
        self._manager = _tracer.start_as_current_span(
            self._scope["method"],
            context=tracing.parent_of(carrier),
            kind=SpanKind.SERVER,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        )
        span: Span = self._manager.__enter__()
        return span

    def __exit__(self, *error: Any) -> None:
        if self._manager is not None:
            self._manager.__exit__(*error)


def _finish(span: Span, template: str, method: str, status: int) -> None:
    span.set_attribute("http.response.status_code", status)
    if template != UNMATCHED:
        span.update_name(f"{method} {template}")
        span.set_attribute("http.route", template)
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR))


def _is_endless(message: Message) -> bool:
    return any(
        key.lower() == b"content-type" and value.startswith(b"text/event-stream")
        for key, value in message.get("headers", ())
    )
