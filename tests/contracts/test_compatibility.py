"""What the last release promised still holds; and the comparison sees each way of breaking it."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from contracts.compatibility import RELEASED, breaks, promised

NOW = promised()
Change = Callable[[dict[str, Any]], object]


def test_clients_of_the_last_release_are_understood() -> None:
    assert breaks(json.loads(RELEASED.read_text(encoding="utf-8")), NOW) == []


def event(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told["streams"]["JobFailed"]
    return found


def shape(told: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = told["shapes"][name]
    return found


def parameter(told: dict[str, Any], name: str) -> dict[str, Any]:
    parameters = told["paths"]["/api/v1/jobs"]["get"]["parameters"]
    found: dict[str, Any] = next(p for p in parameters if p["name"] == name)
    return found


BREAKING: dict[str, Change] = {
    "JobFailed is gone": lambda t: t["streams"].pop("JobFailed"),
    "JobFailed.job_id is gone": lambda t: event(t)["properties"].pop("job_id"),
    "JobFailed.job_id may be missing": lambda t: event(t)["required"].remove("job_id"),
    "JobFailed.job_id may be integer": lambda t: event(t)["properties"]["job_id"].update(type=["string", "integer"]),
    "JobFailed.seq may be null": lambda t: event(t)["properties"].update(
        seq={"anyOf": [event(t)["properties"]["seq"], {"type": "null"}]}
    ),
    "GET /api/v1/jobs is gone": lambda t: t["paths"]["/api/v1/jobs"].pop("get"),
    "GET /api/v1/jobs?.function is gone": lambda t: t["paths"]["/api/v1/jobs"]["get"]["parameters"].remove(
        parameter(t, "function")
    ),
    "GET /api/v1/jobs?.limit has maximum 10, was 1000": lambda t: parameter(t, "limit")["schema"].update(maximum=10),
    "GET /api/v1/jobs?.limit must be given": lambda t: parameter(t, "limit").update(required=True),
    "GET /api/v1/jobs?.function must match ^x$, was ^[a-z0-9][a-z0-9._-]{0,62}$": lambda t: parameter(t, "function")[
        "schema"
    ]["anyOf"][0].update(pattern="^x$"),
    "GET /api/v1/jobs 200.jobs[].id is gone": lambda t: shape(t, "JobOut")["properties"].pop("id"),
    "POST /api/v1/jobs body.tags may no longer be array": lambda t: shape(t, "EnqueueIn")["properties"].update(
        tags={"type": "string"}
    ),
}
HARMLESS: dict[str, Change] = {
    "a further event": lambda t: t["streams"].update(JobForgotten={"properties": {"type": {"const": "job.forgotten"}}}),
    "a further field": lambda t: event(t)["properties"].update(more={"type": "string"}),
    "a further parameter": lambda t: t["paths"]["/api/v1/jobs"]["get"]["parameters"].append(
        {"name": "more", "in": "query", "required": False, "schema": {"type": "string"}}
    ),
    "a wider limit": lambda t: parameter(t, "limit")["schema"].update(maximum=5000),
}


@pytest.mark.parametrize("said", BREAKING)
def test_a_break_is_named(said: str) -> None:
    after = copy.deepcopy(NOW)
    BREAKING[said](after)
    assert said in breaks(NOW, after)


@pytest.mark.parametrize("what", HARMLESS)
def test_what_only_adds_breaks_nothing(what: str) -> None:
    after = copy.deepcopy(NOW)
    HARMLESS[what](after)
    assert breaks(NOW, after) == []
