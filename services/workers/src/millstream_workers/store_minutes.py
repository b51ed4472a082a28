"""The past of the workers on PostgreSQL and SQLite: a row for each worker and minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from millstream_kit.db import Database, inserting
from sqlalchemy import BigInteger, Float, case, cast, delete, func, literal_column, or_, select

from millstream_workers.minutes import Minute, MinuteKey, Point
from millstream_workers.tables import MINUTES

M = MINUTES.c
ROWS_PER_STATEMENT = 500  # a statement of SQLite takes 32,766 values
_ADDED = ("beats", "active_sum", "processed", "failed", "cpu_beats", "cpu_sum", "memory_beats", "memory_sum")
_HIGHEST = ("active_max", "cpu_max", "memory_max", "lag_max")
_NEWEST = ("worker_name", "concurrency", "cpu_limit", "memory_limit")


class SqlMinutes:
    """Minutes in a database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, minutes: Mapping[MinuteKey, Minute]) -> None:
        # In one order in every replica, so that none waits for another in a circle.
        rows = [{**key._asdict(), **asdict(minute)} for key, minute in sorted(minutes.items(), key=lambda one: one[0])]
        async with self._db.begin() as tx:
            for begin in range(0, len(rows), ROWS_PER_STATEMENT):
                await tx.execute(self._adding(rows[begin : begin + ROWS_PER_STATEMENT]))

    async def minutes(self, worker_id: str, from_ms: int, to_ms: int, step_ms: int) -> Mapping[int, Point]:
        # Said as it is, not as a parameter: the same expression is selected and grouped by.
        step = (M.at_ms - M.at_ms % literal_column(str(step_ms))).label("step")
        of_it = M.worker_id == worker_id, M.at_ms >= from_ms, M.at_ms < to_ms
        async with self._db.connect() as connection:
            rows = await connection.execute(select(step, *_POINT).where(*of_it).group_by(step))
            return {row[0]: Point(*row[1:]) for row in rows}

    async def slots(self, from_ms: int) -> Mapping[str, Mapping[int, float]]:
        taken = func.sum(cast(M.active_sum, Float) / M.beats)
        query = select(M.worker_name, M.at_ms, taken).where(M.at_ms >= from_ms).group_by(M.worker_name, M.at_ms)
        found: dict[str, dict[int, float]] = {}
        async with self._db.connect() as connection:
            for name, at_ms, many in await connection.execute(query):
                found.setdefault(name, {})[at_ms] = many
        return found

    async def has_past(self, worker_id: str) -> bool:
        async with self._db.connect() as connection:
            return (await connection.execute(select(1).where(M.worker_id == worker_id).limit(1))).first() is not None

    async def forget_minutes(self, before_ms: int, most: int) -> None:
        first_too_many = select(M.at_ms).order_by(M.at_ms.desc()).offset(most).limit(1).scalar_subquery()
        async with self._db.begin() as tx:
            await tx.execute(delete(MINUTES).where(or_(M.at_ms < before_ms, M.at_ms <= first_too_many)))

    def _adding(self, rows: Sequence[Mapping[str, Any]]) -> Any:
        insert = inserting(self._db.dialect, MINUTES).values(rows)
        new = insert.excluded
        added = {name: M[name] + new[name] for name in _ADDED}
        highest = {
            name: case((M[name].is_(None), new[name]), (new[name] > M[name], new[name]), else_=M[name])
            for name in _HIGHEST
        }
        newest = {name: func.coalesce(new[name], M[name]) for name in _NEWEST}
        return insert.on_conflict_do_update(index_elements=["worker_id", "at_ms"], set_={**added, **highest, **newest})


def _mean(total: str, beats: str) -> Any:
    return cast(func.sum(M[total]), Float) / func.nullif(func.sum(M[beats]), 0)


_POINT = (
    _mean("active_sum", "beats"),
    func.max(M.active_max),
    func.max(M.concurrency),
    cast(func.sum(M.processed), BigInteger),
    cast(func.sum(M.failed), BigInteger),
    _mean("cpu_sum", "cpu_beats"),
    func.max(M.cpu_max),
    func.max(M.cpu_limit),
    cast(_mean("memory_sum", "memory_beats"), BigInteger),
    func.max(M.memory_max),
    func.max(M.memory_limit),
    func.max(M.lag_max),
)
