"""The published schemas say what the edge sends, and the edge serves them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contracts.validation import faults_of_event
from jsonschema import Draft202012Validator
from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import Endpoint, Instance
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import Pod
from millstream_contracts.ids import new_job_id
from millstream_contracts.names import EventType, Stream
from millstream_contracts.schemas import load_schemas
from millstream_kit.clock import SystemClock
from millstream_stream_edge import payloads
from millstream_stream_edge.frames import Control, GapReason, ReconnectReason, payload_of
from millstream_stream_edge.params import Params
from millstream_stream_edge.streams import SNAPSHOT_STREAMS, SnapshotStream
from millstream_stream_edge.tables import Table
from millstream_stream_edge.testing import (
    NOON_MS,
    Running,
    a_feed,
    a_job_event,
    a_job_hour,
    a_worker,
    an_api,
    an_api_hour,
    an_artifact_event,
    api_record,
    worker_record,
)

SCHEMAS = load_schemas()
JOB_TYPES = [t for t in EventType if t.startswith("job.")]
RAN: dict[str, Any] = {"worker_id": "w1", "attempt": 1, "max_retries": 3}
RECORDS = [
    api_record(an_api()),
    api_record(
        an_api(
            "full",
            instances=[Instance(id="i1", started_at_ms=NOON_MS, last_heartbeat_ms=NOON_MS, port=80)],
            endpoints=[Endpoint(method="GET", path="/", last_request_at_ms=NOON_MS)],
            error_rate=0.5,
        )
    ),
    worker_record(a_worker()),
    worker_record(a_worker("w2", pod=Pod(name="p", namespace="n"), hostname="h", version="1")),
    a_job_hour(NOON_MS, complete=1),
    an_api_hour(NOON_MS, success_2xx=1),
]


async def test_the_list_names_every_event_and_every_shape(running: Running) -> None:
    listed = (await running.client.http.get("/api/v1/schemas")).json()
    names = [entry["name"] for entry in listed["schemas"]]
    assert listed["total"] == len(names) == len(set(names))
    assert {*EventType, *Control} <= set(names)
    assert {"ApiInfo", "ApiOverview", "ApiEndpoint", "ApiRequestEvent", "WorkerInfo", "WorkerInstance", "Artifact"} <= {
        *names
    }
    told = {entry["name"]: entry["streams"] for entry in listed["schemas"]}
    assert told[EventType.API_SNAPSHOT] == ["apis", "api"]
    assert told["Artifact"] == []


async def test_each_stands_alone_and_is_a_schema_of_2020_12(running: Running) -> None:
    for entry in (await running.client.http.get("/api/v1/schemas")).json()["schemas"]:
        answer = await running.client.http.get(entry["path"])
        assert answer.headers["content-type"] == "application/schema+json"
        schema = answer.json()
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        referred = set(json.dumps(schema).split('"#/$defs/')[1:])
        assert {one.split('"')[0] for one in referred} == schema.get("$defs", {}).keys()


async def test_an_unknown_schema_is_a_404(running: Running) -> None:
    answer = await running.client.http.get("/api/v1/schemas/job.exploded")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_schema")


@pytest.mark.parametrize("type_", JOB_TYPES)
@pytest.mark.parametrize("more", [{}, {"parent_id": new_job_id(), "trace_id": "a" * 32}], ids=["least", "most"])
def test_a_job_event_is_what_its_schema_says(type_: EventType, more: dict[str, Any]) -> None:
    ran = {} if type_ == EventType.JOB_QUEUED else RAN
    assert faults_of_event(payloads.job_event(a_job_event(type_, **ran, **more))) == []


@pytest.mark.parametrize("type_", [EventType.ARTIFACT_CREATED, EventType.ARTIFACT_DELETED])
def test_an_artifact_event_is_what_its_schema_says(type_: EventType) -> None:
    assert faults_of_event(payloads.artifact_event(an_artifact_event(new_job_id(), type_=type_))) == []


def test_a_request_is_what_its_schema_says() -> None:
    feed = a_feed()
    assert faults_of_event(payloads.api_request(feed, feed.items[0])) == []


@pytest.mark.parametrize("kind", SNAPSHOT_STREAMS, ids=lambda kind: kind.name.value)
def test_a_snapshot_is_what_its_schema_says(kind: SnapshotStream) -> None:
    table = Table(kind.message)
    for record in RECORDS:
        if record.topic in kind.spec.topics:
            table.apply(record.key, record.value)
    path = {"name": "full"} if kind.name is Stream.API else {}
    view = kind.view(kind.filter(Params([]), path), table, SystemClock())
    told = [json.loads(payload_of(block)) for block in view.full()]
    assert told
    assert [fault for event in told for fault in faults_of_event(event)] == []


def test_control_events_and_their_reasons_are_those_of_the_schemas() -> None:
    assert {name for name in SCHEMAS.names if name.startswith("stream.")} == {*Control}
    for control, reasons in ((Control.GAP, GapReason), (Control.RECONNECT, ReconnectReason)):
        assert set(SCHEMAS.definition(control)["properties"]["reason"]["enum"]) == {*reasons}


async def test_what_a_stream_says_of_itself_is_what_its_schema_says(running: Running) -> None:
    async with running.client.open("/api/v1/stream?streams=workers,events&last_event_id=broken") as stream:
        await stream.until(lambda block: block.event is None)
        told = [block.data for block in stream.blocks if block.event is not None]
    assert {event["type"] for event in told} == {Control.OPEN, Control.GAP}
    assert [fault for event in told for fault in faults_of_event(event)] == []
