"""Asking for work: long polls for as many jobs as there are free slots, and what a lease says."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from millstream import limits
from millstream.backoff import Backoff
from millstream.client import Client, json_of
from millstream.context import JobInfo
from millstream.errors import ApiError, NotFound, Unreachable
from millstream.function import Function

log = logging.getLogger(__name__)
CLOCKS_AGREE_S = 2.0
SHORTEST_TTL_S = 1.0
LONGEST_TTL_S = 3600.0
EMPTY_TOO_SOON_S = 0.2


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run one attempt."""

    job: JobInfo
    function: str
    kwargs: Mapping[str, Any]
    timeout_s: float | None
    token: str
    ttl_s: float
    traceparent: str | None
    trace_id: str | None


def leases_of(response: httpx.Response) -> list[Lease]:
    now = _server_now(response)
    return [_lease(entry, now) for entry in json_of(response).get("leases") or ()]


def _lease(entry: Mapping[str, Any], now: datetime) -> Lease:
    job = entry["job"]
    source = job.get("source") or {}
    expires_at = datetime.fromisoformat(entry["expires_at"])
    return Lease(
        job=JobInfo(
            id=job["id"],
            function=job["function"],
            attempt=job.get("attempts") or 1,
            max_retries=job.get("max_retries") or 0,
            parent_id=job.get("parent_id"),
            root_id=job.get("root_id"),
            tags=tuple(job.get("tags") or ()),
            checkpoint=job.get("checkpoint"),
            event_id=source.get("event_id"),
            event_type=source.get("event_type"),
        ),
        function=job["function"],
        kwargs=job.get("kwargs") or {},
        timeout_s=job.get("timeout"),
        token=entry["token"],
        ttl_s=min(LONGEST_TTL_S, max(SHORTEST_TTL_S, (expires_at - now).total_seconds())),
        traceparent=entry.get("traceparent"),
        trace_id=job.get("trace_id"),
    )


def _server_now(response: httpx.Response) -> datetime:
    """Our clock, unless the server's `Date` shows that the two disagree: a lease's length must not depend on ours."""
    ours = datetime.now(UTC)
    try:
        theirs = parsedate_to_datetime(response.headers["date"])
    except (KeyError, ValueError):
        return ours
    if theirs.tzinfo is None:  # no zone, or two dates in one header: some proxy's, and no clock to go by
        return ours
    return ours if abs((ours - theirs).total_seconds()) <= CLOCKS_AGREE_S else theirs


class Leasing:
    """The loop that keeps the slots full.

    Args:
        free: how many slots are free; `slot_freed` is set when that grows.
        take: starts an attempt.
        version: of the user's code.
    """

    def __init__(
        self,
        client: Client,
        worker_id: str,
        functions: Sequence[Function[..., ..., Any]],
        free: Callable[[], int],
        take: Callable[[Lease], None],
        version: str | None = None,
    ) -> None:
        self._version = version
        self._client = client
        self._worker_id = worker_id
        self._functions = functions
        self._keys = [function.key for function in functions]
        self._free = free
        self._take = take
        self._backoff = Backoff()
        self.slot_freed = asyncio.Event()
        self.is_away = False

    async def declare(self) -> None:
        """Tell the server what we run; waits for a server that is away.

        Raises:
            ApiError: the server refuses us: a bad credential, another protocol.
        """
        while True:
            try:
                await self._client.declare([f.declaration() for f in self._functions], self._worker_id, self._version)
            except (Unreachable, ApiError) as error:
                if isinstance(error, ApiError) and not error.is_passing:
                    raise
                await self._wait_out(error)
            else:
                self._say_back()
                return

    async def run(self) -> None:
        while True:
            self.slot_freed.clear()
            free = self._free()
            if free <= 0:
                await self.slot_freed.wait()
                continue
            try:
                await self._poll(min(free, limits.LEASE_JOBS))
            except NotFound as error:
                log.warning("the server does not know our functions (%s); declaring them again", error.detail)
                await asyncio.sleep(self._backoff.next_s())
                await self.declare()
            except (Unreachable, ApiError) as error:
                await self._wait_out(error)
                # Whoever comes back may have forgotten us.
                await self.declare()

    async def _poll(self, most: int) -> None:
        began = time.monotonic()
        response = await self._client.lease(self._worker_id, self._keys, most, limits.LEASE_WAIT_S)
        self._say_back()
        leases = leases_of(response)
        for lease in leases:
            self._take(lease)
        if not leases and time.monotonic() - began < EMPTY_TOO_SOON_S:
            await asyncio.sleep(EMPTY_TOO_SOON_S + self._backoff.draw() * EMPTY_TOO_SOON_S)

    async def _wait_out(self, error: Unreachable | ApiError) -> None:
        if not self.is_away:
            log.warning("cannot lease jobs: %s; trying again", error.detail)
        self.is_away = True
        await asyncio.sleep(error.pause_s(self._backoff.next_s()))

    def _say_back(self) -> None:
        if self.is_away:
            log.warning("the server at %s answers again", self._client.url)
        self.is_away = False
        self._backoff.reset()
