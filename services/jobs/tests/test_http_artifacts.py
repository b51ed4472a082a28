"""Artifacts over HTTP: bytes in, bytes out, and what is said of them."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import ArtifactEvent
from millstream_contracts.names import Topic
from millstream_jobs.testing import read_all
from millstream_kit.testing import problem, wait_until

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


class TestArtifacts:
    async def upload(self, shop: Any, **form: Any) -> dict[str, Any]:
        job = await shop.enqueue()
        answer = await shop.http.post(
            f"/api/v1/jobs/{job['id']}/artifacts",
            files={"file": ("small.png", PNG)},
            data={"name": "kätzchen.png", "type": "image/png"} | form,
        )
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def test_bytes_come_back(self, shop: Any) -> None:
        artifact = await self.upload(shop)
        assert (artifact["size_bytes"], artifact["sha256"]) == (len(PNG), hashlib.sha256(PNG).hexdigest())
        path = f"/api/v1/artifacts/{artifact['id']}"
        assert (await shop.http.get(path)).json() == artifact
        whole = await shop.http.get(f"{path}/content")
        assert (whole.content, whole.headers["content-type"]) == (PNG, "image/png")
        assert whole.headers["content-disposition"].startswith("inline; filename*=UTF-8''k%C3%A4tzchen.png")
        assert "sandbox" in whole.headers["content-security-policy"]
        again = await shop.http.get(f"{path}/content", headers={"if-none-match": whole.headers["etag"]})
        assert again.status_code == 304

    @pytest.mark.parametrize(
        ("asked", "status", "expected"),
        [
            ("bytes=0-7", 206, PNG[:8]),
            ("bytes=8-", 206, PNG[8:]),
            ("bytes=-5", 206, PNG[-5:]),
            ("bytes=5-9999", 206, PNG[5:]),
            ("lines=1-2", 200, PNG),
            ("bytes=9999-", 416, None),
        ],
    )
    async def test_ranges(self, shop: Any, asked: str, status: int, expected: bytes | None) -> None:
        artifact = await self.upload(shop)
        answer = await shop.http.get(f"/api/v1/artifacts/{artifact['id']}/content", headers={"range": asked})
        assert answer.status_code == status
        assert expected is None or answer.content == expected

    async def test_json_bodies_and_active_content(self, shop: Any) -> None:
        job = await shop.enqueue()
        path = f"/api/v1/jobs/{job['id']}/artifacts"
        html = await shop.http.post(path, json={"name": "r.html", "type": "file/html", "data": "<script>1</script>"})
        content = await shop.http.get(f"/api/v1/artifacts/{html.json()['id']}/content")
        assert content.headers["content-disposition"].startswith("attachment")
        assert content.headers["x-content-type-options"] == "nosniff"
        data = await shop.http.post(path, json={"name": "r.json", "type": "json", "data": {"a": [1]}})
        content = await shop.http.get(f"/api/v1/artifacts/{data.json()['id']}/content")
        assert content.json() == {"a": [1]}
        assert (await shop.get(f"/jobs/{job['id']}/artifacts"))["total"] == 2

    async def test_bad_uploads_are_refused(self, shop: Any) -> None:
        job = await shop.enqueue()
        path = f"/api/v1/jobs/{job['id']}/artifacts"
        big = {"file": ("big", b"x" * 16_777_217)}
        problem(await shop.http.post(path, files=big, data={"type": "text"}), 413, "too_large")
        problem(await shop.http.post(path, files={"file": b"no"}, data={"type": "image/png"}), 422, "invalid")
        problem(await shop.http.post(path, files={"file": b"no"}, data={"type": "exe"}), 422, "invalid")
        problem(await shop.http.post(path, json={"name": "x", "type": "file/binary", "data": "*"}), 422, "invalid")
        problem(await shop.http.post(path, content=b"x"), 415, "unsupported_media_type")
        unknown = "/api/v1/jobs/job_01AAAAAAAAAAAAAAAAAAAAAAAA/artifacts"
        problem(await shop.http.post(unknown, json={"name": "x", "type": "text", "data": ""}), 404, "unknown_job")

    async def test_its_events_and_its_end(self, shop: Any) -> None:
        artifact = await self.upload(shop)
        path = f"/api/v1/artifacts/{artifact['id']}"
        assert (await shop.http.delete(path)).status_code == 204
        problem(await shop.http.delete(path), 404, "unknown_artifact")
        problem(await shop.http.get(f"{path}/content"), 404, "unknown_artifact")

        async def told() -> bool:
            records = await read_all(shop.log, Topic.JOBS_ARTIFACTS.value)
            events = [ArtifactEvent.FromString(r.value or b"") for r in records]
            return [(e.type, e.HasField("artifact")) for e in events] == [
                ("artifact.created", True), ("artifact.deleted", False),
            ]  # fmt: skip

        await wait_until(told)

    async def test_the_stream_is_elsewhere(self, shop: Any) -> None:
        job = await shop.enqueue()
        answer = await shop.http.get(f"/api/v1/jobs/{job['id']}/artifacts/stream?since=2026-01-01T00:00:00Z")
        assert answer.status_code == 307
        assert answer.headers["location"] == (
            f"/api/v1/_streams/jobs/{job['id']}/artifacts/stream?since=2026-01-01T00:00:00Z"
        )
