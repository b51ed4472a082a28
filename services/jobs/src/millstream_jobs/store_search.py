"""Searches no index answers: the newest jobs are looked at, in bounded steps, and the page says how far that went."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from millstream_kit.clock import Clock
from millstream_kit.db import Database
from millstream_kit.paging import MOST_COUNTED, Total
from pydantic_core import from_json
from sqlalchemy import ColumnElement, and_, case, false, func, null, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_jobs.model import Status
from millstream_jobs.store_conditions import error_says, unindexed
from millstream_jobs.store_durations import ran_within
from millstream_jobs.store_filter import Argument, JobFilter
from millstream_jobs.store_model import Page, ShownJob
from millstream_jobs.store_rows import SHOWN_JOB
from millstream_jobs.store_tables import jobs

STEP_ROWS = 500
MOST_SCANNED = 20_000
SCAN_S = 0.02  # no step begins that would end later, were it as long as those before; whoever wants more turns the page

_NOTHING = null()


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: a text the database can look for by itself, and whether a text that has it is meant."""

    text: Any
    has: ColumnElement[bool]
    means: Callable[[Any], bool]
    among: tuple[ColumnElement[bool], ...] = ()  # others need not be looked at
    given: Any = _NOTHING  # arguments, where what else is asked of them has to be read there
    is_given: Callable[[Any], bool] = lambda _: True


_ANY = Search(_NOTHING, true(), lambda _: True)


class Hit(NamedTuple):
    """A job that is meant."""

    id: str
    status: Status


def search_of(which: JobFilter) -> Search | None:
    """What a filter looks for that no index answers."""
    texts = in_texts(which)
    asked = [*ran_within(which), *unindexed(which)]
    if which.not_functions:
        asked.append(jobs.c.function.not_in(which.not_functions))
    if which.arguments or which.not_arguments:
        return _among_arguments(texts or _ANY, asked, which)
    if not asked:
        return texts
    texts = texts or _ANY
    return replace(texts, has=and_(texts.has, *asked))


def _among_arguments(search: Search, asked: Sequence[ColumnElement[bool]], which: JobFilter) -> Search:
    """That, of the jobs that were given all of one kind of argument and none of the other."""
    wanted, left_out = which.arguments, which.not_arguments
    has = and_(search.has, *asked, *map(_may_have, wanted))
    given = jobs.c.kwargs if wanted else case((or_(*map(_may_have, left_out)), jobs.c.kwargs), else_=null())

    def is_given(kwargs: Any) -> bool:
        value = from_json(kwargs or "{}")
        return all(_leads_to(value, one) for one in wanted) and not any(_leads_to(value, one) for one in left_out)

    return replace(search, has=has, given=given, is_given=is_given)


def in_texts(which: JobFilter) -> Search | None:
    """What of it is looked for in texts."""
    if which.argument is None:
        return None if which.error_text is None else in_errors(which.error_text)
    arguments = in_arguments(which.argument)
    return arguments if which.error_text is None else in_either(in_errors(which.error_text), arguments)


def in_errors(text: str) -> Search:
    """Jobs whose newest error says this."""
    return Search(jobs.c.error, error_says(text), lambda _: True, (jobs.c.error.is_not(None),))


def in_arguments(argument: Argument) -> Search:
    """Jobs that were given this value at this place."""
    return Search(jobs.c.kwargs, _may_have(argument), lambda kwargs: _leads_to(from_json(kwargs), argument))


def _may_have(argument: Argument) -> ColumnElement[bool]:
    """Arguments are kept in one spelling, so that a value is a text in them; whether it is at its place, who reads them sees."""
    *_, name = argument.path
    word = json.dumps(argument.value, ensure_ascii=False)
    spellings = [word, word[1:-1]] if name.isdecimal() else [f'"{name}":{word}', f'"{name}":{argument.value}']
    return or_(*(jobs.c.kwargs.contains(spelling, autoescape=True) for spelling in spellings))


def in_either(errors: Search, arguments: Search) -> Search:
    """Jobs whose error says it, whatever their arguments, which then are not read; and those that were given it."""
    text = case((errors.has, null()), else_=arguments.text)
    has = or_(func.coalesce(errors.has, false()), arguments.has)
    return Search(text, has, lambda kwargs: kwargs is None or arguments.means(kwargs))


class JobSearch:
    """See `store.Store.jobs`."""

    _db: Database
    _clock: Clock

    async def search(
        self,
        wanted: Search,
        conditions: Sequence[ColumnElement[bool]],
        *,
        limit: int,
        before_id: str | None,
        counted: Total | None,
    ) -> Page:
        """A page. What was counted for the first one holds for those after it."""
        async with self._db.connect() as connection:
            if counted is None or before_id is None:
                hits, place = await self.scan(connection, wanted, conditions, None, most=MOST_COUNTED)
                counted = Total.of(len(hits), is_all=place is None)
            if before_id is not None:
                hits, place = await self.scan(connection, wanted, conditions, before_id, most=limit)
            return await _page(connection, [hit.id for hit in hits], limit, counted, scanned_to=place)

    async def scan(
        self,
        connection: AsyncConnection,
        wanted: Search,
        conditions: Sequence[ColumnElement[bool]],
        before_id: str | None,
        *,
        most: int,
        most_scanned: int | None = None,
        span_s: float | None = None,
    ) -> tuple[list[Hit], str | None]:
        """Look at jobs, the newest first, until none is left, more than `most` are found, or the limits of a search, unless others are given.

        Returns:
            What was found, and the last job that was looked at; None when that was all.
        """
        most_scanned = MOST_SCANNED if most_scanned is None else most_scanned
        span_s = SCAN_S if span_s is None else span_s
        found: list[Hit] = []
        place, steps, began = before_id, 0, self._clock.monotonic()
        while len(found) <= most:
            hits, place = await _step(connection, wanted, (*conditions, *wanted.among), place)
            found += hits
            steps += 1
            spent_s = self._clock.monotonic() - began
            if place is None or steps * STEP_ROWS >= most_scanned or spent_s + spent_s / steps > span_s:
                break
        return found, place


async def _step(
    connection: AsyncConnection, wanted: Search, conditions: Sequence[ColumnElement[bool]], before_id: str | None
) -> tuple[list[Hit], str | None]:
    """Look at the next jobs: which of them are meant, and the last one that was looked at."""
    place = [] if before_id is None else [jobs.c.id < before_id]
    seen = wanted.text.label("text"), wanted.given.label("given"), wanted.has.label("has")
    some = select(jobs.c.id, jobs.c.status, *seen).where(*conditions, *place)
    scanned = some.order_by(jobs.c.id.desc()).limit(STEP_ROWS).cte("scanned")
    end = select(func.min(scanned.c.id)).scalar_subquery()
    count = select(func.count()).select_from(scanned).scalar_subquery()
    query = (
        select(scanned, count.label("looked"))
        .where(or_(scanned.c.has, scanned.c.id == end))
        .order_by(scanned.c.id.desc())
    )
    rows = (await connection.execute(query)).all()
    hits = [Hit(row.id, Status(row.status)) for row in rows if _is_meant(wanted, row)]
    # As soon as there is no more, however slow this step was: a short search is always whole.
    return hits, rows[-1].id if rows and rows[0].looked == STEP_ROWS else None


def _is_meant(wanted: Search, row: Any) -> bool:
    return bool(row.has) and wanted.means(row.text) and wanted.is_given(row.given)


async def _page(
    connection: AsyncConnection, found: Sequence[str], limit: int, counted: Total, *, scanned_to: str | None
) -> Page:
    shown = found[:limit]
    query = select(*SHOWN_JOB).where(jobs.c.id.in_(shown)).order_by(jobs.c.id.desc())
    rows = [ShownJob._make(row) for row in await connection.execute(query)] if shown else []
    if len(found) > limit:
        return Page(rows, counted, next_id=shown[-1])
    return Page(rows, counted, next_id=scanned_to, scanned_to_id=scanned_to)


def _leads_to(value: Any, argument: Argument) -> bool:
    for name in argument.path:
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return False
    if isinstance(value, str):
        return value == argument.value
    return not isinstance(value, dict | list) and json.dumps(value) == argument.value
