"""Figures as they are read: buckets of the period, and what transactions noted that is not folded yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from millstream_contracts.times import hour_of
from millstream_kit.clock import Clock
from millstream_kit.db import Database
from millstream_kit.sketch import Sketch
from sqlalchemy import ColumnElement, Row, Table, and_, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_jobs.figures import (
    COUNTS,
    EVERY_FUNCTION,
    TREND_COUNTS,
    Day,
    ErrorGroup,
    Figures,
    FunctionHour,
    Point,
    Standing,
    Stretch,
    covering,
    last_day,
)
from millstream_jobs.model import Status
from millstream_jobs.store_figure_tables import buckets, error_buckets, standings, tallies, trend_hours
from millstream_jobs.store_model import TrendHour, Urgency
from millstream_jobs.store_rows import error_group_of, figures_of, standing_of, versions_of
from millstream_jobs.store_tables import functions, jobs
from millstream_jobs.tallies import Tally, read_tallies

_SUMMED = (*COUNTS, "run_ms", "wait_ms")
_LIGHT = [buckets.c[name] for name in ("function", "at_ms", *_SUMMED)]
# Of buckets written before percentiles were kept.
_PERCENTILES_UNKNOWN = [and_(buckets.c[f"{name}_p50_ms"].is_(None), buckets.c[name] != b"") for name in ("run", "wait")]
_Signature = tuple[int, ...]  # until when, and every count
_UNREAD: tuple[_Signature, Sketch, Sketch] = ((), Sketch(), Sketch())


class FigureQueries:
    """See `store.Store`."""

    _db: Database
    _clock: Clock
    # The merged sketches of each function's part of the day, and what they were merged from.
    _parts: dict[tuple[str, int], tuple[_Signature, Sketch, Sketch]]
    # The day of each function as it was read last. Where every part counts the same, so is all the rest.
    _days: dict[str, tuple[tuple[_Signature, ...], Day]]

    async def figures(self, function: str, stretches: Sequence[Stretch]) -> Figures:
        async with self._db.snapshot() as connection:
            found = await self._sums(connection, stretches, buckets.c.function == function)
            noted = await self._noted(connection)
        figures = found.get(function, Figures())
        for at_ms, some in _slots(noted, function):
            if _lies_in(at_ms, stretches):
                figures.merge(some)
        return figures

    async def runs(self, function: str, stretches: Sequence[Stretch]) -> Sketch:
        async with self._db.snapshot() as connection:
            runs, _ = (await self._sketches(connection, [function], stretches))[function]
            noted = await self._noted(connection)
        for at_ms, some in _slots(noted, function):
            if _lies_in(at_ms, stretches):
                runs.merge(some.run)
        return runs

    async def overview(self, since_ms: int) -> tuple[Mapping[str, Figures], Mapping[str, Standing]]:
        stretches = covering(since_ms, None, self._clock.now_ms())
        async with self._db.snapshot() as connection:
            found = await self._sums(connection, stretches, buckets.c.function != EVERY_FUNCTION)
            standing = await self._standings(connection)
            noted = await self._noted(connection)
        for function, tally in noted.items():
            standing.setdefault(function, Standing()).merge(tally.standing)
        _add_noted(found, noted, stretches)
        return found, standing

    async def sums(self, stretches: Sequence[Stretch]) -> Mapping[str, Figures]:
        async with self._db.snapshot() as connection:
            found = await self._sums(connection, stretches, buckets.c.function != EVERY_FUNCTION)
            noted = await self._noted(connection)
        _add_noted(found, noted, stretches)
        return found

    async def waits(self, keys: Sequence[str], stretches: Sequence[Stretch]) -> Mapping[str, Sketch]:
        async with self._db.snapshot() as connection:
            found = {key: waits for key, (_, waits) in (await self._sketches(connection, keys, stretches)).items()}
            noted = await self._noted(connection)
        for key in keys:
            for at_ms, some in _slots(noted, key):
                if _lies_in(at_ms, stretches):
                    found[key].merge(some.wait)
        return found

    async def series(self, function: str, step_ms: int, from_ms: int, to_ms: int) -> Mapping[int, Point]:
        asked = (
            buckets.c.step_ms == step_ms,
            buckets.c.function == function,
            buckets.c.at_ms.between(from_ms, to_ms - 1),
        )
        async with self._db.snapshot() as connection:
            noted = _by_step(await self._noted(connection), function, step_ms, from_ms, to_ms)
            light = select(buckets.c.at_ms, *(buckets.c[name] for name in Point._fields)).where(*asked)
            found = {row[0]: Point(*row[1:]) for row in await connection.execute(light)}
            sketched = select(buckets).where(*asked, or_(buckets.c.at_ms.in_(noted), *_PERCENTILES_UNKNOWN))
            for row in await connection.execute(sketched):
                figures = figures_of(row)
                figures.merge(noted.pop(row.at_ms, Figures()))
                found[row.at_ms] = Point.of(figures)
        return found | {at_ms: Point.of(figures) for at_ms, figures in noted.items()}

    async def days(self, keys: Sequence[str]) -> Mapping[str, Day]:
        since_ms, parts = last_day(self._clock.now_ms())
        newest = len(parts) - 1
        async with self._db.snapshot() as connection:
            sums = await self._day_sums(connection, keys, parts)
            read = {place: _signature(parts[place[1]], figures) for place, figures in sums.items()}
            noted = await self._noted(connection)
            for key in keys:
                for at_ms, some in _slots(noted, key):
                    if at_ms >= since_ms:
                        sums[key, newest].merge(some)
            seen = {key: tuple(_signature(part, sums[key, n]) for n, part in enumerate(parts)) for key in keys}
            grown = [key for key in keys if key not in self._days or self._days[key][0] != seen[key]]
            for n, part in enumerate(parts):
                late = [key for key in grown if self._parts.get((key, n), _UNREAD)[0] != read[key, n]]
                merged = await self._sketches(connection, late, part)
                self._parts |= {(key, n): (read[key, n], *merged[key]) for key in late}
        for key in grown:
            figures = Figures()
            for n in range(len(parts)):
                figures.merge(sums[key, n])
                figures.run.merge(self._parts[key, n][1])
                figures.wait.merge(self._parts[key, n][2])
            self._days[key] = seen[key], Day.of(figures)
        return {key: self._days[key][1] for key in keys}

    async def _day_sums(
        self, connection: AsyncConnection, keys: Sequence[str], parts: Sequence[Sequence[Stretch]]
    ) -> dict[tuple[str, int], Figures]:
        """Of each function what each part of a day counts, without sketches."""
        found = {(key, n): Figures() for key in keys for n in range(len(parts))}
        mine = buckets.c.function.in_(keys)
        stretches = [(n, stretch) for n, part in enumerate(parts) for stretch in part]
        light = union_all(
            *(select(literal(n).label("part"), *_LIGHT).where(mine, _in_stretch(buckets, s)) for n, s in stretches)
        ).subquery()
        sums = select(light.c.function, light.c.part, *(func.sum(light.c[name]).label(name) for name in _SUMMED))
        for row in await connection.execute(sums.group_by(light.c.function, light.c.part)):
            found[row.function, row.part] = figures_of(row, sketches=False)
        return found

    async def _sketches(
        self, connection: AsyncConnection, keys: Sequence[str], stretches: Sequence[Stretch]
    ) -> Mapping[str, tuple[Sketch, Sketch]]:
        """Of each function the runs and the waits of buckets."""
        packed: dict[str, tuple[list[bytes], list[bytes]]] = {key: ([], []) for key in keys}
        columns, mine = (buckets.c.function, buckets.c.run, buckets.c.wait), buckets.c.function.in_(keys)
        for stretch in stretches if keys else ():
            for key, run, wait in await connection.execute(select(*columns).where(mine, _in_stretch(buckets, stretch))):
                packed[key][0].append(run)
                packed[key][1].append(wait)
        return {key: (Sketch.together(runs), Sketch.together(waits)) for key, (runs, waits) in packed.items()}

    async def error_groups(
        self, function: str | None, stretches: Sequence[Stretch], limit: int
    ) -> Sequence[ErrorGroup]:
        if not stretches:
            return []
        which = [] if function is None else [error_buckets.c.function == function]
        async with self._db.snapshot() as connection:
            found = await self._errors(connection, stretches, which, limit)
            noted = await self._noted(connection)
        for key, tally in noted.items():
            for error in tally.errors if function in (None, key) else ():
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

    async def function_hours(self, since_ms: int) -> Sequence[FunctionHour]:
        counts = ("function", "hour_ms", *TREND_COUNTS)
        columns = [*(trend_hours.c[name] for name in counts), func.coalesce(trend_hours.c.held, 0)]
        async with self._db.snapshot() as connection:
            rows = await connection.execute(select(*columns).where(trend_hours.c.hour_ms >= since_ms))
            hours = [FunctionHour(*row) for row in rows]
            noted = await self._noted(connection)
        for key, tally in noted.items():
            for at_ms, some in tally.slots.items():
                hours.append(FunctionHour(key, hour_of(at_ms), *(getattr(some, name) for name in TREND_COUNTS)))
            hours += [FunctionHour(key, hour_ms, 0, 0, 0, 0, minutes) for hour_ms, minutes in tally.held.items()]
        return hours

    async def _standings(self, connection: AsyncConnection) -> dict[str, Standing]:
        return {row.function: standing_of(row) for row in await connection.execute(select(standings))}

    async def _noted(self, connection: AsyncConnection) -> dict[str, Tally]:
        return read_tallies((await connection.execute(select(tallies.c.body))).scalars())

    async def _sums(
        self, connection: AsyncConnection, stretches: Sequence[Stretch], which: ColumnElement[bool]
    ) -> dict[str, Figures]:
        if not stretches:
            return {}
        light = union_all(*(select(*_LIGHT).where(which, _in_stretch(buckets, s)) for s in stretches)).subquery()
        sums = select(light.c.function, *(func.sum(light.c[name]).label(name) for name in _SUMMED))
        rows = await connection.execute(sums.group_by(light.c.function))
        return {row.function: figures_of(row, sketches=False) for row in rows}

    async def _errors(
        self,
        connection: AsyncConnection,
        stretches: Sequence[Stretch],
        which: Sequence[ColumnElement[bool]],
        limit: int,
    ) -> dict[tuple[str, str], ErrorGroup]:
        columns = [error_buckets.c[field.name] for field in fields(ErrorGroup)]
        some = union_all(*(select(*columns).where(*which, _in_stretch(error_buckets, s)) for s in stretches)).cte()
        # Counted first and looked up after: sorting every bucket's message takes longer than both.
        alike = (some.c.function, some.c.fingerprint)
        counted = (
            select(
                *alike,
                func.sum(some.c["count"]).label("count"),
                func.min(some.c.first_at_ms).label("first_at_ms"),
                func.max(some.c.last_at_ms).label("last_at_ms"),
            )
            .group_by(*alike)
            .order_by(func.sum(some.c["count"]).desc())
            .limit(limit)
            .subquery()
        )
        newest = and_(
            some.c.function == counted.c.function,
            some.c.fingerprint == counted.c.fingerprint,
            some.c.last_at_ms == counted.c.last_at_ms,
        )
        told = (some.c.error_type, some.c.message, some.c.last_job_id, some.c.versions)
        query = select(counted, *told).join_from(counted, some, newest)
        groups = [error_group_of(row) for row in await connection.execute(query)]
        found = {(group.function, group.fingerprint): group for group in groups}
        others = select(*alike, some.c.versions).where(some.c.versions.is_not(None)).distinct()
        for function, fingerprint, versions in await connection.execute(others):
            if group := found.get((function, fingerprint)):
                group.saw(versions_of(versions), first=False)
        return found


def _signature(part: Sequence[Stretch], figures: Figures) -> _Signature:
    """Of minutes that leave a part the counts tell; its end tells the hour."""
    return part[-1].to_ms if part else 0, *(getattr(figures, name) for name in COUNTS)


def _slots(noted: Mapping[str, Tally], function: str) -> Iterable[tuple[int, Figures]]:
    """What is noted of one function, or of every one."""
    wanted = noted.values() if function == EVERY_FUNCTION else [noted[function]] if function in noted else []
    return (slot for tally in wanted for slot in tally.slots.items())


def _add_noted(found: dict[str, Figures], noted: Mapping[str, Tally], stretches: Sequence[Stretch]) -> None:
    for function, tally in noted.items():
        for at_ms, some in tally.slots.items():
            if _lies_in(at_ms, stretches):
                found.setdefault(function, Figures()).merge(some)


def _by_step(noted: Mapping[str, Tally], function: str, step_ms: int, from_ms: int, to_ms: int) -> dict[int, Figures]:
    """What is noted of one function, or of every one, by the steps of a series."""
    found: dict[int, Figures] = {}
    for at_ms, some in _slots(noted, function):
        if from_ms <= at_ms < to_ms:
            found.setdefault(at_ms - at_ms % step_ms, Figures()).merge(some)
    return found


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
