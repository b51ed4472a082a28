"""What handlers stand on."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent
from millstream_kit.clock import Clock

from millstream_jobs.bell import Bell
from millstream_jobs.figures import MINUTE_MS
from millstream_jobs.store import Store


@dataclass(frozen=True, slots=True)
class Policy:
    """How long things may take."""

    lease_ttl_s: float = 30.0
    timeout_grace_s: float = 2.0
    lease_poll_s: float = 1.0

    @property
    def ttl_ms(self) -> int:
        return round(self.lease_ttl_s * 1000)

    @property
    def grace_ms(self) -> int:
        return round(self.timeout_grace_s * 1000)


class ProgressSink(Protocol):
    """Where progress goes: to the log at a bounded rate, outside the outbox."""

    def offer(self, events: Sequence[tuple[JobEvent, str | None]]) -> None:
        """Events, each with the `traceparent` of its job."""
        ...


class HeldBack:
    """The minute in which it was noted last of each function that its limit holds jobs back: once in a minute is enough."""

    def __init__(self) -> None:
        self._minutes: dict[str, int] = {}

    def unnoted(self, keys: Sequence[str], now_ms: int) -> list[str]:
        return [key for key in keys if self._minutes.get(key) != now_ms // MINUTE_MS]

    def noted(self, keys: Sequence[str], now_ms: int) -> None:
        self._minutes |= dict.fromkeys(keys, now_ms // MINUTE_MS)


@dataclass(frozen=True, slots=True)
class Context:
    store: Store
    clock: Clock
    bell: Bell
    progress: ProgressSink
    policy: Policy = field(default_factory=Policy)
    random: Callable[[], float] = random.random
    held_back: HeldBack = field(default_factory=HeldBack)
