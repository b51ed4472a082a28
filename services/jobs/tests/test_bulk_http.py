"""/jobs/bulk: from a draft to its end over HTTP, what is refused, and who reads what was searched for."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from millstream_jobs.bulk import BulkAction, BulkKind
from millstream_jobs.views_bulk import bulk_action_out
from millstream_kit.testing import problem, wait_until


class TestOverHttp:
    async def post(self, shop: Any, path: str, body: Any = None) -> httpx.Response:
        answer: httpx.Response = await shop.http.post(f"/api/v1/jobs/bulk{path}", json=body)
        return answer

    async def test_from_a_draft_to_its_end(self, shop: Any) -> None:
        job = await shop.enqueue(kwargs={"order": 7})
        asked = {"function": "resize", "q": "order:7", "after": "2026-01-01T00:00:00.000Z", "status": ["queued"]}
        made = await self.post(shop, "", {"action": "cancel", "filter": asked})
        assert made.status_code == 201, made.text
        action = made.json()
        assert (action["state"], action["total"], action["done"], action["created_by"]) == ("draft", 1, 0, "local")
        assert action["filter"] == asked
        assert (await shop.get("/jobs/bulk"))["bulk_actions"] == []
        started = await self.post(shop, f"/{action['id']}/start", {"name": "order 7", "reason": "called off"})
        assert (started.status_code, started.json()["state"], started.json()["name"]) == (200, "running", "order 7")

        async def done() -> bool:
            return bool((await shop.get(f"/jobs/bulk/{action['id']}"))["state"] == "done")

        await wait_until(done)
        told = await shop.get(f"/jobs/bulk/{action['id']}")
        assert (told["done"], told["skips"]) == (1, [])
        assert told["completed_at"] is not None
        assert (await shop.get(f"/jobs/{job['id']}"))["cancel_reason"] == "called off"
        [listed] = (await shop.get("/jobs/bulk"))["bulk_actions"]
        assert listed == told

    async def test_a_thousand_that_are_named(self, shop: Any) -> None:
        job = (await shop.enqueue())["id"]
        ids = [job, *(f"job_0{n:025d}" for n in range(999))]
        action = (await self.post(shop, "", {"action": "cancel", "ids": ids})).json()
        assert (action["filter"], action["picked"], action["total"], action["skipped"]) == ({}, 1000, 1000, 999)
        assert [(skip["code"], skip["count"]) for skip in action["skips"]] == [("unknown_job", 999)]
        assert (await self.post(shop, f"/{action['id']}/start")).status_code == 200

        async def done() -> bool:
            return bool((await shop.get(f"/jobs/bulk/{action['id']}"))["state"] == "done")

        await wait_until(done)
        told = await shop.get(f"/jobs/bulk/{action['id']}")
        assert (told["done"], told["skipped"], told["picked"]) == (1, 999, 1000)

    async def test_pages(self, shop: Any) -> None:
        made = []
        for _ in range(3):
            made.append((await self.post(shop, "", {"action": "retry", "filter": {}})).json()["id"])
            await self.post(shop, f"/{made[-1]}/start")
        first = await shop.get("/jobs/bulk", limit=2)
        rest = await shop.get("/jobs/bulk", limit=2, cursor=first["next_cursor"])
        found = [one["id"] for one in (*first["bulk_actions"], *rest["bulk_actions"])]
        assert (sorted(found), first["has_more"], rest["has_more"]) == (sorted(made), True, False)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"action": "delete", "filter": {}}, "action"),
            ({"action": "cancel"}, "filter"),
            ({"action": "cancel", "filter": None}, "filter"),
            ({"action": "cancel", "filter": {}, "ids": ["job_" + "0" * 26]}, "ids"),
            ({"action": "cancel", "ids": []}, "ids"),
            ({"action": "cancel", "ids": ["job_" + "0" * 26] * 1001}, "ids"),
            ({"action": "cancel", "ids": ["job_1"]}, "ids.0"),
            ({"action": "cancel", "ids": [7]}, "ids.0"),
            ({"action": "cancel", "filter": {"colour": "red"}}, "filter.colour"),
            ({"action": "cancel", "filter": {"status": ["lost"]}}, "filter.status.0"),
            ({"action": "cancel", "filter": {"after": 7}}, "filter.after"),
        ],
    )
    async def test_what_cannot_be_meant_is_refused(self, shop: Any, body: dict[str, Any], field: str) -> None:
        document = problem(await self.post(shop, "", body), 422, "invalid")
        assert [fault["field"] for fault in document["errors"]] == [field]

    async def test_one_that_is_not_there(self, shop: Any) -> None:
        nowhere = "/bulk_" + "0" * 26
        for path in (f"{nowhere}/start", f"{nowhere}/stop"):
            problem(await self.post(shop, path), 404, "unknown_bulk_action")
        answer = await shop.http.get("/api/v1/jobs/bulk/nonsense")
        problem(answer, 404, "unknown_bulk_action")


@pytest.mark.parametrize("asked", [{"q": "card:4111"}, {"argument": ["card:4111"]}, {"not_argument": ["card:4111"]}])
def test_who_may_not_see_payloads_does_not_read_what_was_searched_for(asked: dict[str, Any]) -> None:
    told = json.dumps({"function": "charge", **asked})
    action = BulkAction(id="bulk_1", kind=BulkKind.CANCEL, filter=told, total=1, made_at_ms=0, made_by="ann")
    assert bulk_action_out(action, payloads=False).filter == {"function": "charge", **dict.fromkeys(asked)}
    assert bulk_action_out(action, payloads=True).filter == {"function": "charge", **asked}
