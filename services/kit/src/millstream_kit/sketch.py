"""Latency quantiles within one percent of the truth: a DDSketch that merges, and its bytes.

The library's mapping decides which bin a value belongs to, and so the error; the bins are kept here: a page of figures
merges thousands of sketches, and the library's dense store takes ten times as long and keeps every empty bin of a chunk.

bytes: varint zero count, zigzag first key, then varint counts of consecutive keys
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import accumulate
from math import ceil, exp, log
from operator import add, sub
from typing import NamedTuple

from ddsketch.mapping import LogarithmicMapping

ACCURACY = 0.01
# Below a microsecond is zero: the smallest bin there is, so the number of bins is bounded by the largest latency.
SMALLEST_MS = 0.001
_ADDED_AT_ONCE = 512  # sketches whose bins are below 128: their sums stay below 65,536

_MAPPING = LogarithmicMapping(ACCURACY)
_PER_LOG = 1 / log(_MAPPING.gamma)  # as the mapping finds a key, without its two calls a value


class Class(NamedTuple):
    """How many values are at least the one and below the other; the last class has no end."""

    least: float
    below: float | None
    many: int


class Sketch:
    """A mergeable summary of latencies; empty until something is added."""

    __slots__ = ("_bins", "_first", "_zeros")

    def __init__(self) -> None:
        self._zeros = 0
        self._first = 0  # the key of the first bin
        self._bins: list[int] = []

    @property
    def count(self) -> int:
        """How many values it saw."""
        return self._zeros + sum(self._bins)

    def add(self, value_ms: float, times: int = 1) -> None:
        """See one value, that often."""
        self.add_all([value_ms], [times])

    def add_all(self, values: Sequence[float], times: Sequence[int]) -> None:
        """See values in milliseconds, each that often."""
        keys = [ceil(log(value) * _PER_LOG) for value in values if value >= SMALLEST_MS]
        if keys:
            self._reach(min(keys), max(keys) + 1)
        if len(keys) < len(values):
            self._zeros += sum(n for value, n in zip(values, times, strict=True) if value < SMALLEST_MS)
            times = [n for value, n in zip(values, times, strict=True) if value >= SMALLEST_MS]
        bins, first = self._bins, self._first
        for key, n in zip(keys, times, strict=True):
            bins[key - first] += n

    def copy(self) -> Sketch:
        """One that saw the same."""
        copied = Sketch()
        copied._zeros, copied._first, copied._bins = self._zeros, self._first, self._bins.copy()
        return copied

    def merge(self, other: Sketch) -> None:
        """See everything another one saw."""
        self._zeros += other._zeros
        if not other._bins:
            return
        end = other._first + len(other._bins)
        self._reach(other._first, end)
        here = slice(other._first - self._first, end - self._first)
        self._bins[here] = map(add, self._bins[here], other._bins)

    def take_away(self, other: Sketch) -> None:
        """See no longer what another one saw, which was merged before."""
        self._zeros = max(0, self._zeros - other._zeros)
        begin, end = other._first - self._first, other._first - self._first + len(other._bins)
        here = slice(max(0, begin), max(0, end))
        gone = other._bins[max(0, -begin) :]
        left = map(sub, self._bins[here], gone)
        self._bins[here] = [times if times > 0 else 0 for times in left]

    def classes(self, ends: Sequence[float]) -> list[Class]:
        """How many values lie in each class that these ends make, from the first with any to the last, the empty between them too.

        A bin that an end lies in counts above it: what is within two percent below an end may be told above. Whole numbers up
        to fifty have a bin each, so of those that is never so.
        """
        counts = [0] * (len(ends) + 1)
        counts[0] = self._zeros
        for key, times in enumerate(self._bins, self._first):
            counts[bisect_right(ends, exp(key / _PER_LOG))] += times
        used = [place for place, count in enumerate(counts) if count]
        classes = [*map(Class, (0, *ends), (*ends, None), counts)]
        return classes[used[0] : used[-1] + 1] if used else []

    def at_most(self, value_ms: float) -> int:
        """How many values, of a microsecond or more, it is not below; what is within two percent above it may be among them."""
        end = ceil(log(value_ms) * _PER_LOG) + 1 - self._first
        return self._zeros + sum(self._bins[: max(0, end)])

    def quantile(self, q: float) -> float | None:
        """The value below which that share of all lies; None when empty."""
        return self.quantiles(q)[0]

    def quantiles(self, *shares: float) -> list[float | None]:
        """The values below which these shares of all lie, in one pass."""
        seen = list(accumulate(self._bins))
        count = self._zeros + (seen[-1] if seen else 0)
        if count == 0:
            return [None] * len(shares)
        return [self._at(q * (count - 1), seen) for q in shares]

    def _at(self, rank: float, seen: Sequence[int]) -> float:
        if rank < self._zeros:
            return 0.0
        key = self._first + min(bisect_right(seen, rank - self._zeros), len(seen) - 1)
        return round(float(_MAPPING.value(key)), 3)

    def to_bytes(self) -> bytes:
        """Its bytes; none when empty."""
        used = any(self._bins)
        if not used and not self._zeros:
            return b""
        first, end = (0, len(self._bins)) if used else (0, 0)
        while used and not self._bins[first]:
            first += 1
        while used and not self._bins[end - 1]:
            end -= 1
        key = self._first + first if used else 0
        counts = self._bins[first:end]
        return _varints([self._zeros, key << 1 if key >= 0 else (-key << 1) - 1]) + _packed(counts)

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """The sketch that wrote these."""
        sketch = cls()
        if data:
            sketch._zeros, sketch._first, counts = _parts(data)
            # Where no byte says that another follows, the bytes are the numbers.
            sketch._bins = list(counts) if counts.isascii() else _numbers(counts)
        return sketch

    @classmethod
    def together(cls, packed: Iterable[bytes]) -> Sketch:
        """The sketch that saw what those saw that wrote these, at a fifth of what merging one by one costs.

        A bin is two bytes of one long number, and a sketch one addition. One with a bin of 128 or more is merged by itself.
        """
        sketch, some = cls(), list[tuple[int, bytes]]()
        for data in filter(None, packed):
            zeros, first, counts = _parts(data)
            if not counts.isascii():
                sketch.merge(cls.from_bytes(data))
                continue
            sketch._zeros += zeros
            if counts:
                some.append((first, counts))
            if len(some) == _ADDED_AT_ONCE:
                sketch.merge(cls._added(some))
                some = []
        if some:
            sketch.merge(cls._added(some))
        return sketch

    @classmethod
    def _added(cls, some: Sequence[tuple[int, bytes]]) -> Sketch:
        begin = min(some)[0]
        end, number = begin, 0
        for first, counts in some:
            length = len(counts)
            end = max(end, first + length)
            spread = bytearray(2 * length)
            spread[::2] = counts
            number += int.from_bytes(spread, "little") << 16 * (first - begin)
        sketch, length = cls(), end - begin
        sketch._first, sketch._bins = begin, list(struct.unpack(f"<{length}H", number.to_bytes(2 * length, "little")))
        return sketch

    def _reach(self, first: int, end: int) -> None:
        """Have bins from the first key to before the end."""
        if not self._bins:
            self._first, self._bins = first, [0] * (end - first)
            return
        if first < self._first:
            self._bins[:0] = [0] * (self._first - first)
            self._first = first
        missing = end - self._first - len(self._bins)
        if missing > 0:
            self._bins.extend([0] * missing)


def _parts(data: bytes) -> tuple[int, int, bytes]:
    """Zeros, the first key, and the bytes of the counts."""
    zeros, at = (data[0], 1) if data[0] < 128 else _number(data, 0)
    zigzag, at = (data[at], at + 1) if data[at] < 128 else _number(data, at)
    return zeros, (zigzag >> 1) ^ -(zigzag & 1), data[at:]


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A varint, and where the next one begins."""
    number = shift = 0
    while data[at] > 127:
        number |= (data[at] & 127) << shift
        shift += 7
        at += 1
    return number | data[at] << shift, at + 1


def _packed(counts: Sequence[int]) -> bytes:
    """Varints; where all are below 128 they are the bytes themselves."""
    with suppress(ValueError):
        packed = bytes(counts)
        if packed.isascii():
            return packed
    return _varints(counts)


def _varints(numbers: Sequence[int]) -> bytes:
    out = bytearray()
    for number in numbers:
        while number > 127:
            out.append(number & 127 | 128)
            number >>= 7
        out.append(number)
    return bytes(out)


def _numbers(data: bytes) -> list[int]:
    numbers: list[int] = []
    number = shift = 0
    for byte in data:
        if byte < 128 and shift == 0:
            numbers.append(byte)
            continue
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(number)
            number = shift = 0
    return numbers
