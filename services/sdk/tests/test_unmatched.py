"""Paths that no route matched: what is shown of them, how many are told, and that they are told at all."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from millstream import asgi, limits, wsgi
from millstream.traffic.masking import Masking
from millstream.traffic.unmatched import HELD, Tried, UnmatchedPaths, shown_path
from werkzeug.test import Client

HOUR_S = 3_600.0


def shown(path: str, *mask: str) -> str:
    return shown_path(path, Masking(mask))


@pytest.mark.parametrize(
    "path",
    [
        "/wp-login.php",
        "/.env",
        "/v1/users",
        "/some-long-article-title-2024",
        "/phpMyAdmin/index.php",
        "/café",
        "/",
        "/a//b",
    ],
)
def test_what_was_looked_for_is_shown(path: str) -> None:
    assert shown(path) == path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/orders/17/items", "/orders/{number}/items"),
        ("/report-20260131.pdf", "/report-{number}.pdf"),
        ("/a/550e8400-e29b-41d4-a716-446655440000/b", "/a/{id}/b"),
        ("/app.3f2a9c1d.js", "/app.{id}.js"),
        ("/01H8XGJWBWBAQ4ZJ1N6N8Q6Q6Q", "/{id}"),
        ("/u/ada@example.com", "/u/{id}"),
        ("/k/sk_live_51Hxyz9ABCdef", "/k/{id}"),
        ("/x/eyJhbGciOi.eyJzdWIiOi.SflKxw", "/x/{id}"),
        ("/reset-password/tulip", "/reset-password/[masked]"),
        ("/api/token=hunter2", "/api/token=[masked]"),
        ("/customer_no/x7", "/customer_no/[masked]"),
        ("/a;jsessionid=hunter2/b", "/a/b"),
        ("/a?token=hunter2", "/a"),
        ("/a#token=hunter2", "/a"),
        ("*", "/*"),
        ("", "/"),
        ("//evil", "/evil"),
        ("/a\nb\x00", "/a b "),
        ("/\ud800", "/?"),
    ],
)
def test_what_looks_like_a_number_an_id_or_a_secret_is_not(path: str, expected: str) -> None:
    assert shown(path, "customer_no") == expected


@given(
    st.lists(st.text(alphabet="abcXYZ019-_.%;?#@=~ é\n", max_size=30), max_size=8),
    st.sampled_from(["password", "api_key", "token"]),
)
def test_a_named_secret_is_never_told_and_what_is_told_is_taken(parts: list[str], name: str) -> None:
    told = shown("/".join(["", *parts, name, "hunter2-hunter2", *parts]))
    assert "hunter2" not in told
    assert told.startswith("/")
    assert len(told) <= limits.RAW_PATH_CHARS
    assert told.isprintable()
    assert not set("?#") & set(told)


@given(st.uuids(), st.integers(0))
def test_ids_make_no_paths_of_their_own(id_: Any, number: int) -> None:
    assert {shown(f"/a/{form}/b") for form in (id_, id_.hex, str(id_).upper())} == {"/a/{id}/b"}
    assert shown(f"/a/{number}/b") == "/a/{number}/b"


def test_a_long_path_is_cut_and_never_within_what_was_not_looked_at() -> None:
    assert shown("/" + "word/" * 100) == ("/" + "word/" * 100)[: limits.RAW_PATH_CHARS]
    assert shown("/" + "x" * 1_999 + "ab12" * 9) == "/"


def read(paths: UnmatchedPaths) -> list[tuple[str, str | None, int]]:
    body = paths.report("i", Masking())
    assert body is not None
    return [(one["method"], one["path"], one["requests"]) for one in json.loads(body)["paths"]]


def test_they_are_counted_by_the_hour_and_told_again_under_one_id_until_they_are_taken() -> None:
    paths = UnmatchedPaths()
    for at, method, path in (
        (5.0, "GET", "/a/1"),
        (9.5, "GET", "/a/2"),
        (6.0, "POST", "/a/3"),
        (HOUR_S, "GET", "/a/4"),
    ):
        paths.add(Tried(at, method, path))
    first = paths.report("i", Masking())
    paths.add(Tried(7.0, "GET", "/b"))
    assert paths.report("i", Masking()) == first
    assert json.loads(first or "") == {
        "report_id": "i.1",
        "paths": [
            {"method": "GET", "path": "/a/{number}", "requests": 2, "at": "1970-01-01T00:00:09.500Z"},
            {"method": "GET", "path": "/a/{number}", "requests": 1, "at": "1970-01-01T01:00:00.000Z"},
            {"method": "POST", "path": "/a/{number}", "requests": 1, "at": "1970-01-01T00:00:06.000Z"},
        ],
    }
    paths.told()
    assert read(paths) == [("GET", "/b", 1)]
    paths.told()
    assert paths.report("i", Masking()) is None


def test_of_many_the_most_are_told_and_of_all_how_many() -> None:
    paths = UnmatchedPaths()
    tried = [f"/{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(400)]
    for path in (*["/often"] * 300, *tried, *["/late"] * 600):
        paths.add(Tried(1.0, "GET", path))
    told = read(paths)
    assert len(told) == limits.RAW_PATHS_PER_REPORT
    assert sorted(told[:2]) == [("GET", "/late", HELD - 700), ("GET", "/often", 300)]
    assert sum(many for _, _, many in told) == 1_300
    assert told[-1][:2] == ("*", None)


def test_a_method_nobody_takes_costs_no_report() -> None:
    paths = UnmatchedPaths()
    for method in ("G€T", "GET", "x" * 40):
        paths.add(Tried(1.0, method, "/a"))
    assert read(paths) == [("GET", "/a", 1)]


async def _by_asgi(ingest: Any) -> None:
    app = FastAPI()
    app.get("/well")(lambda: {"is": "well"})
    watched = asgi.MillstreamMiddleware(app, "shop", url="http://millstream.test", transport=ingest)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(watched), base_url="http://shop") as http:
        for path in ("/well", "/wp-login.php?user=ada", "/orders/7", "/orders/8"):
            await http.get(path)
    watched.reporter.close()


async def _by_wsgi(ingest: Any) -> None:
    app = Flask("shop")
    app.get("/well")(lambda: {"is": "well"})
    watched = wsgi.MillstreamMiddleware(app, "shop", url="http://millstream.test", transport=ingest)
    for path in ("/well", "/wp-login.php?user=ada", "/orders/7", "/orders/8"):
        Client(watched).get(path, buffered=True)
    watched.reporter.close()


@pytest.mark.parametrize("by", [_by_asgi, _by_wsgi])
async def test_a_middleware_tells_them_apart_from_its_requests(ingest: Any, by: Any) -> None:
    await by(ingest)
    counted: dict[str, int] = {}
    for report in ingest.unmatched:
        for one in report["paths"]:
            counted[one["path"]] = counted.get(one["path"], 0) + one["requests"]
    assert counted == {"/wp-login.php": 1, "/orders/{number}": 2}
    assert {told["path"] for told in ingest.told} == {"/well", "unmatched"}


@pytest.mark.parametrize("by", [_by_asgi, _by_wsgi])
async def test_an_older_service_does_not_ask_for_them_which_is_no_fault(ingest: Any, by: Any, caplog: Any) -> None:
    ingest.is_old = True
    await by(ingest)
    assert len(ingest.told) == 4
    assert "rejected" not in caplog.text
    assert len({report["report_id"] for report in ingest.unmatched}) == len(ingest.unmatched)
