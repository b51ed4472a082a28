"""Tables of compacted topics, over every log."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from millstream_kit.log import NewRecord, Record
from millstream_kit.log_table import TableReader
from millstream_kit.testing import wait_until

from .conftest import DeletableLog, World

Change = tuple[str, str | None]


def text(record: Record) -> str:
    """What the tests' tables hold; a damaged record is one that is no text."""
    return (record.value or b"").decode()


class Tables:
    def __init__(self, world: World) -> None:
        self._world = world
        self._open: list[TableReader[str]] = []

    async def __call__(self, log: DeletableLog) -> tuple[TableReader[str], list[Change]]:
        reader = TableReader(log, [self._world.table], text)
        changes: list[Change] = []
        reader.on_change(lambda _topic, key, value: changes.append((key, value)))
        self._open.append(reader)
        await reader.ready()
        return reader, changes

    async def close(self) -> None:
        for reader in self._open:
            await reader.close()


@pytest.fixture
async def table(world: World) -> AsyncIterator[Tables]:
    tables = Tables(world)
    yield tables
    await tables.close()


async def put(log: DeletableLog, world: World, **values: str | None) -> None:
    await log.append(
        [NewRecord(world.table, key.encode(), None if v is None else v.encode()) for key, v in values.items()]
    )


async def test_is_ready_when_it_holds_what_stood_there(world: World, log: DeletableLog, table: Tables) -> None:
    for number in range(30):
        await put(log, world, a=str(number), b=str(number), c="gone", d="stays")
    await put(log, world, c=None)
    reader, _ = await table(log)
    assert dict(reader.items(world.table)) == {"a": "29", "b": "29", "d": "stays"}


async def test_of_an_empty_topic_is_ready_at_once(world: World, log: DeletableLog, table: Tables) -> None:
    reader, changes = await table(log)
    assert (dict(reader.entries(world.table)), changes) == ({}, [])


async def test_makes_the_topic_when_its_owner_has_not_started(world: World, table: Tables) -> None:
    log = await world.open()
    reader, _ = await table(log)
    await put(log, world, a="1")
    await wait_until(lambda: reader.get(world.table, "a") == "1")


async def test_follows_and_tells_every_change(world: World, log: DeletableLog, table: Tables) -> None:
    await put(log, world, a="1")
    reader, changes = await table(log)
    for value in ("2", None, "3"):
        await put(log, world, a=value)
    await wait_until(lambda: len(changes) == 4)
    assert changes == [("a", "1"), ("a", "2"), ("a", None), ("a", "3")]
    assert reader.entries(world.table)["a"].offset == 3


async def test_converges_over_compaction_and_removed_tombstones(world: World, log: DeletableLog, table: Tables) -> None:
    for number in range(20):
        await put(log, world, a=str(number), b=str(number))
    await put(log, world, a=None)
    seen: list[dict[str, str]] = []

    async def converged() -> bool:
        reader, _ = await table(log)
        seen.append({key: value for key, value in reader.items(world.table) if "nudge" not in key})
        return len(seen) >= 3

    await world.clean(log, converged)
    assert seen == [{"b": "19"}] * len(seen)


async def test_leaves_damaged_records_out_and_goes_on(world: World, log: DeletableLog, table: Tables) -> None:
    await put(log, world, a="1")
    await log.append([NewRecord(world.table, b"a", b"\xff\xfe")])
    await put(log, world, b="2")
    reader, _ = await table(log)
    assert dict(reader.items(world.table)) == {"a": "1", "b": "2"}
    assert reader.refused == 1


async def test_forgets_what_a_topic_said_before_it_was_made_again(
    world: World, log: DeletableLog, table: Tables
) -> None:
    await put(log, world, a="1", b="1", c="1")
    await put(log, world, a="2", b="2", c="2")
    reader, _ = await table(log)
    await log.delete_topics([world.table])

    async def is_gone() -> bool:
        return not await log.describe([world.table])

    await wait_until(is_gone)
    await log.ensure_topics([world.table])
    await put(log, world, a="3")
    partition = (await log.append([NewRecord(world.table, b"a", b"4")]))[0].partition
    await wait_until(lambda: reader.get(world.table, "a") == "4", timeout_s=60)
    left = {key for key, entry in reader.entries(world.table).items() if entry.partition == partition}
    assert left == {"a"}
