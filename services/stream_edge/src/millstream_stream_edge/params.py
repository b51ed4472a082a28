"""Query parameters, read strictly: every fault is collected, each naming its field."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from millstream_contracts.inventory import load_inventory
from millstream_contracts.times import parse_rfc3339
from millstream_kit.errors import Fault, refused
from millstream_kit.parameters import ONCE, unknown

T = TypeVar("T")


class Params:
    """The query of one stream. What is not asked for by the time of `finish` was not a parameter of that stream."""

    def __init__(self, pairs: Iterable[tuple[str, str]], prefix: str = "") -> None:
        """
        Args:
            prefix: stands before every field's name in faults (the sub, on the combined endpoint).
        """
        self._left: dict[str, list[str]] = {}
        for name, value in pairs:
            self._left.setdefault(name, []).append(value)
        self._known: set[str] = set()
        self._prefix = prefix
        self.faults: list[Fault] = []

    def many(self, name: str, parse: Callable[[str], T]) -> tuple[T, ...]:
        """All values of a repeatable parameter."""
        found: list[T] = []
        self._known.add(name)
        for text in self._left.pop(name, ()):
            try:
                found.append(parse(text))
            except ValueError as error:
                self.fault(name, str(error))
        return tuple(found)

    def one(self, name: str, parse: Callable[[str], T]) -> T | None:
        """The value of a parameter that may stand once, or None."""
        values = self._left.get(name, ())
        if len(values) > 1:
            self._left.pop(name)
            self._known.add(name)
            self.fault(name, ONCE)
            return None
        return next(iter(self.many(name, parse)), None)

    def fault(self, name: str, message: str) -> None:
        self.faults.append(Fault(self._prefix + name, message))

    def finish(self) -> None:
        """
        Raises:
            Refusal: 422, when anything was wrong or unknown.
        """
        for name in self._left:
            self.fault(name, unknown(self._known))
        if self.faults:
            raise refused(self.faults)


def text(value: str) -> str:
    return value


def name(value: str) -> str:
    """The name of an API, a worker or a function."""
    if not load_inventory().is_name(value):
        raise ValueError(f"must match {load_inventory().name_pattern}")
    return value


def job_id(value: str) -> str:
    if re.fullmatch(load_inventory().job_id_pattern, value) is None:
        raise ValueError("must be a job id, job_ and a ULID")
    return value


def integer(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if re.fullmatch(r"[0-9]{1,9}", value) is None or not low <= int(value) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(value)

    return parse


def at_least_zero(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        raise ValueError("must be a number, zero or more")
    return number


def one_of(allowed: Collection[str]) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value

    return parse


def comma_list(allowed: Collection[str]) -> Callable[[str], frozenset[str]]:
    one = one_of(allowed)

    def parse(value: str) -> frozenset[str]:
        return frozenset(one(part) for part in value.split(","))

    return parse


def method(value: str) -> str:
    if re.fullmatch(r"[A-Za-z][A-Za-z-]{0,31}", value) is None:
        raise ValueError("must be an HTTP method")
    return value.upper()


def instant(value: str) -> int:
    try:
        return parse_rfc3339(value.replace(" ", "+"))  # a `+` that was not encoded arrives as a blank
    except (ValueError, OverflowError) as error:
        raise ValueError("must be an RFC 3339 instant, as 2026-01-31T23:59:59Z") from error
