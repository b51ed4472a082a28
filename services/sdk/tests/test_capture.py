"""Bodies as they are captured: what is hidden, what is cut, and that the application notices nothing."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st
from millstream import asgi, wsgi
from millstream.traffic.capture import HELD, Captures, Capturing, Pair, Passing, body_of
from millstream.traffic.masking import MASK, Masking
from werkzeug.test import Client

JSON = "application/json"


def shown(content_type: str, body: bytes, encoding: str = "", mask: tuple[str, ...] = ()) -> dict[str, Any] | None:
    passing = Passing(content_type, encoding)
    for piece in (body[:7], b"", body[7:]):
        passing.add(piece)
    return passing.shown(Masking(mask))


def test_a_document_is_shown_without_its_secrets() -> None:
    body = {
        "user": {"name": "Ada", "Password": "x", "api-key": 7, "access_token": ["a"], "pin": None},
        "shipping": "fast",
        "cards": [{"number": "4111 1111 1111 1111", "holder": "Ada"}],
        "number": 4111111111111111,
        "order": 4111111111111112,
        "header": "Bearer abcdefghijklmnop0123",
        "note": "the bearer of this",
        "customerNo": "C-1",
    }
    told = shown(f"{JSON}; charset=utf-8", json.dumps(body).encode(), mask=("customer_no",))
    assert told is not None
    assert json.loads(told["text"]) == {
        "user": {"name": "Ada", "Password": MASK, "api-key": MASK, "access_token": MASK, "pin": None},
        "shipping": "fast",
        "cards": [{"number": MASK, "holder": "Ada"}],
        "number": MASK,
        "order": 4111111111111112,
        "header": MASK,
        "note": "the bearer of this",
        "customerNo": MASK,
    }
    places = [
        "$.user.Password",
        "$.user.api-key",
        "$.user.access_token",
        "$.cards[0].number",
        "$.number",
        "$.header",
        "$.customerNo",
    ]
    assert (told["content_type"], list(told["masked"]), told["is_cut"]) == (JSON, places, False)


SECRET = "hunter2-hunter2"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(["password", "userPassword", "API_KEY", "client-secret", "Set-Cookie", "cvv"]),
)
def test_a_named_secret_is_never_told_wherever_it_is(around: Any, name: str) -> None:
    told = shown(JSON, json.dumps({"a": [around, {name: {"deep": SECRET}}], name: SECRET}).encode())
    assert told is not None
    assert SECRET not in json.dumps(told)
    assert "text" in told


def test_forms_and_words_are_masked_by_the_same_names() -> None:
    form = shown("application/x-www-form-urlencoded", b"user=ada&password=a%26b&card=4111111111111111")
    assert form is not None
    assert form["text"] == f"user = ada\npassword = {MASK}\ncard = {MASK}"
    words = shown("text/plain", b'Authorization: Bearer abcdefghijklmnop0123\ntoken=abc, x: 1 "secret": "a b"')
    assert words is not None
    assert words["text"] == f'Authorization: {MASK}\ntoken={MASK}, x: 1 "secret": {MASK}'


@pytest.mark.parametrize(
    ("content_type", "body", "encoding", "why"),
    [
        ("image/png", b"\x89PNG....", "", "type"),
        ("text/event-stream", b"data: 1\n\n", "", "type"),
        ("multipart/form-data; boundary=x", b"--x......", "", "type"),
        (JSON, b"\x1f\x8b......", "gzip", "encoded"),
        (JSON, b'{"password": "half', "", "unreadable"),
        (JSON, b'"' + b"x" * 70_000 + b'"', "", "too_large"),
        (JSON, b"[" * 60_000, "", "unreadable"),
        ("text/plain", b"\xff\xfe\xfd....", "", "unreadable"),
    ],
)
def test_what_cannot_be_masked_is_not_told(content_type: str, body: bytes, encoding: str, why: str) -> None:
    told = shown(content_type, body, encoding)
    assert told == {"content_type": content_type.partition(";")[0], "bytes": len(body), "left_out": why}


def test_a_long_text_is_cut_and_says_so() -> None:
    told = shown("text/plain", b"a" * 9_000)
    assert told is not None
    assert (len(told["text"]), told["is_cut"], told["bytes"]) == (8_192, True, 9_000)
    assert shown(JSON, b"") is None


def test_what_no_server_would_take_is_made_so_that_it_does() -> None:
    told = shown(JSON, b'{"\\ud800token": 1, "a": "\\u0000\\ud800"}')
    assert told is not None
    json.dumps(told, ensure_ascii=False).encode()
    assert "\0" not in told["text"]


def test_no_more_is_held_than_there_is_room_for() -> None:
    captures = Captures()
    for number in range(HELD + 50):
        pair = Pair(Passing("text/plain", ""))
        pair.request.add(b"x" * 30_000)
        captures.add(number, 0.0, pair)
    told: list[int] = []
    while batch := captures.oldest():
        assert len(batch) <= 50
        told += [number for number, _, _ in batch]
        captures.forget(len(batch))
    assert told == list(range(4 * 2**20 // 30_000))
    captures.add(7, 0.0, Pair(Passing("text/plain", "")))
    assert json.loads(body_of("i", captures.oldest(), Masking())) == {
        "captures": [{"request_id": "i.7", "at": "1970-01-01T00:00:00.000Z", "request": None, "response": None}]
    }


@pytest.mark.parametrize("which", ["", "some", "ERRORS"])
def test_what_is_not_there_to_be_asked_for_is_refused(which: str) -> None:
    with pytest.raises(ValueError, match="capture is 'errors' or 'all'"):
        Capturing.asked(which, ())


LOGIN = {"user": "ada", "password": SECRET}
HIDDEN = {"user": "ada", "password": MASK}


async def _by_asgi(ingest: Any, capture: str) -> None:
    app = FastAPI()

    @app.post("/login")
    async def login(http: Request) -> JSONResponse:
        assert await http.json() == LOGIN
        return JSONResponse({"why": "locked", "token": SECRET}, 401)

    @app.get("/well")
    async def well() -> dict[str, str]:
        return {"is": "well"}

    watched = asgi.MillstreamMiddleware(app, "shop", url="http://millstream.test", transport=ingest, capture=capture)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(watched), base_url="http://shop") as http:
        assert (await http.post("/login", json=LOGIN)).json() == {"why": "locked", "token": SECRET}
        await http.get("/well")
    watched.reporter.close()


async def _by_wsgi(ingest: Any, capture: str) -> None:
    app = Flask("shop")

    @app.post("/login")
    def login() -> tuple[dict[str, str], int]:
        assert request.get_json() == LOGIN
        return {"why": "locked", "token": SECRET}, 401

    @app.get("/well")
    def well() -> dict[str, str]:
        return {"is": "well"}

    watched = wsgi.MillstreamMiddleware(app, "shop", url="http://millstream.test", transport=ingest, capture=capture)
    assert Client(watched).post("/login", json=LOGIN, buffered=True).json == {"why": "locked", "token": SECRET}
    Client(watched).get("/well", buffered=True)
    watched.reporter.close()


@pytest.mark.parametrize("capture", ["errors", "all"])
@pytest.mark.parametrize("by", [_by_asgi, _by_wsgi])
async def test_bodies_of_errors_are_told_or_of_all_and_the_application_has_its_own(
    ingest: Any, by: Any, capture: str
) -> None:
    await by(ingest, capture)
    ids = {told["path"]: told["id"] for told in ingest.told}
    captured = {one["request_id"]: one for one in ingest.captures}
    assert set(captured) == ({ids["/login"]} if capture == "errors" else set(ids.values()))
    login = captured[ids["/login"]]
    assert json.loads(login["request"]["text"]) == HIDDEN
    assert json.loads(login["response"]["text"]) == {"why": "locked", "token": MASK}
    assert (login["request"]["masked"], login["request"]["content_type"]) == (["$.password"], JSON)
    assert SECRET not in json.dumps(ingest.captures)
    if capture == "all":
        well = captured[ids["/well"]]
        assert (well["request"], json.loads(well["response"]["text"])) == (None, {"is": "well"})
