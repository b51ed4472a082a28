"""Bodies of requests and answers, as the middleware of an API captured and masked them: their shapes, and how they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple, Self

from millstream_kit.bodies import Body, Instant
from millstream_kit.db import Database, inserting
from pydantic import BaseModel, Field, StringConstraints, model_validator
from sqlalchemy import select

from millstream_apis.inputs import CLEAN, LIMITS, BodyBytes, RequestId
from millstream_apis.tables import CAPTURES

LeftOut = Literal["type", "encoded", "too_large", "unreadable"]
Place = Annotated[str, StringConstraints(min_length=1, max_length=128)]
# PostgreSQL stores no NUL.
Shown = Annotated[str, StringConstraints(max_length=LIMITS.capture_chars, pattern=r"^[^\x00]*$")]


class CapturedBody(Body):
    """One body; either its text or why it is left out. `bytes` is of the whole, as it passed.

    `masked` names the fields of which nothing is told: `$.card.number`.
    """

    content_type: Annotated[str, StringConstraints(max_length=128, pattern=CLEAN)]
    bytes: BodyBytes
    text: Shown | None = None
    is_cut: bool = False
    masked: list[Place] = Field(default_factory=list, max_length=50)
    left_out: LeftOut | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.left_out is None):
            raise ValueError("has either text or left_out")
        return self


class CaptureIn(Body):
    """What was captured of one request; null for a body that was empty."""

    request_id: RequestId
    at: Instant
    request: CapturedBody | None = None
    response: CapturedBody | None = None


class CapturesIn(Body):
    captures: list[CaptureIn] = Field(max_length=LIMITS.captures_per_report)


class CaptureOut(BaseModel):
    """The bodies of a request; both null where nothing was captured, or it is let go of."""

    captured: bool
    request: CapturedBody | None
    response: CapturedBody | None


class Capture(NamedTuple):
    """One that is kept; its bodies as JSON."""

    request_id: str
    at_ms: int
    request: str | None
    response: str | None

    @classmethod
    def of(cls, told: CaptureIn) -> Self:
        """What is kept of it."""
        return cls(told.request_id, told.at, _written(told.request), _written(told.response))

    def shown(self) -> CaptureOut:
        """As it is told to people."""
        return CaptureOut(captured=True, request=_read(self.request), response=_read(self.response))


NOTHING = CaptureOut(captured=False, request=None, response=None)


def _written(body: CapturedBody | None) -> str | None:
    return None if body is None else body.model_dump_json(exclude_defaults=True)


def _read(kept: str | None) -> CapturedBody | None:
    return None if kept is None else CapturedBody.model_validate_json(kept)


class SqlCaptures:
    """Captures, in a database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, api_name: str, captures: Sequence[Capture]) -> None:
        """Keep these; one that is there already stays as it is."""
        if not captures:
            return
        statement = inserting(self._db.dialect, CAPTURES).on_conflict_do_nothing()
        rows = [{"api_name": api_name, **one._asdict()} for one in captures]
        async with self._db.begin() as tx:
            await tx.execute(statement, rows)

    async def find(self, api_name: str, request_id: str) -> Capture | None:
        """What was captured of a request, while it is kept."""
        c = CAPTURES.c
        query = select(c.request_id, c.at_ms, c.request, c.response)
        async with self._db.connect() as connection:
            found = (
                await connection.execute(query.where(c.api_name == api_name, c.request_id == request_id))
            ).one_or_none()
        return None if found is None else Capture(*found)
