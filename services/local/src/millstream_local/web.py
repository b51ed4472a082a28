"""The built dashboard as files and its settings: any other path is the single page, every path under /api a JSON 404."""

from __future__ import annotations

from pathlib import Path

from millstream_kit.errors import Refusal
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from millstream_local.settings import WebSettings

_NOT_BUILT = """<!doctype html><meta charset="utf-8"><title>Millstream</title>
<body style="font:15px system-ui;max-width:42rem;margin:4rem auto">
<h1>The dashboard is not built</h1><p>The API is at <a href="/api/v1/jobs">/api/v1</a>. Build the dashboard with
<code>make run</code>, or name its folder with <code>--web</code>.</p>"""


# As the chart's web server says them of the page.
PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
        "media-src blob:; frame-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
}


def web_app(folder: Path | None, settings: WebSettings) -> ASGIApp:
    """An application that serves the dashboard built into `folder`, and tells it `settings`."""
    built = folder is not None and (folder / "index.html").is_file()
    files = StaticFiles(directory=folder) if built and folder is not None else None

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        path = request.url.path
        response: ASGIApp
        if path == "/api" or path.startswith("/api/"):
            response = Refusal(404, "not_found", f"There is nothing at {path}.").response()
        elif path == "/settings.json":
            response = JSONResponse(settings.model_dump(), headers={"Cache-Control": "no-cache"})
        elif files is None or folder is None:
            response = HTMLResponse(_NOT_BUILT)
        elif path.startswith("/assets/"):
            await files(scope, receive, _cached(send))
            return
        elif "." in path.rsplit("/", 1)[-1] and (folder / path.lstrip("/")).is_file():
            response = files
        else:
            response = FileResponse(folder / "index.html", headers=PAGE_HEADERS)
        try:
            await response(scope, receive, send)
        except RuntimeError:
            await Response(status_code=404)(scope, receive, send)

    return app


def _cached(send: Send) -> Send:
    """Hashed file names never change their content."""

    async def with_header(message):  # type: ignore[no-untyped-def]  # ASGI
        if message["type"] == "http.response.start" and message["status"] == 200:
            message["headers"] = [*message["headers"], (b"cache-control", b"public, max-age=31536000, immutable")]
        await send(message)

    return with_header
