"""What tests of the SDK share: a server in memory, an app on it, a worker beside the test."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from enum import Enum
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.responses import StreamingResponse
from millstream import Millstream
from millstream.asgi import MillstreamMiddleware
from millstream.testing import MemoryServer
from millstream.worker import Worker, WorkerOptions
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

Working = Callable[..., AbstractAsyncContextManager[Worker]]


@pytest.fixture
def server() -> MemoryServer:
    return MemoryServer()


@pytest.fixture
def app(server: MemoryServer):
    made = Millstream("shop", url="http://millstream.test", transport=server)
    yield made
    made.close()


@pytest.fixture
def working(app: Millstream) -> Working:
    """A worker of the app, drained at the end."""

    @asynccontextmanager
    async def start(concurrency: int = 4, drain_s: float = 5.0, **options) -> AsyncIterator[Worker]:
        worker = Worker(app, WorkerOptions(concurrency=concurrency, drain_s=drain_s, heartbeat_s=0.2, **options))
        running = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            await _stopped(worker, running)

    return start


async def _stopped(worker: Worker, running: asyncio.Task[None]) -> None:
    await asyncio.sleep(0)
    if not running.done():
        worker.stop()
    await asyncio.wait_for(running, 30)


class Ingest(httpx.BaseTransport):
    """The apis service, as far as a middleware sees it."""

    def __init__(self) -> None:
        self.away = False
        self.status = 202
        self.rejects: list[int] = []
        self.told: list[dict] = []
        self.captures: list[dict] = []
        self.unmatched: list[dict] = []
        self.errors: list[dict] = []
        self.is_old = False  # knows no bodies, unmatched paths, errors and tags
        self.batches: list[int] = []
        self.beats: list[dict] = []
        self.asked = 0
        self.heard = threading.Condition()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.away:
            raise httpx.ConnectError("connection refused", request=request)
        body = json.loads(request.read())
        with self.heard:
            self.heard.notify_all()
            if request.url.path.endswith("/heartbeat"):
                if self.is_old and "tags" in body:
                    return httpx.Response(422, json={"code": "invalid"})
                self.beats.append(body)
                return httpx.Response(204)
            if request.url.path.endswith("/captures"):
                self.captures += body["captures"]
                return httpx.Response(204)
            if request.url.path.endswith("/unmatched"):
                self.unmatched.append(body)
                return httpx.Response(404 if self.is_old else 204, json={"code": "not_found"})
            if request.url.path.endswith("/errors"):
                self.errors.append(body)
                return httpx.Response(404 if self.is_old else 204, json={"code": "not_found"})
            if self.status != 202:
                return httpx.Response(self.status, json={"code": "no"})
            self.told += body["requests"]
            self.batches.append(len(body["requests"]))
            return httpx.Response(
                202,
                json={
                    "accepted": len(body["requests"]),
                    "rejected": [{"index": i, "error": "odd"} for i in self.rejects],
                },
            )

    def hears(self, count: int, timeout_s: float = 15.0) -> list[dict]:
        with self.heard:
            assert self.heard.wait_for(lambda: len(self.told) >= count, timeout_s), self.told
            return self.told


@pytest.fixture
def ingest() -> Ingest:
    return Ingest()


class Area(Enum):
    PEOPLE = "people \n" + "x" * 60


@pytest.fixture
def shop() -> FastAPI:
    app = FastAPI()
    router = APIRouter(prefix="/v2", tags=["things", *map(str, range(9))])
    admin = FastAPI()

    @app.get("/products/{product_id}")
    async def product(product_id: int) -> int:
        return product_id

    @router.get("/things/{thing_id}")
    async def thing(thing_id: int) -> int:
        return thing_id

    @app.post("/broken")
    async def broken() -> None:
        raise RuntimeError("on purpose")

    @admin.get("/users/{user_id}", tags=[Area.PEOPLE])
    async def user(user_id: str) -> str:
        return user_id

    @app.get("/live")
    async def live() -> StreamingResponse:
        return StreamingResponse(_chunks(), media_type="text/event-stream")

    app.include_router(router, prefix="/api")
    app.mount("/admin", admin)
    app.mount("/tenants/{tenant}", Starlette(routes=[Route("/bills/{bill}", lambda _: PlainTextResponse("paid"))]))
    return app


async def _chunks() -> AsyncIterator[bytes]:
    for number in range(3):
        yield f"data: {number}\n\n".encode()


@pytest.fixture
def watched(ingest, shop: FastAPI):
    made = MillstreamMiddleware(shop, name="shop", url="http://millstream.test", transport=ingest)
    yield made
    made.reporter.close()


@pytest.fixture
def visitor() -> Callable[[Any], httpx.AsyncClient]:
    """A client of an ASGI application."""

    def visit(app: Any) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://shop.test")

    return visit
