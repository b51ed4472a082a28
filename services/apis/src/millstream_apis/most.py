"""Of many things that are counted by the hour, those that came most are kept apart, and the rest as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def merged(*tries: Mapping[K, Tried]) -> dict[K, Tried]:
    """All of them as one."""
    found: dict[K, Tried] = {}
    for some in tries:
        for key, tried in some.items():
            add(found, key, tried)
    return found


def most_of(tries: Mapping[K, Tried], others: K) -> dict[K, Tried]:
    """Those that are kept apart, the newest of those that came as often, and the rest as `others`."""
    return dict(first_of(sorted(tries.items(), key=lambda one: (one[1], one[0]), reverse=True), KEPT, others))


def first_of(tries: Iterable[tuple[K, Tried]], limit: int, others: K) -> Sequence[tuple[K, Tried]]:
    """The first of these in their order, and all else as `others`, which stands last."""
    named: list[tuple[K, Tried]] = []
    rest: dict[K, Tried] = {}
    for key, tried in tries:
        if key != others and len(named) < limit:
            named.append((key, tried))
        else:
            add(rest, others, tried)
    return [*named, *rest.items()]
