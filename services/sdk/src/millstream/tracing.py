"""One trace from a request to the job it enqueued, by opentelemetry-api alone; without an SDK nothing is recorded.

Where nobody traces, a request that enqueues something gets an id of ours, so that it and its jobs are found together.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.context import Context as TraceContext
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from millstream import limits

_W3C = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("millstream")


# Not a `traceparent`: whoever gets one must record the trace or not as its flag says, and nobody has decided that here.
TRACE_ID_HEADER = "Millstream-Trace-Id"


@dataclass(slots=True)
class Untraced:
    """A request or an attempt that nobody traces; its id is made when it is first needed."""

    trace_id: str | None = None


untraced: ContextVar[Untraced | None] = ContextVar("millstream_untraced", default=None)


# The functions whose jobs a request has enqueued so far, each as often; None outside a request.
enqueued: ContextVar[list[str] | None] = ContextVar("millstream_enqueued", default=None)


def note_enqueued(function: str) -> None:
    """The request under way has enqueued a job of it."""
    noted = enqueued.get()
    if noted is not None and len(noted) < limits.REQUEST_JOBS:
        noted.append(function)


def origin() -> dict[str, str]:
    """What an enqueue says of where it comes from, as request headers; empty outside a request and an attempt."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    work = untraced.get()
    if carrier or work is None:
        return carrier
    if work.trace_id is None:
        work.trace_id = f"{random.getrandbits(128):032x}"
    return {TRACE_ID_HEADER: work.trace_id}


def parent_of(carrier: Mapping[str, str | None]) -> TraceContext:
    """The context somebody sent us."""
    return _W3C.extract({key: value for key, value in carrier.items() if value}, context=TraceContext())


def trace_id() -> str | None:
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None


@contextmanager
def enqueue_span(function: str, operation: str = "enqueue") -> Iterator[Span]:
    """A producer's span around one enqueue, or of what is emitted: then it has the event's type for a function."""
    attributes = {
        "messaging.system": "millstream",
        "messaging.operation.name": operation,
        "messaging.operation.type": "send",
        "messaging.destination.name": function,
    }
    name = f"{operation} {function}"
    with _tracer.start_as_current_span(name, kind=SpanKind.PRODUCER, attributes=attributes) as span:
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
