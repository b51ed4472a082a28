"""Section 3: any edge continues exactly where another one stopped, and what it cannot serve it announces."""

from __future__ import annotations

import base64
from pathlib import Path

from millstream_contracts.ids import new_job_id
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Topic
from millstream_contracts.times import to_rfc3339
from millstream_kit.clock import ManualClock
from millstream_kit.log import Log
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.testing import wait_until
from millstream_stream_edge.position import PositionCodec, TopicPosition, fingerprint
from millstream_stream_edge.source import stream_topics
from millstream_stream_edge.testing import Running, Serve, StreamReader, a_job_event, job_record

EVENTS = "/api/v1/events/stream"
BOTH = "/api/v1/stream?streams=events,apis.events"


async def say(log: Log, first: int, count: int, **more: str) -> list[int]:
    numbers = list(range(first, first + count))
    await log.append([job_record(a_job_event(seq=n, **more)) for n in numbers])
    return numbers


async def hear(stream: StreamReader, count: int) -> list[int]:
    return [event["seq"] for event in await stream.data(count)]


async def settled(running: Running, count: int) -> None:
    """Wait until the edge has read so many job events."""
    ring = running.edge.source.rings[Topic.JOBS_EVENTS]
    await wait_until(lambda: sum(ring.end) >= count)


async def test_a_stream_starts_at_the_head(running: Running) -> None:
    await say(running.log, 1, 10)
    await settled(running, 10)
    async with running.client.open(EVENTS) as stream:
        await stream.next()
        await say(running.log, 11, 1)
        assert await hear(stream, 1) == [11]


async def test_a_client_cut_before_its_first_event_resumes_where_it_opened(running: Running) -> None:
    async with running.client.open(EVENTS) as stream:
        opened = await stream.next()
    said = await say(running.log, 1, 20)
    async with running.client.open(EVENTS, last_event_id=opened.id) as stream:
        assert (await stream.next()).id == opened.id
        assert sorted(await hear(stream, 20)) == said


async def test_a_client_cut_twenty_times_misses_nothing_and_hears_nothing_twice(running: Running) -> None:
    jobs = [new_job_id() for _ in range(7)]
    seqs = dict.fromkeys(jobs, 0)
    heard: dict[str, list[int]] = {job: [] for job in jobs}
    position: str | None = None
    async with running.client.open(EVENTS) as stream:
        position = (await stream.next()).id
    for cut in range(20):
        records = []
        for n in range(30):
            job = jobs[(n * (cut + 1)) % len(jobs)]
            seqs[job] += 1
            records.append(job_record(a_job_event(job_id=job, seq=seqs[job])))
        await running.log.append(records)
        async with running.client.open(EVENTS, last_event_id=position) as stream:
            while sum(map(len, heard.values())) < 30 * (cut + 1) - 5 * (cut % 2):
                block = await stream.next()
                assert block.event != "stream.gap"
                if block.event is None:
                    heard[block.data["job_id"]].append(block.data["seq"])
                if block.id is not None:
                    position, kept = block.id, {job: list(numbers) for job, numbers in heard.items()}
            heard = kept
    async with running.client.open(EVENTS, last_event_id=position) as stream:
        while sum(map(len, heard.values())) < 600:
            for event in await stream.data(1):
                heard[event["job_id"]].append(event["seq"])
    assert heard == {job: list(range(1, seqs[job] + 1)) for job in jobs}


async def test_any_edge_continues_where_another_one_stopped(serve: Serve) -> None:
    one, two = await serve(), await serve()
    async with one.client.open(EVENTS) as stream:
        await stream.next()
        said = await say(one.log, 1, 10)
        heard = await hear(stream, 10)
    said += await say(one.log, 11, 10)
    async with two.client.open(EVENTS, last_event_id=stream.last_event_id) as other:
        heard += await hear(other, 10)
        said += await say(one.log, 21, 10)
        heard += await hear(other, 10)
    assert sorted(heard) == said


async def test_an_edge_that_restarts_over_the_same_log_resumes_without_a_gap(serve: Serve, tmp_path: Path) -> None:
    log = EmbeddedLog(tmp_path / "log.db")
    one = await serve(log)
    async with one.client.open(EVENTS) as stream:
        await stream.next()
        said = await say(log, 1, 10)
        heard = await hear(stream, 10)
    await one.edge.drain()
    await log.close()
    again = EmbeddedLog(tmp_path / "log.db")
    said += await say(again, 11, 10)
    two = await serve(again)
    async with two.client.open(EVENTS, last_event_id=stream.last_event_id) as other:
        heard += await hear(other, 10)
    assert sorted(heard) == said
    assert not [block for block in other.blocks if block.event == "stream.gap"]
    await again.close()


async def test_beyond_the_ring_it_is_read_from_the_log(serve: Serve) -> None:
    running = await serve(ring_events=10)
    async with running.client.open(EVENTS) as stream:
        opened = await stream.next()
    said = await say(running.log, 1, 500)
    await settled(running, 500)
    async with running.client.open(EVENTS, last_event_id=opened.id) as stream:
        heard = await hear(stream, 500)
        said += await say(running.log, 501, 5)
        heard += await hear(stream, 5)
    assert sorted(heard) == said
    assert not [block for block in stream.blocks if block.event == "stream.gap"]


async def test_a_client_cut_while_reading_from_the_log_misses_nothing(serve: Serve) -> None:
    running = await serve(ring_events=10, write_bytes=2048, catchup_bytes=65536)
    async with running.client.open(EVENTS) as stream:
        position = (await stream.next()).id
    said = await say(running.log, 1, 600)
    await settled(running, 600)
    heard: list[int] = []
    while len(heard) < 600:
        async with running.client.open(EVENTS, last_event_id=position) as stream:
            pending: list[int] = []
            while len(pending) < 100 and len(heard) < 600:
                block = await stream.next()
                assert block.event in {None, "stream.open"}
                if block.event is None:
                    pending.append(block.data["seq"])
                if block.id is not None:
                    position = block.id
                    heard += pending
                    pending = []
    assert sorted(heard) == said


async def test_what_retention_took_is_announced(serve: Serve) -> None:
    topics = load_inventory().topics
    short = dict(topics) | {Topic.JOBS_EVENTS: topics[Topic.JOBS_EVENTS].model_copy(update={"retention_ms": 1000})}
    clock = ManualClock()
    log = EmbeddedLog(":memory:", clock, topics=short, housekeeping_s=0.05)
    running = await serve(log, ring_events=1)
    async with running.client.open(EVENTS) as stream:
        opened = await stream.next()
    await say(log, 1, 50)
    await clock.advance(10)
    await say(log, 51, 50)
    partitions = [(Topic.JOBS_EVENTS.value, p) for p in range(8)]

    async def trimmed() -> bool:
        return sum((await log.begin_offsets(partitions)).values()) == 50

    await wait_until(trimmed)
    await settled(running, 100)
    async with running.client.open(EVENTS, last_event_id=opened.id) as stream:
        again = await stream.next()
        gap = await stream.next()
        heard = await hear(stream, 50)
    assert again.event == "stream.open"
    assert again.id != opened.id
    assert gap.data == {"type": "stream.gap", "reason": "retention", "snapshot": "/api/v1/jobs"}
    assert sorted(heard) == list(range(51, 101))
    async with running.client.open(EVENTS, last_event_id=again.id) as stream:
        assert (await stream.next()).id == again.id
        assert sorted(await hear(stream, 50)) == list(range(51, 101))
        assert not [block for block in stream.blocks if block.event == "stream.gap"]
    await running.edge.drain()
    await log.close()


class TestInvalidIds:
    async def told(self, running: Running, last_event_id: str, path: str = EVENTS) -> str | None:
        async with running.client.open(path, last_event_id=last_event_id) as stream:
            await stream.next()
            await say(running.log, 1, 1)
            block = await stream.next()
            if block.event != "stream.gap":
                return None
            assert block.data["snapshot"]
            reason: str = block.data["reason"]
            return reason

    async def test_a_damaged_one(self, running: Running) -> None:
        for garbage in ["x", "1234", "AAAA" * 50, "a b", '{"a":1}', "A" * 5000]:
            assert await self.told(running, garbage) == "invalid_position", garbage

    async def test_another_installations(self, running: Running) -> None:
        foreign = PositionCodec("elsewhere", stream_topics())
        token = foreign.encode({Topic.JOBS_EVENTS: TopicPosition(1, (0,) * 8)})
        assert await self.told(running, token) == "invalid_position"

    async def test_one_of_none_of_the_topics_asked_for(self, running: Running) -> None:
        async with running.client.open("/api/v1/workers/stream") as stream:
            opened = await stream.next()
        assert opened.id is not None
        assert await self.told(running, opened.id) == "invalid_position"

    async def test_also_on_a_snapshot_stream_which_then_sends_its_snapshot(self, running: Running) -> None:
        async with running.client.open("/api/v1/workers/stream", last_event_id="garbage") as stream:
            events = [(await stream.next()).event for _ in range(3)]
        assert events == ["stream.open", "stream.gap", None]

    async def test_one_of_a_topic_that_was_made_anew(self, running: Running) -> None:
        token = running.edge.codec.encode({Topic.JOBS_EVENTS: TopicPosition(fingerprint("old"), (7,) * 8)})
        assert await self.told(running, token) == "topic_recreated"

    async def test_one_ahead_of_what_the_log_holds_is_clamped(self, running: Running) -> None:
        ring = running.edge.source.rings[Topic.JOBS_EVENTS]
        token = running.edge.codec.encode({Topic.JOBS_EVENTS: TopicPosition(ring.epoch, (10**6,) * 8)})
        async with running.client.open(EVENTS, last_event_id=token) as stream:
            opened = await stream.next()
            assert opened.id != token
            assert (await stream.next()).event == "stream.gap"
            said = await say(running.log, 1, 20)
            assert sorted(await hear(stream, 20)) == said

    async def test_one_with_more_partitions_than_there_are(self, running: Running) -> None:
        ring = running.edge.source.rings[Topic.JOBS_EVENTS]
        token = running.edge.codec.encode({Topic.JOBS_EVENTS: TopicPosition(ring.epoch, (0,) * 9)})
        assert await self.told(running, token) == "invalid_position"

    async def test_one_of_a_topic_made_anew_with_fewer_partitions_costs_the_others_nothing(
        self, running: Running
    ) -> None:
        async with running.client.open(BOTH) as stream:
            opened = await stream.next()
        assert opened.id is not None
        before = running.edge.codec.decode(opened.id)
        anew = {Topic.APIS_REQUESTS: TopicPosition(fingerprint("old"), (7,) * 99)}
        said = await say(running.log, 1, 5)
        token = running.edge.codec.encode({**before, **anew})
        async with running.client.open(BOTH, last_event_id=token) as stream:
            await stream.next()
            gap = await stream.next()
            assert (gap.data["reason"], gap.data["stream"]) == ("topic_recreated", "apis.events")
            assert sorted([event["data"]["seq"] for event in await stream.data(5)]) == said
        assert [block.event for block in stream.blocks].count("stream.gap") == 1

    async def test_one_cut_short_on_the_way(self, running: Running) -> None:
        async with running.client.open(EVENTS) as stream:
            opened = await stream.next()
        assert opened.id is not None
        assert await self.told(running, opened.id[:-3]) == "invalid_position"
        assert base64.urlsafe_b64decode(opened.id + "==")


async def test_the_header_beats_last_event_id_which_beats_since(running: Running) -> None:
    async with running.client.open(EVENTS) as stream:
        start = (await stream.next()).id
        await say(running.log, 1, 3)
        await hear(stream, 3)
        middle = stream.last_event_id
        await say(running.log, 4, 3)
        await hear(stream, 3)
    async with running.client.open(f"{EVENTS}?last_event_id={start}", last_event_id=middle) as stream:
        assert (await stream.next()).id == middle
        assert sorted(await hear(stream, 3)) == [4, 5, 6]
    long_ago = to_rfc3339(0)
    async with running.client.open(f"{EVENTS}?last_event_id={middle}&since={long_ago}") as stream:
        assert (await stream.next()).id == middle
    async with running.client.open(f"{EVENTS}?since={long_ago}") as stream:
        assert (await stream.next()).id == start
        assert sorted(await hear(stream, 6)) == [1, 2, 3, 4, 5, 6]


async def test_since_starts_at_a_time(serve: Serve) -> None:
    clock = ManualClock()
    log = EmbeddedLog(":memory:", clock)
    running = await serve(log)
    await say(log, 1, 5)
    await clock.advance(100)
    then = clock.now_ms()
    await say(log, 6, 5)
    await settled(running, 10)
    async with running.client.open(f"{EVENTS}?since={to_rfc3339(then)}") as stream:
        opened = await stream.next()
        assert sorted(await hear(stream, 5)) == [6, 7, 8, 9, 10]
        assert opened.id != stream.last_event_id
    async with running.client.open(f"{EVENTS}?since=2100-01-01T00:00:00%2B00:00") as stream:
        await stream.next()
        await say(log, 11, 1)
        assert await hear(stream, 1) == [11]
    await running.edge.drain()
    await log.close()


async def test_scopes_are_not_in_the_id(running: Running) -> None:
    """An id of one stream opens another one only where they share topics; filters are those of the new request."""
    async with running.client.open(f"{EVENTS}?function=a") as stream:
        opened = await stream.next()
    await say(running.log, 1, 5, function="b")
    async with running.client.open(f"{EVENTS}?function=b", last_event_id=opened.id) as stream:
        await stream.next()
        assert len(await hear(stream, 5)) == 5
