"""What requests fail with: taken in once, the most of it kept with an example, on both databases."""

import json
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from millstream_apis.app import create_app
from millstream_apis.failures import OTHERS, Example, Failing
from millstream_apis.model import DAY_MS, HOUR_MS, Span
from millstream_apis.most import KEPT, Tried
from millstream_apis.settings import ApisSettings
from millstream_apis.store_failures import SqlFailures
from millstream_apis.store_keeping import SqlKeeping
from millstream_apis.testing import NOON, a_request
from millstream_contracts.times import to_rfc3339
from millstream_kit.auth import hash_key
from millstream_kit.db import Database
from millstream_kit.log import Log
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import problem

DAY = Span(NOON - DAY_MS, NOON + HOUR_MS, HOUR_MS)


def mark(name: str) -> str:
    """A fingerprint that can be told."""
    return name.encode().hex().ljust(16, "0")[:16]


def boom(name: str, path: str = "/a") -> Failing:
    return Failing("GET", path, "ValueError", mark(name))


def example(name: str, at_ms: int = NOON, traceback: str | None = "…", version: str | None = "1") -> dict[str, Example]:
    return {mark(name): Example(mark(name), at_ms, f"{name} at {at_ms}", traceback, version)}


async def add(store: SqlFailures, report: str, exceptions: Any, fields: Any = None, examples: Any = None) -> None:
    await store.add("shop", report, exceptions, fields or {}, examples or {}, NOON)


async def kept(store: SqlFailures, *names: str) -> dict[str, Example]:
    found = await store.examples("shop", [mark(name) for name in names], is_whole=True)
    return {name: found[mark(name)] for name in names if mark(name) in found}


async def test_reports_add_up_and_one_told_again_counts_once(either: Database) -> None:
    store = SqlFailures(either)
    field = Failing("POST", "/" + "é" * 511, "f" * 200, "r" * 64)  # more than an index takes
    for _ in range(2):
        await add(
            store,
            "i.1",
            {NOON: {boom("a"): Tried(2, NOON), boom("b"): Tried(1, NOON)}},
            {NOON: {field: Tried(3, NOON)}},
        )
    await add(
        store, "j.1", {NOON - HOUR_MS: {boom("a"): Tried(5, NOON - HOUR_MS)}}, {NOON: {field: Tried(1, NOON + 1)}}
    )
    await store.add("mail", "i.1", {NOON: {boom("a"): Tried(9, NOON)}}, {}, {}, NOON)
    assert list(await store.exceptions("shop", DAY)) == [(boom("a"), (7, NOON)), (boom("b"), (1, NOON))]
    assert list(await store.exceptions("shop", DAY, mark("b"))) == [(boom("b"), (1, NOON))]
    assert list(await store.fields("shop", DAY)) == [(field, (4, NOON + 1))]
    assert list(await store.exceptions("shop", Span(NOON - HOUR_MS, NOON, HOUR_MS))) == [
        (boom("a"), (5, NOON - HOUR_MS))
    ]


async def test_the_newest_message_is_kept_and_the_newest_traceback_that_was_told(either: Database) -> None:
    store = SqlFailures(either)
    hours = {NOON: {boom("a"): Tried(1, NOON)}}
    await add(store, "i.1", hours, None, example("a", NOON, "one", "1"))
    await add(store, "i.2", hours, None, example("a", NOON + 5, None, None))
    assert (await kept(store, "a"))["a"] == Example(mark("a"), NOON + 5, f"a at {NOON + 5}", "one", "1")
    await add(store, "i.3", hours, None, example("a", NOON - 5, "two", "2"))
    assert (await kept(store, "a"))["a"] == Example(mark("a"), NOON + 5, f"a at {NOON + 5}", "two", "2")
    assert (await store.examples("shop", [mark("a")], is_whole=False))[mark("a")].traceback == ""


async def test_the_most_are_kept_none_is_lost_from_the_sum_and_no_example_without_its_group(either: Database) -> None:
    store = SqlFailures(either)
    await add(store, "often", {NOON: {boom("often"): Tried(100, NOON)}}, None, example("often"))
    earlier = NOON - HOUR_MS
    await add(store, "early", {earlier: {boom("0-0"): Tried(1, earlier)}}, None, example("0-0"))
    for report in range(8):
        names = [f"{report}-{n}" for n in range(30)]
        examples = {mark(name): example(name)[mark(name)] for name in names}
        at = NOON + report
        await add(store, f"i.{report}", {NOON: {boom(name): Tried(1, at) for name in names}}, None, examples)
    hour = dict(await store.exceptions("shop", Span(NOON, NOON + HOUR_MS, HOUR_MS)))
    assert len(hour) == KEPT + 1
    assert sum(tried.requests for tried in hour.values()) == 100 + 8 * 30
    assert hour[OTHERS].requests == 8 * 30 - (KEPT - 1)
    there = set(await kept(store, "often", *(f"{report}-{n}" for report in range(8) for n in range(30))))
    # The earlier hour still has its own.
    assert {boom(name) for name in there} == {failing for failing in hour if failing != OTHERS} | {boom("0-0")}


async def test_they_are_forgotten_in_time_with_their_examples(either: Database) -> None:
    store = SqlFailures(either)
    old = NOON - 3 * HOUR_MS
    field = Failing("GET", "/a", "query.q", "missing")
    both = example("new") | example("old", old)
    hours = {NOON: {boom("new"): Tried(1, NOON)}, old: {boom("old"): Tried(1, old)}}
    await add(store, "i.1", hours, {old: {field: Tried(1, old)}}, both)
    assert await SqlKeeping(either).forget_failures(NOON - 2 * HOUR_MS) == 3
    assert [failing for failing, _ in await store.exceptions("shop", DAY)] == [boom("new")]
    assert list(await store.fields("shop", DAY)) == []
    assert list(await kept(store, "new", "old")) == ["new"]


def an_exception(name: str | None = "a", requests: int = 1, at_ms: int = NOON, **more: Any) -> dict[str, Any]:
    names = (
        {"method": "*", "path": None, "error_type": None, "fingerprint": None}
        if name is None
        else {"method": "GET", "path": "/a", "error_type": "ValueError", "fingerprint": mark(name), "message": name}
    )
    return {**names, "requests": requests, "at": to_rfc3339(at_ms), **more}


def a_field(field: str = "body.a", requests: int = 1, at_ms: int = NOON, **more: Any) -> dict[str, Any]:
    return {
        "method": "post",
        "path": "/a",
        "field": field,
        "rule": "missing",
        "requests": requests,
        "at": to_rfc3339(at_ms),
        **more,
    }


async def tell(site: Any, *exceptions: Any, fields: Any = (), report_id: str = "i.1", **more: Any) -> Any:
    body = json.dumps({"report_id": report_id, "exceptions": exceptions, "fields": fields, **more})
    headers = {"content-type": "application/json"}
    return await site.http.post("/api/v1/apis/shop/errors", content=body, headers=headers)


class TestOverHttp:
    async def test_the_most_first_with_the_others_last_and_a_traceback_where_it_is_asked_for(self, site: Any) -> None:
        exceptions = [
            an_exception("a", 3, NOON - 5, traceback="Traceback of a"),
            an_exception("b", 4, path="unmatched", message=None),
            an_exception(None, 9),
            an_exception("c", 1, NOON - 60_000),
        ]
        assert (await tell(site, *exceptions, fields=[a_field(requests=2)], version="1.4")).status_code == 204
        body = await site.get("/apis/shop/errors?limit=2")
        nothing = {
            "error_type": None,
            "fingerprint": None,
            "message": None,
            "has_traceback": False,
            "traceback": None,
            "version": None,
        }
        b = nothing | {"error_type": "ValueError", "fingerprint": mark("b"), "version": None}
        assert body["exceptions"] == [
            {"method": "*", "path": "(unmatched)", "requests": 4, "last_request_at": "2026-01-01T12:00:00.000Z"} | b,
            {"method": "GET", "path": "/a", "requests": 3, "last_request_at": "2026-01-01T11:59:59.995Z"}
            | {"error_type": "ValueError", "fingerprint": mark("a"), "message": "a", "has_traceback": True, "traceback": None, "version": "1.4"},
            {"method": "*", "path": None, "requests": 10, "last_request_at": "2026-01-01T12:00:00.000Z"} | nothing,
        ]  # fmt: skip
        assert (body["exceptions_total"], body["fields_total"], body["after"]) == (17, 2, "2025-12-31T12:00:00.000Z")
        assert body["fields"] == [
            {
                "method": "POST",
                "path": "/a",
                "field": "body.a",
                "rule": "missing",
                "requests": 2,
                "last_request_at": "2026-01-01T12:00:00.000Z",
            }
        ]
        (one,) = (await site.get(f"/apis/shop/errors?fingerprint={mark('a')}"))["exceptions"]
        assert (one["traceback"], one["requests"]) == ("Traceback of a", 3)
        early = await site.get("/apis/shop/errors?after=2026-01-01T11:00:00Z&before=2026-01-01T11:30:00Z")
        assert ([one["requests"] for one in early["exceptions"]], early["fields"]) == ([3, 1], [])

    async def test_what_is_too_old_or_of_the_future_is_left_out(self, site: Any) -> None:
        await tell(
            site, an_exception("a", 1, NOON - DAY_MS - 1), an_exception("b", 1, NOON + 400_000), an_exception("c")
        )
        assert [one["message"] for one in (await site.get("/apis/shop/errors"))["exceptions"]] == ["c"]

    async def test_it_is_in_no_record(self, site: Any) -> None:
        await site.send([a_request(status=500)])
        await tell(site, an_exception("tulip", traceback="tulip"))
        await site.until_counted(1)
        await site.pass_time(3)
        assert site.records
        assert not [record for record in site.records if b"tulip" in (record.value or b"") + record.key]

    @pytest.mark.parametrize(
        "wrong",
        [
            an_exception(fingerprint="x"), an_exception(error_type=None), an_exception(path=None), an_exception(requests=0),
            an_exception(message="a\nb"), an_exception(message="x" * 501), an_exception(traceback="a\0"),
            an_exception(traceback="x" * 16_385), an_exception(method="G T"), an_exception(more=1), an_exception(error_type=""),
        ],
    )  # fmt: skip
    async def test_what_is_not_as_described_is_refused(self, site: Any, wrong: dict[str, Any]) -> None:
        problem(await tell(site, wrong), 422, "invalid")

    @pytest.mark.parametrize("wrong", [a_field(""), a_field("x" * 201), a_field(rule="x" * 65), a_field(rule=None)])
    async def test_and_so_is_a_field(self, site: Any, wrong: dict[str, Any]) -> None:
        problem(await tell(site, fields=[wrong]), 422, "invalid")

    async def test_a_report_is_bounded_and_an_unknown_api_is_404(self, site: Any) -> None:
        assert (await tell(site, *[an_exception(f"{n}") for n in range(101)])).status_code == 422
        assert (await site.http.get("/api/v1/apis/nobody/errors")).status_code == 404
        assert (await site.http.get("/api/v1/apis/shop/errors?fingerprint=x")).status_code == 422

    async def test_a_traceback_is_read_by_who_may_read_payloads(
        self, tmp_path: Path, database: Database, log: Log
    ) -> None:
        scopes = {"viewer": ["apis:read"], "operator": ["apis:read", "payloads:read"], "teller": ["apis:ingest"]}
        keys = {name: f"ms_{name}_{'k' * 43}" for name in scopes}
        entries = [{"id": n, "sha256": hash_key(keys[n]), "subject": n, "scopes": scopes[n]} for n in scopes]
        (tmp_path / "keys.yaml").write_text(json.dumps({"keys": entries}))
        settings = ApisSettings(auth=AuthSettings(mode="required", keys_file=tmp_path / "keys.yaml"))
        app = create_app(settings, database=database, log=log)
        async with (
            app.router.lifespan_context(app),
            AsyncClient(transport=ASGITransport(app), base_url="http://apis") as http,
        ):

            def by(name: str) -> dict[str, str]:
                return {"Authorization": f"Bearer {keys[name]}"}

            place = "/api/v1/apis/shop/errors"
            now = app.state.clock.now_ms()
            told = {"report_id": "i.1", "exceptions": [an_exception("a", at_ms=now, traceback="secret")]}
            assert (await http.post(place, json=told, headers=by("viewer"))).status_code == 403
            assert (await http.post(place, json=told, headers=by("teller"))).status_code == 204
            assert (await http.get(place, headers=by("teller"))).status_code == 403
            for name, expected in [("viewer", None), ("operator", "secret")]:
                answer = await http.get(f"{place}?fingerprint={mark('a')}", headers=by(name))
                (one,) = answer.json()["exceptions"]
                assert (one["has_traceback"], one["traceback"]) == (True, expected), name
