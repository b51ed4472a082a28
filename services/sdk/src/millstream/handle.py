"""A job from its caller's side."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pydantic import BaseModel, ConfigDict

from millstream.errors import JobCancelled, JobFailed

if TYPE_CHECKING:
    from millstream.app import Millstream
    from millstream.function import Function

R = TypeVar("R")
FINISHED = frozenset({"complete", "failed", "cancelled"})
FIRST_LOOK_S = 0.05
LOOK_EVERY_S = 1.0


class Job(BaseModel):
    """A job as the server tells it; what this version does not name is kept in `model_extra`."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: str
    function: str
    status: str
    created_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    attempts: int = 0
    progress: float | None = None
    result: Any = None
    error: str | None = None
    error_type: str | None = None
    parent_id: str | None = None
    root_id: str | None = None
    worker_id: str | None = None
    duration_ms: float | None = None
    trace_id: str | None = None

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED


class JobHandle(Generic[R]):
    """What `enqueue` returns."""

    def __init__(self, app: Millstream, job: Job | str, function: Function[..., ..., Any] | None) -> None:
        self._app = app
        self._function = function
        self.id = job if isinstance(job, str) else job.id
        self.enqueued = None if isinstance(job, str) else job

    def __repr__(self) -> str:
        return f"<JobHandle {self.id}>"

    async def job(self) -> Job:
        """The job as it stands."""
        return Job.model_validate(await self._app.client.job(self.id))

    async def status(self) -> str:
        return (await self.job()).status

    async def wait(self, timeout_s: float | None = None) -> Job:
        """Wait until it is complete, failed or cancelled.

        Raises:
            TimeoutError: it was not, in time.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        pause = FIRST_LOOK_S
        while True:
            job = await self.job()
            if job.is_finished:
                return job
            if deadline is not None and time.monotonic() + pause > deadline:
                raise TimeoutError(f"{self.id} is still {job.status} after {timeout_s:g} s")
            await asyncio.sleep(pause)
            pause = min(LOOK_EVERY_S, pause * 1.5)

    async def result(self, timeout_s: float | None = None) -> R:
        """Wait, and return what the function returned.

        Raises:
            JobFailed: the job failed.
            JobCancelled: the job was cancelled.
            TimeoutError: it was not finished in time.
        """
        job = await self.wait(timeout_s)
        if job.status == "failed":
            raise JobFailed(self.id, job.error or "", job.error_type)
        if job.status == "cancelled":
            raise JobCancelled(self.id)
        decoded = job.result if self._function is None else self._function.parameters.decode_result(job.result)
        return cast(R, decoded)

    async def cancel(self, reason: str | None = None) -> Job:
        """Cancel it if it waits; ask its worker to stop it if it runs."""
        return Job.model_validate(await self._app.client.cancel(self.id, reason))

    def status_sync(self) -> str:
        return self._app.portal.call(self.status)

    def wait_sync(self, timeout_s: float | None = None) -> Job:
        return self._app.portal.call(self.wait, timeout_s)

    def result_sync(self, timeout_s: float | None = None) -> R:
        call: Callable[..., R] = self._app.portal.call
        return call(self.result, timeout_s)

    def cancel_sync(self, reason: str | None = None) -> Job:
        return self._app.portal.call(self.cancel, reason)
