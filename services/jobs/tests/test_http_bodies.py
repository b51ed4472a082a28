"""What callers send: wishes and batches of them, and how deep what they carry may be."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from millstream_kit.testing import problem


class TestEnqueue:
    async def test_an_idempotency_hit_is_200(self, shop: Any) -> None:
        body = {"function": "resize", "kwargs": {"a": 1}, "idempotency_key": "k"}
        first = await shop.http.post("/api/v1/jobs", json=body)
        second = await shop.http.post("/api/v1/jobs", json=body)
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json()["id"] == second.json()["id"]
        third = await shop.http.post("/api/v1/jobs", json=body | {"kwargs": {"a": 2}})
        problem(third, 409, "idempotency_conflict")

    async def test_an_unknown_function_is_404(self, shop: Any) -> None:
        problem(await shop.http.post("/api/v1/jobs", json={"function": "nope"}), 404, "unknown_function")

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"function": "UPPER"},
            {"function": "resize", "surprise": 1},
            {"function": "resize", "priority": 10},
            {"function": "resize", "delay_s": -1},
            {"function": "resize", "delay_s": 1, "scheduled_at": "2030-01-01T00:00:00Z"},
            {"function": "resize", "scheduled_at": "tomorrow"},
            {"function": "resize", "scheduled_at": "2030-01-01T00:00:00"},
            {"function": "resize", "tags": ["Not A Tag"]},
            {"function": "resize", "tags": [f"t{n}" for n in range(17)]},
            {"function": "resize", "kwargs": {"a": "x" * 262_144}},
            {"function": "resize", "idempotency_key": "x" * 256},
            {"function": "resize", "idempotency_key": "a\x00b"},
            {"function": "resize", "parent_id": "job_1"},
            {"function": "resize", "priority": "5"},
            {"function": "resize", "priority": True},
            {"function": "resize", "priority": 5.0},
            {"function": "resize", "delay_s": "5"},
            {"function": "resize", "delay_s": False},
            {"function": "resize", "scheduled_at": 1_893_456_000},
            {"function": "resize", "tags": "a"},
            {"function": "resize", "kwargs": [["a", 1]]},
            {"function": 7},
        ],
    )
    async def test_a_bad_wish_is_422(self, shop: Any, body: dict[str, Any]) -> None:
        found = problem(await shop.http.post("/api/v1/jobs", json=body), 422, "invalid")
        assert found["errors"]

    async def test_a_whole_number_is_good_for_one_with_a_point(self, shop: Any) -> None:
        job = await shop.enqueue(delay_s=60, tags=["a", "b"])
        assert (job["status"], job["tags"]) == ("pending", ["a", "b"])

    async def test_numbers_that_are_none_and_lone_surrogates_are_422(self, shop: Any) -> None:
        for text in ('{"function":"resize","kwargs":{"a":NaN}}', '{"function":"resize","kwargs":{"a":"\\ud800"}}'):
            answer = await shop.http.post("/api/v1/jobs", content=text, headers={"content-type": "application/json"})
            problem(answer, 422, "invalid")

    async def test_a_body_that_is_no_json(self, shop: Any) -> None:
        headers = {"content-type": "application/json"}
        answer = await shop.http.post("/api/v1/jobs", content='{"function": resize}', headers=headers)
        assert problem(answer, 422, "invalid")["errors"][0]["field"] == ""
        for path in ("/jobs", "/jobs/job_01AAAAAAAAAAAAAAAAAAAAAAAA/artifacts"):
            answer = await shop.http.post(f"/api/v1{path}", content="[" * 5000, headers=headers)
            assert problem(answer, 422, "invalid")["errors"][0]["field"] == "", path

    async def test_a_huge_body_is_413(self, shop: Any) -> None:
        answer = await shop.http.post("/api/v1/jobs", content=b"x" * 9_000_000)
        problem(answer, 413, "too_large")

        async def parts() -> AsyncIterator[bytes]:
            for _ in range(90):
                yield b" " * 100_000

        unannounced = await shop.http.post(
            "/api/v1/jobs", content=parts(), headers={"content-type": "application/json"}
        )
        problem(unannounced, 413, "too_large")

    async def test_a_batch_answers_each(self, shop: Any) -> None:
        items = [{"function": "resize"}, {"function": "nope"}, {"function": "resize", "priority": 99}, None, "resize"]
        answer = await shop.http.post("/api/v1/jobs/batch", json={"jobs": items})
        assert answer.status_code == 200
        assert [one["status"] for one in answer.json()["jobs"]] == ["queued", 404, 422, 422, 422]
        problem(await shop.http.post("/api/v1/jobs/batch", json={"jobs": items * 200}), 422, "invalid")


class TestReports:
    async def test_one_that_cannot_be_read_is_refused_alone(self, shop: Any) -> None:
        job = await shop.enqueue()
        [lease] = await shop.lease()
        mine = {"job_id": job["id"], "token": lease["token"]}
        reports = [
            mine | {"kind": "progress", "progress": 0.5},
            mine | {"kind": "progress", "progress": 7},
            mine | {"kind": "sing"},
            mine | {"kind": ["renew"], "job_id": "\ud800"},
            None,
            mine | {"kind": "log", "lines": [{"at": "noon", "message": "m"}]},
            mine | {"kind": "outcome", "outcome": "success", "result": 1},
        ]
        body = json.dumps({"worker_id": "w1", "reports": reports})
        answer = await shop.http.post(
            "/api/v1/leases/reports", content=body, headers={"content-type": "application/json"}
        )
        results = answer.json()["results"]
        assert [(r["status"], r["code"], r["kind"], r["job_id"] == job["id"]) for r in results] == [
            (200, None, "progress", True),
            (422, "invalid", "progress", True),
            (422, "invalid", None, True),
            (422, "invalid", None, False),
            (422, "invalid", None, False),
            (422, "invalid", "log", True),
            (200, None, "outcome", True),
        ]
        assert results[1]["detail"].startswith("progress.progress: ")
        detail = await shop.get(f"/jobs/{job['id']}")
        assert (detail["status"], detail["result"]) == ("complete", 1)

    async def test_what_is_no_batch_is_refused_whole(self, shop: Any) -> None:
        for body in ({"reports": []}, {"worker_id": "w1"}, {"worker_id": "w1", "reports": {}}):
            problem(await shop.http.post("/api/v1/leases/reports", json=body), 422, "invalid")


class TestDepth:
    """What is kept is read by many, each of which stops at a depth of its own."""

    @staticmethod
    def nested(levels: int) -> Any:
        value: Any = 1
        for _ in range(levels):
            value = [value]
        return value

    async def test_arguments_as_deep_as_may_be_go_round(self, shop: Any) -> None:
        job = await shop.enqueue(kwargs={"a": self.nested(99)})
        [lease] = await shop.lease()
        assert lease["job"]["kwargs"] == {"a": self.nested(99)}
        assert (await shop.report(lease, "outcome", outcome="success", result=self.nested(100)))["status"] == 200
        assert (await shop.get(f"/jobs/{job['id']}"))["result"] == self.nested(100)

    @pytest.mark.parametrize("levels", [100, 300, 900])
    async def test_deeper_ones_are_refused_and_nothing_is_kept(self, shop: Any, levels: int) -> None:
        wish = {"function": "resize", "kwargs": {"a": self.nested(levels)}}
        problem(await shop.http.post("/api/v1/jobs", json=wish), 422, "invalid")
        [alone] = (await shop.http.post("/api/v1/jobs/batch", json={"jobs": [wish]})).json()["jobs"]
        assert (alone["status"], (await shop.get("/jobs"))["total"]) == (422, 0)

    @pytest.mark.parametrize("levels", [101, 300, 900])
    async def test_a_report_that_is_deeper_is_refused_alone(self, shop: Any, levels: int) -> None:
        await shop.enqueue()
        [lease] = await shop.lease()
        deep = self.nested(levels)
        assert (await shop.report(lease, "checkpoint", data=deep))["status"] == 422
        assert (await shop.report(lease, "outcome", outcome="success", result=deep))["status"] == 422
        assert (await shop.report(lease, "outcome", outcome="failure", error="no", result=deep))["status"] == 422
        line = {"at": "2026-01-01T00:00:00Z", "message": "m", "fields": {"a": deep}}
        assert (await shop.report(lease, "log", lines=[line]))["status"] == 200
        [told] = (await shop.get(f"/jobs/{lease['job']['id']}/logs"))["lines"]
        assert told["fields"] == {"unstorable": True}
        assert (await shop.report(lease, "outcome", outcome="success", result=1))["status"] == 200
