"""Watching an API: every request told once, none delayed, changed or failed."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.responses import StreamingResponse
from millstream import Millstream, tracing
from millstream.asgi import MillstreamMiddleware
from millstream.asgi.templates import endpoints_of
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route


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
def watched(ingest):
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


async def test_a_starlette_app_is_told_the_same_way(ingest) -> None:
    inner = Route("/b/{x}", lambda _: PlainTextResponse("b"))
    app = Starlette(routes=[Mount("/a", routes=[inner])])
    watched = MillstreamMiddleware(app, name="star", url="http://millstream.test", transport=ingest)
    async with visitor(watched) as http:
        await http.get("/a/b/1")
    [told] = await asyncio.to_thread(ingest.hears, 1)
    assert told["path"] == "/a/b/{x}"
    watched.reporter.close()


async def test_it_works_where_fastapi_adds_it(ingest) -> None:
    app = shop()
    app.add_middleware(MillstreamMiddleware, name="shop", url="http://millstream.test", transport=ingest)
    async with visitor(app) as http:
        await http.get("/products/1")
    assert (await asyncio.to_thread(ingest.hears, 1))[0]["path"] == "/products/{product_id}"


async def test_bytes_are_counted_as_they_pass(ingest) -> None:
    async def app(scope, receive, send) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"12345", "more_body": True})
        await send({"type": "http.response.body", "body": b"678"})

    watched = MillstreamMiddleware(app, name="echo", url="http://millstream.test", transport=ingest)
    async with visitor(watched) as http:
        await http.post("/", content=b"123")
        await http.get("/")
    told = await asyncio.to_thread(ingest.hears, 2)
    assert [(one["request_bytes"], one["response_bytes"]) for one in told] == [(3, 8), (0, 8)]
    watched.reporter.close()


async def test_of_a_stream_and_of_a_file_the_server_reads_nobody_knows_the_bytes(ingest) -> None:
    async def app(scope, receive, send) -> None:
        kind = scope["path"].removeprefix("/")
        headers = [(b"content-type", b"text/event-stream")] if kind == "body" else []
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": f"http.response.{kind}"})

    async def sent(_) -> None: ...

    watched = MillstreamMiddleware(app, name="files", url="http://millstream.test", transport=ingest)
    for kind in ("body", "pathsend"):
        await watched({"type": "http", "method": "GET", "path": f"/{kind}", "headers": []}, None, sent)
    told = await asyncio.to_thread(ingest.hears, 2)
    assert ["response_bytes" in one for one in told] == [False, False]
    watched.reporter.close()


async def test_who_asks_is_named_by_the_application_and_never_fails_a_request(ingest, caplog) -> None:
    names = {"/ann": "ann", "/long": "x" * 200, "/odd": " a\nb ", "/none": None, "/empty": "", "/wrong": 7}

    def named(scope):
        return names[scope["path"]]

    async def app(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    watched = MillstreamMiddleware(app, name="x", url="http://millstream.test", transport=ingest, consumer=named)
    async with visitor(watched) as http:
        for path in (*names, "/unknown", "/unknown"):
            assert (await http.get(path)).status_code == 200
    told = await asyncio.to_thread(ingest.hears, 8)
    assert [one.get("consumer") for one in told] == ["ann", "x" * 128, "a b", *[None] * 5]
    assert caplog.text.count("could not be told") == 1
    watched.reporter.close()


async def test_a_request_tells_what_it_enqueued_and_no_other(ingest, server) -> None:
    jobs = Millstream("shop", url="http://millstream.test", transport=server)

    @jobs.function()
    async def resize(width: int) -> None: ...

    @jobs.function()
    async def receipt() -> None: ...

    app = FastAPI()

    @app.post("/images")
    async def images() -> None:
        await asyncio.gather(*(resize.enqueue(width=n) for n in range(3)))
        await receipt.enqueue()

    @app.post("/sync")
    def sync() -> None:
        receipt.enqueue_sync()

    @app.get("/")
    async def front() -> None: ...

    watched = MillstreamMiddleware(app, name="shop", url="http://millstream.test", transport=ingest)
    async with visitor(watched) as http:
        for method, path in (("POST", "/images"), ("GET", "/"), ("POST", "/sync")):
            assert (await http.request(method, path)).status_code == 200
    told = await asyncio.to_thread(ingest.hears, 3)
    assert [one.get("enqueued") for one in told] == [{"resize": 3, "receipt": 1}, None, {"receipt": 1}]
    await receipt.enqueue()  # of no request
    assert tracing.enqueued.get() is None
    watched.reporter.close()
    await jobs.aclose()
    jobs.close()


async def test_ids_are_unique_and_batches_are_few(watched, ingest) -> None:
    async with visitor(watched) as http:
        for _ in range(60):
            await http.get("/products/1")
    told = await asyncio.to_thread(ingest.hears, 60)
    assert len({request["id"] for request in told}) == 60
    assert len(ingest.batches) < 30


async def test_a_stream_passes_chunk_by_chunk_and_counts_when_it_begins(watched, ingest) -> None:
    sent: list[dict] = []
    told_before_the_end = asyncio.Event()

    async def send(message) -> None:
        sent.append(message)
        if message["type"] == "http.response.start":
            told_before_the_end.set()
            assert len(watched.reporter.buffer) == 1

    async def receive():
        await asyncio.Event().wait()

    scope = {
        "type": "http", "method": "GET", "path": "/live", "raw_path": b"/live", "headers": [], "query_string": b"",
        "root_path": "", "scheme": "http", "server": ("shop.test", 80),
    }  # fmt: skip
    watched.reporter._closing.set()  # nothing is flushed: the test looks at what is held
    await watched(scope, receive, send)
    assert [m.get("body") for m in sent[1:4]] == [b"data: 0\n\n", b"data: 1\n\n", b"data: 2\n\n"]
    assert told_before_the_end.is_set()
    assert len(watched.reporter.buffer) == 1


async def test_the_heartbeat_lists_the_endpoints(watched, ingest) -> None:
    async with visitor(watched) as http:
        await http.get("/products/1")
    await asyncio.to_thread(ingest.hears, 1)
    assert {"GET /products/{product_id}", "GET /api/v2/things/{thing_id}", "GET /admin/users/{user_id}"} <= set(
        ingest.beats[0]["endpoints"]
    )
    assert endpoints_of(object()) == []


async def test_requests_wait_for_a_server_that_is_away_and_none_is_slowed(watched, ingest) -> None:
    ingest.away = True
    async with visitor(watched) as http:
        began = time.perf_counter()
        for _ in range(20):
            assert (await http.get("/products/1")).status_code == 200
        assert time.perf_counter() - began < 5
        ingest.away = False
    assert len(await asyncio.to_thread(ingest.hears, 20)) == 20


async def test_what_does_not_fit_is_counted_all_the_same(ingest) -> None:
    ingest.away = True
    watched = MillstreamMiddleware(shop(), "shop", url="http://millstream.test", transport=ingest, buffer_requests=5)
    async with visitor(watched) as http:
        for _ in range(8):
            await http.get("/products/1")
    kept = [told for told, weight in watched.reporter.buffer.oldest(10) if weight == 1]
    assert len(kept) == 5  # the three that found no room are one window, told when there is some
    ingest.away = False
    watched.reporter.close()
    assert sum(request.get("weight", 1) for request in ingest.told) == 8
    assert watched.reporter.dropped == 0


async def test_what_the_server_refuses_is_dropped_and_said(watched, ingest) -> None:
    ingest.rejects = [0]
    async with visitor(watched) as http:
        for _ in range(3):
            await http.get("/products/1")
    watched.reporter.close()
    assert (watched.reporter.dropped, len(watched.reporter.buffer)) == (len(ingest.batches), 0)


async def test_an_api_says_where_it_is_documented(ingest) -> None:
    docs = "https://shop.example/docs"
    watched = MillstreamMiddleware(
        shop(), "shop", url="http://millstream.test", transport=ingest, docs_url=docs, version="1.4"
    )
    async with visitor(watched) as http:
        await http.get("/products/1")
    await asyncio.to_thread(ingest.hears, 1)
    watched.reporter.close()
    assert (ingest.beats[0]["docs_url"], ingest.beats[0]["version"]) == (docs, "1.4")


async def test_a_refused_batch_is_not_sent_for_ever(watched, ingest) -> None:
    ingest.status = 422
    async with visitor(watched) as http:
        await http.get("/products/1")
        deadline = time.monotonic() + 10
        while len(watched.reporter.buffer):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)
        ingest.status = 202
        await http.get("/products/2")
    assert len(await asyncio.to_thread(ingest.hears, 1)) == 1


async def test_websockets_and_lifespans_pass_untouched(ingest) -> None:
    seen: list[str] = []

    async def app(scope, receive, send) -> None:
        seen.append(scope["type"])

    watched = MillstreamMiddleware(app, "shop", url="http://millstream.test", transport=ingest)
    for kind in ("websocket", "lifespan"):
        await watched({"type": kind}, None, None)
    assert seen == ["websocket", "lifespan"]


async def test_an_address_that_is_none_does_not_take_the_api_down(monkeypatch, caplog) -> None:
    monkeypatch.setenv("MILLSTREAM_URL", "millstream:8080")
    app = shop()
    app.add_middleware(MillstreamMiddleware, name="shop")
    async with visitor(app) as http:
        assert [(await http.get("/products/1")).status_code for _ in range(3)] == [200, 200, 200]
    await asyncio.to_thread(
        lambda: [thread.join(5) for thread in threading.enumerate() if "millstream-shop" in thread.name]
    )
    assert [r.levelname for r in caplog.records if "must begin with http:// or https://" in r.getMessage()] == ["ERROR"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "events"}, "reserved"),
        ({"name": "Big Shop"}, "is not a name"),
        ({"name": None}, "expected string"),
        ({"name": "shop", "sample": 0}, "sample is a share"),
        ({"name": "shop", "docs_url": "javascript:alert(1)"}, "docs_url"),
    ],
)
async def test_what_it_cannot_work_with_is_said_once_and_the_application_runs(caplog, wrong, said) -> None:
    app = shop()
    app.add_middleware(MillstreamMiddleware, url="http://millstream.test", **wrong)
    async with visitor(app) as http:
        for path, status in (("/products/1", 200), ("/products/1", 200), ("/nowhere", 404), ("/broken", 500)):
            answer = await http.request("POST" if status == 500 else "GET", path)
            assert answer.status_code == status
    [line] = [r for r in caplog.records if "is not watched" in r.getMessage()]
    assert line.levelname == "ERROR"
    assert said in line.getMessage()
    alone = MillstreamMiddleware(shop(), **wrong)
    with pytest.raises(RuntimeError, match="not watched"):
        _ = alone.reporter


HTTP = {
    "type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "root_path": "", "scheme": "http",
}  # fmt: skip
START = {"type": "http.response.start", "status": 200, "headers": []}


class TestEnds:
    """A request is counted as what it was, however it ended."""

    async def told(self, ingest, app, *, receive=None, send=None, raises: type[BaseException] | None = None) -> dict:
        watched = MillstreamMiddleware(app, "shop", url="http://millstream.test", transport=ingest)

        async def taken(message) -> None:
            pass

        passing = watched(dict(HTTP), receive, send or taken)
        if raises is None:
            await passing
        else:
            with pytest.raises(raises):
                await passing
        watched.reporter.close()
        [request] = ingest.told
        return request

    async def test_an_answer_that_broke_off_is_a_500(self, ingest) -> None:
        async def app(scope, receive, send) -> None:
            await send(START)
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
            raise ValueError

        assert (await self.told(ingest, app, raises=ValueError))["status"] == 500

    async def test_an_answer_nobody_gave_is_a_500(self, ingest) -> None:
        async def app(scope, receive, send) -> None:
            pass

        assert (await self.told(ingest, app))["status"] == 500

    async def test_a_client_that_left_while_the_app_worked_is_a_499(self, ingest) -> None:
        async def app(scope, receive, send) -> None:
            assert (await receive())["type"] == "http.disconnect"
            await send(START)
            await send({"type": "http.response.body", "body": b""})

        async def receive():
            return {"type": "http.disconnect"}

        assert (await self.told(ingest, app, receive=receive))["status"] == 499

    async def test_a_client_that_left_while_it_was_sent_to_is_a_499(self, ingest) -> None:
        async def app(scope, receive, send) -> None:
            await send(START)
            await send({"type": "http.response.body", "body": b"half", "more_body": True})

        async def send(message) -> None:
            if message["type"] == "http.response.body":
                raise OSError

        assert (await self.told(ingest, app, send=send, raises=OSError))["status"] == 499

    async def test_a_broken_connection_of_the_apps_own_is_a_500(self, ingest) -> None:
        async def app(scope, receive, send) -> None:
            raise ConnectionRefusedError

        assert (await self.told(ingest, app, raises=ConnectionRefusedError))["status"] == 500

    async def test_a_cancelled_request_is_a_499(self, ingest) -> None:
        async def app(scope, receive, send) -> None:
            raise asyncio.CancelledError

        assert (await self.told(ingest, app, raises=asyncio.CancelledError))["status"] == 499

    async def test_what_fails_after_the_answer_changes_nothing_of_it(self, ingest) -> None:
        async def app(scope, receive, send) -> None:
            await send(START)
            await send({"type": "http.response.body", "body": b"whole"})
            raise ValueError

        assert (await self.told(ingest, app, raises=ValueError))["status"] == 200


@pytest.mark.parametrize(("method", "status"), [("HEAD", 405), ("OPTIONS", 405), ("PATCH", 405)])
async def test_every_method_is_told(watched, ingest, method, status) -> None:
    async with visitor(watched) as http:
        await http.request(method, "/products/7")
    [told] = await asyncio.to_thread(ingest.hears, 1)
    assert (told["method"], told["status"]) == (method, status)


async def test_a_framework_we_do_not_know_may_name_its_routes(ingest) -> None:
    async def app(scope, receive, send) -> None:
        scope["handler"] = "/things/{id}"
        await send(START)
        await send({"type": "http.response.body", "body": b""})

    named = MillstreamMiddleware(
        app, "shop", url="http://millstream.test", transport=ingest, route=lambda s: s.get("handler")
    )
    async with visitor(named) as http:
        await http.get("/things/7")
    named.reporter.close()
    assert ingest.told[0]["path"] == "/things/{id}"


async def test_what_cannot_be_told_fails_no_request(ingest, caplog) -> None:
    watched = MillstreamMiddleware(
        shop(), "shop", url="http://millstream.test", transport=ingest, route=lambda scope: scope["nothing"]
    )
    async with visitor(watched) as http:
        for _ in range(3):
            assert (await http.get("/products/1")).status_code == 200
    watched.reporter.close()
    assert [request["path"] for request in ingest.told] == ["unmatched"] * 3
    assert caplog.text.count("could not be told") == 1
