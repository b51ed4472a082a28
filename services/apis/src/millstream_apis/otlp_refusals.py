"""What is refused of OTLP is refused as OTLP says: a `google.rpc.Status` in the encoding of the request.

Whatever refuses it: the route, the credential's check, the bound on bodies, or nothing that was expected. Exporters read the
status to decide whether to send again, and `Retry-After` for when.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.json_format import MessageToJson
from google.rpc.code_pb2 import Code
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from millstream_contracts.inventory import load_inventory
from millstream_kit.errors import PROBLEM_JSON
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

TRACES = "/otlp/v1/traces"
PROTOBUF, JSON = "application/x-protobuf", "application/json"
_CODES = {
    400: Code.INVALID_ARGUMENT,
    401: Code.UNAUTHENTICATED,
    403: Code.PERMISSION_DENIED,
    404: Code.NOT_FOUND,
    405: Code.UNIMPLEMENTED,
    413: Code.INVALID_ARGUMENT,
    415: Code.INVALID_ARGUMENT,
    422: Code.INVALID_ARGUMENT,
    500: Code.INTERNAL,
    503: Code.UNAVAILABLE,
}


def kind_of(headers: Headers) -> str:
    """The encoding a request says it has."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


class ApisApp(FastAPI):
    """Tells refusals of the OTLP endpoint outside of all middleware, which refuses, too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == load_inventory().api_base + TRACES:
            send = _Retold(PROTOBUF if kind_of(Headers(scope=scope)) == PROTOBUF else JSON, send)
        await super().__call__(scope, receive, send)


class _Retold:
    """Holds a problem document back until it is whole, and sends it as a status; lets everything else by."""

    def __init__(self, kind: str, send: Send) -> None:
        self._kind = kind
        self._send = send
        self._start: Message | None = None
        self._document = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if Headers(raw=message["headers"]).get("content-type") == PROBLEM_JSON:
                self._start = message
                return
        elif self._start is not None:
            self._document += message.get("body", b"")
            if not message.get("more_body"):
                await self._retell(self._start, json.loads(self._document))
            return
        await self._send(message)

    async def _retell(self, start: Message, problem: dict[str, Any]) -> None:
        status = _status(problem)
        body = MessageToJson(status, indent=None).encode() if self._kind == JSON else status.SerializeToString()
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-type"] = self._kind
        headers["content-length"] = str(len(body))
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


def _status(problem: dict[str, Any]) -> Status:
    why = Packed()
    why.Pack(ErrorInfo(reason=problem["code"], domain="millstream"))
    code = _CODES.get(problem["status"], Code.UNKNOWN)
    return Status(code=code, message=problem["detail"], details=[why])
