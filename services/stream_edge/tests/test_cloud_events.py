"""Row 24: whoever asks with `envelope=cloudevents` gets each data event as a CloudEvent 1.0; nobody else notices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from contracts.validation import faults
from millstream_contracts.headers import TRACEPARENT
from millstream_contracts.ids import new_job_id
from millstream_contracts.names import Topic
from millstream_kit.log import NewRecord
from millstream_kit.testing import wait_until
from millstream_stream_edge.testing import (
    Block,
    Running,
    Serve,
    a_feed,
    a_job_event,
    a_worker,
    an_api,
    api_record,
    feed_record,
    job_record,
    worker_record,
)

EVENTS = "/api/v1/events/stream"
AS_CLOUD_EVENTS = "envelope=cloudevents"
TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


def is_data(block: Block) -> bool:
    return block.event is None


def read(data: Any) -> BaseCloudEvent:
    """What the CloudEvents SDK makes of it, if it takes it for one."""
    return JSONFormat().read(CloudEvent, orjson.dumps(data))


def traced(record: NewRecord) -> NewRecord:
    return replace(record, headers=(*record.headers, (TRACEPARENT, TRACE.encode())))


async def test_an_event_is_the_very_payload_in_a_cloud_event(running: Running) -> None:
    async with (
        running.client.open(EVENTS) as plain,
        running.client.open(f"{EVENTS}?{AS_CLOUD_EVENTS}") as asked,
    ):
        assert (await plain.next()).event == (await asked.next()).event == "stream.open"
        job = new_job_id()
        first, second = (job_record(a_job_event(job_id=job, seq=seq)) for seq in (1, 2))
        await running.log.append([traced(first), second])
        for traceparent in (TRACE, None):
            payload = (await plain.until(is_data)).data
            told = (await asked.until(is_data)).data
            event = read(told)
            assert event.get_data() == payload
            assert (event.get_id(), event.get_type()) == (payload["event_id"], payload["type"])
            assert (event.get_source(), event.get_specversion()) == (EVENTS, "1.0")
            assert (told["time"], told["datacontenttype"]) == (payload["at"], "application/json")
            assert event.get_extension("traceparent") == traceparent
            schema = (await running.client.http.get(f"/api/v1/schemas/{payload['type']}")).json()
            assert event.get_dataschema() == schema["$id"]
        assert plain.last_event_id == asked.last_event_id


async def test_every_stream_knows_it(running: Running) -> None:
    await running.log.append([worker_record(a_worker()), api_record(an_api())])
    for path, source in [
        ("/api/v1/workers/stream", "/api/v1/workers/stream"),
        ("/api/v1/apis/stream", "/api/v1/apis/stream"),
        ("/api/v1/apis/payments/stream", "/api/v1/apis/payments/stream"),
        ("/api/v1/_streams/jobs/trends/stream", "/api/v1/jobs/trends/stream"),
        ("/api/v1/apis/trends/stream", "/api/v1/apis/trends/stream"),
    ]:
        async with running.client.open(f"{path}?{AS_CLOUD_EVENTS}") as stream:
            told = (await stream.until(is_data)).data
        assert faults("CloudEvent", told) == []
        assert read(told).get_source() == source


async def test_every_item_of_a_record_is_an_event_of_its_own(running: Running) -> None:
    async with running.client.open(f"/api/v1/apis/events/stream?{AS_CLOUD_EVENTS}") as stream:
        await stream.next()
        await running.log.append([feed_record(a_feed()), feed_record(a_feed())])
        ids = {read((await stream.until(is_data)).data).get_id() for _ in range(2)}
    assert len(ids) == 2


async def test_several_on_one_connection_name_their_sub_beside(running: Running) -> None:
    path = f"/api/v1/stream?streams=workers&sub=mine:/events/stream&{AS_CLOUD_EVENTS}"
    async with running.client.open(path) as stream:
        snapshot = (await stream.until(is_data)).data
        await running.log.append([job_record(a_job_event())])
        told = (await stream.until(is_data)).data
    assert [(read(e).get_extension("stream"), read(e).get_extension("sub")) for e in (snapshot, told)] == [
        ("workers", "workers"),
        ("events", "mine"),
    ]
    assert faults("CloudEvent", told) == []
    assert faults("StreamEnvelope", {name: told[name] for name in ("stream", "sub", "data")}) == []


async def test_control_events_keep_their_form(running: Running) -> None:
    async with running.client.open(f"{EVENTS}?{AS_CLOUD_EVENTS}", last_event_id="garbage") as stream:
        blocks = [await stream.next(), await stream.next()]
    assert [(block.event, block.data["type"]) for block in blocks] == [("stream.open",) * 2, ("stream.gap",) * 2]


async def test_those_far_behind_get_it_too(serve: Serve) -> None:
    running = await serve(ring_events=2)
    async with running.client.open(EVENTS) as stream:
        position = (await stream.next()).id
    await running.log.append([traced(job_record(a_job_event(seq=seq))) for seq in range(1, 20)])
    await wait_until(lambda: sum(running.edge.source.rings[Topic.JOBS_EVENTS].end) == 19)
    async with running.client.open(f"{EVENTS}?{AS_CLOUD_EVENTS}", last_event_id=position) as stream:
        told = [(await stream.until(is_data)).data for _ in range(19)]
    assert [read(event).get_extension("traceparent") for event in told] == [TRACE] * 19
    assert {event["data"]["seq"] for event in told} == {*range(1, 20)}


async def test_another_envelope_is_refused(running: Running) -> None:
    for path, field in [
        (f"{EVENTS}?envelope=xml", "envelope"),
        (f"{EVENTS}?envelope=", "envelope"),
        (f"{EVENTS}?{AS_CLOUD_EVENTS}&{AS_CLOUD_EVENTS}", "envelope"),
        ("/api/v1/stream?streams=events&envelope=CloudEvents", "envelope"),
        (f"/api/v1/stream?sub=mine:/events/stream%3F{AS_CLOUD_EVENTS}", "sub.mine.envelope"),
    ]:
        answer = await running.client.http.get(path)
        assert answer.status_code == 422, path
        assert (answer.json()["code"], answer.json()["errors"][0]["field"]) == ("invalid", field)


async def test_those_who_ask_alike_share_their_bytes_and_nobody_else_is_in_their_group(running: Running) -> None:
    async with (
        running.client.open(f"{EVENTS}?{AS_CLOUD_EVENTS}") as one,
        running.client.open(f"{EVENTS}?{AS_CLOUD_EVENTS}") as other,
        running.client.open(EVENTS) as plain,
    ):
        for stream in (one, other, plain):
            await stream.next()
        groups = {subscriber.group for subscriber in running.edge.hub.subscribers}
        assert sorted((group.plan.cloud_events, len(group.members)) for group in groups) == [(False, 1), (True, 2)]
