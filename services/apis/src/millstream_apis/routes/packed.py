"""Bodies that come with gzip, as exporters and some proxies send them."""

from __future__ import annotations

import asyncio
import zlib

from fastapi import Request
from millstream_contracts.limits import load_limits
from millstream_kit.errors import Refusal


async def unpacked(http: Request) -> bytes:
    """The body as it was before it was packed.

    Raises:
        Refusal: 415 for an encoding that is neither gzip nor none, 400 for a body that is not what it says, 413 for one that
            is too much once it is unpacked.
    """
    encoding = http.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip"}:
        raise Refusal(415, "unsupported_media_type", f"A body is sent as it is or with gzip, not with {encoding[:40]}.")
    body = await http.body()
    return body if encoding == "identity" else await asyncio.to_thread(_inflate, body)


def _inflate(body: bytes) -> bytes:
    most = load_limits().request_body_bytes
    inflating = zlib.decompressobj(wbits=31)
    try:
        whole = inflating.decompress(body, most + 1)
    except zlib.error as error:
        raise Refusal(400, "unreadable", f"Not gzip: {error}") from error
    if len(whole) > most:
        raise Refusal(413, "too_large", f"A body may hold {most} bytes when it is unpacked.")
    if not inflating.eof:
        raise Refusal(400, "unreadable", "Not gzip: it ends too early.")
    return whole
