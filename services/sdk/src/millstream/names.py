"""What may be a name: functions, workers, APIs and tags; and a type of events."""

from __future__ import annotations

import re

from millstream import limits

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_EVENT_TYPE = re.compile(r"[a-z0-9][a-z0-9_-]*([.][a-z0-9][a-z0-9_-]*)*")
_CODE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_UNFIT = re.compile(r"[^a-z0-9._-]+")
RESERVED = frozenset({"stream", "events", "trends", "series", "activity", "latencies", "deploys"})


def checked(what: str, name: str) -> str:
    """The name as it is.

    Raises:
        ValueError: it is not one.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{what} {name!r} is not a name: it needs 1 to 63 of a-z 0-9 . _ - and begins with a letter or a digit"
        )
    if name in RESERVED:
        raise ValueError(f"{what} {name!r} is reserved; so are {', '.join(sorted(RESERVED - {name}))}")
    return name


def event_type(text: str) -> str:
    """The type of an event as it is.

    Raises:
        ValueError: it is not one.
    """
    if len(text) > limits.EVENT_TYPE_CHARS or not _EVENT_TYPE.fullmatch(text):
        raise ValueError(
            f"{text!r} is no type of events: it needs names of a-z 0-9 _ - with dots between, as order.paid, "
            f"and at most {limits.EVENT_TYPE_CHARS} characters"
        )
    return text


def event_pattern(text: str) -> str:
    """What a function is triggered by, as it is: a type, all below one (`order.*`), or all (`*`).

    Raises:
        ValueError: it is not one.
    """
    if text != "*":
        event_type(text.removesuffix(".*"))
    if len(text) > limits.EVENT_TYPE_CHARS:
        raise ValueError(f"{text!r} is too long: a pattern has at most {limits.EVENT_TYPE_CHARS} characters")
    return text


def is_code(path: str) -> bool:
    """Whether it is a dotted name that may stand in anybody's code as it is."""
    return _CODE.fullmatch(path) is not None


def slug(text: str, length: int = 63) -> str:
    """The nearest name to a text."""
    return _UNFIT.sub("-", text.lower()).strip("._-")[:length].strip("._-") or "x"
