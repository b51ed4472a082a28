"""Whatever is sent, the service answers as its OpenAPI document says, and never with a surprise."""

from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import free_port, serving_aside
from millstream_workers.app import create_app
from millstream_workers.settings import WorkersSettings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service on a port, in a thread of its own, with something to find."""
    given = WorkersSettings(
        auth=AuthSettings(mode="off"), data_dir=tmp_path_factory.mktemp("workers"), port=free_port()
    )
    with serving_aside(given, create_app(given)) as url:
        beat = {
            "worker_name": "a",
            "started_at": "2026-01-01T00:00:00Z",
            "functions": [],
            "concurrency": 1,
            "active_jobs": 0,
        }
        beat |= {"jobs_processed": 0, "jobs_failed": 0, "state": "active", "interval_s": 60}
        assert httpx.post(f"{url}/api/v1/workers/0/heartbeat", json=beat).status_code == 204
        yield url


schema = schemathesis.openapi.from_dict(create_app(WorkersSettings(auth=AuthSettings(mode="off"))).openapi())


@schema.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_it_answers_as_described(case: schemathesis.Case, base_url: str) -> None:
    response = case.call(base_url=base_url, timeout=20, allow_redirects=False)
    case.validate_response(response, checks=CHECKS if response.status_code != 501 else CHECKS[1:])
