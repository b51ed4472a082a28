"""What requests fail with: what is told of exceptions and of fields that were refused, and that nothing else is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from millstream import asgi, limits, wsgi
from millstream.traffic.capture import Passing
from millstream.traffic.errors import HELD, TRACEBACKS, Errors
from millstream.traffic.masking import Masking
from millstream.traffic.messages import shown_message
from pydantic import BaseModel, Field
from werkzeug.test import Client

MASKING = Masking(["customer_no"])
HOUR_S = 3_600.0


def shown(message: str) -> str:
    return shown_message(message, MASKING)


@pytest.mark.parametrize(
    "message",
    [
        "list index out of range",
        "'NoneType' object has no attribute 'getUserByEmailAddress'",
        "(sqlite3.IntegrityError) UNIQUE constraint failed: users.email",
        "order 17 has 3 lines",
        "token expired",
        "could not connect to 10.0.0.1:5432",
    ],
)
def test_what_a_message_says_is_shown(message: str) -> None:
    assert shown(message) == message


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("no user ada@example.com, sorry", "no user {id}, sorry"),
        ("no user <ada@example.com>", "no user <{id}>"),
        ("job 550e8400-e29b-41d4-a716-446655440000 is gone", "job {id} is gone"),
        ("key sk_live_51Hxyz9ABCdef0 was revoked", "key {id} was revoked"),
        ("order 123456", "order {number}"),
        ("Authorization: Bearer abcdefghijklmnop.qrst", "Authorization: [masked]"),
        ("card 4111 1111 1111 1111 declined", "card [masked] declined"),
        ("password=tulip is wrong", "password=[masked] is wrong"),
        ("password 'tulip' is wrong", "password [masked] is wrong"),
        ("customer_no x7", "customer_no [masked]"),
        ("failed\n[SQL: INSERT]\n[parameters: ('Ada', 'Lovelace')]", "failed [SQL: INSERT] [parameters: [masked]"),
        ("x [type=a, input_value='my word', input_type=str]", "x [type=a, input_value=[masked] , input_type=str]"),
        ("a\nb\x00 c\ud800", "a b c?"),
    ],
)
def test_what_looks_like_somebodys_is_not(message: str, expected: str) -> None:
    assert shown(message) == expected


@given(
    st.lists(st.text(alphabet="abcXYZ019-_.%;?#@=~'\" é\n", max_size=30), max_size=8),
    st.sampled_from(["password", "api_key", "token"]),
    st.sampled_from(["=", ": ", " "]),
)
def test_a_named_secret_is_never_told_and_what_is_told_is_taken(parts: list[str], name: str, by: str) -> None:
    told = shown(" | ".join([*parts, f"{name}{by}'hunter2-hunter2'", *parts]))
    assert "hunter2" not in told
    assert told.isprintable()
    assert len(told) <= limits.FAILURE_MESSAGE_CHARS


def test_a_long_message_is_cut_and_never_within_what_was_not_looked_at() -> None:
    assert len(shown("word " * 1_000)) == limits.FAILURE_MESSAGE_CHARS
    assert shown("x" * 3_000) == ""


def failing(text: str) -> None:
    secret = "tulip-in-a-variable"  # a traceback shows no locals
    raise ValueError(text + secret[:0])


def raised(text: str) -> ValueError:
    try:
        failing(text)
    except ValueError as error:
        return error
    raise AssertionError


def exceptions(errors: Errors) -> list[dict[str, Any]]:
    body = errors.report("i", None)
    assert body is not None
    errors.told()
    return json.loads(body)["exceptions"]


def told(errors: Errors, *messages: str, at: float = 5.0, path: str = "/a") -> None:
    for message in messages:
        errors.raised(at, "GET", path, raised(message), MASKING, skip=0)


def test_exceptions_alike_are_one_group_with_one_traceback_and_told_again_under_one_id_until_taken() -> None:
    errors = Errors(has_messages=True)
    told(errors, "order 1 of 'ada'", "order 2 of 'bob'")
    told(errors, "order 3 of 'eve'", at=9.5)
    told(errors, "order 4", path="/b")
    told(errors, "order 5 of 'kim'", at=HOUR_S)
    first = errors.report("i", "1.2")
    told(errors, "later")
    assert errors.report("i", "1.2") == first
    body = json.loads(first or "")
    assert (body["report_id"], body["version"], body["fields"]) == ("i.1", "1.2", [])
    most = body["exceptions"][0]
    assert most | {"fingerprint": None, "traceback": None} == {
        "method": "GET",
        "path": "/a",
        "error_type": "ValueError",
        "message": "order 3 of 'eve'",
        "requests": 3,
        "at": "1970-01-01T00:00:09.500Z",
        "fingerprint": None,
        "traceback": None,
    }
    alike = [one for one in body["exceptions"] if one["fingerprint"] == most["fingerprint"]]
    assert [one["requests"] for one in alike] == [3, 1]
    assert len([one for one in body["exceptions"] if one["traceback"]]) == 2
    assert most["traceback"].endswith("ValueError: order 1 of 'ada'\n")
    assert ", in failing\n    raise ValueError(text" in most["traceback"]
    assert "tulip" not in first.replace(failing.__name__, "")
    errors.told()
    assert [one["message"] for one in exceptions(errors)] == ["later"]
    assert errors.report("i", None) is None


def test_a_chain_is_told_masked_and_the_frames_around_the_application_are_not() -> None:
    errors = Errors(has_messages=True)
    try:
        try:
            failing("no user ada@example.com")
        except ValueError as cause:
            raise LookupError("token=tulip") from cause
    except LookupError as error:
        errors.raised(1.0, "GET", "/a", error, MASKING, skip=1)
    (only,) = exceptions(errors)
    head, joint, tail = only["traceback"].partition("\nThe above exception was the direct cause")
    assert head.startswith("Traceback (most recent call last):\n")
    assert head.endswith("ValueError: no user {id}\n")
    assert joint
    assert tail.endswith(":\n\nLookupError: token=[masked]\n")


def test_without_messages_none_is_told() -> None:
    errors = Errors(has_messages=False)
    told(errors, "tulip", "rose")
    (only,) = exceptions(errors)
    assert (only["message"], only["requests"]) == (None, 2)
    assert only["traceback"].endswith("\nValueError\n")
    assert "rose" not in only["traceback"]


def test_of_many_kinds_the_most_are_told_and_of_all_how_many() -> None:
    errors = Errors(has_messages=True)
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(HELD + 20)]
    told(errors, *["often"] * 3, *words)
    body = errors.report("i", None) or ""
    found = json.loads(body)["exceptions"]
    assert len(found) == limits.FAILURES_PER_REPORT
    assert (found[0]["message"], found[0]["requests"]) == ("often", 3)
    assert found[-1] | {"at": None, "requests": 0} == {
        "method": "*", "path": None, "error_type": None, "fingerprint": None, "message": None, "traceback": None,
        "requests": 0, "at": None,
    }  # fmt: skip
    assert sum(one["requests"] for one in found) == 3 + len(words)
    assert len([one for one in found if one["traceback"]]) <= TRACEBACKS


def test_a_traceback_without_an_end_is_cut() -> None:
    def deeper(level: int, name: str = "x" * 200) -> int:
        return deeper(level + 1) if level < 400 else failing("deep") or 0

    errors = Errors(has_messages=True)
    try:
        deeper(0)
    except ValueError as error:
        errors.raised(1.0, "GET", "/a", error, MASKING, skip=0)
    (only,) = exceptions(errors)
    assert only["traceback"].endswith("ValueError: deep\n")
    assert len(only["traceback"]) <= limits.FAILURE_TRACEBACK_CHARS


def answer(document: Any, content_type: str = "application/json") -> Passing:
    passing = Passing(content_type, "")
    passing.add(json.dumps(document).encode() if not isinstance(document, str) else document.encode())
    return passing


def fields(*answers: Passing) -> list[tuple[str, str, int]]:
    errors = Errors(has_messages=True)
    for one in answers:
        errors.refused(1.0, "POST", "/orders", one, MASKING)
    body = errors.report("i", None)
    return [(one["field"], one["rule"], one["requests"]) for one in json.loads(body)["fields"]] if body else []


def test_a_field_counts_once_a_request_whatever_its_place_in_a_list() -> None:
    def wrong(*loc: Any, rule: str = "missing") -> dict[str, Any]:
        return {"loc": loc, "type": rule, "msg": "tulip", "input": "tulip"}

    lines = {"detail": [wrong("body", "lines", n, "sku") for n in range(3)]}
    other = {"detail": [wrong("body", "lines", 9, "sku"), wrong("body", "card", "number", rule="string_type")]}
    assert fields(answer(lines), answer(other)) == [
        ("body.lines.*.sku", "missing", 2),
        ("body.card.number", "string_type", 1),
    ]
    keyed = {"detail": [wrong("body", "rates", "ada@example.com"), wrong("body", "by", "sk_live_51Hxyz9ABCdef")]}
    assert sorted(field for field, *_ in fields(answer(keyed))) == ["body.by.{id}", "body.rates.{id}"]


@pytest.mark.parametrize(
    "odd",
    [
        answer({"detail": "no"}), answer([1]), answer("{"), answer({"detail": [1, {"loc": 1, "type": "x"}, {"loc": []}]}),
        answer({"detail": []}), answer({"detail": [{"loc": ["a"], "type": "x"}]}, "text/plain"),
        answer({"detail": [{"loc": ["a"], "type": "x"}], "more": "x" * 65_536}), answer("[" * 60_000),
    ],
)  # fmt: skip
def test_another_answer_is_nothing(odd: Passing) -> None:
    assert fields(odd) == []


@given(st.recursive(st.none() | st.text() | st.integers(), lambda of: st.lists(of) | st.dictionaries(st.text(), of)))
def test_no_answer_costs_more_than_itself(anything: Any) -> None:
    detail = {"detail": [{"loc": anything, "type": "x"}, {"loc": [anything], "type": "x" * 99}, anything]}
    for field, rule, _ in fields(answer(detail), answer(anything if not isinstance(anything, str) else {})):
        assert field.isprintable()
        assert 0 < len(field) <= limits.FIELD_CHARS
        assert 0 < len(rule) <= limits.RULE_CHARS


class Order(BaseModel):
    product_ids: list[int] = Field(min_length=1)


async def _by_asgi(ingest: Any, *, inside: bool = False, **options: Any) -> None:
    app = FastAPI()

    @app.get("/broken/{which}")
    async def broken(which: str) -> None:
        failing(f"no {which}")

    @app.post("/orders")
    async def order(order: Order) -> None: ...

    more = {"url": "http://millstream.test", "transport": ingest, **options}
    made: list[asgi.MillstreamMiddleware] = []
    if inside:

        class Kept(asgi.MillstreamMiddleware):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                made.append(self)

        app.add_middleware(Kept, name="shop", **more)
    watched = app if inside else asgi.MillstreamMiddleware(app, "shop", **more)
    transport = httpx.ASGITransport(watched, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as http:
        for which in ("1", "2"):
            assert (await http.get(f"/broken/{which}")).status_code == 500
        for body in ({}, {"product_ids": [1, "x"]}, {"product_ids": [1]}):
            await http.post("/orders", json=body)
    (made[0] if inside else watched).reporter.close()


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("capture", [None, "errors"])
async def test_what_leaves_a_fastapi_is_told_outside_it_and_within(
    ingest: Any, inside: bool, capture: str | None
) -> None:
    await _by_asgi(ingest, inside=inside, version="7", capture=capture)
    assert {report["version"] for report in ingest.errors} == {"7"}
    (only,) = of_all(ingest, "exceptions")
    assert (only["method"], only["path"], only["requests"]) == ("GET", "/broken/{which}", 2)
    assert "millstream/asgi" not in only["traceback"]
    assert ", in failing\n" in only["traceback"]
    refused = {(one["path"], one["field"], one["rule"]): one["requests"] for one in of_all(ingest, "fields")}
    assert refused == {
        ("/orders", "body.product_ids", "missing"): 1,
        ("/orders", "body.product_ids.*", "int_parsing"): 1,
    }
    assert [told["status"] for told in ingest.told] == [500, 500, 422, 422, 200]


def of_all(ingest: Any, kind: str) -> list[dict[str, Any]]:
    """What was told in however many reports."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for report in ingest.errors:
        for one in report[kind]:
            names = tuple(str(one.get(name)) for name in ("method", "path", "fingerprint", "field", "rule"))
            before = found.get(names, {"requests": 0})
            found[names] = one | {"requests": one["requests"] + before["requests"]}
    return list(found.values())


async def test_an_older_service_does_not_ask_for_it_which_is_no_fault(ingest: Any, caplog: Any) -> None:
    ingest.is_old = True
    await _by_asgi(ingest)
    assert len(ingest.told) == 5
    assert len({report["report_id"] for report in ingest.errors}) == len(ingest.errors) > 0
    assert "rejected" not in caplog.text


async def test_what_does_not_fail_is_not_told(ingest: Any) -> None:
    app = FastAPI()
    app.get("/well")(lambda: {"is": "well"})
    watched = asgi.MillstreamMiddleware(app, "shop", url="http://millstream.test", transport=ingest)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(watched), base_url="http://shop") as http:
        await http.get("/well")
        await http.get("/nowhere")
    watched.reporter.close()
    assert ingest.errors == []


def _passing(environ: Any, start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", [])
    yield b"a"
    failing("in the middle")


def _flask() -> Flask:
    app = Flask("shop")
    app.get("/broken/<which>", endpoint="broken")(lambda which: failing(f"no {which}"))
    app.post("/orders", endpoint="orders")(lambda: ({"detail": [{"loc": ["body", "a"], "type": "missing"}]}, 422))
    return app


def test_what_flask_catches_is_told(ingest: Any) -> None:
    watched = wsgi.MillstreamMiddleware(_flask(), "shop", url="http://millstream.test", transport=ingest)
    client = Client(watched)
    assert client.get("/broken/1", buffered=True).status_code == 500
    client.post("/orders", buffered=True)
    watched.reporter.close()
    (only,) = of_all(ingest, "exceptions")
    assert (only["path"], only["error_type"], only["message"]) == ("/broken/{which}", "ValueError", "no 1")
    assert ", in failing\n" in only["traceback"]
    assert [(one["path"], one["field"], one["rule"]) for one in of_all(ingest, "fields")] == [
        ("/orders", "body.a", "missing")
    ]


def test_what_passes_a_wsgi_middleware_is_told(ingest: Any) -> None:
    watched = wsgi.MillstreamMiddleware(
        _passing, "shop", url="http://millstream.test", transport=ingest, error_messages=False
    )
    with pytest.raises(ValueError, match="middle"):
        Client(watched).get("/x", buffered=True)
    watched.reporter.close()
    (only,) = of_all(ingest, "exceptions")
    assert (only["path"], only["error_type"], only["message"]) == ("unmatched", "ValueError", None)
    assert "millstream/wsgi" not in only["traceback"]
