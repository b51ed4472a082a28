"""Instants as the contract writes them: RFC 3339, UTC, milliseconds, `Z`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

HOUR_MS = 3_600_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_UTC = _EPOCH.replace(tzinfo=None)
_MILLISECOND = timedelta(milliseconds=1)


def to_rfc3339(ms: int) -> str:
    """Milliseconds since the epoch as `2026-01-31T23:59:59.999Z`."""
    # Said thousands of times per page, of few minutes; they are put into words once.
    return f"{_minute(ms // 60_000)}{ms % 60_000 / 1000:06.3f}Z"


@lru_cache(maxsize=4096)  # a day and more
def _minute(number: int) -> str:
    return (_EPOCH_UTC + timedelta(minutes=number)).isoformat(timespec="minutes") + ":"


def to_hour(ms: int) -> str:
    """The hour that holds an instant, as `2026-01-31T23:00:00Z`."""
    return f"{_EPOCH + timedelta(milliseconds=hour_of(ms)):%Y-%m-%dT%H:00:00Z}"


def hour_of(ms: int) -> int:
    """The first millisecond of the hour that holds an instant."""
    return ms - ms % HOUR_MS


def parse_rfc3339(text: str) -> int:
    """An RFC 3339 instant, any offset, as milliseconds since the epoch.

    Raises:
        ValueError: not an instant, or one without an offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or "T" not in text.upper():
        raise ValueError("an instant needs a date, a time and an offset, as in 2026-01-31T23:59:59Z")
    return (moment - _EPOCH) // _MILLISECOND
