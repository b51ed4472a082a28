"""What the inventory and the schemas promise of the streams, asked of the services over HTTP."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from millstream_contracts.inventory import StreamSpec, load_inventory
from millstream_contracts.names import Stream
from millstream_contracts.payloads.parameters import PARAMETERS
from millstream_contracts.schemas import load_schemas
from system.reader import Event, Reader, reading

from contracts.joining import KEPT, JobTable, age_of
from contracts.keys import WITHIN
from contracts.provoking import PROVOKED, gap
from contracts.recording import API, OTHER_API, PATIENCE_S, Recording, combined_path
from contracts.validation import faults, faults_of_event

INVENTORY = load_inventory()
SCHEMAS = load_schemas()
STREAMS = INVENTORY.stream_list
OPENAPI = json.loads((Path(__file__).parents[2] / "docs/reference/openapi.json").read_text(encoding="utf-8"))
CONTROLS = [name for name in SCHEMAS.names if name.startswith("stream.")]
STREAM = pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
pytestmark = pytest.mark.timeout(600)


# ---------------------------------------------------------------- events


@pytest.mark.parametrize(
    ("stream", "type_"), [(s, t) for s in STREAMS for t in s.types], ids=lambda v: getattr(v, "name", v)
)
def test_a_stream_tells_its_types_as_their_schemas_say(stream: StreamSpec, type_: str, recording: Recording) -> None:
    told = [event for event in recording.told[stream.name] if event["type"] == type_]
    assert told
    assert [fault for event in told for fault in faults_of_event(event)] == []


@STREAM
def test_a_stream_tells_nothing_else(stream: StreamSpec, recording: Recording) -> None:
    told = recording.told[stream.name]
    assert {event["type"] for event in told} <= {*stream.types}
    assert len({event["event_id"] for event in told}) == len(told)


@STREAM
def test_one_connection_carries_it_in_an_envelope(stream: StreamSpec, recording: Recording) -> None:
    told = [event for event in recording.told["combined"] if event["stream"] == stream.name]
    assert told
    assert {event["data"]["type"] for event in told} <= {*stream.types}
    assert [fault for event in told for fault in faults("StreamEnvelope", event) + faults_of_event(event["data"])] == []


# ---------------------------------------------------------------- filters


def of_request(name: str) -> Callable[[Event], Any]:
    return lambda event: event["request"][name]


# What of an event a filter looks at; an event fits where it is the value asked for, or not less than the least.
LOOKS_AT: dict[str, Callable[[Event], Any]] = {
    "function": lambda event: event["function"],
    "job_id": lambda event: event["job_id"],
    "root_id": lambda event: event["root_id"],
    "types": lambda event: event["type"],
    "api_name": of_request("api_name"),
    "method": of_request("method"),
    "status_class": lambda event: f"{event['request']['status'] // 100}xx",
    "min_latency_ms": of_request("latency_ms"),
}
LOG_FILTERS = [(stream, name) for stream in STREAMS if stream.kind == "log" for name in stream.filters]
TREND_FILTERS = {"hours": ("1", "168"), "function": ("quick",), "type": ("task",), "api_name": (API, OTHER_API)}
SNAPSHOT_FILTERS = [
    (stream, name, value)
    for stream in STREAMS
    if stream.kind == "snapshot"
    for name in stream.filters
    for value in TREND_FILTERS[name]
]


async def replayed(
    recording: Recording, stream: StreamSpec, enough: Callable[[Reader], bool], **query: str
) -> list[Event]:
    """What a stream tells from the beginning of the recording to where it has nothing more to say."""
    path = str(httpx.URL(recording.path_of(stream), params={"since": recording.began_at, **query}))
    async with reading(recording.system.url, path, recording.keys.holding(stream.scope)) as reader:
        await reader.until(lambda: enough(reader), PATIENCE_S)
        seen = len(reader.controls)
        await reader.until(lambda: any(c["type"] == "stream.position" for c in reader.controls[seen:]), PATIENCE_S)
        return reader.events


def in_order_of_key(events: list[Event]) -> dict[str, list[str]]:
    """Order is promised for each job, and for each API."""
    found: dict[str, list[str]] = {}
    for event in events:
        found.setdefault(event.get("job_id") or event["request"]["api_name"], []).append(event["event_id"])
    return found


@pytest.mark.parametrize("stream", [s for s in STREAMS if s.since], ids=lambda stream: stream.name)
async def test_since_tells_all_of_it_again(stream: StreamSpec, recording: Recording) -> None:
    live = recording.told[stream.name]
    ids = {event["event_id"] for event in live}
    again = await replayed(recording, stream, lambda reader: ids <= {event["event_id"] for event in reader.events})
    assert in_order_of_key([event for event in again if event["event_id"] in ids]) == in_order_of_key(live)


@pytest.mark.parametrize(("stream", "name"), LOG_FILTERS, ids=lambda v: getattr(v, "name", v))
async def test_a_filter_lets_through_what_fits_and_nothing_else(
    stream: StreamSpec, name: str, recording: Recording
) -> None:
    look, everything = LOOKS_AT[name], recording.told[stream.name]
    values = sorted({look(event) for event in everything})
    value = values[len(values) // 2]
    fitting = [e for e in everything if (look(e) >= value if name.startswith("min_") else look(e) == value)]
    assert 0 < len(fitting) < len(everything)
    told = await replayed(recording, stream, lambda reader: len(reader.events) >= len(fitting), **{name: str(value)})
    assert in_order_of_key(told) == in_order_of_key(fitting)


@pytest.mark.parametrize(("stream", "name", "value"), SNAPSHOT_FILTERS, ids=lambda v: getattr(v, "name", v))
async def test_a_filtered_snapshot_is_what_rest_says(
    stream: StreamSpec, name: str, value: str, recording: Recording
) -> None:
    query = f"?{name}={value}"
    system = recording.system
    async with (
        reading(system.url, recording.path_of(stream) + query, recording.keys.holding(stream.scope)) as reader,
        httpx.AsyncClient(base_url=system.url, headers=system.headers, timeout=30) as client,
    ):
        await reader.until(lambda: reader.events)
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            said = (await client.get(recording.path_of(stream, stream.snapshot) + query)).raise_for_status().json()
            if reader.events[-1]["trends"] == said:
                break
            assert asyncio.get_running_loop().time() < deadline, (reader.events[-1], said)
            await asyncio.sleep(0.1)
    assert len(said["hourly"]) == (int(value) if name == "hours" else 24)
    assert [fault for event in reader.events for fault in faults_of_event(event)] == []


FITS = {name: fitting for name, (fitting, _) in WITHIN.items()} | {
    "since": "2026-01-31T23:59:59Z",
    "method": "GET",
    "status_class": "2xx",
    "min_latency_ms": "1",
    "hours": "2",
    "type": "task",
}


def refused_values(stream: StreamSpec) -> Iterator[tuple[str, str]]:
    """Queries that break what the schema of a stream's parameters says, and the field at fault."""
    described = SCHEMAS.definition(PARAMETERS[Stream(stream.name)].__name__)["properties"]
    for name, schema in described.items():
        one = schema.get("items", schema)
        one = SCHEMAS.definition(one["$ref"].rsplit("/", 1)[-1]) if "$ref" in one else one
        if "minimum" in one:
            yield f"{name}={one['minimum'] - 1}", name
        if "maximum" in one:
            yield f"{name}={one['maximum'] + 1}", name
        if one.keys() & {"minimum", "pattern", "enum", "format"}:
            yield f"{name}=!", name
        if schema.get("type") != "array" and one.keys() & {"minimum", "pattern", "enum", "format"}:
            yield f"{name}={FITS[name]}&{name}={FITS[name]}", name
    every = {name for other in STREAMS for name in (*other.filters, "since")}
    for name in sorted({"colour", *every} - described.keys()):
        yield f"{name}=1", name


@pytest.mark.parametrize(
    ("stream", "query", "field"),
    [(s, *r) for s in STREAMS for r in refused_values(s)],
    ids=lambda v: getattr(v, "name", v),
)
def test_a_query_out_of_its_bounds_is_refused_by_name(
    stream: StreamSpec, query: str, field: str, recording: Recording, client: httpx.Client
) -> None:
    answer = client.get(f"{recording.path_of(stream)}?{query}", headers=recording.keys.holding(stream.scope))
    assert answer.status_code == 422, answer.text
    problem = refusal(answer)
    assert field in {fault["field"] for fault in problem["errors"]}


def refusal(answer: httpx.Response) -> dict[str, Any]:
    """The problem a refusal is."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert faults("Problem", problem) == []
    assert problem["status"] == answer.status_code
    return problem


def check_refusal(answer: httpx.Response, operation: dict[str, Any]) -> None:
    """That it is what the operation says of itself: a problem, unless it has a form of its own."""
    own_forms = operation["responses"]["4XX"].get("content")
    if own_forms is None:
        refusal(answer)
        return
    schema = own_forms[answer.headers["content-type"]]["schema"]
    assert list(Draft202012Validator(schema).iter_errors(answer.json())) == []


# ---------------------------------------------------------------- scopes

WELL_FORMED = {
    "job_id": "job_" + "9" * 26,
    "artifact_id": "art_" + "9" * 26,
    "action_id": "bulk_" + "9" * 26,
    "view_id": "view_" + "9" * 26,
}
PROTOCOL = {"Millstream-Protocol": "1"}
# Contents need payloads:read as well.
NEED_MORE = {"/api/v1/artifacts/{artifact_id}/content", "/api/v1/jobs/{job_id}/logs"}


def status(client: httpx.Client, path: str, headers: dict[str, str]) -> int:
    """How a stream answers; what it says of a refusal is a problem."""
    with client.stream("GET", path, headers=headers) as answer:
        if answer.status_code != 200:
            answer.read()
            refusal(answer)
        return answer.status_code


@STREAM
def test_a_stream_needs_a_credential_and_its_scope(
    stream: StreamSpec, recording: Recording, client: httpx.Client
) -> None:
    path, keys = recording.path_of(stream), recording.keys
    assert status(client, path, {}) == 401
    assert status(client, path, {"Authorization": f"Bearer ms_{'0' * 16}_{'0' * 48}"}) == 401
    assert status(client, path, keys.lacking(stream.scope)) == 403
    assert status(client, path, keys.holding(stream.scope)) == 200


@pytest.mark.parametrize("stream", [s for s in STREAMS if s.narrowed_by], ids=lambda stream: stream.name)
def test_a_narrowed_scope_admits_what_lies_within_it(
    stream: StreamSpec, recording: Recording, client: httpx.Client
) -> None:
    for name in stream.narrowed_by:
        inside, outside = (WITHIN[name][0], WITHIN[name][1])
        resource = inside if stream.is_dynamic else f"{name}:{inside}"
        headers = recording.keys.holding(f"{stream.scope}/{resource}")
        paths = [
            stream.endpoint.format(**{name: value}) if stream.is_dynamic else f"{stream.endpoint}?{name}={value}"
            for value in (inside, outside)
        ]
        assert [status(client, path, headers) for path in paths] == [200, 403]
        assert stream.is_dynamic or status(client, stream.endpoint, headers) == 403


OPERATIONS = [
    pytest.param(method, path, [s for one in operation["security"] for s in one["credential"]], id=f"{method} {path}")
    for path, methods in OPENAPI["paths"].items()
    for method, operation in methods.items()
    if operation["security"]
]


@pytest.mark.parametrize(("method", "path", "scopes"), OPERATIONS)
def test_an_operation_needs_a_credential_and_one_of_its_scopes(
    method: str, path: str, scopes: list[str], recording: Recording, client: httpx.Client
) -> None:
    url = re.sub(r"\{(\w+)\}", lambda match: WELL_FORMED.get(match[1], "some"), path)
    url = combined_path(recording) if path == INVENTORY.combined else url
    refusals = [({}, 401), *([(recording.keys.lacking(*scopes), 403)] if scopes else [])]
    for headers, expected in refusals:
        answer = client.request(method, url, headers=headers | PROTOCOL)
        assert answer.status_code == expected, answer.text
        check_refusal(answer, OPENAPI["paths"][path][method])
    for scope in scopes:
        with client.stream(method, url, headers=recording.keys.holding(scope) | PROTOCOL) as answer:
            assert answer.status_code not in {401, 403} or path in NEED_MORE


# ---------------------------------------------------------------- what a stream says of itself


def test_every_control_event_is_provoked() -> None:
    assert {*PROVOKED} == {*CONTROLS}


@pytest.mark.parametrize("control", CONTROLS)
async def test_a_control_event_is_what_its_schema_says(control: str, recording: Recording) -> None:
    said = await PROVOKED[control](recording)
    assert control in {event["type"] for event in said}
    assert [fault for event in said for fault in faults_of_event(event)] == []


@STREAM
def test_a_stream_opens_and_says_nothing_unknown_of_itself(stream: StreamSpec, recording: Recording) -> None:
    said = recording.controls[stream.name]
    assert said[0]["type"] == "stream.open"
    assert [fault for event in said for fault in faults_of_event(event)] == []


@STREAM
async def test_a_gap_names_the_rest_path_that_says_how_things_stand(stream: StreamSpec, recording: Recording) -> None:
    told = next(event for event in await gap(recording, stream) if event["type"] == "stream.gap")
    assert (told["reason"], told["snapshot"]) == ("invalid_position", recording.path_of(stream, stream.snapshot))
    system = recording.system
    async with httpx.AsyncClient(base_url=system.url, headers=system.headers, timeout=30) as client:
        assert (await client.get(told["snapshot"])).status_code == 200


# ---------------------------------------------------------------- joining the stream and REST


def test_reads_and_events_in_any_order_end_at_the_servers_truth(recording: Recording) -> None:
    """A stream opened at any moment, reads asked for afterwards and answered late, events heard again."""

    @settings(max_examples=200)
    @given(
        job_id=st.sampled_from(sorted(recording.rows)),
        opened=st.floats(0, 1),
        again=st.floats(0, 1),
        reads=st.lists(st.integers(0, 999), min_size=1, max_size=4),
        turns=st.lists(st.booleans(), max_size=30),
    )
    def at_any_time(job_id: str, opened: float, again: float, reads: list[int], turns: list[bool]) -> None:
        rows, events = recording.rows[job_id], [e for e in recording.told["events"] if e["job_id"] == job_id]
        missed, heard = events[: round(opened * len(events))], events[round(opened * len(events)) :]
        asked_at = max(map(age_of, missed), default=(0, ""))
        readable = [row for row in rows if age_of(row) >= asked_at]
        answers = iter([readable[read % len(readable)] for read in reads])
        arriving = iter(heard[: round(again * len(heard))] + heard)
        table = JobTable()
        for is_read in turns:
            if is_read and (row := next(answers, None)):
                table.read(row)
            elif not is_read and (event := next(arriving, None)):
                table.hear(event)
        for row in answers:
            table.read(row)
        for event in arriving:
            table.hear(event)
        assert table.row == {name: rows[-1][name] for name in KEPT}

    at_any_time()
