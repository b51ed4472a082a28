"""Whatever its own description allows, and much it does not, is answered without surprise."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from millstream_jobs.app import create_app
from millstream_jobs.settings import JobsSettings
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import free_port, serving_aside
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service on a port, in a thread of its own, with a function and a job to find."""
    settings_ = JobsSettings(
        auth=AuthSettings(mode="off"), data_dir=tmp_path_factory.mktemp("jobs"), port=free_port(), lease_poll_s=0.1
    )
    with serving_aside(settings_, create_app(settings_)) as url:
        with httpx.Client(base_url=url, headers={"Millstream-Protocol": "1"}) as http:
            http.post("/api/v1/functions", json={"functions": [{"key": "a"}]})
            http.post("/api/v1/jobs", json={"function": "a"})
        yield url


schema = schemathesis.openapi.from_dict(create_app(JobsSettings(auth=AuthSettings(mode="off"))).openapi())


@schema.parametrize()
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_it_answers_as_described(case: schemathesis.Case, base_url: str) -> None:
    if "leases" in case.path or case.path == "/api/v1/functions":
        case.headers["Millstream-Protocol"] = "1"
    if isinstance(case.body, dict) and isinstance(case.body.get("wait_s"), int | float):
        case.body["wait_s"] = 0
    response = case.call(base_url=base_url, timeout=20)
    checks = CHECKS if response.status_code != 501 else CHECKS[1:]
    case.validate_response(response, checks=checks)
