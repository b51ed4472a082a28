"""Watching an API: every request told once, none delayed, changed or failed."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.responses import StreamingResponse
from millstream.asgi import MillstreamMiddleware
from millstream.asgi.templates import endpoints_of
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route


class Ingest(httpx.BaseTransport):
    """The apis service, as far as the middleware sees it."""

    def __init__(self) -> None:
        self.away = False
        self.status = 202
        self.told: list[dict] = []
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
                self.beats.append(body)
                return httpx.Response(204)
            if self.status != 202:
                return httpx.Response(self.status, json={"code": "no"})
            self.told += body["requests"]
            self.batches.append(len(body["requests"]))
            return httpx.Response(202, json={"accepted": len(body["requests"]), "rejected": []})

    def hears(self, count: int, timeout_s: float = 15.0) -> list[dict]:
        with self.heard:
            assert self.heard.wait_for(lambda: len(self.told) >= count, timeout_s), self.told
            return self.told


def shop() -> FastAPI:
    app = FastAPI()
    router = APIRouter(prefix="/v2")
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

    @admin.get("/users/{user_id}")
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
def ingest() -> Ingest:
    return Ingest()


@pytest.fixture
def watched(ingest: Ingest):
    made = MillstreamMiddleware(shop(), name="shop", url="http://millstream.test", transport=ingest)
    yield made
    made.reporter.close()


def visitor(app) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://shop.test"
    )


@pytest.mark.parametrize(
    ("method", "path", "template", "status"),
    [
        ("GET", "/products/7", "/products/{product_id}", 200),
        ("GET", "/api/v2/things/7", "/api/v2/things/{thing_id}", 200),
        ("GET", "/admin/users/ann", "/admin/users/{user_id}", 200),
        ("GET", "/tenants/acme/bills/9", "/tenants/{tenant}/bills/{bill}", 200),
        ("POST", "/products/7", "/products/{product_id}", 405),
        ("GET", "/products/seven", "/products/{product_id}", 422),
        ("GET", "/wp-login.php", "unmatched", 404),
        ("POST", "/broken", "/broken", 500),
        ("GET", "/docs", "/docs", 200),
    ],
)
async def test_it_tells_the_route_not_the_path(watched, ingest, method, path, template, status) -> None:
    async with visitor(watched) as http:
        assert (await http.request(method, path)).status_code == status
    [told] = await asyncio.to_thread(ingest.hears, 1)
    assert (told["method"], told["path"], told["status"]) == (method, template, status)
    assert told["latency_ms"] > 0
    assert told["instance_id"] == watched.reporter.instance_id


async def test_a_starlette_app_is_told_the_same_way(ingest: Ingest) -> None:
    inner = Route("/b/{x}", lambda _: PlainTextResponse("b"))
    app = Starlette(routes=[Mount("/a", routes=[inner])])
    watched = MillstreamMiddleware(app, name="star", url="http://millstream.test", transport=ingest)
    async with visitor(watched) as http:
        await http.get("/a/b/1")
    [told] = await asyncio.to_thread(ingest.hears, 1)
    assert told["path"] == "/a/b/{x}"
    watched.reporter.close()


async def test_it_works_where_fastapi_adds_it(ingest: Ingest) -> None:
    app = shop()
    app.add_middleware(MillstreamMiddleware, name="shop", url="http://millstream.test", transport=ingest)
    async with visitor(app) as http:
        await http.get("/products/1")
    assert (await asyncio.to_thread(ingest.hears, 1))[0]["path"] == "/products/{product_id}"


async def test_ids_are_unique_and_batches_are_few(watched, ingest: Ingest) -> None:
    async with visitor(watched) as http:
        for _ in range(60):
            await http.get("/products/1")
    told = await asyncio.to_thread(ingest.hears, 60)
    assert len({request["id"] for request in told}) == 60
    assert len(ingest.batches) < 30


async def test_a_stream_passes_chunk_by_chunk_and_counts_when_it_begins(watched, ingest: Ingest) -> None:
    sent: list[dict] = []
    told_before_the_end = asyncio.Event()

    async def send(message) -> None:
        sent.append(message)
        if message["type"] == "http.response.start":
            told_before_the_end.set()
            assert len(watched.reporter._held) == 1

    async def receive():
        await asyncio.Event().wait()

    scope = {
        "type": "http", "method": "GET", "path": "/live", "raw_path": b"/live", "headers": [], "query_string": b"",
        "root_path": "", "scheme": "http", "server": ("shop.test", 80),
    }  # fmt: skip
    watched.reporter._pid, watched.reporter._thread = -1, None
    watched.reporter._closing.set()  # nothing is flushed: the test looks at what is held
    await watched(scope, receive, send)
    assert [m.get("body") for m in sent[1:4]] == [b"data: 0\n\n", b"data: 1\n\n", b"data: 2\n\n"]
    assert told_before_the_end.is_set()
    assert len(watched.reporter._held) == 1


async def test_the_heartbeat_lists_the_endpoints(watched, ingest: Ingest) -> None:
    async with visitor(watched) as http:
        await http.get("/products/1")
    await asyncio.to_thread(ingest.hears, 1)
    assert {"GET /products/{product_id}", "GET /api/v2/things/{thing_id}", "GET /admin/users/{user_id}"} <= set(
        ingest.beats[0]["endpoints"]
    )
    assert endpoints_of(object()) == []


async def test_requests_wait_for_a_server_that_is_away_and_none_is_slowed(watched, ingest: Ingest) -> None:
    ingest.away = True
    async with visitor(watched) as http:
        began = time.perf_counter()
        for _ in range(20):
            assert (await http.get("/products/1")).status_code == 200
        assert time.perf_counter() - began < 5
        ingest.away = False
    assert len(await asyncio.to_thread(ingest.hears, 20)) == 20


async def test_what_does_not_fit_is_dropped_and_counted(ingest: Ingest) -> None:
    ingest.away = True
    watched = MillstreamMiddleware(shop(), "shop", url="http://millstream.test", transport=ingest, buffer_requests=5)
    async with visitor(watched) as http:
        for _ in range(8):
            await http.get("/products/1")
    assert watched.reporter.dropped == 3
    watched.reporter.close()


async def test_a_refused_batch_is_not_sent_for_ever(watched, ingest: Ingest) -> None:
    ingest.status = 422
    async with visitor(watched) as http:
        await http.get("/products/1")
        deadline = time.monotonic() + 10
        while watched.reporter._held:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)
        ingest.status = 202
        await http.get("/products/2")
    assert len(await asyncio.to_thread(ingest.hears, 1)) == 1


async def test_websockets_and_lifespans_pass_untouched(ingest: Ingest) -> None:
    seen: list[str] = []

    async def app(scope, receive, send) -> None:
        seen.append(scope["type"])

    watched = MillstreamMiddleware(app, "shop", url="http://millstream.test", transport=ingest)
    for kind in ("websocket", "lifespan"):
        await watched({"type": kind}, None, None)
    assert seen == ["websocket", "lifespan"]


def test_a_reserved_name_is_refused(ingest: Ingest) -> None:
    with pytest.raises(ValueError, match="reserved"):
        MillstreamMiddleware(shop(), name="events")
