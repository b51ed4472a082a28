"""Section 6: several streams over one connection."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from millstream_contracts.ids import new_job_id
from millstream_contracts.names import Stream
from millstream_kit.clock import ManualClock
from millstream_stream_edge.testing import (
    Block,
    Running,
    Serve,
    a_feed,
    a_job_event,
    a_worker,
    an_api,
    an_artifact_event,
    api_record,
    artifact_record,
    feed_record,
    job_record,
    worker_record,
)

ALL = "/api/v1/stream"


def with_subs(*subs: str, **more: str) -> str:
    pairs = [("sub", sub) for sub in subs] + list(more.items())
    return f"{ALL}?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)


def is_data(block: Block) -> bool:
    return block.event is None


async def test_it_opens_once_and_names_its_subs(running: Running) -> None:
    async with running.client.open(with_subs("pay:/apis/payments/stream", streams="events,workers")) as stream:
        opened = await stream.next()
    assert opened.event == "stream.open"
    assert opened.data["subs"] == [
        {"sub": "events", "stream": "events"},
        {"sub": "workers", "stream": "workers"},
        {"sub": "pay", "stream": "api"},
    ]
    assert opened.id is not None
    assert len(opened.id) <= 1024


async def test_all_eight_fit_on_one_connection(running: Running) -> None:
    job_id = new_job_id()
    path = with_subs(
        "pay:/apis/payments/stream",
        f"art:/jobs/{job_id}/artifacts/stream",
        streams="events,apis,apis.events,workers,jobs.trends,apis.trends",
    )
    async with running.client.open(path) as stream:
        await stream.next()
        await running.log.append(
            [
                job_record(a_job_event()),
                feed_record(a_feed()),
                worker_record(a_worker()),
                api_record(an_api()),
                artifact_record(an_artifact_event(job_id)),
            ]
        )
        wanted = set(Stream)
        while wanted:
            block = await stream.until(is_data)
            assert block.data.keys() == {"stream", "sub", "data"}
            assert block.data["data"]["type"]
            wanted.discard(block.data["stream"])
        assert stream.last_event_id is not None
        assert len(stream.last_event_id) <= 1024


async def test_payloads_are_those_of_the_single_streams(running: Running) -> None:
    async with (
        running.client.open("/api/v1/events/stream") as single,
        running.client.open(with_subs("mine:/events/stream")) as combined,
    ):
        await single.next()
        await combined.next()
        await running.log.append([job_record(a_job_event())])
        alone = await single.until(is_data)
        wrapped = await combined.until(is_data)
    assert wrapped.data == {"stream": "events", "sub": "mine", "data": alone.data}


async def test_a_sub_has_its_own_parameters(running: Running) -> None:
    path = with_subs(
        "a:/events/stream?function=a&function=b", "c:/events/stream?function=c", "t7:/jobs/trends/stream?hours=168"
    )
    async with running.client.open(path) as stream:
        trends = await stream.until(is_data)
        assert trends.data["sub"] == "t7"
        assert len(trends.data["data"]["trends"]["hourly"]) == 168
        await running.log.append([job_record(a_job_event(function=f)) for f in "abcd"])
        heard = [(await stream.until(is_data)).data for _ in range(3)]
    assert {(e["sub"], e["data"]["function"]) for e in heard} == {("a", "a"), ("a", "b"), ("c", "c")}


async def test_a_larger_set_continues_where_a_smaller_one_stopped(running: Running) -> None:
    async with running.client.open(f"{ALL}?streams=events") as stream:
        await stream.next()
        await running.log.append([job_record(a_job_event(seq=1))])
        await stream.until(is_data)
        position = stream.last_event_id
    await running.log.append([job_record(a_job_event(seq=2)), feed_record(a_feed())])
    async with running.client.open(f"{ALL}?streams=events,workers,apis.events", last_event_id=position) as stream:
        heard: list[Any] = [(await stream.until(is_data)).data["data"]["type"] for _ in range(2)]
        await running.log.append([feed_record(a_feed())])
        heard.append((await stream.until(is_data)).data["data"]["type"])
    # The topic the id does not know starts live; nothing of the other one is missing.
    assert sorted(heard) == ["api.request", "job.queued", "workers.snapshot"]


async def test_a_smaller_set_ignores_what_is_no_longer_asked_for(running: Running) -> None:
    async with running.client.open(f"{ALL}?streams=events,apis.events") as stream:
        opened = await stream.next()
    await running.log.append([job_record(a_job_event(seq=2)), feed_record(a_feed())])
    async with running.client.open(f"{ALL}?streams=events", last_event_id=opened.id) as stream:
        assert (await stream.next()).event == "stream.open"
        assert (await stream.next()).data["data"]["type"] == "job.queued"


async def test_single_and_combined_share_one_position(running: Running) -> None:
    async with running.client.open("/api/v1/events/stream") as stream:
        opened = await stream.next()
    await running.log.append([job_record(a_job_event(seq=2))])
    async with running.client.open(f"{ALL}?streams=events,workers", last_event_id=opened.id) as stream:
        types = {(await stream.until(is_data)).data["data"]["type"] for _ in range(2)}
        assert types == {"workers.snapshot", "job.queued"}
        position = stream.last_event_id
    await running.log.append([job_record(a_job_event(seq=3))])
    async with running.client.open("/api/v1/events/stream", last_event_id=position) as stream:
        assert (await stream.until(is_data)).data["seq"] == 3


async def test_a_gap_names_its_sub_and_is_not_in_the_envelope(running: Running) -> None:
    path = with_subs("mine:/events/stream", "pay:/apis/payments/stream")
    async with running.client.open(path, last_event_id="garbage") as stream:
        await stream.next()
        gaps = [await stream.next(), await stream.next()]
    assert {gap.event for gap in gaps} == {"stream.gap"}
    told = {(gap.data["sub"], gap.data["stream"], gap.data["reason"], gap.data["snapshot"]) for gap in gaps}
    assert told == {
        ("mine", "events", "invalid_position", "/api/v1/jobs"),
        ("pay", "api", "invalid_position", "/api/v1/apis/payments"),
    }


async def test_position_status_and_reconnect_concern_the_connection(serve: Serve) -> None:
    clock = ManualClock()
    running = await serve(clock=clock, max_age_s=100)
    async with running.client.open(f"{ALL}?streams=events,apis.events") as stream:
        await stream.next()
        await clock.advance(130)
        blocks = await stream.rest()
    assert {block.event for block in blocks} == {"stream.position", "stream.status", "stream.reconnect"}
    assert all("sub" not in block.data and "stream" not in block.data for block in blocks)


async def test_since_applies_to_the_subs_that_allow_it(running: Running) -> None:
    await running.log.append([job_record(a_job_event(seq=1))])
    async with running.client.open(f"{ALL}?streams=workers,events&since=2020-01-01T00:00:00Z") as stream:
        types = {(await stream.until(is_data)).data["data"]["type"] for _ in range(2)}
    assert types == {"workers.snapshot", "job.queued"}


async def test_what_is_wrong_is_422_and_named(running: Running) -> None:
    for path, field in [
        (ALL, "streams"),
        (f"{ALL}?streams=nothing", "streams"),
        (f"{ALL}?streams=api", "streams"),
        (f"{ALL}?streams=artifacts", "streams"),
        (f"{ALL}?streams=events,events", "sub"),
        (with_subs("a:/events/stream", "a:/workers/stream"), "sub"),
        (with_subs("events:/workers/stream", streams="events"), "sub"),
        (with_subs("a:/nothing/stream"), "sub"),
        (with_subs("a:/jobs"), "sub"),
        (with_subs("a:/apis/stream/stream"), "sub"),
        (with_subs("/events/stream"), "sub"),
        (with_subs("a b:/events/stream"), "sub"),
        (with_subs("t7:/jobs/trends/stream?hours=169"), "sub.t7.hours"),
        (with_subs("t7:/jobs/trends/stream?days=7"), "sub.t7.days"),
        (f"{ALL}?streams=events&since=yesterday", "since"),
        (f"{ALL}?streams=events&hours=3", "hours"),
    ]:
        response = await running.client.http.get(path)
        assert response.status_code == 422, path
        assert field in [error["field"] for error in response.json()["errors"]], (path, response.json())


async def test_it_may_start_with_a_sub_that_needs_a_name(running: Running) -> None:
    await running.log.append([api_record(an_api("payments"))])
    async with running.client.open(with_subs("pay:/apis/payments/stream")) as stream:
        block = await stream.until(is_data)
        assert block.data["data"]["api"]["api"]["name"] == "payments"
