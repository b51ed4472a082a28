"""openapi.json and asyncapi.json are what they claim to be, and say what the inventory and the schemas say."""

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from millstream_contracts.inventory import StreamSpec, load_inventory
from millstream_contracts.names import Stream
from millstream_contracts.payloads.parameters import PARAMETERS
from millstream_contracts.schemas import load_schemas

ROOT = Path(__file__).parents[2]
# The specification's own schema (github.com/asyncapi/spec-json-schemas, Apache-2.0) without its examples.
ASYNCAPI_SCHEMA = Path(__file__).parent / "asyncapi-3.0.0.schema.json"
INVENTORY = load_inventory()
OTLP = "/api/v1/otlp/v1/traces"  # which refuses as its own specification says
OPENAPI = json.loads((ROOT / "docs/reference/openapi.json").read_text(encoding="utf-8"))
ASYNCAPI = json.loads((ROOT / "docs/reference/asyncapi.json").read_text(encoding="utf-8"))
STREAM = pytest.mark.parametrize("stream", INVENTORY.stream_list, ids=lambda stream: stream.name)
# A shape of the streams → the REST model that shows the same.
SHARED = {
    "Artifact": "ArtifactOut",
    "JobTrends": "TrendsOut",
    "JobTrendHour": "HourOut",
    "ApiInstance": "InstanceOut",
    "ApiTrends": "Trends",
    "ApiTrendHour": "Hour",
    "WorkerPod": "PodOut",
} | {
    name: name
    for name in (
        "ApiInfo", "ApiOverview", "ApiEndpoint", "ApiDetail", "ApiList", "ApiRequestEvent",
        "WorkerInfo", "WorkerInstance", "WorkerList", "WorkerUsage", "WorkerDeployment", "WorkerAutoscaler", "ScalingMetric",
    )
}  # fmt: skip


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in OPENAPI["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def lost(document: dict[str, Any]) -> list[str]:
    """References that lead nowhere."""
    found = []
    for reference in set(references(document)):
        at: Any = document
        for part in reference.removeprefix("#/").split("/"):
            at = at.get(part.replace("~1", "/")) if isinstance(at, dict) else None
        if at is None:
            found.append(reference)
    return found


class TestOpenApi:
    def test_it_is_openapi(self) -> None:
        schemathesis.openapi.from_dict(OPENAPI).validate()
        assert lost(OPENAPI) == []

    def test_operations_have_names_of_their_own(self) -> None:
        names = [operation["operationId"] for _, _, operation in operations()]
        assert len(names) == len(set(names))

    def test_every_path_is_answered_by_the_service_the_route_table_names(self) -> None:
        assert [path for path, _, operation in operations() if operation["tags"] != [INVENTORY.service_of(path)]] == []

    def test_every_prefix_of_the_route_table_is_there(self) -> None:
        served = {r.prefix for r in INVENTORY.routes} - {"/", "/api/v1/auth", INVENTORY.alias_prefix}
        assert {prefix for prefix in served if not any(p.startswith(prefix) for p in OPENAPI["paths"])} == set()

    def test_every_operation_that_does_something_needs_a_scope(self) -> None:
        known = {s for group in INVENTORY.scopes.values() for s in group} | {s.scope for s in INVENTORY.stream_list}
        open_ones, of_anyone = [], []
        for path, method, operation in operations():
            needed = {scope for one in operation["security"] for scope in one["credential"]}
            assert needed <= known
            if not needed and "405" not in operation["responses"]:
                (of_anyone if operation["security"] else open_ones).append(f"{method} {path}")
        assert open_ones == []
        assert of_anyone == ["get /api/v1/dashboard/me"]  # whose a key is, it may ask itself

    def test_parameters_of_a_path_are_declared(self) -> None:
        for path, _, operation in operations():
            declared = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
            assert declared == {part[1:-1] for part in path.split("/") if part.startswith("{")}, path

    def test_every_error_is_described_as_a_problem_or_as_otlp_says(self) -> None:
        for path, method, operation in operations():
            refused = [answer for status, answer in operation["responses"].items() if status[0] in "45"]
            assert refused, (method, path)
            if path == OTLP:
                assert all(
                    answer["content"].keys() == {"application/x-protobuf", "application/json"} for answer in refused
                )
                continue
            assert all(answer == {"$ref": "#/components/responses/Refused"} for answer in refused), (method, path)

    @pytest.mark.parametrize("shape", SHARED)
    def test_rest_shows_what_streams_send(self, shape: str) -> None:
        assert fields(OPENAPI["components"]["schemas"][SHARED[shape]]) == fields(load_schemas().definition(shape))


def fields(schema: dict[str, Any]) -> dict[str, list[str]]:
    """Field → what kinds of value it may hold; all of them always present."""
    assert schema["required"] == list(schema["properties"])
    return {name: sorted(_kinds(value)) for name, value in schema["properties"].items()}


def _kinds(schema: dict[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        target = schema["$ref"].rsplit("/", 1)[-1]
        told = OPENAPI["components"]["schemas"].get(target, {})
        yield told["type"] if "enum" in told else SHARED.get(target, target)
    elif "anyOf" in schema:
        for choice in schema["anyOf"]:
            yield from _kinds(choice)
    elif schema.get("type") == "array":
        yield from (f"list of {kind}" for kind in _kinds(schema["items"]))
    else:
        yield schema["type"]


class TestAsyncApi:
    def test_it_is_asyncapi(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            validator = jsonschema_rs.Draft7Validator(json.loads(ASYNCAPI_SCHEMA.read_text(encoding="utf-8")))
        assert [f"{list(e.instance_path)}: {e.message}"[:300] for e in validator.iter_errors(ASYNCAPI)] == []
        assert lost(ASYNCAPI) == []

    @STREAM
    def test_a_stream_is_a_channel_with_its_types_and_what_it_says_of_itself(self, stream: StreamSpec) -> None:
        channel = ASYNCAPI["channels"][stream.name.replace(".", "-")]
        named = {ASYNCAPI["components"]["messages"][message]["name"] for message in channel["messages"]}
        assert channel["address"] == stream.endpoint
        assert named == {*stream.types, "CloudEvent", *(n for n in load_schemas().names if n.startswith("stream."))}

    def test_there_are_eight_and_the_combined_one(self) -> None:
        addresses = {channel["address"] for channel in ASYNCAPI["channels"].values()}
        assert addresses == {stream.endpoint for stream in INVENTORY.stream_list} | {INVENTORY.combined}
        assert ASYNCAPI["operations"].keys() == ASYNCAPI["channels"].keys()


@STREAM
def test_a_stream_may_be_asked_with_its_filters_and_nothing_else(stream: StreamSpec) -> None:
    described = load_schemas().definition(PARAMETERS[Stream(stream.name)].__name__)["properties"]
    assert set(described) == {*stream.filters, "envelope", "last_event_id", *(["since"] if stream.since else [])}
