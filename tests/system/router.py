"""What the gateway does in a cluster: one address, each path to the service the inventory names.

python -m system.router PORT jobs=http://127.0.0.1:8001 stream-edge=http://… … [web=FOLDER]
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import uvicorn
from millstream_contracts.inventory import load_inventory
from millstream_local.settings import WebSettings
from millstream_local.web import web_app
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

HOP = {"connection", "transfer-encoding", "keep-alive", "content-length", "date"}


def router(upstreams: dict[str, str]) -> Starlette:
    inventory = load_inventory()
    client = httpx.AsyncClient(timeout=httpx.Timeout(30, read=None), limits=httpx.Limits(max_connections=None))

    web = web_app(Path(upstreams["web"]), WebSettings()) if "web" in upstreams else None

    async def forward(request: Request) -> Response | ASGIApp:
        service = inventory.service_of(request.url.path)
        if service == "web" and web is not None:
            return web
        base = upstreams.get(service)
        if base is None:
            return JSONResponse({"status": 404, "code": "not_found"}, 404, media_type="application/problem+json")
        path = request.scope["raw_path"].decode("latin-1")
        url = f"{base}{path}" + (f"?{request.url.query}" if request.url.query else "")
        headers = [(k, v) for k, v in request.headers.items() if k not in HOP and k != "host"]
        outgoing = client.build_request(request.method, url, headers=headers, content=await request.body())
        try:
            answer = await client.send(outgoing, stream=True)
        except httpx.TransportError:
            return JSONResponse({"status": 502, "code": "bad_gateway"}, 502)
        kept = {k: v for k, v in answer.headers.items() if k not in HOP}
        return StreamingResponse(_body(answer), answer.status_code, kept)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await client.aclose()

    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    return Starlette(routes=[Route("/{path:path}", forward, methods=methods)], lifespan=lifespan)


async def _body(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    except httpx.TransportError:
        pass  # the upstream was killed: the client sees its stream end, as behind any proxy
    finally:
        await answer.aclose()


if __name__ == "__main__":
    port, *pairs = sys.argv[1:]
    upstreams = dict(pair.split("=", 1) for pair in pairs)
    uvicorn.run(router(upstreams), host="127.0.0.1", port=int(port), log_level="warning", timeout_graceful_shutdown=1)
