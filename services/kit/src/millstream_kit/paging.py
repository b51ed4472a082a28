"""Cursors of keyset-paged lists: opaque, checksummed, url-safe."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

from millstream_kit.errors import Refusal, invalid


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
