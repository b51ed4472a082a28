"""The store's promises, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from millstream_kit.db import Database
from millstream_kit.deploys import Deploys
from millstream_workers.app import STORAGE
from millstream_workers.minutes import Ended
from millstream_workers.model import Asked, Autoscaler, Change, Deployment, Pod, ScalingMetric, State, Usage, Worker
from millstream_workers.store import Heard
from millstream_workers.store_sql import SqlStore
from millstream_workers.tables import DEPLOYS

MB = 2**20
WORKER = Worker(
    id="w1",
    worker_name="shop",
    started_at_ms=1_000,
    last_heartbeat_ms=2_000,
    functions=("crop", "resize"),
    function_names={"resize": "Resize"},
    concurrency=4,
    active_jobs=0,
    jobs_processed=0,
    jobs_failed=0,
    hostname="box",
    state=State.ACTIVE,
    version=None,
    pod=Pod("shop-7d", "default"),
    interval_ms=5_000,
)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    is_file = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'w.db'}" if is_file else request.getfixturevalue("postgres_url")
    database = Database(url, service="workers")
    await database.migrate(STORAGE.migrations)
    yield database
    await database.close()


@pytest.fixture
def deploys(database: Database) -> Deploys:
    return Deploys(database, DEPLOYS)


@pytest.fixture
def store(database: Database, deploys: Deploys) -> SqlStore:
    return SqlStore(database, deploys)


def one(worker_id: str, version: str | None, at_ms: int, **changes: Any) -> Worker:
    began = {"id": worker_id, "version": version, "started_at_ms": at_ms, "last_heartbeat_ms": at_ms}
    return replace(WORKER, **began | changes)


async def told(deploys: Deploys, since_ms: int = 0, name: str | None = None) -> list[tuple[str, int, str | None]]:
    return [(d.version, d.at_ms, d.previous) for d in await deploys.between(since_ms, 1_000_000, name, 100)]


async def untold(store: SqlStore, *, counters_too: bool = True) -> dict[str, Worker | None]:
    return {c.worker_id: c.worker for c in await store.untold(counters_too=counters_too, limit=100)}


async def settle(store: SqlStore) -> None:
    await store.told(await store.untold(counters_too=True, limit=100))


async def test_what_was_said_is_what_is_read(store: SqlStore) -> None:
    assert (await store.beat(WORKER)).change is Change.FACTS
    assert await store.worker("w1") == WORKER
    assert await store.workers() == [WORKER]
    assert await store.worker("w2") is None


async def test_what_is_known_of_its_pod_and_its_use_is_read(store: SqlStore) -> None:
    scaler = Autoscaler("shop", 1, 8, 3, (ScalingMetric("cpu", "81%", "70%"), ScalingMetric("wait", None, "10")))
    pod = Pod("shop-7d", "default", "node1", "Running", 0, None, "shop:1", 0.5, 2**29, Deployment("shop", 3, 2, scaler))
    worker = replace(WORKER, pod=pod, usage=Usage(0.25, 0.5, 2**28, 2**29, 12.5))
    await store.beat(worker)
    assert await store.worker("w1") == worker


async def test_what_a_worker_uses_is_news_and_is_read_when_it_moved_by_a_step(store: SqlStore) -> None:
    told = replace(WORKER, usage=Usage(cpu_cores=0.31, memory_bytes=205 * MB, loop_lag_ms=3))
    await store.beat(told)
    await settle(store)
    for n in range(1, 4):
        noise = replace(WORKER, usage=Usage(cpu_cores=0.31 + n / 100, memory_bytes=(205 + n) * MB, loop_lag_ms=3 + n))
        assert (await store.beat(noise)).change is Change.NONE
        assert await store.worker("w1") == told
    assert await untold(store) == {}
    more = replace(WORKER, usage=Usage(cpu_cores=0.31, memory_bytes=213 * MB, loop_lag_ms=3))
    assert (await store.beat(more)).change is Change.COUNTERS
    assert await untold(store, counters_too=False) == {}
    assert await untold(store) == {"w1": more}
    for other in (replace(WORKER, usage=replace(more.usage, memory_limit_bytes=512 * MB)), WORKER):  # type: ignore[type-var]
        assert (await store.beat(other)).change is Change.COUNTERS


async def test_what_is_asked_is_told_the_worker_until_it_is_taken_back(store: SqlStore) -> None:
    await store.beat(WORKER)
    await settle(store)
    assert await store.ask("w1", Asked.PAUSE) == replace(WORKER, asked=Asked.PAUSE)
    assert await untold(store, counters_too=False) == {"w1": replace(WORKER, asked=Asked.PAUSE)}
    assert (await store.beat(WORKER)).asked is Asked.PAUSE
    assert (await store.beat(replace(WORKER, paused=True))) == Heard(Change.FACTS, Asked.PAUSE, Ended())
    await store.ask("w1", None)
    assert (await store.beat(replace(WORKER, paused=True))).asked is None
    assert await store.ask("w2", Asked.PAUSE) is None


async def test_what_is_asked_is_not_asked_of_the_next_process_of_that_id(store: SqlStore) -> None:
    await store.beat(WORKER)
    await store.ask("w1", Asked.DRAIN)
    assert (await store.beat(replace(WORKER, started_at_ms=9_000))).asked is None


@pytest.mark.parametrize("state", [State.DRAINING, State.LOST])
async def test_nothing_is_asked_of_one_that_leaves(store: SqlStore, state: State) -> None:
    await store.beat(replace(WORKER, state=state))
    assert await store.ask("w1", Asked.PAUSE) == replace(WORKER, state=state)
    assert (await store.beat(WORKER)).asked is None


async def test_changes_are_weighed(store: SqlStore) -> None:
    await store.beat(WORKER)
    await settle(store)
    assert (await store.beat(replace(WORKER, last_heartbeat_ms=3_000))).change is Change.NONE
    assert await untold(store) == {}
    assert (await store.beat(replace(WORKER, jobs_processed=1))).change is Change.COUNTERS
    assert await untold(store, counters_too=False) == {}
    assert list(await untold(store)) == ["w1"]
    assert (await store.beat(replace(WORKER, jobs_processed=1, state=State.DRAINING))).change is Change.FACTS
    assert list(await untold(store, counters_too=False)) == ["w1"]


async def test_a_change_made_while_one_was_told_stays_untold(store: SqlStore) -> None:
    await store.beat(WORKER)
    telling = await store.untold(counters_too=True, limit=100)
    await store.beat(replace(WORKER, state=State.DRAINING))
    await store.told(telling)
    assert list(await untold(store)) == ["w1"]


async def test_silence_is_noticed_once(store: SqlStore) -> None:
    await store.beat(WORKER)
    assert await store.notice_silence(16_999) == []
    assert await store.notice_silence(17_000) == ["w1"]
    assert await store.notice_silence(99_000) == []
    lost = await store.worker("w1")
    assert lost is not None
    assert lost.state is State.LOST


async def test_the_lost_are_forgotten_and_told_as_gone(store: SqlStore) -> None:
    await store.beat(WORKER)
    await store.notice_silence(17_000)
    assert await store.forget(16_999, 0) == []
    assert await store.forget(17_000, 0) == ["w1"]
    assert await untold(store) == {"w1": None}


async def test_each_loss_is_kept_beyond_its_worker_with_how_its_pod_ended(store: SqlStore) -> None:
    pod = Pod("shop-1", "prod", node="n1")
    await store.beat(replace(WORKER, pod=pod, active_jobs=2))
    await store.notice_silence(17_000)
    killed = replace(pod, restarts=1, last_restart_reason="OOMKilled")
    await store.see_pods({"w1": killed}, 18_000)
    await store.forget(17_000, 0)
    [loss], total = await store.losses(0, 20_000, 10)
    assert (loss.worker_id, loss.lost_at_ms, loss.active_jobs, loss.pod, loss.back_at_ms) == (
        "w1",
        17_000,
        2,
        killed,
        None,
    )
    assert total == 1
    assert await store.losses(17_001, 20_000, 10) == ([], 0)


async def test_one_that_is_heard_again_was_not_lost_until_it_is_again(store: SqlStore) -> None:
    await store.beat(WORKER)
    await store.notice_silence(17_000)
    await store.beat(replace(WORKER, last_heartbeat_ms=19_000))
    await store.notice_silence(60_000)
    losses, _ = await store.losses(0, 99_000, 10)
    assert [(loss.lost_at_ms, loss.back_at_ms) for loss in losses] == [(60_000, None), (17_000, 19_000)]
    assert (await store.losses(0, 99_000, 1))[1] == 2
    await store.forget_losses(60_000)
    assert [loss.lost_at_ms for loss in (await store.losses(0, 99_000, 10))[0]] == [60_000]


async def test_who_left_stays_away(store: SqlStore) -> None:
    await store.beat(WORKER)
    assert await store.leave("w1", WORKER.started_at_ms, 5_000)
    assert not await store.leave("w1", WORKER.started_at_ms, 5_000)
    assert (await store.beat(WORKER)).change is Change.NONE
    assert await store.workers() == []
    await store.forget(0, 5_000)
    assert (await store.beat(WORKER)).change is Change.FACTS


async def test_a_rollout_is_one_deploy_however_many_pods_come_and_go(store: SqlStore, deploys: Deploys) -> None:
    for n in range(2):
        await store.beat(one(f"a{n}", "1", 1_000 + n))
    await store.beat(one("b0", "2", 5_000))
    await store.beat(one("a2", "1", 5_500))  # a pod of before that was started again
    await store.beat(one("b1", "2", 6_000))
    for n in range(3):
        await store.beat(one(f"a{n}", "1", 1_000 + n, last_heartbeat_ms=7_000, state=State.DRAINING))
        await store.leave(f"a{n}", 6_000, 8_000)
    await store.beat(one("b2", "2", 9_000))
    assert await told(deploys) == [("2", 5_000, "1"), ("1", 1_000, None)]


async def test_going_back_is_a_deploy_and_starting_again_is_none(store: SqlStore, deploys: Deploys) -> None:
    await store.beat(one("a", "1", 1_000))
    await store.leave("a", 1_000, 2_000)
    await store.beat(one("b", "1", 3_000))
    assert await told(deploys) == [("1", 1_000, None)]
    await store.beat(one("c", "2", 4_000))
    await store.leave("b", 3_000, 4_500)
    await store.beat(one("d", "1", 5_000))
    assert await told(deploys) == [("1", 5_000, "2"), ("2", 4_000, "1"), ("1", 1_000, None)]
    assert await told(deploys, since_ms=4_001) == [("1", 5_000, "2")]


async def test_a_lost_worker_does_not_run_its_version(store: SqlStore, deploys: Deploys) -> None:
    await store.beat(one("a", "1", 1_000))
    await store.beat(one("b", "2", 2_000))
    await store.notice_silence(17_000)
    await store.beat(one("c", "1", 20_000))
    assert await told(deploys) == [("1", 20_000, "2"), ("2", 2_000, "1"), ("1", 1_000, None)]


async def test_without_a_version_the_image_of_the_pod_is_it(store: SqlStore, deploys: Deploys) -> None:
    await store.beat(one("a", None, 1_000))
    assert await told(deploys) == []
    await store.see_pods({"a": Pod("shop-7d", "default", image="shop:1")}, 2_000)
    await store.beat(one("b", None, 3_000, pod=Pod("shop-8e", "default", image="shop:2")))
    assert await told(deploys) == [("shop:2", 3_000, "shop:1"), ("shop:1", 2_000, None)]


async def test_groups_have_deploys_of_their_own_and_the_last_of_each_is_kept(store: SqlStore, deploys: Deploys) -> None:
    await store.beat(one("a", "1", 1_000))
    await store.beat(one("b", "2", 2_000))
    await store.beat(one("m", "1", 3_000, worker_name="mailer"))
    assert await told(deploys) == [("1", 3_000, None), ("2", 2_000, "1"), ("1", 1_000, None)]
    assert await told(deploys, name="mailer") == [("1", 3_000, None)]
    await deploys.forget(10_000)
    assert await told(deploys) == [("1", 3_000, None), ("2", 2_000, None)]


async def test_two_replicas_that_hear_a_version_at_once_keep_one_deploy(store: SqlStore, deploys: Deploys) -> None:
    await store.beat(one("a", "1", 1_000))
    await asyncio.gather(*(store.beat(one(f"b{n}", "2", 2_000)) for n in range(8)))
    assert [version for version, _, _ in await told(deploys)] == ["2", "1"]
