"""What the embedded log promises beyond the port: it outlives its process, keeps house by itself, and writes together."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from millstream_contracts.inventory import TopicSpec
from millstream_contracts.names import Topic
from millstream_kit.clock import Clock, ManualClock, SystemClock
from millstream_kit.log import Batch, LogUnavailable, NewRecord
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.log_kafka import KafkaLog
from millstream_kit.log_sqlite import pack_headers, unpack_headers
from millstream_kit.logs import open_log
from millstream_kit.settings import AuthSettings, ServiceSettings
from millstream_kit.testing import wait_until

TOPICS = {
    "log": TopicSpec(key="k", record="r", partitions=1, cleanup="delete", max_message_bytes=65_536, retention_ms=1_000),
    "table": TopicSpec(
        key="k", record="r", partitions=1, cleanup="compact", max_message_bytes=65_536, segment_ms=1,
        min_cleanable_dirty_ratio=0.1, max_compaction_lag_ms=1,
    ),
}  # fmt: skip


@asynccontextmanager
async def opened(path: Path | str, clock: Clock | None = None, **options: float) -> AsyncIterator[EmbeddedLog]:
    log = EmbeddedLog(path, clock or SystemClock(), topics=TOPICS, **options)  # type: ignore[arg-type]
    try:
        await log.ensure_topics(["log", "table"])
        yield log
    finally:
        await log.close()


def record(value: bytes, topic: str = "log") -> NewRecord:
    return NewRecord(topic, b"k", value)


WRITER = """
import asyncio, sys
from millstream_contracts.inventory import TopicSpec
from millstream_kit.log import NewRecord
from millstream_kit.log_embedded import EmbeddedLog
spec = TopicSpec(key="k", record="r", partitions=1, cleanup="delete", max_message_bytes=65536, retention_ms=86400000)
async def main():
    log = EmbeddedLog(sys.argv[1], topics={"log": spec})
    await log.ensure_topics(["log"])
    number = 0
    while True:
        await log.append([NewRecord("log", b"k", str(number).encode())])
        print(number, flush=True)
        number += 1
asyncio.run(main())
"""


async def test_an_acknowledged_record_outlives_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert writer.stdout is not None
    acknowledged = [int(await writer.stdout.readline()) for _ in range(200)]
    writer.kill()
    rest = (await writer.stdout.read()).split(b"\n")[:-1]
    await writer.wait()
    newest = int(rest[-1]) if rest else acknowledged[-1]
    async with opened(path) as log:
        seen: list[int] = []
        reader = log.reader({("log", 0): 0}, lambda batch: seen.extend(int(r.value or b"") for r in batch.records))
        await wait_until(lambda: len(seen) > newest)
        await reader.close()
    assert seen == list(range(len(seen)))


async def test_concurrent_appends_share_transactions(tmp_path: Path) -> None:
    async with opened(tmp_path / "log.db") as log:
        batches: list[Batch] = []
        reader = log.reader({("log", 0): 0}, batches.append)
        placed = await asyncio.gather(*(log.append([record(b"x")]) for _ in range(2_000)))
        await wait_until(lambda: sum(len(batch.records) for batch in batches) == 2_000)
        await reader.close()
    assert [one[0].offset for one in placed] == list(range(2_000))
    # A transaction each would have been read in far more pieces.
    assert len(batches) < 200


async def test_house_is_kept_without_being_asked(tmp_path: Path) -> None:
    clock = ManualClock()
    async with opened(tmp_path / "log.db", clock, housekeeping_s=0.02) as log:
        await log.append([record(b"old"), record(b"1", "table"), record(b"2", "table")])
        await clock.advance(5)

        async def is_dropped() -> bool:
            return (await log.begin_offsets([("log", 0)])) == {("log", 0): 1}

        await wait_until(is_dropped)
        rows = sqlite3.connect(tmp_path / "log.db")
        await wait_until(lambda: rows.execute("SELECT count(*) FROM records").fetchone() == (1,))
        rows.close()


async def test_tombstones_stay_readable_for_a_while(tmp_path: Path) -> None:
    clock = ManualClock()
    async with opened(tmp_path / "log.db", clock, tombstones_ms=10_000) as log:
        await log.append([record(b"1", "table")])
        await log.append([NewRecord("table", b"k", None)])

        async def held() -> list[bytes | None]:
            batches: list[Batch] = []
            reader = log.reader({("table", 0): 0}, batches.append)
            await wait_until(lambda: batches)
            await reader.close()
            return [found.value for batch in batches for found in batch.records]

        await clock.advance(9)
        log.compact()
        assert await held() == [None]
        await clock.advance(2)
        log.compact()
        assert await held() == []


async def test_times_never_go_back_with_the_clock(tmp_path: Path) -> None:
    async with opened(tmp_path / "log.db", ManualClock(2_000_000)) as log:
        await log.append([record(b"first")])
    async with opened(tmp_path / "log.db", ManualClock(1_000_000)) as log:
        await log.append([record(b"second")])
        assert await log.offsets_at([("log", 0)], 2_000_000) == {("log", 0): 0}
        assert await log.offsets_at([("log", 0)], 2_000_001) == {("log", 0): 2}


async def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "log.db")
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(RuntimeError, match="version 99, this program reads version 1"):
        EmbeddedLog(tmp_path / "log.db")


async def test_a_failing_disk_is_log_unavailable_and_may_heal(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    async with opened(path) as log:
        await log.append([record(b"before")])
        other = sqlite3.connect(path)
        other.execute("ALTER TABLE records RENAME TO hidden")
        with pytest.raises(LogUnavailable, match="no such table"):
            await log.append([record(b"lost")])
        other.execute("ALTER TABLE hidden RENAME TO records")
        other.close()
        assert [place.offset for place in await log.append([record(b"after")])] == [1]


@pytest.mark.parametrize("headers", [(), (("a", b""),), (("a", b"1"), ("a", b"2"), ("ö", bytes(range(256))))])
def test_headers_survive_packing(headers: tuple[tuple[str, bytes], ...]) -> None:
    assert unpack_headers(pack_headers(headers)) == headers


async def test_settings_choose_the_log(tmp_path: Path) -> None:
    auth = AuthSettings(mode="off")
    here = open_log(ServiceSettings(auth=auth, data_dir=tmp_path, kafka_bootstrap_servers=None))
    there = open_log(ServiceSettings(auth=auth, data_dir=tmp_path, kafka_bootstrap_servers="localhost:1"))
    try:
        assert isinstance(here, EmbeddedLog)
        assert isinstance(there, KafkaLog)
        assert (await here.ensure_topics([Topic.JOBS_EVENTS]))[Topic.JOBS_EVENTS].partitions == 8
        assert (tmp_path / "log.db").exists()
    finally:
        await here.close()
        await there.close()
