"""Snapshots: the newest, when state or time changes it, at most once a second per key."""

from __future__ import annotations

from typing import Any

import orjson
from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import ApiSnapshot, Instance
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobTrendHour
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import WorkerSnapshot
from millstream_contracts.names import EventType, Stream
from millstream_contracts.times import HOUR_MS, hour_of
from millstream_kit.clock import ManualClock
from millstream_kit.log import NewRecord
from millstream_stream_edge.frames import payload_of
from millstream_stream_edge.params import Params
from millstream_stream_edge.streams import STREAMS, SnapshotStream
from millstream_stream_edge.streams.jobs_trends import JobsTrendsFilter
from millstream_stream_edge.tables import Table
from millstream_stream_edge.testing import (
    a_job_hour,
    a_worker,
    an_api,
    api_record,
    worker_record,
)
from millstream_stream_edge.values import found_by
from millstream_stream_edge.views import View


class Seen:
    """A view with its table and a clock to turn."""

    def __init__(self, stream: Stream, message: Any, path: dict[str, str] | None = None, query: str = "") -> None:
        self.clock = ManualClock()
        self.table = Table(message)
        self._stream, self._path, self._query = stream, path or {}, query

    def open(self) -> list[Any]:
        kind = STREAMS[self._stream]
        assert isinstance(kind, SnapshotStream)
        pairs = [tuple(pair.split("=")) for pair in self._query.split("&") if pair]
        wanted = kind.filter(Params(pairs), self._path)  # type: ignore[arg-type]
        self.view: View = kind.view(wanted, self.table, self.clock)
        self.view.open(found_by(wanted.confined()))
        return self.full()

    def say(self, record: NewRecord) -> None:
        self.table.apply(record.key, record.value)

    def forget(self, record: NewRecord) -> None:
        self.table.apply(record.key, None)

    def full(self) -> list[Any]:
        return [orjson.loads(payload_of(block)) for block in self.view.full()]

    def due(self) -> list[Any]:
        self.view.on_time()
        due = self.view.due_at()
        if due is None or due > self.clock.monotonic():
            return []
        return [orjson.loads(payload_of(block)) for block in self.view.flush()]


class TestApis:
    async def test_all_on_connect_by_requests(self) -> None:
        seen = Seen(Stream.APIS, ApiSnapshot)
        seen.say(api_record(an_api("a", requests_24h=1)))
        seen.say(api_record(an_api("b", requests_24h=2)))
        (whole,) = seen.open()
        assert whole["type"] == EventType.APIS_SNAPSHOT
        assert [api["name"] for api in whole["apis"]["apis"]] == ["b", "a"]
        assert whole["apis"]["total"] == 2
        assert whole["event_id"].startswith("evt_")

    async def test_then_the_one_that_changed_once_a_second(self) -> None:
        seen = Seen(Stream.APIS, ApiSnapshot)
        seen.say(api_record(an_api("a")))
        seen.open()
        await seen.clock.advance(2)
        for n in range(5):
            seen.say(api_record(an_api("a", requests_24h=n)))
        (one,) = seen.due()
        assert (one["type"], one["api"]["api"]["requests_24h"]) == (EventType.API_SNAPSHOT, 4)
        seen.say(api_record(an_api("a", requests_24h=9)))
        assert seen.due() == []
        await seen.clock.advance(1)
        (one,) = seen.due()
        assert one["api"]["api"]["requests_24h"] == 9

    async def test_all_again_when_the_set_changes(self) -> None:
        seen = Seen(Stream.APIS, ApiSnapshot)
        seen.open()
        await seen.clock.advance(2)
        seen.say(api_record(an_api("a")))
        whole, one = seen.due()
        assert (whole["type"], whole["apis"]["total"]) == (EventType.APIS_SNAPSHOT, 1)
        assert (one["type"], one["api"]["api"]["name"]) == (EventType.API_SNAPSHOT, "a")
        await seen.clock.advance(2)
        seen.forget(api_record(an_api("a")))
        (whole,) = seen.due()
        assert whole["apis"]["total"] == 0

    async def test_all_again_every_30_seconds(self) -> None:
        seen = Seen(Stream.APIS, ApiSnapshot)
        (first,) = seen.open()
        await seen.clock.advance(29.9)
        assert seen.due() == []
        await seen.clock.advance(0.2)
        (again,) = seen.due()
        assert again["type"] == EventType.APIS_SNAPSHOT
        assert again["event_id"] != first["event_id"]

    async def test_what_changed_is_told_although_all_are_told_too(self) -> None:
        seen = Seen(Stream.APIS, ApiSnapshot)
        for name in ("a", "b"):
            seen.say(api_record(an_api(name)))
        seen.open()
        for wait, newcomer in ((2, "c"), (30, None)):
            await seen.clock.advance(wait)
            seen.say(api_record(an_api("a", requests_24h=wait)))
            if newcomer is not None:
                seen.say(api_record(an_api(newcomer)))
            whole, *each = seen.due()
            assert whole["type"] == EventType.APIS_SNAPSHOT
            assert {one["type"] for one in each} == {EventType.API_SNAPSHOT}
            assert [one["api"]["api"]["name"] for one in each] == ["a", *filter(None, [newcomer])]
            assert each[0]["api"]["api"]["requests_24h"] == wait

    async def test_one_told_of_within_the_second_waits_for_its_end_although_all_are_told(self) -> None:
        seen = Seen(Stream.APIS, ApiSnapshot)
        seen.say(api_record(an_api("a")))
        seen.open()
        await seen.clock.advance(29.5)
        for requests in (2, 3):
            seen.say(api_record(an_api("a", requests_24h=requests)))
            if requests == 2:
                assert [each["type"] for each in seen.due()] == [EventType.API_SNAPSHOT]
        await seen.clock.advance(0.5)
        assert [each["type"] for each in seen.due()] == [EventType.APIS_SNAPSHOT]
        await seen.clock.advance(0.5)
        (one,) = seen.due()
        assert one["api"]["api"]["requests_24h"] == 3

    async def test_a_heartbeat_alone_is_not_a_change(self) -> None:
        seen = Seen(Stream.APIS, ApiSnapshot)
        seen.say(api_record(an_api("a", instances=[Instance(id="i", last_heartbeat_ms=1)])))
        seen.open()
        await seen.clock.advance(2)
        seen.say(api_record(an_api("a", instances=[Instance(id="i", last_heartbeat_ms=2)])))
        assert seen.due() == []

    async def test_a_newcomer_gets_what_the_others_were_shown(self) -> None:
        seen = Seen(Stream.APIS, ApiSnapshot)
        seen.say(api_record(an_api("a", requests_24h=1)))
        seen.open()
        await seen.clock.advance(2)
        seen.say(api_record(an_api("a", requests_24h=2)))
        assert seen.full()[0]["apis"]["apis"][0]["requests_24h"] == 1
        seen.due()
        assert seen.full()[0]["apis"]["apis"][0]["requests_24h"] == 2


class TestApi:
    async def test_silent_until_it_exists(self) -> None:
        seen = Seen(Stream.API, ApiSnapshot, {"name": "a"})
        assert seen.open() == []
        seen.say(api_record(an_api("b")))
        assert seen.due() == []
        seen.say(api_record(an_api("a")))
        (one,) = seen.due()
        assert one["api"]["api"]["name"] == "a"

    async def test_its_snapshot_on_connect_keeps_the_records_event_id(self) -> None:
        seen = Seen(Stream.API, ApiSnapshot, {"name": "a"})
        api = an_api("a")
        seen.say(api_record(api))
        (one,) = seen.open()
        assert one["event_id"] == api.event_id


class TestWorkers:
    async def test_membership_and_state_within_a_second_counters_every_five(self) -> None:
        seen = Seen(Stream.WORKERS, WorkerSnapshot)
        seen.say(worker_record(a_worker("w1")))
        (whole,) = seen.open()
        assert (whole["type"], whole["workers"]["total"]) == (EventType.WORKERS_SNAPSHOT, 1)
        await seen.clock.advance(1)
        seen.say(worker_record(a_worker("w1", active_jobs=1)))
        assert seen.due() == []
        await seen.clock.advance(4)
        assert len(seen.due()) == 1
        await seen.clock.advance(1)
        seen.say(worker_record(a_worker("w1", active_jobs=1, state="lost")))
        (whole,) = seen.due()
        assert whole["workers"]["workers"][0]["active"] is False
        seen.say(worker_record(a_worker("w2")))
        assert seen.due() == []
        await seen.clock.advance(1)
        (whole,) = seen.due()
        assert whole["workers"]["workers"][0]["instance_count"] == 2

    async def test_a_large_fleet_costs_a_viewer_no_more_than_so_many_bytes_a_second(self) -> None:
        seen = Seen(Stream.WORKERS, WorkerSnapshot)
        for n in range(1000):
            seen.say(worker_record(a_worker(f"w{n}")))
        seen.open()
        (block,) = seen.view.full()
        for change, bytes_per_s in (({"active_jobs": 1}, 20_000), ({"state": "lost"}, 100_000)):
            seen.say(worker_record(a_worker("w1", **change)))
            await seen.clock.advance(len(block) / bytes_per_s - 0.1)
            assert seen.due() == []
            await seen.clock.advance(0.2)
            assert len(seen.due()) == 1

    async def test_a_newer_heartbeat_alone_is_not_a_change(self) -> None:
        seen = Seen(Stream.WORKERS, WorkerSnapshot)
        seen.say(worker_record(a_worker("w1", last_heartbeat_ms=1)))
        seen.open()
        await seen.clock.advance(60)
        seen.say(worker_record(a_worker("w1", last_heartbeat_ms=2)))
        assert seen.due() == []

    async def test_one_that_left_is_gone(self) -> None:
        seen = Seen(Stream.WORKERS, WorkerSnapshot)
        seen.say(worker_record(a_worker("w1")))
        seen.open()
        await seen.clock.advance(1)
        seen.forget(worker_record(a_worker("w1")))
        (whole,) = seen.due()
        assert whole["workers"] == {"workers": [], "total": 0}


class TestTrends:
    async def test_exactly_so_many_hours_ascending_with_zeroes(self) -> None:
        seen = Seen(Stream.JOBS_TRENDS, JobTrendHour, query="hours=3")
        now = hour_of(seen.clock.now_ms())
        seen.say(a_job_hour(now - HOUR_MS, complete=2, failed=1))
        seen.say(a_job_hour(now - HOUR_MS, function="mail", complete=3, active=4))
        seen.say(a_job_hour(now - 5 * HOUR_MS, complete=99))
        (whole,) = seen.open()
        zeroes = {"complete": 0, "failed": 0, "retrying": 0, "active": 0, "cancelled": 0}
        assert whole["trends"]["hourly"] == [
            {"hour": "2025-12-31T22:00:00Z", **zeroes},
            {"hour": "2025-12-31T23:00:00Z", **zeroes | {"complete": 5, "failed": 1, "active": 4}},
            {"hour": "2026-01-01T00:00:00Z", **zeroes},
        ]

    async def test_24_hours_unless_asked(self) -> None:
        (whole,) = Seen(Stream.JOBS_TRENDS, JobTrendHour).open()
        assert len(whole["trends"]["hourly"]) == 24

    async def test_filtered_by_function_and_type(self) -> None:
        seen = Seen(Stream.JOBS_TRENDS, JobTrendHour, query="hours=1&function=mail&type=cron")
        now = hour_of(seen.clock.now_ms())
        seen.say(a_job_hour(now, function="mail", job_type="cron", complete=1))
        seen.say(a_job_hour(now, function="other", job_type="cron", complete=10))
        seen.say(a_job_hour(now, function="mail2", job_type="task", complete=100))
        (whole,) = seen.open()
        assert whole["trends"]["hourly"][0]["complete"] == 1

    async def test_an_hour_published_again_replaces_itself(self) -> None:
        seen = Seen(Stream.JOBS_TRENDS, JobTrendHour, query="hours=1")
        now = hour_of(seen.clock.now_ms())
        seen.say(a_job_hour(now, complete=1))
        seen.open()
        seen.say(a_job_hour(now, complete=2))
        assert seen.due() == []
        await seen.clock.advance(1)
        (whole,) = seen.due()
        assert whole["trends"]["hourly"][0]["complete"] == 2

    async def test_a_new_hour_is_a_change_by_itself(self) -> None:
        seen = Seen(Stream.JOBS_TRENDS, JobTrendHour, query="hours=2")
        seen.open()
        await seen.clock.advance(3600)
        (whole,) = seen.due()
        assert whole["trends"]["hourly"][-1]["hour"] == "2026-01-01T01:00:00Z"


class Watching:
    """A listener that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[bytes] = []

    def on_change(self, key: bytes, old: object, new: object) -> None:
        self.told.append(key)


def test_a_change_is_told_to_those_it_concerns() -> None:
    """A page per function, and a panel for each: a record of one of them is nothing to the others."""
    table = Table(JobTrendHour)
    wants = {
        "one": JobsTrendsFilter(function="resize"),
        "longer": JobsTrendsFilter(hours=168, function="resize", type="cron"),
        "other": JobsTrendsFilter(function="mail"),
        "type": JobsTrendsFilter(type="cron"),
        "all": JobsTrendsFilter(),
    }
    watching = {name: (Watching(), found_by(wanted.confined())) for name, wanted in wants.items()}
    for listener, values in watching.values():
        table.listen(listener, values)
    records = [a_job_hour(HOUR_MS, function="resize"), a_job_hour(HOUR_MS, function="mail", job_type="cron")]
    for record in records:
        table.apply(record.key, record.value)
    table.listen_no_more(*watching["one"])
    table.apply(records[0].key, None)
    first, second = (record.key for record in records)
    assert {name: listener.told for name, (listener, _) in watching.items()} == {
        "one": [first],
        "longer": [first, first],
        "other": [second],
        "type": [second],
        "all": [first, second, first],
    }
