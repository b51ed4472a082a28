"""Identifiers: a prefix and a ULID, so that they sort by the time they were made."""

from __future__ import annotations

import os
import re
import time

from millstream_contracts.inventory import load_inventory

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [one + other for one in _CROCKFORD for other in _CROCKFORD]


def new_id(prefix: str, *, now_ms: int | None = None) -> str:
    """`<prefix>_<ULID>`: 48 bits of milliseconds, 80 random bits (github.com/ulid/spec)."""
    value = ((time.time_ns() // 1_000_000 if now_ms is None else now_ms) << 80) | int.from_bytes(os.urandom(10), "big")
    return f"{prefix}_" + "".join([_PAIRS[(value >> shift) & 1023] for shift in range(120, -10, -10)])


def new_job_id(*, now_ms: int | None = None) -> str:
    """A job's id."""
    return new_id("job", now_ms=now_ms)


def new_event_id() -> str:
    """The id of one fact."""
    return new_id("evt")


def id_made_at_ms(text: str) -> int:
    """When an id was made, in milliseconds since the epoch."""
    made_at_ms = 0
    for letter in text.partition("_")[2][:10]:
        made_at_ms = made_at_ms << 5 | _CROCKFORD.index(letter)
    return made_at_ms


def is_job_id(text: str) -> bool:
    """Whether `text` has the form of a job's id."""
    return re.fullmatch(load_inventory().job_id_pattern, text) is not None
