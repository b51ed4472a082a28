"""Traces by OpenTelemetry's standard variables; without them, nothing is built and nothing is recorded."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Receive, Scope, Send

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

_W3C = TraceContextTextMapPropagator()
# A span of an hour per stream, or one per probe, tells nothing.
_NO_SPAN = r"/stream(\?|$),/livez,/readyz,/metrics"
# The trace of a caller who records none and so cannot say whether others should: what that is left to, is as it was.
_TRACE_ID_HEADER = b"millstream-trace-id"
_TRACE_ID = re.compile(rb"(?!0{32})[0-9a-f]{32}")
_named: ContextVar[str | None] = ContextVar("named_trace", default=None)


class Telemetry:
    """One service's tracer.

    Args:
        service: used as `service.name` unless OTEL_SERVICE_NAME says otherwise.
        exporter: where spans go; None builds the OTLP exporter when the environment names an endpoint.
    """

    def __init__(self, service: str, exporter: SpanExporter | None = None) -> None:
        is_on = exporter is not None or _is_on()
        self.provider = _provider(os.environ.get("OTEL_SERVICE_NAME", service), exporter) if is_on else None
        self.tracer = trace.get_tracer(service, tracer_provider=self.provider or trace.NoOpTracerProvider())

    def instrument(self, app: ASGIApp) -> ASGIApp:
        """A span per request of `app`, none per chunk sent; `app` itself when tracing is off."""
        if self.provider is None:
            return _NamedTrace(_PassContext(app))
        from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware

        return _NamedTrace(
            OpenTelemetryMiddleware(
                app, excluded_urls=_NO_SPAN, tracer_provider=self.provider, exclude_spans=["send", "receive"]
            )
        )

    @property
    def is_on(self) -> bool:
        """Whether spans are recorded at all."""
        return self.provider is not None

    def record(self, name: str, traceparent: str, since_ms: int, attributes: Mapping[str, str | int]) -> None:
        """A span that ends now, in the trace a record was written in; none when that trace is not recorded.

        Args:
            traceparent: the record's, W3C.
            since_ms: when it began, Unix milliseconds.
        """
        context = context_from(traceparent)
        if trace.get_current_span(context).get_span_context().trace_flags.sampled:
            span = self.tracer.start_span(
                name, context, trace.SpanKind.CONSUMER, attributes, start_time=since_ms * 1_000_000
            )
            span.end()

    def close(self) -> None:
        """Send what is still buffered."""
        if self.provider is not None:
            self.provider.shutdown()


def _provider(name: str, exporter: SpanExporter | None) -> TracerProvider:
    # Most processes record nothing; they need not wait for this to be imported.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class Ids(RandomIdGenerator):
        """A trace that begins with us has the id its caller named."""

        def generate_trace_id(self) -> int:
            named = _named.get()
            return super().generate_trace_id() if named is None else int(named, 16)

    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: name}), id_generator=Ids())
    provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
    return provider


class _NamedTrace:
    """Remembers the trace a caller named that has no context to carry."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = next((v for k, v in scope.get("headers", ()) if k == _TRACE_ID_HEADER), None)
        if said is None or _TRACE_ID.fullmatch(said) is None:
            await self._app(scope, receive, send)
            return
        token = _named.set(said.decode("ascii"))
        try:
            await self._app(scope, receive, send)
        finally:
            _named.reset(token)


class _PassContext:
    """Carries the caller's trace context through a service that records no spans itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        carrier = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope.get("headers", ()) if k == b"traceparent"}
        if not carrier:
            await self._app(scope, receive, send)
            return
        token = otel_context.attach(_W3C.extract(carrier, context=Context()))
        try:
            await self._app(scope, receive, send)
        finally:
            otel_context.detach(token)


def current_trace_id() -> str | None:
    """The trace of the work at hand, 32 hex digits; None outside any trace."""
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else _named.get()


def current_traceparent() -> str | None:
    """The W3C `traceparent` of the work at hand; None outside any trace."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get("traceparent")


def context_from(traceparent: str | None) -> Context:
    """The context a stored `traceparent` describes; an empty one for None or garbage."""
    carrier: Mapping[str, str] = {"traceparent": traceparent} if traceparent else {}
    return _W3C.extract(carrier, context=Context())


def _is_on() -> bool:
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or os.environ.get("OTEL_TRACES_EXPORTER") == "none":
        return False
    return bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))
