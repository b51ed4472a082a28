"""Section 2: what is on the wire."""

from __future__ import annotations

import re

from millstream_contracts.ids import new_job_id
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Topic
from millstream_kit.clock import ManualClock
from millstream_kit.log import NewRecord
from millstream_kit.testing import wait_until
from millstream_stream_edge.parking import Parked, Parking
from millstream_stream_edge.testing import Block, Running, Serve, a_job_event, job_record, open_plain, parse

EVENTS = "/api/v1/events/stream"
PATHS = [spec.endpoint.format(name="payments", job_id=new_job_id()) for spec in load_inventory().stream_list]


async def test_every_stream_answers_with_the_headers_of_a_stream(running: Running) -> None:
    for path in PATHS:
        async with running.client.open(path) as stream:
            assert stream.response.status_code == 200
            headers = stream.response.headers
            assert headers["content-type"] == "text/event-stream; charset=utf-8"
            assert headers["cache-control"] == "no-store, no-transform"
            assert headers["x-accel-buffering"] == "no"


async def test_the_first_block_is_one_block_that_opens(running: Running) -> None:
    for path in PATHS:
        async with running.client.open(path) as stream:
            opened = await stream.next()
            assert [line.partition(":")[0] for line in opened.lines] == ["retry", "id", "event", "data"]
            assert opened.event == opened.data["type"] == "stream.open"
            assert opened.data.keys() == {"type", "position", "server_time", "pod", "heartbeat_ms"}
            assert opened.data["position"] == opened.id
            assert opened.data["pod"] == "edge-1"
            assert opened.data["heartbeat_ms"] == 15000
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", opened.data["server_time"])
            assert opened.retry is not None
            assert 1000 <= opened.retry <= 3000


async def test_lines_end_in_lf(running: Running) -> None:
    async with running.client.http.stream("GET", EVENTS) as response:
        chunk = await anext(response.aiter_bytes())
    assert b"\r" not in chunk
    assert chunk.endswith(b"\n\n")


async def test_a_data_event_is_one_line_of_compact_json_without_a_name(running: Running) -> None:
    async with running.client.open(EVENTS) as stream:
        await stream.next()
        await running.log.append([job_record(a_job_event(job_id=new_job_id(), function="a"))])
        block = await stream.next()
        assert block.event is None
        assert [line.partition(":")[0] for line in block.lines] == ["id", "data"]
        assert '": ' not in block.lines[1]
        assert block.data["type"] == "job.queued"


async def test_the_id_stands_on_the_last_event_of_a_write(running: Running) -> None:
    """It is the place behind the whole write, so on any other event a client that is cut there would miss the rest."""
    async with open_plain(running.url, EVENTS) as stream:
        await stream.next()
        await running.log.append([job_record(a_job_event()) for _ in range(50)])
        writes: list[list[Block]] = []
        while sum(map(len, writes)) < 50:
            write = (await anext(stream.chunks)).decode()  # a write is one chunk of HTTP's
            writes.append([parse(text) for text in write.removesuffix("\n\n").split("\n\n")])
    assert max(map(len, writes)) > 1
    for write in writes:
        assert [block.id is not None for block in write] == [False] * (len(write) - 1) + [True]


async def test_an_idle_stream_gets_its_position_every_15_seconds(serve: Serve) -> None:
    clock = ManualClock()
    running = await serve(clock=clock, status_s=1000)
    async with running.client.open(EVENTS) as stream:
        opened = await stream.next()
        for _ in range(3):
            await clock.advance(11.5)
            await running.log.append([])
            await clock.advance(6.6)  # 15 s ± 20 %, and a slot of the wheel
            beat = await stream.next()
            assert beat.event == "stream.position"
            assert beat.data == {"type": "stream.position"}
            assert beat.id == opened.id


async def test_a_filtered_stream_is_moved_on_by_stream_position(serve: Serve) -> None:
    clock = ManualClock()
    running = await serve(clock=clock, status_s=1000)
    async with running.client.open(f"{EVENTS}?function=wanted") as stream:
        opened = await stream.next()
        await running.log.append([job_record(a_job_event(function="other")) for _ in range(20)])
        async with running.client.open(EVENTS, last_event_id=opened.id) as other:
            await other.data(20)
            reached = other.last_event_id
        await clock.advance(19)
        beat = await stream.next()
        assert beat.event == "stream.position"
        assert beat.id == reached != opened.id


async def test_the_status_is_told_once_a_minute(serve: Serve) -> None:
    clock = ManualClock(now_ms=1_800_000_000_000)
    running = await serve(clock=clock, heartbeat_s=10_000)
    await running.log.append([job_record(a_job_event())])
    await wait_until(lambda: len(running.edge.source.rings[Topic.JOBS_EVENTS]) == 1)
    async with running.client.open(EVENTS) as stream:
        await stream.next()
        await clock.advance(61)
        first = await stream.next()
        assert first.event == first.data["type"] == "stream.status"
        assert first.data.keys() == {"type", "kafka", "lag_ms", "newest_at"}
        assert first.data["kafka"] == "ok"
        await clock.advance(61)
        assert (await stream.next()).event == "stream.status"


async def test_a_poison_record_is_counted_announced_and_skipped(running: Running) -> None:
    job_id = new_job_id()
    async with running.client.open(EVENTS) as stream:
        await stream.next()
        await running.log.append(
            [
                job_record(a_job_event(job_id=job_id, seq=1)),
                NewRecord(Topic.JOBS_EVENTS, job_id.encode(), b"\xff\xff garbage"),
                job_record(a_job_event(job_id=job_id, seq=2)),
            ]
        )
        first = await stream.next()
        gap = await stream.next()
        second = await stream.next()
    assert (first.data["seq"], second.data["seq"]) == (1, 2)
    assert gap.event == "stream.gap"
    assert gap.data == {"type": "stream.gap", "reason": "poison", "snapshot": "/api/v1/jobs"}
    metrics = (await running.client.http.get("/metrics")).text
    assert 'millstream_edge_poison_records_total{topic="millstream.jobs.events.v1"} 1.0' in metrics


async def test_a_poison_record_is_parked_where_it_can_be_found(running: Running) -> None:
    await running.log.append([NewRecord(Topic.JOBS_EVENTS, b"job_1", b"\xff\xff garbage")])
    await wait_until(lambda: len(running.edge.source.read.parking) == 1)
    told = (await running.client.http.get("/api/v1/streams/parked")).json()
    (parked,) = told["parked"]
    assert told["total"] == 1
    assert parked.keys() == {"topic", "partition", "offset", "at", "size_bytes", "error"}
    assert (parked["topic"], parked["offset"], parked["size_bytes"]) == (Topic.JOBS_EVENTS, 0, 10)
    assert parked["error"].startswith("DecodeError")


def test_the_parking_is_bounded_and_holds_a_record_once() -> None:
    parking = Parking()
    for offset in [*range(150), 149]:
        parking.add(Parked(Topic.JOBS_EVENTS, 0, offset, 0, 1, "no"))
    assert [parked.offset for parked in parking] == list(range(149, 49, -1))


async def test_a_poison_snapshot_is_announced_too(running: Running) -> None:
    async with running.client.open("/api/v1/workers/stream") as stream:
        await stream.data(1)
        await running.log.append([NewRecord(Topic.WORKERS_SNAPSHOTS, b"w", b"\xff garbage")])
        gap = await stream.control("stream.gap")
        assert gap.data["reason"] == "poison"
        assert gap.data["snapshot"] == "/api/v1/workers"


async def test_only_get_opens_a_stream(running: Running) -> None:
    for path in [*PATHS, "/api/v1/stream?streams=events"]:
        for method in ["HEAD", "POST", "PUT", "DELETE", "PATCH"]:
            response = await running.client.http.request(method, path)
            assert response.status_code == 405, (method, path)
            assert method == "HEAD" or response.json()["code"] == "method_not_allowed"


async def test_before_it_is_ready_it_says_when_to_come_back(serve: Serve) -> None:
    running = await serve()
    running.edge.source.is_ready = False
    async with running.client.open(EVENTS) as stream:
        assert stream.response.status_code == 200
        assert stream.response.headers["content-type"] == "text/event-stream; charset=utf-8"
        (only,) = await stream.rest()
    assert only.event == only.data["type"] == "stream.unavailable"
    assert only.data["reason"] == "starting"
    assert only.retry == only.data["after_ms"]
    assert only.id is None


async def test_over_the_limit_it_says_when_to_come_back(serve: Serve) -> None:
    running = await serve(max_connections=1)
    async with running.client.open(EVENTS) as first:
        await first.next()
        async with running.client.open(EVENTS) as second:
            (only,) = await second.rest()
            assert (only.event, only.data["reason"]) == ("stream.unavailable", "limit")


async def test_a_place_is_free_again_when_a_client_has_gone(serve: Serve) -> None:
    running = await serve(max_connections_per_subject=1)
    async with running.client.open(EVENTS) as first:
        await first.next()
    await wait_until(lambda: not running.edge.hub.subscribers)
    async with running.client.open(EVENTS) as second:
        assert (await second.next()).event == "stream.open"


PROBLEMS = [
    ("/api/v1/events/stream/", 404),
    ("/api/v1/nothing/stream", 404),
    ("/api/v1/apis/Not A Name/stream", 404),
    ("/api/v1/apis/series/stream", 404),
    ("/api/v1/jobs/job_1/artifacts/stream", 404),
    ("/api/v1/events/stream?types=job.exploded", 422),
]


async def test_what_is_wrong_for_good_is_a_problem_document(running: Running) -> None:
    for path, status in PROBLEMS:
        response = await running.client.http.get(path)
        assert response.status_code == status, path
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json().keys() >= {"type", "title", "status", "detail", "code"}


async def test_a_dynamic_stream_is_open_and_silent_until_its_resource_exists(running: Running) -> None:
    job_id = new_job_id()
    async with running.client.open(f"/api/v1/jobs/{job_id}/artifacts/stream") as stream:
        assert stream.response.status_code == 200
        assert (await stream.next()).event == "stream.open"
