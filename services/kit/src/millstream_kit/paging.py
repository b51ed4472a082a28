"""Keyset-paged lists: cursors (opaque, checksummed, url-safe, of one list), and how many rows there are in all."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, Field

from millstream_kit.errors import Refusal, invalid

MOST_COUNTED = 10_000
# May differ from page to page: a page may be longer, and "the last hour" moves on while its pages are turned.
_FREE = {"limit", "cursor", "after", "before"}


class Total(NamedTuple):
    """How many rows a list has in all: exactly, or at least."""

    rows: int
    is_exact: bool

    @classmethod
    def of(cls, found: int, *, is_all: bool = True) -> Total:
        """Exact up to 10,000, where all were looked at."""
        return cls(min(found, MOST_COUNTED), is_all and found <= MOST_COUNTED)

    def carried(self) -> dict[str, Any]:
        """What a cursor takes along, so that every page says the same; see `Pages.total`."""
        return {"total": self.rows, "exact": self.is_exact}


class Pages(NamedTuple):
    """The pages of a list with its filters, from a place on."""

    mark: str
    place: Mapping[str, Any]

    @property
    def total(self) -> Total | None:
        """The total of the first page, which the cursor of a later one may carry."""
        total, is_exact = self.place.get("total"), self.place.get("exact")
        if type(total) is not int or not 0 <= total <= MOST_COUNTED or not isinstance(is_exact, bool):
            return None
        return Total(total, is_exact)

    def after(self, place: Mapping[str, Any]) -> str:
        """The cursor of the page that begins behind a place; only this list takes it."""
        return encode_cursor({**place, "of": self.mark})


class PageQuery(BaseModel):
    """What a paged list is asked with; its filters are the fields of the models that derive from it."""

    limit: int
    cursor: Annotated[str, Field(max_length=512)] | None = None

    def pages(self, listed: str) -> Pages:
        """Where the page asked for begins; an empty place is the list's first.

        Args:
            listed: the list, with what is in its path.

        Raises:
            Refusal: 422, the cursor is none, or of another list or other filters.
        """
        filters = self.model_dump(mode="json", exclude=_FREE, exclude_defaults=True)
        said = {name: sorted(value) if isinstance(value, list) else value for name, value in filters.items()}
        mark = hashlib.sha256(json.dumps([listed, said], sort_keys=True).encode()).hexdigest()[:12]
        place = {} if self.cursor is None else decode_cursor(self.cursor)
        if self.cursor is not None and place.get("of") != mark:
            raise bad_cursor()
        return Pages(mark, place)


def encode_cursor(place: dict[str, Any]) -> str:
    """The place a page ended, as text that only `decode_cursor` understands."""
    body = json.dumps(place, separators=(",", ":"), sort_keys=True).encode()
    return base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).rstrip(b"=").decode()


def decode_cursor(cursor: str) -> dict[str, Any]:
    """The place a cursor names.

    Raises:
        Refusal: 422, it is not a cursor of ours.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        place = json.loads(raw[4:])
    except (binascii.Error, ValueError, UnicodeError) as error:
        raise bad_cursor() from error
    if zlib.crc32(raw[4:]).to_bytes(4, "big") != raw[:4] or not isinstance(place, dict):
        raise bad_cursor()
    return place


def bad_cursor() -> Refusal:
    """A 422 for what is no cursor, or one of another list."""
    return invalid("cursor", "not a cursor of this list with these filters")
