"""A tighter bound on request bodies than the one uploads need."""

from __future__ import annotations

from millstream_kit.errors import Refusal
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Every path but uploads: a larger body is 413, whether its length is announced or not."""

    def __init__(self, app: ASGIApp, most: int, upload_suffix: str) -> None:
        self._app = app
        self._most = most
        self._upload_suffix = upload_suffix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].endswith(self._upload_suffix):
            await self._app(scope, receive, send)
            return
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if said.isdigit() and int(said) > self._most:
            await self._refusal().response()(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise HTTPException(413, f"A request body may hold {self._most} bytes.")
            return message

        await self._app(scope, counted, send)

    def _refusal(self) -> Refusal:
        return Refusal(413, "too_large", f"A request body may hold {self._most} bytes.")
