"""Tallies folded into the figures: counts and sketches into buckets, moves into standings, failures into their groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Protocol, Self, TypeVar

from millstream_contracts.times import hour_of
from millstream_kit.clock import Clock
from millstream_kit.db import Database, inserting
from sqlalchemy import Row, Table, delete, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_jobs.figures import (
    ERROR_LEVELS_MS,
    EVERY_FUNCTION,
    LEVELS_MS,
    OTHER_ERRORS,
    TREND_COUNTS,
    ErrorGroup,
    Figures,
    forgotten_before,
    levels_kept,
)
from millstream_jobs.store_figure_tables import buckets, error_buckets, standings, tallies, trend_hours
from millstream_jobs.store_rows import error_group_of, error_group_values, figure_values, figures_of, standing_of
from millstream_jobs.tallies import Tally, read_tallies


class _Mergeable(Protocol):
    def merge(self, other: Self) -> None: ...


T = TypeVar("T", bound=_Mergeable)
Key = tuple[Any, ...]

MOST_KEYS = 1_000  # in one statement; a database counts its parameters
MOST_KINDS = 100  # of errors of a function in one bucket
_FOLD_LOCK = 0x666F6C64  # any constant: one fold at a time per database


class Folding:
    """See `store.Store`."""

    _db: Database
    _clock: Clock

    async def fold(self, limit: int) -> int:
        async with self._db.begin() as connection:
            # Whoever folds reads, adds and writes; a second one at once would undo the first.
            if self._db.dialect == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _FOLD_LOCK})
            taken = await self._take(connection, limit)
            if not taken:
                return 0
            found, now_ms = read_tallies(taken), self._clock.now_ms()
            await self._add(connection, buckets, _of_buckets(found, now_ms), figures_of, figure_values)
            await self._add(connection, standings, {(f,): t.standing for f, t in found.items()}, standing_of, asdict)
            errors = await self._told_apart(connection, _of_errors(found, now_ms))
            await self._add(connection, error_buckets, errors, error_group_of, error_group_values)
            await self._count_hours(connection, found)
        return len(taken)

    async def forget_buckets(self, limit: int) -> int:
        forgotten = 0
        for table, levels in ((buckets, LEVELS_MS), (error_buckets, ERROR_LEVELS_MS)):
            key = list(table.primary_key.columns)
            for step_ms in levels:
                before_ms = forgotten_before(step_ms, self._clock.now_ms(), levels)
                old = select(*key).where(table.c.step_ms == step_ms, table.c.at_ms < before_ms).limit(limit)
                async with self._db.begin() as connection:
                    result = await connection.execute(delete(table).where(tuple_(*key).in_(old)))
                forgotten += result.rowcount
        return forgotten

    async def _take(self, connection: AsyncConnection, limit: int) -> list[str]:
        """Read rows and delete just these: a lower number may yet be committed."""
        oldest = select(tallies.c.id).order_by(tallies.c.id).limit(limit)
        rows = await connection.execute(delete(tallies).where(tallies.c.id.in_(oldest)).returning(tallies.c.body))
        return list(rows.scalars())

    async def _add(
        self,
        connection: AsyncConnection,
        table: Table,
        added: Mapping[Key, T],
        read: Callable[[Row[Any]], T],
        write: Callable[[T], dict[str, Any]],
    ) -> None:
        """Merge values into the rows of their keys, the ones that are not there yet included."""
        key = list(table.primary_key.columns)
        names = [column.name for column in key]
        for some in _slices(sorted(added), MOST_KEYS):
            merged = {place: added[place] for place in some}
            for row in await connection.execute(select(table).where(tuple_(*key).in_(some))):
                place = tuple(row._mapping[name] for name in names)
                merged[place].merge(read(row))
            statement = inserting(self._db.dialect, table)
            kept = {c.name: statement.excluded[c.name] for c in table.c if c.name not in names}
            statement = statement.on_conflict_do_update(index_elements=names, set_=kept)
            rows = [write(value) | dict(zip(names, place, strict=True)) for place, value in merged.items()]
            if rows:
                await connection.execute(statement, rows)

    async def _told_apart(self, connection: AsyncConnection, added: Mapping[Key, ErrorGroup]) -> dict[Key, ErrorGroup]:
        """Kinds of errors a bucket has no room for share one: messages with names in them are as many as jobs."""
        c, known = error_buckets.c, defaultdict[Key, set[str]](set)
        for some in _slices(sorted({key[:3] for key in added}), MOST_KEYS):
            held = select(c.step_ms, c.function, c.at_ms, c.fingerprint)
            for *place, kind in await connection.execute(held.where(tuple_(c.step_ms, c.function, c.at_ms).in_(some))):
                known[tuple(place)].add(kind)
        found: dict[Key, ErrorGroup] = {}
        for (*place, kind), group in sorted(added.items()):
            kinds = known[tuple(place)]
            is_other = kind not in kinds and len(kinds - {OTHER_ERRORS}) >= MOST_KINDS
            one = group.as_other() if is_other else group
            kinds.add(one.fingerprint)
            key = (*place, one.fingerprint)
            if key in found:
                found[key].merge(one)
            else:
                found[key] = one
        return found

    async def _count_hours(self, connection: AsyncConnection, found: Mapping[str, Tally]) -> None:
        """Add to the trends. An hour that is over must say anew what ran at its end."""
        hours: dict[tuple[int, str], dict[str, Any]] = {}
        for function, tally in found.items():
            nothing = dict.fromkeys((*TREND_COUNTS, "held"), 0) | {"job_type": tally.job_type}
            for at_ms, figures in tally.slots.items():
                row = hours.setdefault((hour_of(at_ms), function), dict(nothing))
                for name in TREND_COUNTS:
                    row[name] += getattr(figures, name)
            for hour_ms, minutes in tally.held.items():
                hours.setdefault((hour_ms, function), dict(nothing))["held"] |= minutes
        if not hours:
            return
        statement = inserting(self._db.dialect, trend_hours)
        added = {name: trend_hours.c[name] + statement.excluded[name] for name in (*TREND_COUNTS, "version")}
        held = func.coalesce(trend_hours.c.held, 0).bitwise_or(statement.excluded.held)
        rows = [
            {"hour_ms": hour, "function": function, "active": None, "version": 1, "published": 0} | row
            for (hour, function), row in sorted(hours.items())
        ]
        statement = statement.on_conflict_do_update(
            index_elements=["hour_ms", "function"], set_=added | {"active": None, "held": held}
        )
        await connection.execute(statement, rows)


def bucket_key(step_ms: int, function: str, at_ms: int) -> tuple[int, str, int]:
    return step_ms, function, at_ms - at_ms % step_ms


def _of_buckets(found: Mapping[str, Tally], now_ms: int) -> dict[Key, Figures]:
    added: dict[Key, Figures] = {}
    for function, tally in found.items():
        for at_ms, figures in tally.slots.items():
            for step_ms in levels_kept(at_ms, now_ms, LEVELS_MS):
                for key in (function, EVERY_FUNCTION):
                    added.setdefault(bucket_key(step_ms, key, at_ms), Figures()).merge(figures)
    return added


def _of_errors(found: Mapping[str, Tally], now_ms: int) -> dict[Key, ErrorGroup]:
    added: dict[Key, ErrorGroup] = {}
    for tally in found.values():
        for error in tally.errors:
            for step_ms in levels_kept(error.first_at_ms, now_ms, ERROR_LEVELS_MS):
                key = (*bucket_key(step_ms, error.function, error.first_at_ms), error.fingerprint)
                if key in added:
                    added[key].merge(error)
                else:
                    added[key] = replace(error)
    return added


def _slices(keys: Sequence[Key], size: int) -> Iterator[Sequence[Key]]:
    return (keys[at : at + size] for at in range(0, len(keys), size))
