"""Figures as they are read: buckets of the period, and what transactions noted that is not folded yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from millstream_contracts.times import HOUR_MS, hour_of
from millstream_kit.clock import Clock
from millstream_kit.db import Database
from millstream_kit.sketch import Sketch
from sqlalchemy import ColumnElement, Row, Table, and_, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_jobs.figures import (
    COUNTS,
    ERROR_LEVELS_MS,
    EVERY_FUNCTION,
    TREND_COUNTS,
    ErrorGroup,
    Figures,
    Standing,
    Stretch,
    covering,
)
from millstream_jobs.model import Status
from millstream_jobs.store import TrendHour, Urgency
from millstream_jobs.store_rows import error_group_of, figures_of, standing_of
from millstream_jobs.store_tables import buckets, error_buckets, functions, jobs, standings, tallies, trend_hours
from millstream_jobs.tallies import Tally, read_tallies

DAY_HOURS = 24
_SUMMED = (*COUNTS, "run_ms", "wait_ms")
_LIGHT = [buckets.c[name] for name in ("function", "at_ms", *_SUMMED)]
_Signature = tuple[tuple[int, int, int], ...]


class FigureQueries:
    """See `store.Store`."""

    _db: Database
    _clock: Clock
    # The merged sketches of each function's closed hours of the day, and what they were merged from.
    _closed: dict[str, tuple[_Signature, Sketch, Sketch]]

    async def figures(self, function: str, after_ms: int | None, before_ms: int | None) -> Figures:
        stretches = covering(after_ms, before_ms, self._clock.now_ms())
        async with self._db.snapshot() as connection:
            found = await self._sums(connection, stretches, [function])
            noted = await self._noted(connection)
        figures = found.get(function, Figures())
        for at_ms, some in _slots(noted, function):
            if _lies_in(at_ms, stretches):
                figures.merge(some)
        return figures

    async def figures_by_function(self, since_ms: int) -> Mapping[str, Figures]:
        stretches = covering(since_ms, None, self._clock.now_ms())
        async with self._db.snapshot() as connection:
            keys = list((await connection.execute(select(functions.c.key))).scalars())
            found = await self._sums(connection, stretches, keys)
            noted = await self._noted(connection)
        for function in noted:
            for at_ms, some in _slots(noted, function):
                if _lies_in(at_ms, stretches):
                    found.setdefault(function, Figures()).merge(some)
        return found

    async def series(self, function: str, step_ms: int, from_ms: int, to_ms: int) -> Mapping[int, Figures]:
        query = select(buckets).where(
            buckets.c.step_ms == step_ms,
            buckets.c.function == function,
            buckets.c.at_ms >= from_ms,
            buckets.c.at_ms < to_ms,
        )
        async with self._db.snapshot() as connection:
            found = {row.at_ms: figures_of(row) for row in await connection.execute(query)}
            noted = await self._noted(connection)
        for at_ms, some in _slots(noted, function):
            if from_ms <= at_ms < to_ms:
                found.setdefault(at_ms - at_ms % step_ms, Figures()).merge(some)
        return found

    async def day_figures(self, keys: Sequence[str]) -> Mapping[str, Figures]:
        open_ms = hour_of(self._clock.now_ms())
        since_ms = open_ms - (DAY_HOURS - 1) * HOUR_MS
        hours = and_(buckets.c.step_ms == HOUR_MS, buckets.c.at_ms >= since_ms)
        found = {key: Figures() for key in keys}
        signatures: dict[str, list[tuple[int, int, int]]] = {key: [] for key in keys}
        async with self._db.snapshot() as connection:
            light = select(*_LIGHT).where(hours, buckets.c.function.in_(keys)).order_by(buckets.c.at_ms)
            for row in await connection.execute(light):
                figures = figures_of(row, sketches=False)
                found[row.function].merge(figures)
                if row.at_ms < open_ms:
                    signatures[row.function].append((row.at_ms, figures.runs, figures.started))
            for key in keys:
                await self._merge_closed(connection, key, tuple(signatures[key]))
            newest = select(buckets.c.function, buckets.c.run, buckets.c.wait)
            newest = newest.where(
                buckets.c.step_ms == HOUR_MS, buckets.c.at_ms >= open_ms, buckets.c.function.in_(keys)
            )
            for row in await connection.execute(newest):
                found[row.function].run.merge(Sketch.from_bytes(row.run))
                found[row.function].wait.merge(Sketch.from_bytes(row.wait))
            noted = await self._noted(connection)
        for key, figures in found.items():
            _, run, wait = self._closed[key]
            figures.run.merge(run)
            figures.wait.merge(wait)
            for at_ms, some in _slots(noted, key):
                if at_ms >= since_ms:
                    figures.merge(some)
        return found

    async def _merge_closed(self, connection: AsyncConnection, key: str, signature: _Signature) -> None:
        """Merge the sketches of a function's closed hours, unless they are as when they were merged last."""
        known = self._closed.get(key)
        if known is not None and known[0] == signature:
            return
        run, wait = Sketch(), Sketch()
        if signature:
            query = select(buckets.c.run, buckets.c.wait).where(
                buckets.c.step_ms == HOUR_MS,
                buckets.c.function == key,
                buckets.c.at_ms.between(signature[0][0], signature[-1][0]),
            )
            for row in await connection.execute(query):
                run.merge(Sketch.from_bytes(row.run))
                wait.merge(Sketch.from_bytes(row.wait))
        self._closed[key] = (signature, run, wait)

    async def error_groups(
        self, function: str | None, after_ms: int | None, before_ms: int | None, limit: int
    ) -> Sequence[ErrorGroup]:
        stretches = covering(after_ms, before_ms, self._clock.now_ms(), ERROR_LEVELS_MS)
        async with self._db.snapshot() as connection:
            keys = [function] if function is not None else list(await connection.scalars(select(functions.c.key)))
            found = await self._errors(connection, stretches, keys, limit)
            noted = await self._noted(connection)
        for key in keys:
            for error in noted[key].errors if key in noted else ():
                if _lies_in(error.first_at_ms, stretches):
                    _merge_error(found, error)
        return sorted(found.values(), key=lambda group: (-group.count, -group.last_at_ms, group.fingerprint))[:limit]

    async def standings(self) -> Mapping[str, Standing]:
        async with self._db.snapshot() as connection:
            found = await self._standings(connection)
            noted = await self._noted(connection)
        for function, tally in noted.items():
            found.setdefault(function, Standing()).merge(tally.standing)
        return found

    async def folded_standings(self) -> Mapping[str, Standing]:
        async with self._db.connect() as connection:
            return await self._standings(connection)

    async def urgencies(self, now_ms: int) -> Mapping[str, Urgency]:
        waiting = jobs.c.status.in_([Status.PENDING.value, Status.RETRYING.value])
        due = select(jobs.c.function, func.count()).where(jobs.c.due_at_ms <= now_ms, waiting)
        asked = select(jobs.c.function, func.count()).where(
            jobs.c.status == Status.ACTIVE.value, jobs.c.cancel_requested_at_ms.is_not(None)
        )
        found: dict[str, Urgency] = {}
        async with self._db.connect() as connection:
            for key, count in await connection.execute(due.group_by(jobs.c.function)):
                found[key] = Urgency(due=count)
            for key, count in await connection.execute(asked.group_by(jobs.c.function)):
                found[key] = replace(found.get(key, Urgency()), cancelling=count)
        return found

    async def trend_hours(
        self, since_ms: int, function: str | None = None, job_type: str | None = None
    ) -> tuple[Sequence[TrendHour], int]:
        # Added up over functions by the database: a week of a hundred functions is 17,000 rows.
        added = [func.sum(trend_hours.c[name]).label(name) for name in (*TREND_COUNTS, "active")]
        query = select(trend_hours.c.hour_ms, *added).where(trend_hours.c.hour_ms >= since_ms)
        standing = select(standings)
        if function is not None:
            query = query.where(trend_hours.c.function == function)
            standing = standing.where(standings.c.function == function)
        if job_type is not None:
            query = query.where(trend_hours.c.job_type == job_type)
            standing = standing.where(
                standings.c.function.in_(select(functions.c.key).where(functions.c.type == job_type))
            )
        async with self._db.snapshot() as connection:
            query = query.group_by(trend_hours.c.hour_ms).order_by(trend_hours.c.hour_ms)
            hours = [_summed_hour(row) for row in await connection.execute(query)]
            active = sum([row.active for row in await connection.execute(standing)])
            noted = await self._noted(connection)
        for key, tally in noted.items():
            if function in (None, key) and job_type in (None, tally.job_type):
                active += tally.standing.active
                hours += [_trend_hour(key, tally.job_type, at_ms, some) for at_ms, some in tally.slots.items()]
        return hours, active

    async def _standings(self, connection: AsyncConnection) -> dict[str, Standing]:
        return {row.function: standing_of(row) for row in await connection.execute(select(standings))}

    async def _noted(self, connection: AsyncConnection) -> dict[str, Tally]:
        return read_tallies((await connection.execute(select(tallies.c.body))).scalars())

    async def _sums(
        self, connection: AsyncConnection, stretches: Sequence[Stretch], keys: Sequence[str]
    ) -> dict[str, Figures]:
        parts = [select(*_LIGHT).where(buckets.c.function.in_(keys), _in_stretch(buckets, s)) for s in stretches]
        if not parts or not keys:
            return {}
        light = union_all(*parts).subquery()
        sums = select(light.c.function, *(func.sum(light.c[name]).label(name) for name in _SUMMED))
        rows = await connection.execute(sums.group_by(light.c.function))
        return {row.function: figures_of(row, sketches=False) for row in rows}

    async def _errors(
        self, connection: AsyncConnection, stretches: Sequence[Stretch], keys: Sequence[str], limit: int
    ) -> dict[tuple[str, str], ErrorGroup]:
        columns = [error_buckets.c[field.name] for field in fields(ErrorGroup)]
        parts = [
            select(*columns).where(error_buckets.c.function.in_(keys), _in_stretch(error_buckets, s)) for s in stretches
        ]
        if not parts or not keys:
            return {}
        some = union_all(*parts).subquery()
        alike = (some.c.function, some.c.fingerprint)
        newest = select(
            *(
                some.c[name]
                for name in ("function", "fingerprint", "error_type", "message", "last_at_ms", "last_job_id")
            ),
            func.sum(some.c["count"]).over(partition_by=alike).label("count"),
            func.min(some.c.first_at_ms).over(partition_by=alike).label("first_at_ms"),
            func.row_number().over(partition_by=alike, order_by=some.c.last_at_ms.desc()).label("place"),
        ).subquery()
        query = select(newest).where(newest.c.place == 1).order_by(newest.c["count"].desc()).limit(limit)
        groups = [error_group_of(row) for row in await connection.execute(query)]
        return {(group.function, group.fingerprint): group for group in groups}


def _slots(noted: Mapping[str, Tally], function: str) -> Iterable[tuple[int, Figures]]:
    """What is noted of one function, or of every one."""
    wanted = noted.values() if function == EVERY_FUNCTION else [noted[function]] if function in noted else []
    return (slot for tally in wanted for slot in tally.slots.items())


def _lies_in(at_ms: int, stretches: Sequence[Stretch]) -> bool:
    return bool(stretches) and stretches[0].from_ms <= at_ms < stretches[-1].to_ms


def _in_stretch(table: Table, stretch: Stretch) -> ColumnElement[bool]:
    return and_(table.c.step_ms == stretch.step_ms, table.c.at_ms >= stretch.from_ms, table.c.at_ms < stretch.to_ms)


def _merge_error(found: dict[tuple[str, str], ErrorGroup], error: ErrorGroup) -> None:
    known = found.setdefault((error.function, error.fingerprint), error)
    if known is not error:
        known.merge(error)


def _summed_hour(row: Row[Any]) -> TrendHour:
    counts = {name: int(row._mapping[name]) for name in TREND_COUNTS}
    active = None if row.active is None else int(row.active)
    return TrendHour(function="", hour_ms=row.hour_ms, job_type="", active=active, version=0, **counts)


def _trend_hour(function: str, job_type: str, at_ms: int, some: Figures) -> TrendHour:
    return TrendHour(
        function=function,
        hour_ms=hour_of(at_ms),
        job_type=job_type,
        complete=some.complete,
        failed=some.failed,
        retrying=some.retrying,
        cancelled=some.cancelled,
        active=None,
        version=0,
    )
