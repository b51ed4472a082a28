"""Who may call what, and who sees payloads."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from millstream_jobs.app import create_app
from millstream_jobs.routes.caller import role_of
from millstream_jobs.settings import JobsSettings
from millstream_kit.auth import LOCAL_ADMIN, Principal, hash_key
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import problem


class TestScopes:
    ROLES = ("viewer", "operator", "service", "admin")

    @pytest.fixture
    async def http(self, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
        entries = [
            {"id": f"{role}1", "sha256": hash_key(self.key(role)), "subject": role, "role": role} for role in self.ROLES
        ]
        (tmp_path / "keys.yaml").write_text(json.dumps({"keys": entries}))
        auth = AuthSettings(mode="required", keys_file=tmp_path / "keys.yaml")
        log = EmbeddedLog(":memory:")
        app = create_app(JobsSettings(auth=auth, data_dir=tmp_path), log=log)
        async with app.router.lifespan_context(app):
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://jobs") as http:
                yield http
        await log.close()

    @staticmethod
    def key(role: str) -> str:
        return f"ms_{role}1_{'k' * 43}"

    def headers(self, role: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key(role)}", "millstream-protocol": "1"}

    async def test_every_route_asks_for_its_scope(self, http: httpx.AsyncClient) -> None:
        service, viewer, operator = self.headers("service"), self.headers("viewer"), self.headers("operator")
        declared = await http.post("/api/v1/functions", json={"functions": [{"key": "resize"}]}, headers=service)
        assert declared.status_code == 200
        made = await http.post("/api/v1/jobs", json={"function": "resize", "kwargs": {"pin": 1}}, headers=service)
        assert (made.status_code, made.json()["kwargs"]) == (201, None)
        job = f"/api/v1/jobs/{made.json()['id']}"
        expected = [
            ("GET", "/api/v1/jobs", viewer, 200),
            ("GET", "/api/v1/jobs", service, 403),
            ("GET", "/api/v1/jobs/traces?trace_id=" + "0" * 32, viewer, 200),
            ("GET", "/api/v1/jobs/traces?trace_id=" + "0" * 32, service, 403),
            ("GET", "/api/v1/jobs/bulk", viewer, 200),
            ("GET", "/api/v1/jobs/bulk", service, 403),
            ("GET", f"/api/v1/jobs/marks?job_id={made.json()['id']}", viewer, 200),
            ("GET", f"/api/v1/jobs/marks?job_id={made.json()['id']}", service, 403),
            ("GET", job, viewer, 200),
            ("GET", f"{job}/events", viewer, 200),
            ("GET", f"{job}/events", service, 403),
            ("GET", f"{job}/logs", viewer, 403),
            ("GET", f"{job}/logs", operator, 200),
            ("GET", f"{job}/artifacts/stream", service, 403),
            ("GET", f"{job}/artifacts/stream", {}, 401),
            ("GET", f"{job}/artifacts/stream", viewer, 307),
            ("POST", "/api/v1/jobs", viewer, 403),
            ("POST", "/api/v1/events", viewer, 403),
            ("POST", "/api/v1/events", {}, 401),
            ("POST", "/api/v1/events", service, 422),
            ("POST", "/api/v1/events", operator, 422),
            ("POST", f"{job}/cancel", service, 403),
            ("POST", f"{job}/cancel", viewer, 403),
            ("POST", f"{job}/cancel", operator, 200),
            ("GET", "/api/v1/functions", viewer, 200),
            ("POST", "/api/v1/functions/resize/pause", viewer, 403),
            ("POST", "/api/v1/functions/resize/pause", operator, 200),
            ("GET", "/api/v1/dashboard/stats", viewer, 200),
            ("POST", "/api/v1/leases", operator, 403),
        ]
        for method, path, headers, status in expected:
            answer = await http.request(method, path, headers=headers)
            assert answer.status_code == status, (method, path, answer.text)
        assert (await http.get("/api/v1/jobs")).status_code == 401

    async def test_payloads_need_their_own_scope(self, http: httpx.AsyncClient) -> None:
        service = self.headers("service")
        await http.post("/api/v1/functions", json={"functions": [{"key": "resize"}]}, headers=service)
        await http.post("/api/v1/jobs", json={"function": "resize", "kwargs": {"pin": 1}}, headers=service)
        wish = {"worker_id": "w1", "functions": ["resize"]}
        [lease] = (await http.post("/api/v1/leases", json=wish, headers=service)).json()["leases"]
        assert lease["job"]["kwargs"] == {"pin": 1}
        place = {"job_id": lease["job"]["id"], "token": lease["token"]}
        frame = {
            "file": "f",
            "line": 1,
            "function": "f",
            "variables": [{"name": "n", "value": "secret"}],
            "left_out": 0,
        }
        told = {"frames": [frame], "left_out": 0}
        failure = {"outcome": "failure", "error": "x", "error_type": "E", "traceback": "secret", "locals": told}
        failure["retryable"] = False
        line = {"at": "2026-01-01T00:00:00Z", "level": "error", "message": "secret"}
        reports = [{**place, "kind": "log", "lines": [line]}, {**place, "kind": "outcome", **failure}]
        await http.post("/api/v1/leases/reports", json={"worker_id": "w1", "reports": reports}, headers=service)
        path = f"/api/v1/jobs/{lease['job']['id']}"
        seen = (await http.get(path, headers=self.headers("viewer"))).json()
        assert (seen["kwargs"], seen["traceback"], seen["attempts_log"][0]["traceback"]) == (None, None, None)
        assert (seen["attempts_log"][0]["has_locals"], seen["attempts_log"][0]["locals"]) == (True, None)
        seen = (await http.get(path, headers=self.headers("operator"))).json()
        assert (seen["kwargs"], seen["traceback"]) == ({"pin": 1}, "secret")
        assert seen["attempts_log"][0]["locals"] == told
        for role, message in [("viewer", None), ("operator", "secret")]:
            asked = f"/api/v1/jobs/marks?job_id={lease['job']['id']}"
            [marks] = (await http.get(asked, headers=self.headers(role))).json()["jobs"]
            assert [(one["level"], one["message"]) for one in marks["lines"]] == [("error", message)]

    async def test_who_may_not_read_arguments_does_not_find_by_them(self, http: httpx.AsyncClient) -> None:
        service = self.headers("service")
        await http.post("/api/v1/functions", json={"functions": [{"key": "resize"}]}, headers=service)
        await http.post("/api/v1/jobs", json={"function": "resize", "kwargs": {"pin": 1234}}, headers=service)
        for role, found in [("viewer", 0), ("operator", 1)]:
            page = (await http.get("/api/v1/jobs?q=pin:1234", headers=self.headers(role))).json()
            assert (len(page["jobs"]), page["total"]) == (found, found), role
            counts = (await http.get("/api/v1/jobs/counts?q=pin:1234", headers=self.headers(role))).json()["counts"]
            assert counts["queued"]["total"] == found, role
        for asked in ("argument=pin:1234", "not_argument=pin:1234"):
            for path in ("/api/v1/jobs", "/api/v1/jobs/counts"):
                refused = await http.get(f"{path}?{asked}", headers=self.headers("viewer"))
                assert "payloads:read" in problem(refused, 403, "missing_scope")["detail"]
                answer = await http.get(f"{path}?{asked}", headers=self.headers("operator"))
                assert answer.status_code == 200, asked

    async def test_whoever_calls_is_told_who_they_are_and_what_they_may_do(self, http: httpx.AsyncClient) -> None:
        for role in self.ROLES:
            told = (await http.get("/api/v1/dashboard/me", headers=self.headers(role))).json()
            assert (told["name"], told["kind"], told["role"], told["expires_at"]) == (role, "key", role, None)
            assert self.key(role) not in json.dumps(told)
            assert ("jobs:write" in told["allowed"]) == (role in {"operator", "admin"})
            assert ("streams:events" in told["allowed"]) == (role != "service")
        problem(await http.get("/api/v1/dashboard/me"), 401, "unauthenticated")
        problem(
            await http.get("/api/v1/dashboard/me", headers={"authorization": "Bearer no"}), 401, "invalid_credential"
        )


def test_a_caller_whose_scopes_were_picked_has_no_role() -> None:
    assert role_of(Principal("me", frozenset({"jobs:read", "streams:api/pay"}))) is None
    assert role_of(LOCAL_ADMIN) == "admin"
