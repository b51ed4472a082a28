"""The log goes away: clients stay, are told, and miss nothing when it is back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from millstream_contracts.names import Topic
from millstream_kit.clock import ManualClock
from millstream_kit.log import Batch, LogReader, LogUnavailable, TopicInfo, TopicPartition
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.log_kafka import KafkaLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import wait_until
from millstream_stream_edge import frames
from millstream_stream_edge.app import create_app
from millstream_stream_edge.edge import Edge
from millstream_stream_edge.frames import Control
from millstream_stream_edge.settings import EdgeSettings
from millstream_stream_edge.source import stream_topics
from millstream_stream_edge.testing import Serve, a_job_event, job_record, parse
from parts.kafka import Broker

EVENTS = "/api/v1/events/stream"


class Absent(EmbeddedLog):
    """A log that can be away: it says so, and answers nothing meanwhile."""

    is_there = True

    def reader(
        self,
        positions: Mapping[TopicPartition, int],
        on_batch: Callable[[Batch], None],
        on_status: Callable[[bool], None] | None = None,
    ) -> LogReader:
        self.say = on_status
        return super().reader(positions, on_batch, on_status)

    async def ensure_topics(self, names: Sequence[str]) -> Mapping[str, TopicInfo]:
        self._check()
        return await super().ensure_topics(names)

    async def begin_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        self._check()
        return await super().begin_offsets(partitions)

    async def offsets_at(self, partitions: Sequence[TopicPartition], timestamp_ms: int) -> Mapping[TopicPartition, int]:
        self._check()
        return await super().offsets_at(partitions, timestamp_ms)

    def _check(self) -> None:
        if not self.is_there:
            raise LogUnavailable("away")


async def test_the_status_is_told_when_it_changes(serve: Serve) -> None:
    log = Absent(":memory:")
    running = await serve(log)
    async with running.client.open(EVENTS) as stream, running.client.open("/api/v1/workers/stream") as other:
        await stream.next()
        await other.data(1)
        assert log.say is not None
        log.say(False)
        for one in (stream, other):
            told = await one.next()
            assert (told.event, told.data["kafka"]) == ("stream.status", "away")
        async with running.client.open(EVENTS) as late:
            assert [(await late.next()).event for _ in range(2)] == ["stream.open", "stream.status"]
        log.say(True)
        log.say(True)
        assert (await stream.next()).data["kafka"] == "ok"
        await log.append([job_record(a_job_event(seq=7))])
        assert (await stream.next()).data["seq"] == 7
    await running.edge.drain()
    await log.close()


async def test_a_status_is_made_once_for_a_crowd_and_anew_each_time(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, made, make = Absent(":memory:"), Counter[str](), frames.control

    def counted(kind: Control, *args: Any, **more: Any) -> bytes:
        made[kind] += 1
        return make(kind, *args, **more)

    running = await serve(log)
    async with AsyncExitStack() as stack:
        crowd = [await stack.enter_async_context(running.client.open(EVENTS)) for _ in range(20)]
        for stream in crowd:
            await stream.next()
        monkeypatch.setattr(frames, "control", counted)
        assert log.say is not None
        for is_there, says in ((False, "away"), (True, "ok")):
            log.say(is_there)
            assert [(await stream.control("stream.status")).data["kafka"] for stream in crowd] == [says] * 20
        assert made[Control.STATUS] == 2
    await running.edge.drain()
    await log.close()


async def test_the_lag_grows_while_nothing_is_read(serve: Serve) -> None:
    log, clock = Absent(":memory:"), ManualClock()
    running = await serve(log, clock)
    sample = f'millstream_edge_lag_seconds{{topic="{Topic.JOBS_EVENTS}"}}'

    async def lag() -> float:
        text = (await running.client.http.get("/metrics")).text
        return next(float(line.split()[-1]) for line in text.splitlines() if line.startswith(sample))

    assert log.say is not None
    assert await lag() == 0
    log.say(False)
    await clock.advance(42)
    assert await lag() == 42
    log.say(True)
    assert await lag() == 0
    await log.close()


async def test_away_at_start_it_says_when_to_come_back_and_is_ready_later() -> None:
    log = Absent(":memory:")
    log.is_there = False
    app = create_app(EdgeSettings(auth=AuthSettings(mode="off")), log=log)
    async with app.router.lifespan_context(app):
        edge: Edge = app.state.edge
        await wait_until(lambda: edge.source.is_away)
        assert app.state.readiness.reason == "filling its rings"
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://edge") as http:
            response = await http.get(EVENTS)
        only = parse(response.text.strip())
        assert response.status_code == 200
        assert (only.event, only.data["reason"], only.id) == ("stream.unavailable", "kafka_away", None)
        log.is_there = True
        await wait_until(lambda: app.state.readiness.reason is None, timeout_s=30)
    await log.close()


async def test_what_only_the_log_could_tell_is_refused_for_a_while(serve: Serve) -> None:
    log = Absent(":memory:")
    running = await serve(log)
    log.is_there = False
    async with running.client.open(f"{EVENTS}?since=2020-01-01T00:00:00Z") as stream:
        (only,) = await stream.rest()
    assert (only.event, only.data["reason"]) == ("stream.unavailable", "kafka_away")
    async with running.client.open(EVENTS) as stream:
        assert (await stream.next()).event == "stream.open"
    await running.edge.drain()
    await log.close()


async def test_a_broker_that_restarts_costs_no_event_and_no_connection(serve: Serve, kafka_broker: Broker) -> None:
    log = KafkaLog(kafka_broker.servers)
    await log.ensure_topics(stream_topics())  # a cold broker takes its time over that
    running = await serve(log)
    async with running.client.open(EVENTS) as stream:
        await stream.next()
        await log.append([job_record(a_job_event(seq=n)) for n in range(50)])
        heard = [event["seq"] for event in await stream.data(50, timeout_s=30)]
        kafka_broker.stop()
        told = await stream.control("stream.status", timeout_s=60)
        assert told.data["kafka"] == "away"
        assert told.data["lag_ms"] >= 0
        kafka_broker.start()
        told = await stream.control("stream.status", timeout_s=60)
        assert told.data["kafka"] == "ok"

        async def appended() -> bool:
            try:
                await log.append([job_record(a_job_event(seq=50))])
            except LogUnavailable:
                return False
            return True

        await wait_until(appended, timeout_s=60)
        await log.append([job_record(a_job_event(seq=n)) for n in range(51, 100)])
        while len(set(heard)) < 100:
            heard += [event["seq"] for event in await stream.data(1, timeout_s=30)]
    assert sorted(set(heard)) == list(range(100))
    assert not [block for block in stream.blocks if block.event == "stream.gap"]
    assert running.edge.source.rings[Topic.JOBS_EVENTS].end
    await running.edge.drain()
    await log.close()
