"""One write, made once and shared by everyone who gets it."""

from __future__ import annotations

from starlette.types import Message


class Chunk:
    """Some bytes of a response: as ASGI has them, and as HTTP/1.1 has them for the direct write."""

    __slots__ = ("framed", "is_last", "message", "size")

    def __init__(self, data: bytes, *, is_last: bool = False) -> None:
        """
        Args:
            is_last: ends the response, which only the server can do.
        """
        self.size = len(data)
        self.is_last = is_last
        self.message: Message = {"type": "http.response.body", "body": data, "more_body": not is_last}
        # HTTP/1.1 ends a response with an empty chunk: nothing is nothing.
        self.framed = b"%x\r\n%b\r\n" % (len(data), data) if data else b""
