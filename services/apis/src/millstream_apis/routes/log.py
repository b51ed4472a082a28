"""Figures over time: the request log, trends, series."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from millstream_contracts.inventory import load_inventory
from millstream_contracts.limits import load_limits
from millstream_contracts.names import Scope
from millstream_contracts.times import parse_rfc3339
from millstream_kit.auth import require
from millstream_kit.errors import Refusal, invalid, not_implemented
from millstream_kit.paging import decode_cursor, encode_cursor
from pydantic import BaseModel, ConfigDict, Field

from millstream_apis.bodies import ID_PATTERN, ApiRequestEvent, EventList, Hour, Instant, Trends
from millstream_apis.routes.names import TrafficOf
from millstream_apis.store import LoggedRequest, RequestFilter

router = APIRouter(dependencies=[require(Scope.APIS_READ)])

_NAME = f"^{load_inventory().name_pattern}$"
_SEQ_MAX = 2**63 - 1


class EventsQuery(BaseModel):
    """What `/apis/events` may be asked for; a parameter it does not know is refused, never ignored."""

    model_config = ConfigDict(extra="forbid")

    api_name: str | None = Field(None, pattern=_NAME)
    method: str | None = Field(None, pattern=r"^[A-Za-z][A-Za-z-]{0,31}$")
    path: str | None = Field(None, max_length=load_limits().path_chars, pattern=r"^[^\x00-\x1f\x7f]*$")
    status: int | None = Field(None, ge=100, le=599)
    instance_id: str | None = Field(None, pattern=f"^{ID_PATTERN}$")
    after: Instant | None = None
    before: Instant | None = None
    limit: int = Field(200, ge=1, le=2_000)
    cursor: str | None = Field(None, max_length=512)

    def wanted(self) -> RequestFilter:
        """The lines asked for."""
        return RequestFilter(
            self.api_name,
            self.method.upper() if self.method else None,
            self.path,
            self.status,
            self.instance_id,
            parse_rfc3339(self.after) if self.after else None,
            parse_rfc3339(self.before) if self.before else None,
        )


class TrendsQuery(BaseModel):
    """What `/apis/trends` may be asked for."""

    model_config = ConfigDict(extra="forbid")

    hours: int = Field(24, ge=1, le=168)
    api_name: str | None = Field(None, pattern=_NAME)


@router.get("/apis/events")
async def events(query: Annotated[EventsQuery, Query()], traffic: TrafficOf) -> EventList:
    """The request log, newest first."""
    before = _place(query.cursor) if query.cursor is not None else None
    lines, total, exact = await traffic.requests(query.wanted(), query.limit + 1, before)
    page = lines[: query.limit]
    more = len(lines) > len(page)
    return EventList(
        events=[ApiRequestEvent.of(line) for line in page],
        total=total,
        total_exact=exact,
        has_more=more,
        next_cursor=_cursor(page[-1]) if more else None,
    )


@router.get("/apis/trends")
async def trends(query: Annotated[TrendsQuery, Query()], traffic: TrafficOf) -> Trends:
    """Requests by hour and status class."""
    return Trends(hourly=[Hour.of(hour) for hour in await traffic.trends(query.hours, query.api_name)])


@router.get("/apis/series")
async def series() -> None:
    """Requests by step, with percentiles; comes later."""
    raise not_implemented("Series of API traffic")


def _cursor(line: LoggedRequest) -> str:
    return encode_cursor({"at": line.request.at_ms, "seq": line.seq})


def _place(cursor: str) -> tuple[int, int]:
    place = decode_cursor(cursor)
    at, seq = place.get("at"), place.get("seq")
    if not isinstance(at, int) or not isinstance(seq, int) or not (0 <= at <= _SEQ_MAX and 0 <= seq <= _SEQ_MAX):
        refusal: Refusal = invalid("cursor", "not a cursor of this list")
        raise refusal
    return at, seq
