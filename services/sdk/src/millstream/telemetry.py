"""Sending spans, where OpenTelemetry's standard variables ask for it and `millstream[otel]` is installed."""

from __future__ import annotations

import logging
from collections.abc import Callable

from millstream.settings import service_name, traces_wanted

log = logging.getLogger(__name__)


def configure_traces(service: str) -> Callable[[], None]:
    """Give this process a tracer provider that exports by OTLP, unless it has one or none is asked for.

    Args:
        service: `service.name`, unless OTEL_SERVICE_NAME says otherwise.

    Returns:
        What sends the rest, at the end of the process.
    """
    if not traces_wanted():
        return _nothing
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        log.warning("traces are asked for but %s is missing: pip install 'millstream[otel]'", error.name)
        return _nothing
    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return _nothing
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service_name(service)}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return provider.shutdown


def _nothing() -> None:
    """Nothing was configured, so nothing is to be closed."""
