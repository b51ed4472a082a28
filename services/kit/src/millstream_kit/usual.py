"""Whether something goes wrong more often than is usual for it, by its own past (docs/adr/0040-its-own-usual.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from math import log
from typing import NamedTuple, TypeVar

T = TypeVar("T")

LEAST = 20  # of fewer nothing is said: one bad of five is no news
TIMES = 2.0  # the odds of going wrong are at least so many times the usual
CERTAIN = 12.0  # e⁻¹²: chance alone does this less than once in a hundred thousand times
BAD_PART = 0.1  # ten more of a hundred go wrong than usual
SMOOTHED = 3  # one odd step is noise: each is judged together with those before it


class Level(StrEnum):
    """How much worse than usual."""

    WARN = "warn"
    BAD = "bad"


class Share(NamedTuple):
    """So many, and how many of them went wrong."""

    of: int
    wrong: int

    @property
    def part(self) -> float:
        """From 0 to 1; 0 where there are none."""
        return self.wrong / self.of if self.of else 0.0

    @property
    def percent(self) -> float | None:
        """None where there are none."""
        return 100 * self.part if self.of else None


def judged(now: Share, usual: Share) -> Level | None:
    """How much more often than usual something goes wrong; None where it does not, or nobody can tell.

    A thing that has no past has no usual, and few say nothing: both are None.
    """
    if now.of < LEAST or not is_more(now, usual) or surprise(now, usual) < CERTAIN:
        return None
    return Level.BAD if round(now.part - usual.part, 9) >= BAD_PART else Level.WARN


def is_more(now: Share, usual: Share) -> bool:
    """Whether it goes wrong so much more often that it would matter, were it certain: by odds, as twice 60 % is no share."""
    return now.part > usual.part and now.wrong * (usual.of - usual.wrong) >= TIMES * usual.wrong * (now.of - now.wrong)


def surprise(now: Share, usual: Share) -> float:
    """How little chance explains that both shares differ: the logarithm of their likelihood ratio, 0 where they are alike.

    It weighs both sides by how many there are, so that a short past, as few now, is no evidence.
    """
    both = Share(now.of + usual.of, now.wrong + usual.wrong).part
    return sum(share.of * _divergence(share.part, both) for share in (now, usual) if share.of)


def _divergence(part: float, other: float) -> float:
    """Of Kullback and Leibler, of one yes-or-no from another."""
    return sum(a * log(a / b) for a, b in ((part, other), (1 - part, 1 - other)) if a > 0)


def beginning(steps: Sequence[tuple[int, T]], is_bad: Callable[[Sequence[T]], bool]) -> int | None:
    """Where the run of bad steps begins that reaches the newest; None where the newest are good again.

    Args:
        steps: those in which something happened, each with its instant: others neither end a run nor make it.
    """
    since = None
    for end in range(len(steps), 0, -1):
        if not is_bad([step for _, step in steps[max(0, end - SMOOTHED) : end]]):
            break
        since = steps[end - 1][0]
    return since
