"""metrics.md from the metric registries of the services."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import Metric

from generators.markdown import ROOT, code, codes, link, table

INTRO = """# Metrics

In Prometheus' text form at `/metrics` of every service: on its health port in the cluster (9000), on its own port
otherwise. In local mode the services share a port, so each has a path: `/metrics/jobs`, `/metrics/apis`,
`/metrics/workers`, `/metrics/stream-edge`. Every service also reports its process (`process_*`, `python_*`).
No label carries a user, an address or the name of a resource that callers choose freely.
"""
SERVICES = {"jobs": "jobs", "apis": "apis", "workers": "workers", "stream-edge": "stream_edge"}


def page() -> str:
    """The page."""
    parts = [INTRO]
    for title, folder in SERVICES.items():
        path = f"services/{folder}/src/millstream_{folder}/metrics.py"
        if not (ROOT / path).exists():
            continue
        rows = [(code(_name(m)), m.type, codes(labels), m.documentation) for m, labels in _metrics(folder)]
        parts += [
            f"## {title}\n\nDefined in {link(path, path)}.\n",
            table(("metric", "kind", "labels", "meaning"), rows),
            "",
        ]
    return "\n".join(parts)


def _metrics(folder: str) -> Iterator[tuple[Metric, tuple[str, ...]]]:
    registry = CollectorRegistry()
    module = importlib.import_module(f"millstream_{folder}.metrics")
    made: list[Callable[[CollectorRegistry], object]] = [
        kind
        for kind in vars(module).values()
        if inspect.isclass(kind)
        and kind.__module__ == module.__name__
        and "registry" in inspect.signature(kind).parameters
    ]
    for make in made:
        make(registry)
    for collector in registry._collector_to_names:
        assert isinstance(collector, MetricWrapperBase)
        for metric in collector.describe():
            yield metric, tuple(collector._labelnames)


def _name(metric: Metric) -> str:
    return f"{metric.name}_total" if metric.type == "counter" else metric.name
