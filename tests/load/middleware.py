"""What the middleware costs a request: `make bench S=middleware`, on one core, about a minute.

Bare and watched applications are called in turns, in one process and without a network, so that the machine's mood meets both
alike. CPU is the whole process's, the reporter's thread with it; the server it tells answers at once or never.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from flask import Flask
from millstream.asgi import MillstreamMiddleware as AsgiMiddleware
from millstream.wsgi import MillstreamMiddleware as WsgiMiddleware
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from werkzeug.test import EnvironBuilder

ROUNDS, REQUESTS = 15, 2_000
SCOPE: dict[str, Any] = {
    "type": "http", "method": "GET", "path": "/orders/17", "raw_path": b"/orders/17", "query_string": b"", "root_path": "",
    "scheme": "http", "server": ("shop", 80), "client": ("visitor", 1), "http_version": "1.1",
    "headers": [(b"host", b"shop"), (b"user-agent", b"bench"), (b"accept", b"*/*")],
}  # fmt: skip
Visit = Callable[[], Awaitable[None]]


def taking(_: httpx.Request) -> httpx.Response:
    return httpx.Response(202, json={"accepted": 0, "rejected": []})


def away(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("away", request=request)


def asgi(**options: Any) -> Visit:
    async def order(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.path_params["order_id"])

    app: Any = Starlette(routes=[Route("/orders/{order_id}", order)])
    if options:
        app = AsgiMiddleware(app, "bench", url="http://millstream.test", **options)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: Any) -> None:
        pass

    async def visit() -> None:
        await app(dict(SCOPE), receive, send)

    return visit


def wsgi(**options: Any) -> Visit:
    flask = Flask("bench")

    @flask.get("/orders/<int:order_id>")
    def order(order_id: int) -> str:
        return str(order_id)

    app: Any = WsgiMiddleware(flask, "bench", url="http://millstream.test", **options) if options else flask
    environ = EnvironBuilder("/orders/17").get_environ()

    async def visit() -> None:
        body = app(dict(environ), lambda status, headers, *_: None)
        for _ in body:
            pass
        body.close()

    return visit


async def measured(visit: Visit) -> tuple[float, float]:
    """Microseconds of CPU and of time per request."""
    gc.collect()
    cpu, began = time.process_time(), time.perf_counter()
    for _ in range(REQUESTS):
        await visit()
    return (time.process_time() - cpu) / REQUESTS * 1e6, (time.perf_counter() - began) / REQUESTS * 1e6


async def main() -> None:
    logging.disable(logging.CRITICAL)
    print(f"{'':24}{'bare':>9}{'watched':>9}{'costs':>9}  µs of CPU per request, median of {ROUNDS} × {REQUESTS:,}")
    for name, make in (("ASGI, Starlette", asgi), ("WSGI, Flask", wsgi)):
        kinds = {
            "": {"transport": httpx.MockTransport(taking)},
            ", sample=0.05": {"transport": httpx.MockTransport(taking), "sample": 0.05},
            ", Millstream away": {"transport": httpx.MockTransport(away)},
        }
        for kind, options in kinds.items():
            bare, watched = make(), make(**options)
            await measured(bare), await measured(watched)
            pairs = [(await measured(bare), await measured(watched)) for _ in range(ROUNDS)]
            before = statistics.median(b[0] for b, _ in pairs)
            costs = statistics.median(w[0] - b[0] for b, w in pairs)
            print(f"{name + kind:32}{before:9.1f}{before + costs:9.1f}{costs:9.1f}  × {(before + costs) / before:.2f}")


if __name__ == "__main__":
    asyncio.run(main())
