"""One trace from a request to the job it enqueued, by opentelemetry-api alone; without an SDK nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context as TraceContext
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_W3C = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("millstream")


def traceparent() -> dict[str, str]:
    """The current context as request headers; empty outside a trace."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier


def parent_of(carrier: Mapping[str, str | None]) -> TraceContext:
    """The context somebody sent us."""
    return _W3C.extract({key: value for key, value in carrier.items() if value}, context=TraceContext())


def trace_id() -> str | None:
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None


@contextmanager
def enqueue_span(function: str) -> Iterator[Span]:
    """A producer's span around one enqueue."""
    attributes = {
        "messaging.system": "millstream",
        "messaging.operation.name": "enqueue",
        "messaging.operation.type": "send",
        "messaging.destination.name": function,
    }
    with _tracer.start_as_current_span(f"enqueue {function}", kind=SpanKind.PRODUCER, attributes=attributes) as span:
        yield span


@contextmanager
def run_span(function: str, job_id: str, attempt: int, worker_id: str, parent: str | None) -> Iterator[Span]:
    """A consumer's span around one attempt, the child of what enqueued the job."""
    attributes: dict[str, str | int] = {
        "messaging.system": "millstream",
        "messaging.operation.name": "run",
        "messaging.operation.type": "process",
        "messaging.destination.name": function,
        "messaging.message.id": job_id,
        "messaging.client.id": worker_id,
        "millstream.job.attempt": attempt,
    }
    with _tracer.start_as_current_span(
        f"run {function}",
        context=parent_of({"traceparent": parent}),
        kind=SpanKind.CONSUMER,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        yield span


def say_failed(span: Span, error: BaseException) -> None:
    span.record_exception(error)
    span.set_attribute("error.type", type(error).__qualname__)
    span.set_status(Status(StatusCode.ERROR, str(error)))
