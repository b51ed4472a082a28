"""What was asked for where no route matched: taken in once, the most of it kept, on both databases."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from millstream_apis.model import DAY_MS, HOUR_MS, Span
from millstream_apis.most import KEPT, Tried, most_of
from millstream_apis.store_keeping import SqlKeeping
from millstream_apis.testing import NOON, a_request
from millstream_apis.unmatched import OTHERS, Call, SqlUnmatched
from millstream_contracts.times import to_rfc3339
from millstream_kit.db import Database
from millstream_kit.testing import problem

DAY = Span(NOON - DAY_MS, NOON + HOUR_MS, HOUR_MS)


def tries(**paths: int) -> dict[Call, Tried]:
    return {Call("GET", f"/{path}"): Tried(many, NOON) for path, many in paths.items()}


async def found(database: Database, span: Span = DAY) -> dict[str, int]:
    return {call.path: tried.requests for call, tried in await SqlUnmatched(database).between("shop", span)}


async def test_reports_add_up_and_one_told_again_counts_once(either: Database) -> None:
    store = SqlUnmatched(either)
    early = {Call("GET", "/a"): Tried(1, NOON - HOUR_MS)}
    await store.add("shop", "i.1", {NOON: tries(a=2, b=1), NOON - HOUR_MS: early}, NOON)
    await store.add("shop", "i.1", {NOON: tries(a=2, b=1)}, NOON)
    await store.add("shop", "j.1", {NOON: {Call("GET", "/a"): Tried(5, NOON - 3)}}, NOON)
    await store.add("mail", "i.1", {NOON: tries(a=9)}, NOON)
    assert list(await store.between("shop", DAY)) == [(("GET", "/a"), (8, NOON)), (("GET", "/b"), (1, NOON))]
    assert await found(either, Span(NOON - HOUR_MS, NOON, HOUR_MS)) == {"/a": 1}
    assert await found(either, Span(NOON + HOUR_MS, NOON + 2 * HOUR_MS, HOUR_MS)) == {}


async def test_the_most_are_kept_and_none_is_lost_from_the_sum(either: Database) -> None:
    store = SqlUnmatched(either)
    await store.add("shop", "often", {NOON: tries(often=100)}, NOON)
    for report in range(8):
        scanned = {f"x{report}-{n}": 1 for n in range(30)}
        late = {"late": 2} if report > 4 else {}
        await store.add("shop", f"i.{report}", {NOON: tries(**scanned, **late)}, NOON)
    there = await found(either)
    assert (there["/often"], there["/late"]) == (100, 6)
    assert len(there) == KEPT + 1
    assert sum(there.values()) == 100 + 8 * 30 + 6


async def test_they_are_forgotten_in_time(either: Database) -> None:
    store = SqlUnmatched(either)
    await store.add("shop", "i.1", {NOON: tries(new=1), NOON - 3 * HOUR_MS: tries(old=1)}, NOON)
    assert await SqlKeeping(either).forget_unmatched(NOON - 2 * HOUR_MS) == 1
    assert await found(either) == {"/new": 1}


@given(st.dictionaries(st.sampled_from([OTHERS, *(Call("GET", f"/{n}") for n in range(KEPT + 9))]), st.integers(1, 99)))
def test_what_is_kept_has_nothing_below_what_is_not_and_all_of_the_sum(many: dict[Call, int]) -> None:
    kept = most_of({call: Tried(n, NOON) for call, n in many.items()}, OTHERS)
    assert sum(tried.requests for tried in kept.values()) == sum(many.values())
    named = {call: tried.requests for call, tried in kept.items() if call != OTHERS}
    left = [n for call, n in many.items() if call not in kept]
    assert len(named) <= KEPT
    assert all(named[call] == many[call] for call in named)
    assert not left or max(left) <= min(named.values())


def one(path: str | None, requests: int = 1, at_ms: int = NOON, method: str = "GET") -> dict[str, Any]:
    return {"method": method, "path": path, "requests": requests, "at": to_rfc3339(at_ms)}


async def tell(site: Any, *paths: dict[str, Any], report_id: str = "i.1") -> Any:
    body = json.dumps({"report_id": report_id, "paths": paths})
    headers = {"content-type": "application/json"}
    return await site.http.post("/api/v1/apis/shop/unmatched", content=body, headers=headers)


class TestOverHttp:
    async def test_the_most_first_with_the_others_last(self, site: Any) -> None:
        told = [
            one("/a", 3, NOON - 5),
            one("/b", 4, method="post"),
            one(None, 9, method="*"),
            one("/c", 1, NOON - 60_000),
        ]
        assert (await tell(site, *told)).status_code == 204
        body = await site.get("/apis/shop/unmatched?limit=2")
        assert body["paths"] == [
            {"method": "POST", "path": "/b", "requests": 4, "last_request_at": "2026-01-01T12:00:00.000Z"},
            {"method": "GET", "path": "/a", "requests": 3, "last_request_at": "2026-01-01T11:59:59.995Z"},
            {"method": "*", "path": None, "requests": 10, "last_request_at": "2026-01-01T12:00:00.000Z"},
        ]
        assert (body["total"], body["after"]) == (17, "2025-12-31T12:00:00.000Z")
        early = await site.get("/apis/shop/unmatched?after=2026-01-01T11:00:00Z&before=2026-01-01T11:30:00Z")
        assert [(found["path"], found["requests"]) for found in early["paths"]] == [("/a", 3), ("/c", 1)]

    async def test_what_is_too_old_or_of_the_future_is_left_out(self, site: Any) -> None:
        await tell(site, one("/old", 1, NOON - DAY_MS - 1), one("/new", 1, NOON + 400_000), one("/now"))
        assert [found["path"] for found in (await site.get("/apis/shop/unmatched"))["paths"]] == ["/now"]

    async def test_they_are_in_no_record(self, site: Any) -> None:
        await site.send([a_request(path="")])
        await tell(site, one("/wp-login.php"))
        await site.until_counted(1)
        await site.pass_time(3)
        assert site.records
        assert not [record for record in site.records if b"wp-login" in (record.value or b"") + record.key]

    @pytest.mark.parametrize(
        "wrong",
        [
            one("/a?token=x"), one("a"), one("/a\nb"), one("/" + "x" * 200), one("/a", 0), one("/a", 10**7),
            one("/a", method="G T"), one("/a") | {"more": 1},
        ],
    )  # fmt: skip
    async def test_what_is_not_as_described_is_refused(self, site: Any, wrong: dict[str, Any]) -> None:
        problem(await tell(site, wrong), 422, "invalid")

    async def test_a_report_is_bounded_and_an_unknown_api_is_404(self, site: Any) -> None:
        assert (await tell(site, *[one(f"/{n}") for n in range(201)])).status_code == 422
        assert (await site.http.get("/api/v1/apis/nobody/unmatched")).status_code == 404
