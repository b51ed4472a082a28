"""Latency quantiles within one percent of the truth: a DDSketch, and its bytes.

The library's own serialisation keeps every empty bin of a chunk and gives back sketches whose gamma may differ in the
last bit, which it then refuses to merge; so the bins are written here, the sketch itself stays the library's.

bytes: varint zero count, zigzag first key, then varint counts of consecutive keys
"""

from __future__ import annotations

from collections.abc import Iterator

from ddsketch import DDSketch

ACCURACY = 0.01
# Below a microsecond is zero: the smallest bin there is, so the number of bins is bounded by the largest latency.
SMALLEST_MS = 0.001


class Sketch:
    """A mergeable summary of latencies; empty until something is added."""

    __slots__ = ("_inner",)

    def __init__(self) -> None:
        self._inner: DDSketch | None = None

    @property
    def count(self) -> int:
        """How many values it saw."""
        return round(self._inner.count) if self._inner else 0

    def add(self, value_ms: float, times: int = 1) -> None:
        """See one value, that often."""
        self._sketch().add(value_ms if value_ms >= SMALLEST_MS else 0.0, times)

    def merge(self, other: Sketch) -> None:
        """See everything another one saw."""
        if other._inner is not None:
            self._sketch().merge(other._inner)

    def quantile(self, q: float) -> float | None:
        """The value below which that share of all lies; None when empty."""
        if self._inner is None:
            return None
        value: float | None = self._inner.get_quantile_value(q)
        return None if value is None else round(float(value), 3)

    def to_bytes(self) -> bytes:
        """Its bytes; none when empty."""
        if self._inner is None:
            return b""
        store = self._inner._store
        bins = [round(n) for n in store.bins]
        used = [i for i, n in enumerate(bins) if n]
        first, last = (used[0], used[-1] + 1) if used else (0, 0)
        key = store.offset + first
        numbers = [round(self._inner._zero_count), key << 1 if key >= 0 else (-key << 1) - 1, *bins[first:last]]
        return b"".join(_varint(n) for n in numbers)

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """The sketch that wrote these."""
        sketch = cls()
        if not data:
            return sketch
        numbers = _varints(data)
        inner = sketch._sketch()
        zeros, zigzag = next(numbers), next(numbers)
        key = zigzag >> 1 if zigzag % 2 == 0 else -((zigzag + 1) >> 1)
        store = inner._store
        counts = [float(n) for n in numbers]
        if counts:
            # One assignment instead of an `add` per bin: reading a day of an API is thousands of these.
            store.bins, store.offset = counts, key
            store.min_key, store.max_key = key, key + len(counts) - 1
            store.count = sum(counts)
        inner._zero_count = float(zeros)
        inner._count = store.count + inner._zero_count
        return sketch

    def _sketch(self) -> DDSketch:
        if self._inner is None:
            self._inner = DDSketch(ACCURACY)
        return self._inner


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _varints(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0
