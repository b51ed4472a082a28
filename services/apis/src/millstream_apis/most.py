"""Of many things that are counted by the hour, those that came most are kept apart, and the rest as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Self, TypeVar

KEPT = 50  # of an API and hour

K = TypeVar("K", bound=tuple[str, ...])


class Tried(NamedTuple):
    """How often, and when the last time."""

    requests: int
    last_at_ms: int

    def and_(self, other: Tried) -> Self:
        """Both."""
        return self._replace(requests=self.requests + other.requests, last_at_ms=max(self.last_at_ms, other.last_at_ms))


def add(found: dict[K, Tried], key: K, tried: Tried) -> None:
    """Count it among the others."""
    found[key] = found[key].and_(tried) if key in found else tried


def most_of(tries: Mapping[K, Tried], others: K) -> dict[K, Tried]:
    """Those that are kept apart, the newest of those that came as often, and the rest as `others`."""
    named = sorted((one for one in tries.items() if one[0] != others), key=lambda one: (one[1], one[0]), reverse=True)
    kept = dict(named[:KEPT])
    for tried in (*(tries[key] for key in (others,) if key in tries), *(tried for _, tried in named[KEPT:])):
        add(kept, others, tried)
    return kept
