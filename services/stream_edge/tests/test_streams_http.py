"""Sections 4 and 5: each of the eight delivers its types, filtered as asked."""

from __future__ import annotations

from millstream_contracts.ids import new_job_id
from millstream_contracts.names import EventType, Topic
from millstream_contracts.times import HOUR_MS, hour_of
from millstream_kit.clock import ManualClock
from millstream_kit.testing import wait_until
from millstream_stream_edge.testing import (
    Running,
    Serve,
    a_feed,
    a_job_event,
    a_job_hour,
    a_worker,
    an_api,
    an_api_hour,
    an_artifact_event,
    api_record,
    artifact_record,
    feed_record,
    job_record,
    tombstone,
    worker_record,
)

JOB_TYPES = [t for t in EventType if t.startswith("job.")]


async def test_events_delivers_every_type_in_order_per_job(running: Running) -> None:
    job_id = new_job_id()
    async with running.client.open("/api/v1/events/stream") as stream:
        await running.log.append([job_record(a_job_event(t, job_id=job_id, seq=n)) for n, t in enumerate(JOB_TYPES, 1)])
        heard = await stream.data(7)
    assert [event["type"] for event in heard] == JOB_TYPES
    assert [event["seq"] for event in heard] == [1, 2, 3, 4, 5, 6, 7]


async def test_events_is_filtered_by_each_of_its_parameters(running: Running) -> None:
    one, root = new_job_id(), new_job_id()
    events = [
        a_job_event(function="a", job_id=one, seq=1),
        a_job_event(EventType.JOB_STARTED, function="b", root_id=root, seq=2),
        a_job_event(EventType.JOB_FAILED, function="c", seq=3),
    ]
    for query, wanted in [
        ("function=a", {1}),
        ("function=a&function=b", {1, 2}),
        (f"job_id={one}", {1}),
        (f"root_id={root}", {2}),
        ("types=job.failed", {3}),
        ("types=job.failed,job.started", {2, 3}),
        (f"function=a&job_id={one}&types=job.queued", {1}),
    ]:
        async with running.client.open(f"/api/v1/events/stream?{query}") as stream:
            await stream.next()
            await running.log.append([job_record(event) for event in events])
            heard = {event["seq"] for event in await stream.data(len(wanted))}
        assert heard == wanted, query


async def test_apis_events_delivers_each_request_and_is_filtered(running: Running) -> None:
    feeds = [a_feed("a", status=200, n=2), a_feed("b", status=503, latency_ms=900.0)]
    for query, wanted in [
        ("", 3),
        ("?api_name=a", 2),
        ("?status_class=5xx", 1),
        ("?min_latency_ms=100", 1),
        ("?method=get", 3),
    ]:
        async with running.client.open(f"/api/v1/apis/events/stream{query}") as stream:
            await stream.next()
            await running.log.append([feed_record(feed) for feed in feeds])
            heard = await stream.data(wanted)
        assert {event["type"] for event in heard} == {EventType.API_REQUEST}
        assert all(event["dropped"] == 2 for event in heard)


async def test_artifacts_delivers_those_of_one_job(running: Running) -> None:
    job_id = new_job_id()
    async with running.client.open(f"/api/v1/jobs/{job_id}/artifacts/stream") as stream:
        await stream.next()
        await running.log.append(
            [
                artifact_record(an_artifact_event(new_job_id())),
                artifact_record(an_artifact_event(job_id)),
                artifact_record(an_artifact_event(job_id, type_=EventType.ARTIFACT_DELETED)),
            ]
        )
        heard = await stream.data(2)
    assert [event["type"] for event in heard] == [EventType.ARTIFACT_CREATED, EventType.ARTIFACT_DELETED]
    assert {event["job_id"] for event in heard} == {job_id}


async def test_apis_sends_all_then_changes(running: Running) -> None:
    await running.log.append([api_record(an_api("a")), api_record(an_api("b"))])
    await wait_until(lambda: len(running.edge.source.tables[Topic.APIS_SNAPSHOTS].rows) == 2)
    async with running.client.open("/api/v1/apis/stream") as stream:
        (whole,) = await stream.data(1)
        assert (whole["type"], whole["apis"]["total"]) == (EventType.APIS_SNAPSHOT, 2)
        await running.log.append([api_record(an_api("a", requests_24h=7))])
        (one,) = await stream.data(1)
        assert (one["type"], one["api"]["api"]["requests_24h"]) == (EventType.API_SNAPSHOT, 7)
        await running.log.append([api_record(an_api("c"))])
        (whole,) = await stream.data(1)
        assert (whole["type"], whole["apis"]["total"]) == (EventType.APIS_SNAPSHOT, 3)


async def test_api_sends_its_snapshot_on_connect_and_on_change(running: Running) -> None:
    async with running.client.open("/api/v1/apis/payments/stream") as stream:
        await stream.next()
        await running.log.append([api_record(an_api("payments", requests_24h=1)), api_record(an_api("other"))])
        (one,) = await stream.data(1)
        assert one["api"]["api"]["name"] == "payments"
    async with running.client.open("/api/v1/apis/payments/stream") as stream:
        assert (await stream.data(1))[0] == one


async def test_workers_sends_the_fleet_and_drops_who_left(running: Running) -> None:
    await running.log.append([worker_record(a_worker("w1")), worker_record(a_worker("w2"))])
    await wait_until(lambda: len(running.edge.source.tables[Topic.WORKERS_SNAPSHOTS].rows) == 2)
    async with running.client.open("/api/v1/workers/stream") as stream:
        (fleet,) = await stream.data(1)
        assert fleet["workers"]["workers"][0]["instance_count"] == 2
        await running.log.append([tombstone(Topic.WORKERS_SNAPSHOTS, "w1")])
        (fleet,) = await stream.data(1)
        assert [w["id"] for w in fleet["workers"]["workers"][0]["instances"]] == ["w2"]


async def test_trends_are_sent_on_connect_and_on_change(running: Running) -> None:
    hour = hour_of(running.edge._clock.now_ms())
    for path, record, counts in [
        ("/api/v1/jobs/trends/stream?hours=2", lambda n: a_job_hour(hour, complete=n), "complete"),
        ("/api/v1/apis/trends/stream?hours=2", lambda n: an_api_hour(hour, server_5xx=n), "server_5xx"),
    ]:
        async with running.client.open(path) as stream:
            (empty,) = await stream.data(1)
            assert [entry[counts] for entry in empty["trends"]["hourly"]] == [0, 0]
            await running.log.append([record(3)])
            (trends,) = await stream.data(1)
            assert [entry[counts] for entry in trends["trends"]["hourly"]] == [0, 3]
    assert HOUR_MS


async def test_a_snapshot_is_sent_at_most_once_a_second_and_is_the_newest(serve: Serve) -> None:
    clock = ManualClock()
    running = await serve(clock=clock, heartbeat_s=1000, status_s=1000)
    async with running.client.open("/api/v1/apis/payments/stream") as stream:
        await stream.next()
        table = running.edge.source.tables[Topic.APIS_SNAPSHOTS]
        for n in range(1, 20):
            await running.log.append([api_record(an_api("payments", requests_24h=n))])
        await wait_until(lambda: b"payments" in table.rows and table.rows[b"payments"].message.requests_24h == 19)
        await clock.advance(1.5)
        first = (await stream.data(1))[0]["api"]["api"]["requests_24h"]
        if first != 19:
            assert (await stream.data(1))[0]["api"]["api"]["requests_24h"] == 19


async def test_the_hour_turns_by_itself(serve: Serve) -> None:
    clock = ManualClock()
    running = await serve(clock=clock, heartbeat_s=10_000, status_s=10_000, max_age_s=100_000)
    async with running.client.open("/api/v1/jobs/trends/stream?hours=1") as stream:
        (before,) = await stream.data(1)
        await clock.advance(3601)
        (after,) = await stream.data(1)
    assert before["trends"]["hourly"][0]["hour"] == "2026-01-01T00:00:00Z"
    assert after["trends"]["hourly"][0]["hour"] == "2026-01-01T01:00:00Z"
