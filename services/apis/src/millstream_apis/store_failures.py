"""What requests fail with, in a database: of each hour of an API the most of each kind, and of the rest how many."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from millstream_kit.db import Database, inserting
from sqlalchemy import BigInteger, Table, case, cast, delete, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.dialect import later, write
from millstream_apis.failures import OTHERS, By, Example, Failing
from millstream_apis.model import Span
from millstream_apis.most import Tried, merged, most_of
from millstream_apis.reports import is_new
from millstream_apis.tables import EXCEPTION_HOURS, FIELD_HOURS, TRACEBACKS

_T = TRACEBACKS.c


class SqlFailures:
    """The groups, and an example of each exception."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(
        self, api_name: str, report_id: str, exceptions: By, fields: By, examples: Mapping[str, Example], now_ms: int
    ) -> None:
        """Count a report, unless it was within the hour."""
        async with self._db.begin() as tx:
            if not await is_new(tx, self._db.dialect, api_name, "errors", report_id, now_ms):
                return
            kept: set[str] = set()
            gone: set[str] = set()
            for at_ms, tries in sorted(exceptions.items()):
                there, left = await self._add(tx, EXCEPTION_HOURS, api_name, at_ms, tries)
                kept |= {failing.which for failing in there}
                gone |= {failing.which for failing in left}
            for at_ms, tries in sorted(fields.items()):
                await self._add(tx, FIELD_HOURS, api_name, at_ms, tries)
            await self._keep(tx, api_name, [examples[of] for of in sorted(kept & examples.keys())])
            await self._drop(tx, api_name, gone - kept)

    async def _add(
        self, tx: AsyncConnection, table: Table, api_name: str, at_ms: int, tries: Mapping[Failing, Tried]
    ) -> tuple[AbstractSet[Failing], AbstractSet[Failing]]:
        """Which are kept apart in that hour now, and which were."""
        mine = table.c.api_name == api_name, table.c.at_ms == at_ms
        there = dict(_rows(await tx.execute(_named(table).where(*mine))))
        kept = most_of(merged(there, tries), OTHERS)
        gone = there.keys() - kept.keys()
        if gone:
            await tx.execute(delete(table).where(*mine, table.c.key.in_(sorted(map(_key, gone)))))
        columns = tuple(column.name for column in table.columns)
        rows = [
            (api_name, at_ms, _key(failing), *failing, *tried)
            for failing, tried in sorted(kept.items())
            if there.get(failing) != tried
        ]
        await write(tx, self._db.dialect, table, columns, rows, "replace")
        return kept.keys(), gone

    async def _keep(self, tx: AsyncConnection, api_name: str, examples: Sequence[Example]) -> None:
        """Of each the newest, and the newest traceback that was told, with the version it is of."""
        if not examples:
            return
        statement = inserting(self._db.dialect, TRACEBACKS)
        new = statement.excluded
        is_told = new.traceback.is_not(None)
        changed = {
            "at_ms": later(_T.at_ms, new.at_ms),
            "message": case((new.at_ms >= _T.at_ms, new.message), else_=_T.message),
            "traceback": case((is_told, new.traceback), else_=_T.traceback),
            "version": case((is_told, new.version), else_=_T.version),
        }
        keeping = statement.on_conflict_do_update(index_elements=["api_name", "fingerprint"], set_=changed)
        await tx.execute(keeping, [{"api_name": api_name, **one._asdict()} for one in examples])

    async def _drop(self, tx: AsyncConnection, api_name: str, fingerprints: AbstractSet[str]) -> None:
        """Those that no hour has any more, or errors that are never the same would fill the table."""
        if not fingerprints:
            return
        c = EXCEPTION_HOURS.c
        of_an_hour = exists().where(c.api_name == _T.api_name, c.fingerprint == _T.fingerprint)
        mine = _T.api_name == api_name, _T.fingerprint.in_(sorted(fingerprints))
        await tx.execute(delete(TRACEBACKS).where(*mine, ~of_an_hour))

    async def exceptions(
        self, api_name: str, span: Span, fingerprint: str | None = None
    ) -> Sequence[tuple[Failing, Tried]]:
        """Exceptions of these hours, the most first."""
        c = EXCEPTION_HOURS.c
        return await self._between(
            EXCEPTION_HOURS, api_name, span, *([c.fingerprint == fingerprint] if fingerprint else [])
        )

    async def fields(self, api_name: str, span: Span) -> Sequence[tuple[Failing, Tried]]:
        """Fields refused in these hours, the most first."""
        return await self._between(FIELD_HOURS, api_name, span)

    async def examples(self, api_name: str, fingerprints: Sequence[str], *, is_whole: bool) -> Mapping[str, Example]:
        """An example of each; where it is not whole, of its traceback no more than whether there is one."""
        traceback = _T.traceback if is_whole else case((_T.traceback.is_not(None), literal("")))
        query = select(_T.fingerprint, _T.at_ms, _T.message, traceback, _T.version)
        async with self._db.connect() as connection:
            rows = await connection.execute(query.where(_T.api_name == api_name, _T.fingerprint.in_(fingerprints)))
            return {row[0]: Example(*row) for row in rows}

    async def _between(self, table: Table, api_name: str, span: Span, *more: Any) -> Sequence[tuple[Failing, Tried]]:
        requests = cast(func.sum(table.c.requests), BigInteger)
        names = _names(table)
        query = (
            select(*names, requests, func.max(table.c.last_at_ms))
            .where(table.c.api_name == api_name, table.c.at_ms >= span.start_ms, table.c.at_ms < span.end_ms, *more)
            .group_by(table.c.key, *names)
            .order_by(requests.desc(), *names)
        )
        async with self._db.connect() as connection:
            return _rows(await connection.execute(query))


def _names(table: Table) -> list[Any]:
    """The columns of `Failing`: what stands between the key and the figures."""
    return list(table.columns)[3:-2]


def _named(table: Table) -> Any:
    return select(*_names(table), table.c.requests, table.c.last_at_ms)


def _rows(found: Any) -> list[tuple[Failing, Tried]]:
    return [(Failing(*row[:4]), Tried(*row[4:])) for row in found]


def _key(failing: Failing) -> str:
    """Names are longer than PostgreSQL takes into an index."""
    if failing == OTHERS:
        return ""
    return hashlib.sha256("\0".join(failing).encode()).hexdigest()[:32]
