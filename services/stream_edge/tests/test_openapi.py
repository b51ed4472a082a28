"""Whatever is asked of it, the edge answers with a stream or with a problem document, and never with a surprise.

Streams do not end, so the answer is judged by its head; the description is made from the inventory.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from millstream_contracts.inventory import load_inventory
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import free_port, serving_aside
from millstream_stream_edge.app import create_app
from millstream_stream_edge.settings import EdgeSettings

INVENTORY = load_inventory()
# The edge in the other thread jitters with `random` while examples are made in this one.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")
KINDS: dict[str, dict[str, Any]] = {
    "envelope": {"enum": ["cloudevents", "xml"]},
    "hours": {"type": "integer", "minimum": -3, "maximum": 300},
    "min_latency_ms": {"type": "number"},
    "status_class": {"enum": ["2xx", "3xx", "4xx", "5xx", "6xx"]},
    "since": {"type": "string", "format": "date-time"},
    "types": {"enum": ["job.queued", "job.queued,job.failed", "job", ""]},
}


def description() -> dict[str, Any]:
    paths = {
        s.endpoint: operation([*s.filters, "envelope", "last_event_id", "since"], s.endpoint)
        for s in INVENTORY.stream_list
    }
    paths[INVENTORY.combined] = operation(["streams", "sub", "envelope", "since", "last_event_id"], "")
    paths[f"{INVENTORY.alias_prefix}/{{rest}}"] = operation(["function"], "{rest}")
    paths[f"{INVENTORY.api_base}/streams"] = operation([], "")
    paths[f"{INVENTORY.api_base}/schemas/{{name}}"] = operation([], "{name}")
    return {"openapi": "3.1.0", "info": {"title": "edge", "version": "0"}, "paths": paths}


def operation(query: list[str], path: str) -> dict[str, Any]:
    parameters = [{"in": "query", "name": name, "schema": KINDS.get(name, {"type": "string"})} for name in query]
    for name in ("name", "job_id", "rest"):
        if f"{{{name}}}" in path:
            parameters.append({"in": "path", "name": name, "required": True, "schema": {"type": "string"}})
    parameters.append({"in": "header", "name": "Last-Event-ID", "schema": {"type": "string"}})
    return {"get": {"parameters": parameters, "responses": {"default": {"description": "a stream or a problem"}}}}


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An edge on a port, in a thread of its own."""
    given = EdgeSettings(auth=AuthSettings(mode="off"), data_dir=tmp_path_factory.mktemp("edge"), port=free_port())
    with serving_aside(given, create_app(given)) as url:
        yield url


schema = schemathesis.openapi.from_dict(description())


@schema.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_it_answers_with_a_stream_or_a_problem(case: schemathesis.Case, base_url: str) -> None:
    asked = case.as_transport_kwargs(base_url=base_url)
    with (
        requests.Session() as session,
        session.request(**asked, stream=True, timeout=20, allow_redirects=False) as answer,
    ):
        kind = answer.headers["content-type"]
        if answer.status_code == 200:
            assert kind in {"text/event-stream; charset=utf-8", "application/json"}
            return
        assert answer.status_code in {401, 403, 404, 405, 422, 501}, answer.text
        assert kind == "application/problem+json"
        assert answer.json()["code"]
