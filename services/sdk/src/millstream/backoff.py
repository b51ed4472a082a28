"""Exponential backoff with full jitter.

Ten lines instead of a dependency: the package stands on five libraries, and httpx's own retries cover connecting only.
Full jitter (anything from nothing to the cap) is what spreads a fleet best when one server comes back:
https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_EXPONENT = 16


@dataclass(slots=True)
class Backoff:
    """Delays that grow until `reset`: each is drawn from 0 to min(cap, base × 2ⁿ) seconds."""

    base_s: float = 0.25
    cap_s: float = 5.0
    draw: Callable[[], float] = random.random
    failures: int = field(default=0, init=False)

    def next_s(self) -> float:
        bound = min(self.cap_s, self.base_s * 2.0 ** min(self.failures, MAX_EXPONENT))
        self.failures += 1
        return self.draw() * bound

    def reset(self) -> None:
        self.failures = 0
