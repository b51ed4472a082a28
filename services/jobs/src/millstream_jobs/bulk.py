"""A bulk action: one thing done to every job a filter found at one moment, part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from millstream_contracts.limits import load_limits

from millstream_jobs.model import Status

MOST_JOBS = load_limits().bulk_jobs
MOST_PICKED = load_limits().bulk_ids
PICKED = "picked"  # in the place of a filter: how many jobs were named by their ids
PART_JOBS = 100  # locked and changed in one transaction
DRAFT_KEPT_MS = 3_600_000
ENDED_KEPT_MS = 30 * 86_400_000


class BulkKind(StrEnum):
    """What is done to each job."""

    CANCEL = "cancel"
    RETRY = "retry"

    @property
    def statuses(self) -> frozenset[Status]:
        """Of the jobs it can be done to."""
        ended = frozenset({Status.COMPLETE, Status.FAILED, Status.CANCELLED})
        return ended if self is BulkKind.RETRY else frozenset(Status) - ended


class BulkState(StrEnum):
    """A draft has its jobs, and nothing was done to them."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Skip:
    """Jobs it was not done to for one reason."""

    count: int
    detail: str
    job_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """One job it could not be done to."""

    job_id: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAction:
    """`filter` is what was asked, as JSON text; `total` jobs were found, or named, of which `done` and `skipped` are behind it."""

    id: str
    kind: BulkKind
    filter: str
    total: int
    made_at_ms: int
    made_by: str
    name: str | None = None
    reason: str | None = None
    state: BulkState = BulkState.DRAFT
    done: int = 0
    skipped: int = 0
    skips: Mapping[str, Skip] = field(default_factory=dict)
    started_at_ms: int | None = None
    ended_at_ms: int | None = None
    traceparent: str | None = None
    trace_id: str | None = None

    def after_part(self, done: int, refused: Sequence[Refused]) -> BulkAction:
        skips = dict(self.skips)
        for one in refused:
            before = skips.get(one.code)
            skips[one.code] = replace(before, count=before.count + 1) if before else Skip(1, one.detail, one.job_id)
        return replace(self, done=self.done + done, skipped=self.skipped + len(refused), skips=skips)


def parts_of(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[first : first + PART_JOBS] for first in range(0, len(ids), PART_JOBS)]
