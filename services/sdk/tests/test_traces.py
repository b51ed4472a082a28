"""One trace from a request over the job it enqueued to that job's child."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from millstream import Millstream, tracing
from millstream.asgi import MillstreamMiddleware
from millstream.testing import MemoryServer
from millstream.traffic import spans as server_spans
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans(monkeypatch):
    """The two tracers of the package on a provider of this test's own; the process has only one global."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    monkeypatch.setattr(server_spans, "_tracer", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def shop(app: Millstream, told: list[dict[str, Any]] | None = None) -> MillstreamMiddleware:
    @app.function()
    async def receipt(order: int) -> None: ...

    @app.function(retries=0)
    async def charge(order: int) -> str:
        return (await receipt.enqueue(order=order)).id

    web = FastAPI()

    @web.post("/orders/{order}")
    async def checkout(order: int) -> str:
        return (await charge.enqueue(order=order)).id

    def taken_in(request: httpx.Request) -> httpx.Response:
        if told is not None and request.url.path.endswith("/requests"):
            told.extend(json.loads(request.content)["requests"])
        return httpx.Response(202, json={"accepted": 1, "rejected": []})

    ingest = httpx.MockTransport(taken_in)
    return MillstreamMiddleware(web, name="shop", url="http://millstream.test", transport=ingest)


async def checked_out(app: Millstream, watched, working, headers=None) -> str:
    async with working():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(watched), base_url="http://shop.test") as http:
            job_id = (await http.post("/orders/7", headers=headers)).json()
        child_id = await app.job(job_id).result(10)
        await app.job(child_id).wait(10)
    watched.reporter.close()
    return job_id


async def test_a_request_its_job_and_its_child_are_one_trace(app, spans, working) -> None:
    await checked_out(app, shop(app), working, {"traceparent": CALLER})
    made = {span.name: span for span in spans.get_finished_spans()}
    chain = ["POST /orders/{order}", "enqueue charge", "run charge", "enqueue receipt", "run receipt"]
    assert set(made) == set(chain)
    assert {f"{span.context.trace_id:032x}" for span in made.values()} == {"0af7651916cd43dd8448eb211c80319c"}
    for parent, child in pairwise(chain):
        assert made[child].parent.span_id == made[parent].context.span_id
    run = made["run charge"]
    assert run.kind is SpanKind.CONSUMER
    assert run.attributes["messaging.destination.name"] == "charge"
    assert run.attributes["millstream.job.attempt"] == 1
    assert made[chain[0]].attributes["http.route"] == "/orders/{order}"
    assert made[chain[0]].attributes["http.response.status_code"] == 200


async def test_a_failed_run_is_a_span_with_its_error(app, spans, working) -> None:
    @app.function(retries=0)
    def broken() -> None:
        raise LookupError("no such shelf")

    async with working():
        await (await broken.enqueue()).wait(10)
    run = next(span for span in spans.get_finished_spans() if span.name == "run broken")
    assert run.attributes["error.type"] == "LookupError"
    assert not run.status.is_ok
    assert run.events[0].name == "exception"


async def test_without_an_sdk_the_callers_trace_still_reaches_the_job(app, server: MemoryServer, working) -> None:
    """Nothing is recorded here, and nothing is lost for those who do record."""
    job_id = await checked_out(app, shop(app), working, {"traceparent": CALLER})
    assert (server.jobs[job_id].traceparent or "").split("-")[1] == CALLER.split("-")[1]
    [child] = [job for job in server.jobs.values() if job.parent_id == job_id]
    assert (child.traceparent or "").split("-")[1] == CALLER.split("-")[1]


async def test_where_nobody_traces_a_request_its_job_and_its_child_share_an_id_and_nobody_is_told_to_record(
    app, server: MemoryServer, working
) -> None:
    told: list[dict[str, Any]] = []
    job_id = await checked_out(app, shop(app, told), working)
    job = server.jobs[job_id]
    [child] = [one for one in server.jobs.values() if one.parent_id == job_id]
    assert re.fullmatch("[0-9a-f]{32}", job.trace_id or "")
    assert child.trace_id == job.trace_id
    assert (job.traceparent, child.traceparent) == (None, None)
    assert [(one["path"], one["trace_id"]) for one in told] == [("/orders/{order}", job.trace_id)]


async def test_what_enqueues_nothing_has_no_id(app, working) -> None:
    told: list[dict[str, Any]] = []
    watched = shop(app, told)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(watched), base_url="http://shop.test") as http:
        assert (await http.get("/nowhere")).status_code == 404
        async with working():
            first, second = [(await http.post("/orders/7")).json() for _ in range(2)]
    watched.reporter.close()
    assert "trace_id" not in told[0]
    assert len({one["trace_id"] for one in told[1:]}) == 2
    assert first != second


async def test_outside_a_request_there_is_no_id(app, server: MemoryServer) -> None:
    @app.function()
    async def tidy() -> None: ...

    assert server.jobs[(await tidy.enqueue()).id].trace_id is None


def test_the_exporter_sends_where_the_standard_variables_say() -> None:
    """In a process of its own, because a process has one tracer provider."""
    received: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append((self.path, gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{collector.server_port}"
        code = (
            "from millstream.telemetry import configure_traces; close = configure_traces('shop-web')\n"
            "from millstream import tracing\n"
            "with tracing.enqueue_span('resize'): assert 'traceparent' in tracing.origin()\n"
            "close()"
        )
        environment = os.environ | {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
        subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=90)
        collector.shutdown()
    [(path, body)] = received
    assert path == "/v1/traces"
    assert b"enqueue resize" in body
    assert b"shop-web" in body


def test_without_those_variables_nothing_is_loaded() -> None:
    code = (
        "import sys; from millstream.telemetry import configure_traces; configure_traces('x')()\n"
        "assert 'opentelemetry.sdk' not in sys.modules"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=90)
