"""Saved views: whose they are, who sees and changes them, and how many there may be. On SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from millstream_jobs import saved_views
from millstream_jobs.app import create_app
from millstream_jobs.handlers.saved_views import ViewWish, change_view, delete_view, save_view
from millstream_jobs.saved_views import Holder, SavedView
from millstream_jobs.settings import JobsSettings
from millstream_kit.auth import hash_key
from millstream_kit.errors import Refusal
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import problem

ANN = Holder("ann", may_share=True, may_tidy=False)
BOB = Holder("bob", may_share=True, may_tidy=False)
EVE = Holder("eve", may_share=False, may_tidy=False)
ADMIN = Holder("root", may_share=True, may_tidy=True)
AS_IT_IS = ViewWish(None, None, None)


async def saved(house: Any, holder: Holder, name: str, *, shared: bool = False) -> SavedView:
    return await save_view(house.context, holder, name, '{"status":["failed"]}', shared)


async def refused(code: str, wish: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        await wish
    assert refusal.value.code == code
    return refusal.value


class TestWhose:
    async def test_own_ones_are_seen_by_their_holder_and_shared_ones_by_everybody_by_name(self, house: Any) -> None:
        await saved(house, ANN, "slow")
        await saved(house, BOB, "night", shared=True)
        await saved(house, ANN, "broken", shared=True)
        seen = {who: [view.name for view in await house.store.views(who)] for who in ("ann", "bob", "eve")}
        assert seen == {
            "ann": ["broken", "night", "slow"],
            "bob": ["broken", "night"],
            "eve": ["broken", "night"],
        }

    async def test_what_somebody_else_keeps_is_not_there_whoever_asks(self, house: Any) -> None:
        view = await saved(house, ANN, "slow")
        for holder in (BOB, ADMIN):
            await refused("unknown_view", change_view(house.context, holder, view.id, AS_IT_IS))
            await refused("unknown_view", delete_view(house.context, holder, view.id))
        assert await house.store.views("ann") == [view]

    async def test_a_shared_one_is_changed_by_its_maker_and_by_who_administrates(self, house: Any) -> None:
        view = await saved(house, ANN, "slow", shared=True)
        await refused("not_your_view", change_view(house.context, BOB, view.id, AS_IT_IS))
        await refused("not_your_view", delete_view(house.context, BOB, view.id))
        await house.clock.advance(1)
        changed = await change_view(house.context, ADMIN, view.id, ViewWish("slower", None, None))
        assert changed == replace(view, name="slower", changed_at_ms=view.changed_at_ms + 1000)
        assert await house.store.views("bob") == [changed]
        await delete_view(house.context, ADMIN, view.id)
        assert await house.store.views("ann") == []

    async def test_who_may_not_share_keeps_their_own_and_can_take_back_what_they_shared(self, house: Any) -> None:
        await refused("missing_scope", saved(house, EVE, "mine", shared=True))
        mine = await saved(house, EVE, "mine")
        await refused("missing_scope", change_view(house.context, EVE, mine.id, ViewWish(None, None, True)))
        shared = await saved(house, replace(EVE, may_share=True), "before", shared=True)
        private = await change_view(house.context, EVE, shared.id, ViewWish(None, None, False))
        assert not private.is_shared
        assert await house.store.views("bob") == []


class TestBounds:
    async def test_a_name_is_one_view_of_its_holder(self, house: Any) -> None:
        first, second = await saved(house, ANN, "slow"), await saved(house, ANN, "other", shared=True)
        await saved(house, BOB, "slow", shared=True)
        await refused("view_exists", saved(house, ANN, "slow", shared=True))
        await refused("view_exists", change_view(house.context, ANN, second.id, ViewWish("slow", None, None)))
        assert (await change_view(house.context, ANN, first.id, ViewWish("slow", "{}", None))).query == "{}"

    async def test_there_are_no_more_than_so_many(self, house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("millstream_jobs.handlers.saved_views.MOST_OWN", 2)
        monkeypatch.setattr("millstream_jobs.handlers.saved_views.MOST_SHARED", 1)
        own = [await saved(house, ANN, name) for name in ("a", "b")]
        await refused("too_many_views", saved(house, ANN, "c"))
        shared = await change_view(house.context, ANN, own[0].id, ViewWish(None, None, True))
        await saved(house, ANN, "c")
        await refused("too_many_views", saved(house, BOB, "d", shared=True))
        await refused("too_many_views", change_view(house.context, ANN, shared.id, ViewWish(None, None, False)))
        # It goes on under another name where there is no room for one more.
        assert (await change_view(house.context, ANN, own[1].id, ViewWish("z", None, None))).name == "z"

    async def test_who_saves_at_once_does_not_get_past_the_bound(
        self, house: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("millstream_jobs.handlers.saved_views.MOST_OWN", 3)
        wishes = [saved(house, ANN, name) for name in ("a", "a", "b", "b", "c", "c", "d", "d")]
        ended = await asyncio.gather(*wishes, return_exceptions=True)
        assert sum(isinstance(one, SavedView) for one in ended) == 3
        assert {one.code for one in ended if isinstance(one, Refusal)} <= {"view_exists", "too_many_views"}
        assert len({view.name for view in await house.store.views("ann")}) == 3


class TestOverHttp:
    ROLES = ("viewer", "operator", "service", "admin")

    @pytest.fixture
    async def http(self, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
        keys = [
            {"id": f"{role}{n}", "sha256": hash_key(self.key(role, n)), "subject": role, "role": role}
            for role in self.ROLES
            for n in (1, 2)
        ]
        (tmp_path / "keys.yaml").write_text(json.dumps({"keys": keys}))
        auth = AuthSettings(mode="required", keys_file=tmp_path / "keys.yaml")
        log = EmbeddedLog(":memory:")
        app = create_app(JobsSettings(auth=auth, data_dir=tmp_path), log=log)
        async with app.router.lifespan_context(app):
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://jobs") as client:
                yield client
        await log.close()

    @staticmethod
    def key(role: str, n: int) -> str:
        return f"ms_{role}{n}_{'k' * 43}"

    async def ask(
        self, http: httpx.AsyncClient, role: str, method: str, path: str = "", body: Any = None, n: int = 1
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.key(role, n)}"}
        return await http.request(method, f"/api/v1/jobs/views{path}", json=body, headers=headers)

    async def test_what_was_saved_is_there_with_another_key_of_the_same_holder(self, http: httpx.AsyncClient) -> None:
        query = {"status": ["failed"], "min_duration_ms": 5000.0, "range": "1h"}
        made = await self.ask(http, "operator", "POST", body={"name": " Slow ", "query": query})
        assert made.status_code == 201, made.text
        view = made.json()
        assert (view["name"], view["query"], view["shared"]) == ("Slow", query, False)
        assert (view["is_yours"], view["may_change"], view["created_by"]) == (True, True, "operator")
        there = (await self.ask(http, "operator", "GET", n=2)).json()
        assert there == {"views": [view], "total": 1, "may_share": True}
        nothing = (await self.ask(http, "viewer", "GET")).json()
        assert nothing == {"views": [], "total": 0, "may_share": False}

        stretch = {"after": "2026-01-01T00:00:00.000Z", "before": "2026-01-02T00:00:00.000Z", "has_children": True}
        change = {"query": stretch, "shared": True}
        changed = await self.ask(http, "operator", "PATCH", f"/{view['id']}", change, n=2)
        assert (changed.status_code, changed.json()["query"], changed.json()["name"]) == (200, stretch, "Slow")
        [seen] = (await self.ask(http, "viewer", "GET")).json()["views"]
        assert (seen["is_yours"], seen["may_change"], seen["query"]) == (False, False, stretch)
        problem(await self.ask(http, "viewer", "DELETE", f"/{view['id']}"), 403, "not_your_view")
        assert (await self.ask(http, "admin", "DELETE", f"/{view['id']}")).status_code == 204
        problem(await self.ask(http, "admin", "DELETE", f"/{view['id']}"), 404, "unknown_view")

    async def test_who_may_read_jobs_keeps_views_and_who_may_change_jobs_shares_them(
        self, http: httpx.AsyncClient
    ) -> None:
        problem(await self.ask(http, "service", "GET"), 403, "missing_scope")
        problem(await self.ask(http, "service", "POST", body={"name": "a", "query": {}}), 403, "missing_scope")
        shared = {"name": "a", "query": {}, "shared": True}
        assert (
            "jobs:write" in problem(await self.ask(http, "viewer", "POST", body=shared), 403, "missing_scope")["detail"]
        )
        assert (await self.ask(http, "viewer", "POST", body={"name": "a", "query": {}})).status_code == 201
        assert (await self.ask(http, "operator", "POST", body=shared)).status_code == 201
        problem(await self.ask(http, "operator", "POST", body=shared), 409, "view_exists")

    async def test_who_may_not_see_payloads_reads_no_values_of_others_and_searches_by_none(
        self, http: httpx.AsyncClient
    ) -> None:
        by_value = {"argument": ["card:4111"], "not_argument": ["card:5"], "q": "arg.card:4111", "function": "charge"}
        body = {"name": "cards", "query": by_value, "shared": True}
        assert (await self.ask(http, "operator", "POST", body=body)).status_code == 201
        words = {"name": "words", "query": {"q": "timed out"}, "shared": True}
        assert (await self.ask(http, "operator", "POST", body=words)).status_code == 201
        for role, seen in [
            ("admin", by_value),
            ("operator", by_value),
            ("viewer", {**dict.fromkeys(by_value), "function": "charge"}),
        ]:
            cards, errors = (await self.ask(http, role, "GET")).json()["views"]
            assert (cards["query"], errors["query"]) == (seen, {"q": "timed out"}), role
        own = {"name": "mine", "query": {"argument": ["card:4111"]}}
        problem(await self.ask(http, "viewer", "POST", body=own), 403, "missing_scope")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"query": {}}, "name"),
            ({"name": "", "query": {}}, "name"),
            ({"name": "  ", "query": {}}, "name"),
            ({"name": "x" * 61, "query": {}}, "name"),
            ({"name": "a\x00b", "query": {}}, "name"),
            ({"name": "a"}, "query"),
            ({"name": "a", "query": "status=failed"}, "query"),
            ({"name": "a", "query": {"colour": "red"}}, "query.colour"),
            ({"name": "a", "query": {"status": ["lost"]}}, "query.status.0"),
            ({"name": "a", "query": {"range": "2h"}}, "query.range"),
            ({"name": "a", "query": {"not_error": ["x" * 255] * 10}}, "query"),
            ({"name": "a", "query": {"min_wait_ms": 5, "below_wait_ms": 5}}, "below_wait_ms"),
            ({"name": "a", "query": {}, "shared": "yes"}, "shared"),
            ({"name": "a", "query": {}, "owner": "bob"}, "owner"),
        ],
    )
    async def test_what_the_list_could_not_be_asked_by_is_refused(
        self, http: httpx.AsyncClient, body: dict[str, Any], field: str
    ) -> None:
        document = problem(await self.ask(http, "operator", "POST", body=body), 422, "invalid")
        assert [fault["field"] for fault in document["errors"]] == [field]
        assert (await self.ask(http, "operator", "GET")).json()["total"] == 0

    async def test_what_is_no_view_is_not_there(self, http: httpx.AsyncClient) -> None:
        for path in ("/view_" + "0" * 26, "/nonsense"):
            problem(await self.ask(http, "admin", "PATCH", path, {"name": "a"}), 404, "unknown_view")
            problem(await self.ask(http, "admin", "DELETE", path), 404, "unknown_view")


def test_what_is_kept_is_what_was_promised() -> None:
    assert (saved_views.MOST_OWN, saved_views.MOST_SHARED) == (50, 200)
