"""What an event made, as its caller sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from millstream.handle import Job, JobHandle

if TYPE_CHECKING:
    from millstream.app import Millstream


@dataclass(frozen=True, slots=True)
class Emitted:
    """An event that was told; `jobs` are one of each function it triggered, by the functions' keys."""

    id: str
    type: str
    jobs: tuple[JobHandle[Any], ...]

    @classmethod
    def of(cls, app: Millstream, answer: Mapping[str, Any]) -> Emitted:
        made = [Job.model_validate(job) for job in answer["jobs"]]
        return cls(
            answer["id"], answer["type"], tuple(JobHandle(app, job, app.functions.get(job.function)) for job in made)
        )
