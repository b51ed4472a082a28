"""Keyset-paged lists: cursors (opaque, checksummed, url-safe), and how many rows there are in all."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any, NamedTuple

from millstream_kit.errors import Refusal, invalid

MOST_COUNTED = 10_000


class Total(NamedTuple):
    """How many rows a list has in all: exactly, or at least."""

    rows: int
    is_exact: bool

    @classmethod
    def of(cls, found: int, *, is_all: bool = True) -> Total:
        """Exact up to 10,000, where all were looked at."""
        return cls(min(found, MOST_COUNTED), is_all and found <= MOST_COUNTED)

    def carried(self) -> dict[str, Any]:
        """What a cursor takes along, so that every page says the same; see `total_so_far`."""
        return {"total": self.rows, "exact": self.is_exact}


def total_so_far(cursor: str | None) -> Total | None:
    """The total of the first page, which the cursor of a later one may carry.

    Raises:
        Refusal: 422, it is not a cursor of ours.
    """
    place = {} if cursor is None else decode_cursor(cursor)
    total, is_exact = place.get("total"), place.get("exact")
    if type(total) is not int or not 0 <= total <= MOST_COUNTED or not isinstance(is_exact, bool):
        return None
    return Total(total, is_exact)


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
        raise _bad() from error
    if zlib.crc32(raw[4:]).to_bytes(4, "big") != raw[:4] or not isinstance(place, dict):
        raise _bad()
    return place


def _bad() -> Refusal:
    return invalid("cursor", "not a cursor of this list")
