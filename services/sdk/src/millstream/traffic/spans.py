"""A server's span per request, the child of the caller's, so that jobs enqueued meanwhile continue the trace.

Where another instrumentation has made a span already there is none of ours. Without an OpenTelemetry SDK and without a
caller's trace nothing is recorded; a request that enqueues something has an id all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any

from opentelemetry import context, trace
from opentelemetry.context import Context as TraceContext
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from millstream import limits, tracing
from millstream.traffic.templates import UNMATCHED

_tracer = trace.get_tracer("millstream.traffic")
_NOTHING: Mapping[str, int] = MappingProxyType({})


class ServerSpan:
    """One request's; `enter` before the application, `leave` when its context ends, `finish` when it is answered."""

    __slots__ = ("_enqueued", "_enqueued_token", "_span", "_token", "_trace_id", "_untraced", "_untraced_token")

    def __init__(self) -> None:
        self._enqueued: list[str] = []
        self._enqueued_token: Any = None
        self._trace_id: str | None = None
        self._span: Span | None = None
        self._token: Any = None
        self._untraced: tracing.Untraced | None = None
        self._untraced_token: Any = None

    @property
    def trace_id(self) -> str | None:
        """The trace the request belongs to, as far as it is known now."""
        return self._untraced.trace_id if self._untraced else self._trace_id

    @property
    def enqueued(self) -> Mapping[str, int]:
        """How many jobs of which functions the request has enqueued until now; of many functions the first."""
        if not self._enqueued:
            return _NOTHING
        return dict(islice(Counter(self._enqueued).items(), limits.REQUEST_FUNCTIONS))

    def enter(self, carrier: Mapping[str, str], method: str, path: str, scheme: str) -> None:
        """Begin.

        Args:
            carrier: the request's `traceparent` and `tracestate`, if it has them.
        """
        self._enqueued_token = tracing.enqueued.set(self._enqueued)
        if trace.get_current_span().get_span_context().is_valid:
            self._trace_id = tracing.trace_id()
            return
        span = _tracer.start_span(
            method,
            context=tracing.parent_of(carrier) if carrier else TraceContext(),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": method, "url.path": path, "url.scheme": scheme},
        )
        if span.get_span_context().is_valid:
            self._span = span
            self._token = context.attach(trace.set_span_in_context(span))
            self._trace_id = tracing.trace_id()
        else:
            self._untraced = tracing.Untraced()
            self._untraced_token = tracing.untraced.set(self._untraced)

    def leave(self) -> None:
        """The application has returned; others' code runs in this thread or task from now on."""
        if self._enqueued_token is not None:
            tracing.enqueued.reset(self._enqueued_token)
            self._enqueued_token = None
        if self._token is not None:
            context.detach(self._token)
            self._token = None
        if self._untraced_token is not None:
            tracing.untraced.reset(self._untraced_token)
            self._untraced_token = None

    def finish(self, method: str, template: str, status: int, error: BaseException | None) -> None:
        """The request is answered."""
        span, self._span = self._span, None
        if span is None:
            return
        span.set_attribute("http.response.status_code", status)
        if template != UNMATCHED:
            span.update_name(f"{method} {template}")
            span.set_attribute("http.route", template)
        if error is not None:
            tracing.say_failed(span, error)
        elif status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end()
