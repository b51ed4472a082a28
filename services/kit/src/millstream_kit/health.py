"""Health: /livez (the loop turns), /readyz (it can serve), /metrics."""

from __future__ import annotations

import asyncio

from prometheus_client import CollectorRegistry
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from millstream_kit.metrics import exposition


class Readiness:
    """Whether a process can serve: not before `set_ready`, not while held, not after `fail`."""

    def __init__(self) -> None:
        self._reason: str | None = "starting"
        self._held: str | None = None
        self._settled = asyncio.Event()

    @property
    def reason(self) -> str | None:
        """Why it is not ready; None when it is."""
        return self._reason or self._held

    def set_ready(self) -> None:
        """It can serve from now on, unless it is leaving already."""
        if self._reason == "starting":
            self._reason = None
            self._tell()

    def hold(self, reason: str) -> None:
        """It listens, but cannot serve before `release`."""
        self._held = reason

    def release(self) -> None:
        """What `hold` waited for has come."""
        self._held = None
        self._tell()

    def fail(self, reason: str) -> None:
        """It cannot serve any more; stays so."""
        self._reason = reason
        self._settled.set()

    def _tell(self) -> None:
        if self.reason is None:
            self._settled.set()

    async def settled(self) -> None:
        """Return once it is ready, or never will be."""
        await self._settled.wait()


def health_routes(readiness: Readiness, registry: CollectorRegistry) -> list[Route]:
    """The three routes."""

    async def livez(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        if readiness.reason is None:
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "not ready", "reason": readiness.reason}, 503)

    async def metrics(_: Request) -> Response:
        return exposition(registry)

    return [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)]
