"""A job's function in the process of the test, where a debugger and patches reach it.

assert run_job(charge_card, {"order_id": "42"}) == "charge-42"
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from millstream.app import Millstream
from millstream.client import Client
from millstream.context import Context, JobInfo
from millstream.function import Function
from millstream.settings import Settings
from millstream.testing.server import MemoryJob, MemoryServer
from millstream.worker.execution import Ended, Run, failure, run_async, run_sync

log = logging.getLogger("millstream.job")


def run_job(
    function: Function[..., ..., Any],
    kwargs: Mapping[str, Any],
    *,
    server: MemoryServer | None = None,
    attempt: int = 1,
    checkpoint: Any = None,
) -> Any:
    """What the function returns for a job's arguments, both as the server keeps them: JSON. What it raises is raised here.

    One attempt, without its timeout. What it tells about itself and the jobs of its app it enqueues stay in memory; no worker runs
    them. It waits, so it is for a synchronous test.

    Args:
        function: as it was declared.
        kwargs: the job's arguments.
        server: where what it told and enqueued is found afterwards, in `jobs`.
        attempt: which attempt the function is told this is.
        checkpoint: what an earlier attempt saved.

    Raises:
        InvalidArguments: they do not fit the function.
        UnfitResult: what it returned cannot be said in JSON.
    """
    __tracebackhide__ = True
    kept = server or MemoryServer()
    job = kept.start(function.declaration(), kwargs, attempt)
    info = JobInfo(job.id, function.key, attempt, function.policy.retries, root_id=job.id, checkpoint=checkpoint)
    with _served_by(function.app, kept) as client:
        context = Context(info, _Told(job), lambda: client, function.app.portal)
        ended = _ended(Run(function, dict(kwargs), context, "test", None, None))
    if ended.error is None:
        job.status, job.result = "complete", ended.result
        return ended.result
    told = failure(ended.error)
    job.status, job.error, job.error_type = "failed", told["error"], told["error_type"]
    raise ended.error


def _ended(run: Run) -> Ended:
    if run.function.is_async:
        return asyncio.run(run_async(run))
    return contextvars.copy_context().run(run_sync, run)


@contextmanager
def _served_by(app: Millstream, server: MemoryServer) -> Iterator[Client]:
    before = app._client
    app._client = Client(Settings("http://millstream.test"), transport=server)
    try:
        yield app._client
    finally:
        app._client = before


@dataclass(frozen=True, slots=True)
class _Told:
    """What a job says about itself, on the job; its lines in the test's own log, too."""

    job: MemoryJob

    def progress(self, value: float, message: str | None) -> None:
        self.job.progress = value
        self.job.progress_seen.append(value)

    def log(self, level: str, message: str, fields: Mapping[str, Any]) -> None:
        self.job.lines.append({"level": level, "message": message, "fields": dict(fields)})
        log.log(logging.getLevelNamesMapping().get(level.upper(), logging.INFO), "%s %s", message, dict(fields) or "")

    def checkpoint(self, data: Any) -> None:
        self.job.checkpoint = data
