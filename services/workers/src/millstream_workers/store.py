"""What the service asks of its store. Every call is one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from millstream_workers.minutes import Ended, Minute, MinuteKey, Point
from millstream_workers.model import Asked, Change, Loss, Pod, Worker


@dataclass(frozen=True, slots=True)
class Untold:
    """A worker others must be told about; `worker` None means that it left."""

    worker_id: str
    version: int
    worker: Worker | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What a heartbeat changed, what its worker should know, and what it ended since; `ended` None: it has left."""

    change: Change
    asked: Asked | None = None
    ended: Ended | None = None


class Store(Protocol):
    """Workers, and which of them changed since others were told."""

    async def beat(self, worker: Worker) -> Heard:
        """Keep what a worker says of itself, and remember it as untold if others can see a change.

        A beat of a process that has already left changes nothing. The first of a new version is kept as a deploy.
        """
        ...

    async def ask(self, worker_id: str, asked: Asked | None) -> Worker | None:
        """Keep what an operator asks of a worker, or that it may go on, as untold; None if it is not here.

        One that is lost or leaves already is given back as it is.
        """
        ...

    async def leave(self, worker_id: str, started_at_ms: int, now_ms: int) -> bool:
        """Take a worker out; late beats of the same process are ignored from now on. False if it was not there."""
        ...

    async def notice_silence(self, now_ms: int) -> list[str]:
        """Mark those whose heartbeats stopped as lost, and keep each loss; their ids."""
        ...

    async def losses(self, from_ms: int, to_ms: int, limit: int) -> tuple[list[Loss], int]:
        """Those noticed in a time, the newest first, and how many that were."""
        ...

    async def forget_losses(self, before_ms: int) -> None:
        """Drop those noticed before then."""
        ...

    async def forget(self, silent_before_ms: int, left_before_ms: int) -> list[str]:
        """Take out those lost and silent since before then, and drop the marks of those that left; ids taken out."""
        ...

    async def see_pods(self, pods: Mapping[str, Pod], now_ms: int) -> None:
        """Keep how the pods of these workers stand, by worker id, and remember the workers as untold."""
        ...

    async def workers(self) -> list[Worker]:
        """Everyone who is there or lost."""
        ...

    async def worker(self, worker_id: str) -> Worker | None:
        """One of them."""
        ...

    async def untold(self, *, counters_too: bool, limit: int) -> list[Untold]:
        """Changes nobody was told of yet, oldest first; without `counters_too` only those that cannot wait."""
        ...

    async def told(self, changes: Sequence[Untold]) -> None:
        """Others know these now; whoever changed again since stays untold."""
        ...

    async def tell_again(self, worker_ids: Sequence[str]) -> None:
        """Others may have been told something old of these."""
        ...


class MinuteStore(Protocol):
    """What workers used and did, by the minute."""

    async def add(self, minutes: Mapping[MinuteKey, Minute]) -> None:
        """Keep minutes in one transaction, added to what is kept of them already."""
        ...

    async def minutes(self, worker_id: str, from_ms: int, to_ms: int, step_ms: int) -> Mapping[int, Point]:
        """A worker's minutes of a time, put together by steps; those in which it was not heard are left out."""
        ...

    async def slots(self, from_ms: int) -> Mapping[str, Mapping[int, float]]:
        """By worker name and minute, from then on: how many slots of all its instances were taken, on the mean."""
        ...

    async def has_past(self, worker_id: str) -> bool:
        """Whether anything of a worker is kept."""
        ...

    async def forget_minutes(self, before_ms: int, most: int) -> None:
        """Drop the minutes of before then, and the oldest of what is more than so many rows."""
        ...
