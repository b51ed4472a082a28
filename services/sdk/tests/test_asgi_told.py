"""What is told of a request: its route, not its path, and who asked, how much passed and what it enqueued."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import FastAPI
from millstream import Millstream, tracing
from millstream.asgi import MillstreamMiddleware
from millstream.asgi.templates import routes_of
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route


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
async def test_it_tells_the_route_not_the_path(watched, ingest, method, path, template, status, visitor) -> None:
    async with visitor(watched) as http:
        assert (await http.request(method, path)).status_code == status
    [told] = await asyncio.to_thread(ingest.hears, 1)
    assert (told["method"], told["path"], told["status"]) == (method, template, status)
    assert told["latency_ms"] > 0
    assert told["instance_id"] == watched.reporter.instance_id


async def test_a_starlette_app_is_told_the_same_way(ingest, visitor) -> None:
    inner = Route("/b/{x}", lambda _: PlainTextResponse("b"))
    app = Starlette(routes=[Mount("/a", routes=[inner])])
    watched = MillstreamMiddleware(app, name="star", url="http://millstream.test", transport=ingest)
    async with visitor(watched) as http:
        await http.get("/a/b/1")
    [told] = await asyncio.to_thread(ingest.hears, 1)
    assert told["path"] == "/a/b/{x}"
    watched.reporter.close()


async def test_it_works_where_fastapi_adds_it(ingest, visitor, shop) -> None:
    app = shop
    app.add_middleware(MillstreamMiddleware, name="shop", url="http://millstream.test", transport=ingest)
    async with visitor(app) as http:
        await http.get("/products/1")
    assert (await asyncio.to_thread(ingest.hears, 1))[0]["path"] == "/products/{product_id}"


async def test_bytes_are_counted_as_they_pass(ingest, visitor) -> None:
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


async def test_who_asks_is_named_by_the_application_and_never_fails_a_request(ingest, caplog, visitor) -> None:
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


async def test_a_request_tells_what_it_enqueued_and_no_other(ingest, server, visitor) -> None:
    jobs = Millstream("shop", url="http://millstream.test", transport=server)

    @jobs.function()
    async def resize(width: int) -> None: ...

    @jobs.function()
    async def receipt() -> None: ...

    @jobs.function(on="image.*")
    async def count(event: dict) -> None: ...

    app = FastAPI()
    server.functions["count"] = count.declaration()

    @app.post("/images")
    async def images() -> None:
        await asyncio.gather(*(resize.enqueue(width=n) for n in range(3)))
        await receipt.enqueue()
        await jobs.emit("image.made", {"width": 1})

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
    assert [one.get("enqueued") for one in told] == [{"resize": 3, "receipt": 1, "count": 1}, None, {"receipt": 1}]
    await receipt.enqueue()  # of no request
    assert tracing.enqueued.get() is None
    watched.reporter.close()
    await jobs.aclose()
    jobs.close()


async def test_ids_are_unique_and_batches_are_few(watched, ingest, visitor) -> None:
    async with visitor(watched) as http:
        for _ in range(60):
            await http.get("/products/1")
    told = await asyncio.to_thread(ingest.hears, 60)
    assert len({request["id"] for request in told}) == 60
    assert len(ingest.batches) < 30


async def test_the_heartbeat_lists_the_endpoints(watched, ingest, visitor) -> None:
    async with visitor(watched) as http:
        await http.get("/products/1")
    await asyncio.to_thread(ingest.hears, 1)
    assert {"GET /products/{product_id}", "GET /api/v2/things/{thing_id}", "GET /admin/users/{user_id}"} <= set(
        ingest.beats[0]["endpoints"]
    )
    assert routes_of(object()) == {}


async def test_the_heartbeat_says_what_endpoints_are_about(watched, ingest, visitor) -> None:
    async with visitor(watched) as http:
        await http.get("/products/1")
    await asyncio.to_thread(ingest.hears, 1)
    assert ingest.beats[0]["tags"] == {
        "GET /api/v2/things/{thing_id}": ["things", "0", "1", "2", "3"],
        "GET /admin/users/{user_id}": ["people " + "x" * 53],
    }


async def test_a_service_that_asks_for_no_tags_hears_none(watched, ingest, visitor) -> None:
    ingest.is_old = True
    async with visitor(watched) as http:
        await http.get("/products/1")
    await asyncio.to_thread(ingest.hears, 1)
    assert ["tags" in beat for beat in ingest.beats] == [False]
    assert "GET /products/{product_id}" in ingest.beats[0]["endpoints"]


async def test_an_api_says_where_it_is_documented(ingest, visitor, shop) -> None:
    docs = "https://shop.example/docs"
    watched = MillstreamMiddleware(
        shop, "shop", url="http://millstream.test", transport=ingest, docs_url=docs, version="1.4"
    )
    async with visitor(watched) as http:
        await http.get("/products/1")
    await asyncio.to_thread(ingest.hears, 1)
    watched.reporter.close()
    assert (ingest.beats[0]["docs_url"], ingest.beats[0]["version"]) == (docs, "1.4")


@pytest.mark.parametrize(("method", "status"), [("HEAD", 405), ("OPTIONS", 405), ("PATCH", 405)])
async def test_every_method_is_told(watched, ingest, method, status, visitor) -> None:
    async with visitor(watched) as http:
        await http.request(method, "/products/7")
    [told] = await asyncio.to_thread(ingest.hears, 1)
    assert (told["method"], told["status"]) == (method, status)


async def test_a_framework_we_do_not_know_may_name_its_routes(ingest, visitor) -> None:
    async def app(scope, receive, send) -> None:
        scope["handler"] = "/things/{id}"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    named = MillstreamMiddleware(
        app, "shop", url="http://millstream.test", transport=ingest, route=lambda s: s.get("handler")
    )
    async with visitor(named) as http:
        await http.get("/things/7")
    named.reporter.close()
    assert ingest.told[0]["path"] == "/things/{id}"
