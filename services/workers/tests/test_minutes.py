"""The past of a worker: gathered from heartbeats, kept on both databases, read in steps."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from millstream_kit.db import Database
from millstream_kit.testing import problem
from millstream_workers.app import STORAGE
from millstream_workers.minutes import MINUTE_MS, MOST_ENDED, Ended, Minute, MinuteKey, Point
from millstream_workers.model import Pod, State, Usage, Worker
from millstream_workers.store_minutes import ROWS_PER_STATEMENT, SqlMinutes

MB = 2**20
WORKER = Worker(
    id="w1",
    worker_name="shop",
    started_at_ms=1_000,
    last_heartbeat_ms=2_000,
    concurrency=4,
    **dict.fromkeys(("active_jobs", "jobs_processed", "jobs_failed"), 0),
    **dict.fromkeys(("hostname", "version", "pod")),
    functions=(),
    function_names={},
    state=State.ACTIVE,
    interval_ms=5_000,
)
FIRST = MinuteKey("w1", MINUTE_MS)


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlMinutes]:
    is_file = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'w.db'}" if is_file else request.getfixturevalue("postgres_url")
    database = Database(url, service="workers")
    await database.migrate(STORAGE.migrations)
    yield SqlMinutes(database)
    await database.close()


def heard(*active: int, usage: Usage | None = None, ended: Ended = Ended()) -> Minute:
    minute = Minute("shop")
    for n in active:
        minute.note(replace(WORKER, active_jobs=n, usage=usage), ended)
    return minute


class TestEnded:
    def test_it_is_what_the_counters_of_one_process_moved_by(self) -> None:
        old, new = replace(WORKER, jobs_processed=5, jobs_failed=1), replace(WORKER, jobs_processed=8, jobs_failed=2)
        assert Ended.between(old, new) == (3, 1)
        assert Ended.between(None, new) == (0, 0)
        assert Ended.between(old, replace(new, started_at_ms=9_000)) == (0, 0)

    def test_a_counter_that_goes_back_or_jumps_does_not_spoil_the_sums(self) -> None:
        assert Ended.between(replace(WORKER, jobs_processed=5), WORKER) == (0, 0)
        assert Ended.between(WORKER, replace(WORKER, jobs_processed=2**53 - 1)).processed == MOST_ENDED


class TestMinute:
    def test_a_pods_limit_stands_in_where_the_worker_knows_none(self) -> None:
        minute = Minute("shop")
        pod = Pod("shop-7d", "default", cpu_limit_cores=0.5, memory_limit_bytes=512 * MB)
        minute.note(replace(WORKER, pod=pod, usage=Usage(memory_limit_bytes=256 * MB)), Ended())
        assert (minute.cpu_limit, minute.memory_limit) == (0.5, 256 * MB)


class TestStore:
    async def test_what_several_replicas_heard_of_a_minute_is_added_up(self, store: SqlMinutes) -> None:
        await store.add({FIRST: heard(1, 3, usage=Usage(0.2, 1.0, 100 * MB, 512 * MB, 5), ended=Ended(2, 1))})
        await store.add({FIRST: heard(2, usage=Usage(0.8, None, 160 * MB, None, 2), ended=Ended(1, 0))})
        assert await store.minutes("w1", 0, 10 * MINUTE_MS, MINUTE_MS) == {
            MINUTE_MS: Point(2.0, 3, 4, 5, 2, pytest.approx(0.4), 0.8, 1.0, 120 * MB, 160 * MB, 512 * MB, 5.0)
        }

    async def test_steps_put_minutes_together_and_weigh_them_by_their_beats(self, store: SqlMinutes) -> None:
        await store.add({MinuteKey("w1", n * MINUTE_MS): heard(*[n] * (n + 1)) for n in range(7)})
        await store.add({MinuteKey("w2", 0): heard(9)})
        found = await store.minutes("w1", 0, 6 * MINUTE_MS, 5 * MINUTE_MS)
        assert {at_ms: (point.avg_active_jobs, point.max_active_jobs) for at_ms, point in found.items()} == {
            0: (pytest.approx(40 / 15), 4),
            5 * MINUTE_MS: (5.0, 5),
        }

    async def test_slots_are_added_up_over_the_instances_of_a_name(self, store: SqlMinutes) -> None:
        await store.add({MinuteKey(worker, n * MINUTE_MS): heard(n, n + 1) for worker in ("w1", "w2") for n in (1, 2)})
        await store.add({MinuteKey("m1", 2 * MINUTE_MS): replace(heard(4), worker_name="mailer")})
        assert await store.slots(2 * MINUTE_MS) == {
            "mailer": {2 * MINUTE_MS: 4.0},
            "shop": {2 * MINUTE_MS: 5.0},
        }

    async def test_what_a_worker_does_not_say_is_not_known(self, store: SqlMinutes) -> None:
        await store.add({FIRST: heard(1)})
        await store.add({FIRST: heard(1)})
        assert (await store.minutes("w1", 0, 10 * MINUTE_MS, MINUTE_MS))[MINUTE_MS] == Point(1.0, 1, 4, 0, 0)

    async def test_the_old_and_what_is_too_many_is_forgotten(self, store: SqlMinutes) -> None:
        await store.add({MinuteKey(worker, n * MINUTE_MS): heard(0) for n in range(6) for worker in ("w1", "w2")})
        await store.forget_minutes(MINUTE_MS, 100)
        assert list(await store.minutes("w1", 0, 10 * MINUTE_MS, MINUTE_MS)) == [n * MINUTE_MS for n in range(1, 6)]
        await store.forget_minutes(0, 4)
        assert list(await store.minutes("w2", 0, 10 * MINUTE_MS, MINUTE_MS)) == [n * MINUTE_MS for n in (4, 5)]
        await store.forget_minutes(9 * MINUTE_MS, 4)
        assert not await store.has_past("w1")

    async def test_a_batch_may_be_larger_than_a_statement(self, store: SqlMinutes) -> None:
        await store.add({MinuteKey(f"w{n}", 0): heard(1) for n in range(ROWS_PER_STATEMENT + 1)})
        assert await store.has_past(f"w{ROWS_PER_STATEMENT}")


class TestSeries:
    async def test_it_shows_what_a_worker_did_and_where_it_was_not_heard(self, site: Any) -> None:
        await site.beat(active_jobs=1, usage={"cpu_cores": 0.5, "memory_bytes": 100 * MB, "loop_lag_ms": 4})
        await site.beat(active_jobs=3, jobs_processed=4, jobs_failed=1, usage={"memory_bytes": 200 * MB})
        await site.app.state.history.write()
        await site.pass_time(60)
        points = (await site.http.get("/api/v1/workers/w1/series")).json()["points"]
        assert len(points) == 60
        assert points[-2] == {
            "at": "2026-01-01T00:00:00.000Z",
            "avg_active_jobs": 2.0,
            "max_active_jobs": 3,
            "concurrency": 4,
            "jobs_processed": 4,
            "jobs_failed": 1,
            "avg_cpu_cores": 0.5,
            "max_cpu_cores": 0.5,
            "cpu_limit_cores": None,
            "avg_memory_bytes": 150 * MB,
            "max_memory_bytes": 200 * MB,
            "memory_limit_bytes": None,
            "max_loop_lag_ms": 4.0,
        }
        assert points[-1] == {"at": "2026-01-01T00:01:00.000Z", **Point()._asdict()}

    async def test_what_was_heard_is_written_without_being_asked(self, site: Any) -> None:
        await site.beat(active_jobs=2)
        await site.pass_time(20)
        point = (await site.http.get("/api/v1/workers/w1/series")).json()["points"][-1]
        assert point["max_active_jobs"] == 2

    async def test_the_last_hour_of_every_name_is_one_answer(self, site: Any) -> None:
        assert (await site.http.get("/api/v1/workers/activity")).json()["slots_taken"] == {}
        await site.beat(active_jobs=3)
        await site.app.state.history.write()
        await site.pass_time(60)
        body = (await site.http.get("/api/v1/workers/activity")).json()
        assert (len(body["minutes"]), body["minutes"][-1]) == (60, "2026-01-01T00:01:00.000Z")
        assert {name: taken[-2:] for name, taken in body["slots_taken"].items()} == {"shop": [3.0, None]}

    async def test_one_that_left_has_its_past_and_a_stranger_has_none(self, site: Any) -> None:
        await site.beat()
        await site.beat(leaving=True)
        await site.beat()  # overtaken on its way: it is not there any more
        await site.app.state.history.write()
        asked = {"after": "2026-01-01T00:00:00Z", "step": "1h"}
        points = (await site.http.get("/api/v1/workers/w1/series", params=asked)).json()["points"]
        assert [(p["at"], p["avg_active_jobs"]) for p in points] == [("2026-01-01T00:00:00.000Z", 0.0)]
        for stranger in ("w9", "a b"):
            problem(await site.http.get(f"/api/v1/workers/{stranger}/series"), 404, "worker_not_found")

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"step": "10s"}, "step"),
            ({"after": "2025-12-30T00:00:00Z"}, "step"),
            ({"after": "now"}, "after"),
            ({"after": "2026-01-02T00:00:00Z", "before": "2026-01-01T00:00:00Z"}, "before"),
            ({"since": "2026-01-01T00:00:00Z"}, "since"),
        ],
    )
    async def test_a_bad_question_is_422_and_named(self, site: Any, asked: dict[str, str], field: str) -> None:
        answer = await site.http.get("/api/v1/workers/w1/series", params=asked)
        assert [e["field"] for e in problem(answer, 422, "invalid")["errors"]] == [field]
