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


Found = dict[str, str]  # parameters of paths that lead to something


@pytest.fixture(scope="module")
def base_url(served: tuple[str, Found]) -> str:
    return served[0]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Found]]:
    """The service on a port, in a thread of its own, with a function, a job, its artifact and a bulk action to find."""
    settings_ = JobsSettings(
        auth=AuthSettings(mode="off"), data_dir=tmp_path_factory.mktemp("jobs"), port=free_port(), lease_poll_s=0.1
    )
    with serving_aside(settings_, create_app(settings_)) as url:
        with httpx.Client(base_url=url, headers={"Millstream-Protocol": "1"}) as http:
            listening = {"key": "e", "type": "event", "pattern": "*"}
            by_clock = {"key": "a", "type": "cron", "schedule": "0 0 1 1 *"}
            http.post("/api/v1/functions", json={"functions": [by_clock, listening]})
            job_id = http.post("/api/v1/jobs", json={"function": "a"}).json()["id"]
            made = {"name": "a.json", "type": "json", "data": [1]}
            artifact_id = http.post(f"/api/v1/jobs/{job_id}/artifacts", json=made).json()["id"]
            action_id = http.post("/api/v1/jobs/bulk", json={"action": "cancel", "filter": {}}).json()["id"]
        yield url, {"key": "a", "job_id": job_id, "artifact_id": artifact_id, "action_id": action_id}


DESCRIBED = create_app(JobsSettings(auth=AuthSettings(mode="off"))).openapi()
schema = schemathesis.openapi.from_dict(DESCRIBED)


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


@pytest.mark.parametrize("path", [p for p, methods in DESCRIBED["paths"].items() if "{" in p and "get" in methods])
def test_what_is_there_is_answered_as_described(path: str, served: tuple[str, Found]) -> None:
    """Made-up names lead to nothing; these do not."""
    url, found = served
    case = schema[path]["GET"].Case(path_parameters=found)
    response = case.call(base_url=url, timeout=20)
    assert response.status_code in (200, 307), response.text
    case.validate_response(response, checks=CHECKS)
