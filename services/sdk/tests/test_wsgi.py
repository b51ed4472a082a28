"""Watching a WSGI application: every request told once, no body gathered, each worker process for itself."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from wsgiref.util import FileWrapper

import django
import httpx
import pytest
from django.conf import settings as django_settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import include, path
from flask import Blueprint, Flask, Response, g
from millstream import tracing
from millstream.wsgi import MillstreamMiddleware
from opentelemetry import trace
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


sent: list[str] = []


def shop() -> Flask:
    app = Flask("shop")

    @app.get("/products/<int:product_id>")
    def product(product_id: int) -> str:
        return str(product_id)

    @app.post("/broken")
    def broken() -> str:
        raise RuntimeError("on purpose")

    @app.get("/refused")
    def refused() -> tuple[str, int]:
        return "no", 503

    @app.get("/trace")
    def traced() -> str:
        return trace.format_trace_id(trace.get_current_span().get_span_context().trace_id)

    @app.get("/enqueue")
    def enqueue() -> str:
        sent.append(tracing.origin()["Millstream-Trace-Id"])
        return "done"

    @app.get("/rows")
    def rows() -> Response:
        return Response((f"{n}\n" for n in range(3)), mimetype="text/plain")

    return app


def watching(app, ingest) -> MillstreamMiddleware:
    return MillstreamMiddleware(app, "shop", url="http://millstream.test", transport=ingest)


@pytest.fixture
def watched(ingest) -> Iterator[MillstreamMiddleware]:
    made = watching(shop(), ingest)
    yield made
    made.reporter.close()


@pytest.mark.parametrize(
    ("method", "asked", "template", "status"),
    [
        ("GET", "/products/7", "/products/{product_id}", 200),
        ("HEAD", "/products/7", "/products/{product_id}", 200),
        ("OPTIONS", "/products/7", "/products/{product_id}", 200),
        ("GET", "/rows", "/rows", 200),
        ("GET", "/refused", "/refused", 503),
        ("POST", "/broken", "/broken", 500),
        ("POST", "/products/7", "unmatched", 405),
        ("GET", "/wp-login.php", "unmatched", 404),
    ],
)
def test_it_tells_the_route_not_the_path(watched, ingest, method, asked, template, status) -> None:
    assert Client(watched).open(asked, method=method, buffered=True).status_code == status
    [told] = ingest.hears(1)
    assert (told["method"], told["path"], told["status"]) == (method, template, status)
    assert told["latency_ms"] > 0


def test_the_heartbeat_lists_the_endpoints(watched, ingest) -> None:
    Client(watched).get("/products/7", buffered=True)
    ingest.hears(1)
    assert {"GET /products/{product_id}", "POST /broken"} <= set(ingest.beats[0]["endpoints"])
    assert ingest.beats[0]["host"] == "localhost"
    assert "tags" not in ingest.beats[0]


def test_a_blueprint_is_a_tag(ingest) -> None:
    app, orders = shop(), Blueprint("orders", __name__, url_prefix="/orders")
    orders.add_url_rule("/<int:order_id>", "order", lambda order_id: str(order_id))
    app.register_blueprint(orders)
    watched = watching(app, ingest)
    Client(watched).get("/products/7", buffered=True)
    ingest.hears(1)
    watched.reporter.close()
    assert ingest.beats[0]["tags"] == {"GET /orders/{order_id}": ["orders"]}


def test_a_mounted_app_keeps_its_prefix(ingest) -> None:
    watched = watching(DispatcherMiddleware(shop(), {"/admin": shop()}), ingest)
    Client(watched).get("/admin/products/7", buffered=True)
    watched.reporter.close()
    assert ingest.told[0]["path"] == "/admin/products/{product_id}"


def test_a_request_carries_its_callers_trace(watched, ingest) -> None:
    answer = Client(watched).get("/trace", headers={"traceparent": CALLER}, buffered=True)
    assert answer.text == CALLER.split("-")[1]
    assert ingest.hears(1)[0]["trace_id"] == CALLER.split("-")[1]
    assert not trace.get_current_span().get_span_context().is_valid


def test_a_request_that_enqueues_something_names_its_trace(watched, ingest) -> None:
    assert [Client(watched).get(path, buffered=True).text for path in ("/enqueue", "/products/7")][1] == "7"
    enqueued, other = ingest.hears(2)
    assert enqueued["trace_id"] == sent.pop()
    assert "trace_id" not in other
    assert tracing.origin() == {}


def test_who_asks_is_named_while_the_application_still_knows(ingest) -> None:
    app = shop()

    @app.before_request
    def let_in() -> None:
        g.client = "ann"

    watched = MillstreamMiddleware(
        app, name="shop", url="http://millstream.test", transport=ingest, consumer=lambda environ: g.client
    )
    Client(watched).get("/products/7", buffered=True)
    watched.reporter.close()
    assert [told["consumer"] for told in ingest.told] == ["ann"]


def test_django_tells_its_routes_by_one_line_and_what_it_caught(ingest) -> None:
    urls = [
        path("blog/", include([path("posts/<slug:slug>/", lambda request, slug: HttpResponse(slug))])),
        path("broken/", lambda request: HttpResponse(1 / 0)),
    ]
    routes = type("urls", (), {"urlpatterns": urls})
    django_settings.configure(
        SECRET_KEY="x", ROOT_URLCONF=routes, ALLOWED_HOSTS=["*"], MIDDLEWARE=["millstream.wsgi.django.routes"]
    )
    django.setup()
    watched = watching(get_wsgi_application(), ingest)
    assert Client(watched).get("/blog/posts/hello/", buffered=True).text == "hello"
    Client(watched).get("/nowhere", buffered=True)
    Client(watched).get("/broken/", buffered=True)
    watched.reporter.close()
    assert [(told["path"], told["status"]) for told in ingest.told] == [
        ("/blog/posts/{slug}/", 200),
        ("unmatched", 404),
        ("/broken/", 500),
    ]
    (caught,) = [one for report in ingest.errors for one in report["exceptions"]]
    assert (caught["path"], caught["error_type"], caught["message"]) == (
        "/broken/",
        "ZeroDivisionError",
        "division by zero",
    )


class TestBodies:
    """What the server gets is what the application gave."""

    def through(self, app, ingest, method: str = "GET"):
        watched = watching(app, ingest)
        environ = EnvironBuilder(method=method).get_environ() | {"wsgi.file_wrapper": FileWrapper}
        return watched, watched(environ, lambda status, headers, *_: lambda data: None)

    def test_a_list_and_a_file_are_handed_on_as_they_are(self, ingest, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"a")
        with (tmp_path / "a").open("rb") as file:
            for body in ([b"a"], (b"a", b"b"), FileWrapper(file)):

                def app(environ, start_response, body=body):
                    start_response("200 OK", [])
                    return body

                watched, given = self.through(app, ingest)
                assert given is body
                watched.reporter.close()
        assert [told["status"] for told in ingest.told] == [200] * 3
        assert [told.get("response_bytes") for told in ingest.told] == [1, 2, None]  # the server reads the file

    def test_a_stream_passes_chunk_by_chunk_and_counts_when_it_begins(self, ingest) -> None:
        made: list[int] = []

        def app(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/event-stream")])
            for number in range(3):
                made.append(number)
                yield b"data: x\n\n"

        watched, body = self.through(app, ingest)
        chunks = iter(body)
        assert made == []
        next(chunks)
        assert made == [0]
        assert ingest.hears(1)[0]["status"] == 200
        assert "response_bytes" not in ingest.told[0]
        next(chunks)
        assert made == [0, 1]
        body.close()
        watched.reporter.close()
        assert len(ingest.told) == 1

    @pytest.mark.parametrize(
        ("method", "headers", "taken", "status"),
        [
            ("GET", [], 1, 499),
            ("GET", [("Content-Length", "6")], 1, 499),
            ("GET", [("Content-Length", "6")], 2, 200),
            ("GET", [], None, 200),
            ("HEAD", [], 0, 200),
        ],
    )
    def test_a_client_that_left_is_a_499(self, ingest, method, headers, taken, status) -> None:
        closed: list[bool] = []

        class Rows:
            def __iter__(self) -> Iterator[bytes]:
                return iter([b"one", b"two"])

            def close(self) -> None:
                closed.append(True)

        def app(environ, start_response):
            start_response("200 OK", headers)
            return Rows()

        watched, body = self.through(app, ingest, method)
        chunks = iter(body)
        for _ in chunks if taken is None else range(taken):
            if taken is not None:
                next(chunks)
        body.close()
        watched.reporter.close()
        assert closed == [True]
        assert [told["status"] for told in ingest.told] == [status]

    @pytest.mark.parametrize(("headers", "taken"), [({"data": b"abc"}, 3), ({}, 0), ({"content_type": "x"}, 0)])
    def test_bytes_are_counted_as_they_pass(self, ingest, headers, taken) -> None:
        def app(environ, start_response):
            start_response("200 OK", [])
            yield b"12"
            yield b"345"

        watched = watching(app, ingest)
        run_wsgi_app(watched, EnvironBuilder(method="POST", **headers).get_environ(), buffered=True)
        watched.reporter.close()
        assert [(told["request_bytes"], told["response_bytes"]) for told in ingest.told] == [(taken, 5)]

    def test_a_body_that_breaks_is_a_500(self, ingest) -> None:
        def app(environ, start_response):
            start_response("200 OK", [])
            yield b"half"
            raise ValueError("on purpose")

        watched = watching(app, ingest)
        with pytest.raises(ValueError, match="on purpose"):
            run_wsgi_app(watched, EnvironBuilder().get_environ(), buffered=True)
        watched.reporter.close()
        assert [told["status"] for told in ingest.told] == [500]


class Taking(BaseHTTPRequestHandler):
    """Millstream, as far as a prefork server's workers see it."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.heard:  # type: ignore[attr-defined]
            self.server.told += body.get("requests", [])  # type: ignore[attr-defined]
            self.server.heard.notify_all()  # type: ignore[attr-defined]
        answer = b'{"accepted": 1, "rejected": []}'
        self.send_response(202)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_each_worker_of_a_prefork_server_reports_what_it_served() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    server.heard, server.told = threading.Condition(), []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        gunicorn = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--preload", "--workers", "2", "--no-control-socket",
             "--bind", f"fd://{listening.fileno()}", "prefork_app:application"],
            cwd=Path(__file__).parent,
            env=os.environ | {"MILLSTREAM_URL": f"http://127.0.0.1:{server.server_port}"},
            pass_fds=[listening.fileno()],
        )  # fmt: skip
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            pids: set[str] = set()
            asked, deadline = 0, time.monotonic() + 60
            while len(pids) < 2:
                assert time.monotonic() < deadline, f"served by {pids} only"
                pids.add(httpx.get(f"{address}/pid/{asked}", timeout=60).text)
                asked += 1
        finally:
            gunicorn.send_signal(signal.SIGTERM)
            gunicorn.wait(30)
    with server.heard:  # type: ignore[attr-defined]
        assert server.heard.wait_for(lambda: len(server.told) >= asked, 20), server.told  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    told = server.told  # type: ignore[attr-defined]
    assert len({request["id"] for request in told}) == len(told) == asked
    assert len({request["instance_id"] for request in told}) == 2
    assert {request["path"] for request in told} == {"/pid/{number}"}
