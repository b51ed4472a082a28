"""The store's promises, on both databases."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from millstream_kit.db import Database
from millstream_workers.app import STORAGE
from millstream_workers.model import Change, Pod, State, Worker
from millstream_workers.store_sql import SqlStore

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
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
    is_file = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'w.db'}" if is_file else request.getfixturevalue("postgres_url")
    database = Database(url, service="workers")
    await database.migrate(STORAGE.migrations)
    yield SqlStore(database)
    await database.close()


async def untold(store: SqlStore, *, counters_too: bool = True) -> dict[str, Worker | None]:
    return {c.worker_id: c.worker for c in await store.untold(counters_too=counters_too, limit=100)}


async def settle(store: SqlStore) -> None:
    await store.told(await store.untold(counters_too=True, limit=100))


async def test_what_was_said_is_what_is_read(store: SqlStore) -> None:
    assert await store.beat(WORKER) is Change.FACTS
    assert await store.worker("w1") == WORKER
    assert await store.workers() == [WORKER]
    assert await store.worker("w2") is None


async def test_changes_are_weighed(store: SqlStore) -> None:
    await store.beat(WORKER)
    await settle(store)
    assert await store.beat(replace(WORKER, last_heartbeat_ms=3_000)) is Change.NONE
    assert await untold(store) == {}
    assert await store.beat(replace(WORKER, jobs_processed=1)) is Change.COUNTERS
    assert await untold(store, counters_too=False) == {}
    assert list(await untold(store)) == ["w1"]
    assert await store.beat(replace(WORKER, jobs_processed=1, state=State.DRAINING)) is Change.FACTS
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


async def test_who_left_stays_away(store: SqlStore) -> None:
    await store.beat(WORKER)
    assert await store.leave("w1", WORKER.started_at_ms, 5_000)
    assert not await store.leave("w1", WORKER.started_at_ms, 5_000)
    assert await store.beat(WORKER) is Change.NONE
    assert await store.workers() == []
    await store.forget(0, 5_000)
    assert await store.beat(WORKER) is Change.FACTS
