"""Following a stream: parsing as the standard says, and coming back where it broke."""

from __future__ import annotations

import json

import httpx
import pytest
from millstream import ApiError
from millstream.client import Client
from millstream.settings import Settings
from millstream.sse import Event, Parser, follow


class TestTheParser:
    def test_reads_a_block_of_all_fields(self) -> None:
        parser = Parser()
        events = parser.feed(b"retry: 1500\nid: p1\nevent: stream.open\ndata: {}\n\n")
        assert events == [Event("stream.open", "{}")]
        assert (parser.last_id, parser.retry_ms) == ("p1", 1500)

    @pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
    def test_takes_every_line_end_in_any_chunks(self, end: bytes) -> None:
        whole = end.join([b": hello", b"id: 7", b"data: a", b"data: b", b"", b"data: c", b"", b""])
        for size in range(1, len(whole) + 1):
            parser = Parser()
            events = [e for i in range(0, len(whole), size) for e in parser.feed(whole[i : i + size])]
            # A stream that ends in CR may hold its last line until it knows no LF follows.
            assert events[0] == Event("", "a\nb")
            assert parser.last_id == "7"

    def test_keeps_line_separators_that_json_may_hold(self) -> None:
        text = json.dumps({"message": "a\u2028b\x0cc\x85d"}, ensure_ascii=False)
        [event] = Parser().feed(f"data: {text}\n\n".encode())
        assert json.loads(event.data)["message"] == "a\u2028b\x0cc\x85d"

    def test_an_id_counts_when_its_block_is_complete(self) -> None:
        parser = Parser()
        assert parser.feed(b"id: 8\ndata: half") == []
        assert parser.last_id is None
        parser.feed(b"\n\n")
        assert parser.last_id == "8"

    def test_a_block_of_an_id_alone_moves_the_position(self) -> None:
        parser = Parser()
        assert parser.feed(b"id: 9\n\n") == []
        assert parser.last_id == "9"


def block(name: str, position: int, **data) -> bytes:
    event = f"event: {name}\n" if name else ""
    return f"retry: 1\nid: {position}\n{event}data: {json.dumps(data)}\n\n".encode()


class Cut(httpx.AsyncByteStream):
    """A connection that breaks after its bytes."""

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = chunks

    async def __aiter__(self):
        for chunk in self._chunks:
            yield chunk
        raise httpx.ReadError("reset")


class TestFollowing:
    @pytest.fixture(autouse=True)
    def at_once(self, monkeypatch) -> None:
        """Breaks are waited out with jitter; here there is nobody to spare."""
        monkeypatch.setattr("millstream.sse.Backoff.next_s", lambda self: 0.0)

    def client(self, *answers) -> tuple[Client, list[httpx.Request]]:
        asked: list[httpx.Request] = []
        waiting = list(answers)

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            given = waiting.pop(0)
            if isinstance(given, Exception):
                raise given
            return given

        return Client(Settings("http://millstream.test"), transport=httpx.MockTransport(answer)), asked

    async def test_resumes_where_a_break_left_it(self) -> None:
        client, asked = self.client(
            httpx.Response(200, stream=Cut(block("stream.open", 1), block("", 2, n=1), b"id: 3\ndata: {")),
            httpx.ConnectError("refused"),
            httpx.Response(503, json={"detail": "starting"}),
            httpx.Response(200, stream=Cut(block("stream.open", 2), block("", 3, n=2), block("", 4, n=3))),
        )
        notes: list[str] = []
        seen = []
        async for event in follow(client, "/events/stream", {"function": "resize"}, notes.append):
            seen.append(json.loads(event.data)["n"])
            if len(seen) == 3:
                break
        assert seen == [1, 2, 3]
        assert [request.headers.get("last-event-id") for request in asked] == [None, "2", "2", "2"]
        assert asked[0].url.params["function"] == "resize"
        assert len(notes) == 3

    async def test_says_when_events_are_missing(self) -> None:
        gap = block("stream.gap", 5, reason="retention", snapshot="/api/v1/jobs")
        client, _ = self.client(httpx.Response(200, stream=Cut(gap, block("", 6, n=1))))
        notes: list[str] = []
        async for _event in follow(client, "/events/stream", {}, notes.append):
            break
        assert notes == ["events are missing here (retention); /api/v1/jobs has the present state"]

    async def test_comes_back_when_it_is_told_to(self) -> None:
        reconnect = block("stream.reconnect", 1, after_ms=1, reason="drain")
        client, asked = self.client(
            httpx.Response(200, content=reconnect), httpx.Response(200, content=block("", 2, n=1))
        )
        async for _event in follow(client, "/events/stream", {}, lambda _: None):
            break
        assert asked[1].headers["last-event-id"] == "1"

    async def test_does_not_come_back_where_it_may_not(self) -> None:
        client, _ = self.client(httpx.Response(403, json={"code": "forbidden", "detail": "no scope"}))
        with pytest.raises(ApiError, match="no scope"):
            async for _event in follow(client, "/events/stream", {}, lambda _: None):
                pass

    async def test_ends_when_its_credential_has(self) -> None:
        client, _ = self.client(httpx.Response(200, content=block("stream.unauthorized", 1)))
        with pytest.raises(ApiError, match="no longer valid"):
            async for _event in follow(client, "/events/stream", {}, lambda _: None):
                pass
