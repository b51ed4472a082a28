"""What was asked for where no route matched: its shapes, and how the most of it is kept.

An API's middleware tells it, masked, in calls of its own: it is in no topic and no stream. Of each hour of an API those
most asked for are kept apart, and the rest is one row; a path that came late and often takes the place of one that came seldom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from millstream_contracts.times import to_rfc3339
from millstream_kit.bodies import Body, Instant
from millstream_kit.db import Database
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import BigInteger, cast, delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.bodies import period_fields
from millstream_apis.dialect import write
from millstream_apis.inputs import LIMITS, RequestId
from millstream_apis.model import Span, hour_of
from millstream_apis.most import Tried, add, first_of, merged, most_of
from millstream_apis.reports import is_new
from millstream_apis.tables import UNMATCHED_PATHS

REQUESTS_MAX = 1_000_000

# No query: a question mark is refused, and so are control characters, as elsewhere.
RawPath = Annotated[str, StringConstraints(max_length=LIMITS.raw_path_chars, pattern=r"^/[^\x00-\x1f\x7f?#]*$")]
AnyMethod = Annotated[str, StringConstraints(to_upper=True, pattern=r"^([A-Za-z][A-Za-z-]{0,31}|\*)$")]


class TriedIn(Body):
    """How often a path was asked for, and when the last time, within one hour; null is all others."""

    method: AnyMethod
    path: RawPath | None
    requests: Annotated[int, Field(ge=1, le=REQUESTS_MAX)]
    at: Instant


class UnmatchedIn(Body):
    """A report; told again under its id within an hour it counts once."""

    report_id: RequestId
    paths: list[TriedIn] = Field(max_length=LIMITS.raw_paths_per_report)


class TriedOut(BaseModel):
    """A path of null is all others."""

    method: str
    path: str | None
    requests: int
    last_request_at: str


class UnmatchedList(BaseModel):
    """What was asked for where no route matched, the most first; `total` is of all that was told of."""

    after: str | None
    before: str | None
    total: int
    paths: list[TriedOut]


class Call(NamedTuple):
    """How a path was asked for."""

    method: str
    path: str


OTHERS = Call("*", "")


Tries = Mapping[Call, Tried]


def by_hour(told: Iterable[TriedIn]) -> dict[int, dict[Call, Tried]]:
    """A report by the hour."""
    found: dict[int, dict[Call, Tried]] = {}
    for one in told:
        call = OTHERS if one.path is None else Call(one.method, one.path)
        add(found.setdefault(hour_of(one.at), {}), call, Tried(one.requests, one.at))
    return found


def unmatched_fields(span: Span, now_ms: int, found: Sequence[tuple[Call, Tried]], limit: int) -> dict[str, Any]:
    """`UnmatchedList`; what is past the limit is among the others."""
    return {
        **period_fields(span, now_ms),
        "total": sum(tried.requests for _, tried in found),
        "paths": [
            {
                "method": call.method,
                "path": call.path or None,
                "requests": tried.requests,
                "last_request_at": to_rfc3339(tried.last_at_ms),
            }
            for call, tried in first_of(found, limit, OTHERS)
        ],
    }


_U = UNMATCHED_PATHS.c
_NAMES = ("api_name", "at_ms", "method", "path", "requests", "last_at_ms")


class SqlUnmatched:
    """The paths, in a database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, api_name: str, report_id: str, told: Mapping[int, Tries], now_ms: int) -> None:
        """Count a report, unless it was within the hour."""
        async with self._db.begin() as tx:
            if not await is_new(tx, self._db.dialect, api_name, "unmatched", report_id, now_ms):
                return
            for at_ms, tries in sorted(told.items()):
                await self._add(tx, api_name, at_ms, tries)

    async def _add(self, tx: AsyncConnection, api_name: str, at_ms: int, tries: Tries) -> None:
        mine = _U.api_name == api_name, _U.at_ms == at_ms
        query = select(_U.method, _U.path, _U.requests, _U.last_at_ms).where(*mine)
        there = {Call(method, path): Tried(*tried) for method, path, *tried in await tx.execute(query)}
        kept = most_of(merged(there, tries), OTHERS)
        if gone := there.keys() - kept.keys():
            await tx.execute(delete(UNMATCHED_PATHS).where(*mine, tuple_(_U.method, _U.path).in_(sorted(gone))))
        rows = [(api_name, at_ms, *call, *tried) for call, tried in sorted(kept.items()) if there.get(call) != tried]
        await write(tx, self._db.dialect, UNMATCHED_PATHS, _NAMES, rows, "replace")

    async def between(self, api_name: str, span: Span) -> Sequence[tuple[Call, Tried]]:
        """What was asked for in these hours, the most first."""
        requests = cast(func.sum(_U.requests), BigInteger)
        query = (
            select(_U.method, _U.path, requests, func.max(_U.last_at_ms))
            .where(_U.api_name == api_name, _U.at_ms >= span.start_ms, _U.at_ms < span.end_ms)
            .group_by(_U.method, _U.path)
            .order_by(requests.desc(), _U.path, _U.method)
        )
        async with self._db.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [(Call(method, path), Tried(*tried)) for method, path, *tried in rows]
