"""Watching an API: no request is delayed, changed or failed, whatever becomes of what is told."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from fastapi import FastAPI
from millstream.asgi import MillstreamMiddleware


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


async def test_requests_wait_for_a_server_that_is_away_and_none_is_slowed(watched, ingest, visitor) -> None:
    ingest.away = True
    async with visitor(watched) as http:
        began = time.perf_counter()
        for _ in range(20):
            assert (await http.get("/products/1")).status_code == 200
        assert time.perf_counter() - began < 5
        ingest.away = False
    assert len(await asyncio.to_thread(ingest.hears, 20)) == 20


async def test_what_does_not_fit_is_counted_all_the_same(ingest, visitor, shop) -> None:
    ingest.away = True
    watched = MillstreamMiddleware(shop, "shop", url="http://millstream.test", transport=ingest, buffer_requests=5)
    async with visitor(watched) as http:
        for _ in range(8):
            await http.get("/products/1")
    kept = [told for told, weight in watched.reporter.buffer.oldest(10) if weight == 1]
    assert len(kept) == 5  # the three that found no room are one window, told when there is some
    ingest.away = False
    watched.reporter.close()
    assert sum(request.get("weight", 1) for request in ingest.told) == 8
    assert watched.reporter.dropped == 0


async def test_what_the_server_refuses_is_dropped_and_said(watched, ingest, visitor) -> None:
    ingest.rejects = [0]
    async with visitor(watched) as http:
        for _ in range(3):
            await http.get("/products/1")
    watched.reporter.close()
    assert (watched.reporter.dropped, len(watched.reporter.buffer)) == (len(ingest.batches), 0)


async def test_a_refused_batch_is_not_sent_for_ever(watched, ingest, visitor) -> None:
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


async def test_an_address_that_is_none_does_not_take_the_api_down(monkeypatch, caplog, visitor, shop) -> None:
    monkeypatch.setenv("MILLSTREAM_URL", "millstream:8080")
    app = shop
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
async def test_what_it_cannot_work_with_is_said_once_and_the_application_runs(
    caplog, wrong, said, visitor, shop
) -> None:
    app = shop
    app.add_middleware(MillstreamMiddleware, url="http://millstream.test", **wrong)
    async with visitor(app) as http:
        for path, status in (("/products/1", 200), ("/products/1", 200), ("/nowhere", 404), ("/broken", 500)):
            answer = await http.request("POST" if status == 500 else "GET", path)
            assert answer.status_code == status
    [line] = [r for r in caplog.records if "is not watched" in r.getMessage()]
    assert line.levelname == "ERROR"
    assert said in line.getMessage()
    alone = MillstreamMiddleware(FastAPI(), **wrong)
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


async def test_what_cannot_be_told_fails_no_request(ingest, caplog, visitor, shop) -> None:
    watched = MillstreamMiddleware(
        shop, "shop", url="http://millstream.test", transport=ingest, route=lambda scope: scope["nothing"]
    )
    async with visitor(watched) as http:
        for _ in range(3):
            assert (await http.get("/products/1")).status_code == 200
    watched.reporter.close()
    assert [request["path"] for request in ingest.told] == ["unmatched"] * 3
    assert caplog.text.count("could not be told") == 1
