"""Sends what attempts have to say, in batches, one at a time; a server that is away is waited for, an end never dropped."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import httpx

from millstream import limits
from millstream.backoff import Backoff
from millstream.client import Client
from millstream.errors import ApiError, Unreachable
from millstream.worker.outbox import Outbox, Report

log = logging.getLogger(__name__)
BATCH_BYTES = limits.REQUEST_BODY_BYTES // 2
PATIENCE_MOST_S = 60.0


class Reporting(Protocol):
    """An attempt, as the reporter sees it."""

    outbox: Outbox

    def on_cancel_requested(self) -> None: ...

    def on_stale(self) -> None: ...


class Reporter:
    """Lives on the service loop. `wake` may be called from any thread."""

    def __init__(self, client: Client, worker_id: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._worker_id = worker_id
        self._clock = clock
        self._attempts: dict[int, Reporting] = {}
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._awake = False
        self._backoff = Backoff()
        self._idle = asyncio.Event()
        self._idle.set()
        self.is_away = False

    def wake(self) -> None:
        if not self._awake:
            self._awake = True
            try:
                self._loop.call_soon_threadsafe(self._news.set)
            except RuntimeError:  # the loop is closed: this process is ending
                pass

    def add(self, attempt: Reporting) -> None:
        self._attempts[id(attempt.outbox)] = attempt
        self._idle.clear()
        self.wake()

    async def run(self) -> None:
        while True:
            await self._something_due()
            batch = self._gather()
            if batch:
                await self._deliver(batch)

    async def settled(self, until: float | None = None) -> bool:
        """Wait until everything was said, or nothing left unsaid is of use any more.

        Args:
            until: give up then (monotonic seconds); None waits as long as a lease of an unreported end may live.
        """
        while not self._idle.is_set():
            ends = [a.outbox.lease_ends_at for a in self._attempts.values() if a.outbox.has_ended]
            limit = max(ends, default=float("-inf")) if until is None else until
            left = limit - self._clock()
            if left <= 0:
                return False
            try:
                await asyncio.wait_for(self._idle.wait(), min(left, 0.5))
            except TimeoutError:
                continue
        return True

    async def _something_due(self) -> None:
        while True:
            self._awake = False
            self._news.clear()
            due = min((a.outbox.due_at() for a in self._attempts.values()), default=float("inf"))
            wait_s = due - self._clock()
            if wait_s <= 0:
                return
            try:
                await asyncio.wait_for(self._news.wait(), None if wait_s == float("inf") else wait_s)
            except TimeoutError:
                return

    def _gather(self) -> list[Report]:
        batch: list[Report] = []
        size = 0
        now = self._clock()
        # The longest unrenewed first: no lease is starved by another job's logs.
        for attempt in sorted(self._attempts.values(), key=lambda a: a.outbox.renewed_at):
            if attempt.outbox.due_at() > now:
                continue
            taken = attempt.outbox.take()
            batch += taken
            size += sum(len(report.body) for report in taken)
            if size > BATCH_BYTES or len(batch) > limits.REPORTS_PER_BATCH - 8:
                self.wake()
                break
        return batch

    async def _deliver(self, batch: Sequence[Report]) -> None:
        patience_s = _patience_s(batch)
        while True:
            try:
                results = await self._client.report(self._worker_id, [report.body for report in batch], patience_s)
            except (Unreachable, ApiError) as error:
                if isinstance(error, ApiError) and not error.is_passing and error.status not in {401, 403}:
                    await self._apart(batch, error)
                    return
                self._say_away(error)
                if isinstance(error.__cause__, httpx.ReadTimeout):
                    # It is there and slow: asked again as impatiently, it would never be heard.
                    patience_s = min(patience_s * 2, PATIENCE_MOST_S)
                await asyncio.sleep(error.pause_s(self._backoff.next_s()))
            else:
                self._say_back()
                for report, result in zip(batch, results, strict=False):
                    self._settle(report, result)
                return

    async def _apart(self, batch: Sequence[Report], error: ApiError) -> None:
        """One bad report must not take the others with it."""
        if len(batch) > 1:
            for report in batch:
                await self._deliver([report])
        else:
            self._settle(batch[0], {"status": error.status, "code": error.code, "detail": error.detail})

    def _settle(self, report: Report, result: dict[str, Any]) -> None:
        attempt = self._attempts.get(id(report.outbox))
        if attempt is None:
            return
        status = result.get("status") or 500
        if status == 200:
            report.outbox.renewed()
            if result.get("cancel_requested") and not report.is_last:
                attempt.on_cancel_requested()
            if report.is_last:
                self._forget(report.outbox)
        elif status == 404 or result.get("code") == "stale_lease":
            report.outbox.stale = True
            attempt.on_stale()
            self._forget(report.outbox)
        else:
            self._refused(report, result)

    def _refused(self, report: Report, result: dict[str, Any]) -> None:
        # A server of a version before knows no locals; how the attempt ended must not be lost for them.
        if report.kind == "outcome" and report.outbox.end_without("locals"):
            return
        said = f"{result.get('code')}: {result.get('detail')}"
        log.warning("the server refused the %s report of %s: %s", report.kind, report.outbox.job_id, said)
        if report.kind == "outcome":
            # Once; a refusal of the refusal is left to the lease's end.
            if report.outbox.settled:
                self._forget(report.outbox)
                return
            report.outbox.settled = True
            report.outbox.replace_end(
                {
                    "kind": "outcome",
                    "outcome": "failure",
                    "error": f"the server refused the outcome: {said}"[: limits.ERROR_CHARS],
                    "error_type": "OutcomeRefused",
                    "traceback": None,
                    "retryable": False,
                }
            )
        elif report.is_last:
            self._forget(report.outbox)

    def _forget(self, outbox: Outbox) -> None:
        self._attempts.pop(id(outbox), None)
        if not self._attempts:
            self._idle.set()

    def _say_away(self, error: Exception) -> None:
        if not self.is_away:
            log.warning("reports wait until the server is back; jobs keep running (%s)", error)
        self.is_away = True

    def _say_back(self) -> None:
        if self.is_away:
            log.warning("the server is back; reports go on")
        self.is_away = False
        self._backoff.reset()


def _patience_s(batch: Sequence[Report]) -> float:
    """How long to wait for an answer at first, so that there is time to ask again before a lease ends."""
    return min(10.0, max(1.0, min(report.outbox.ttl_s for report in batch) / 3))
