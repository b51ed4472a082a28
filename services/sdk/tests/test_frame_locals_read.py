"""From a worker's failing function to who looks at the job: its locals need `payloads:read`, and hold nothing secret for anybody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from millstream import Millstream
from millstream.worker import Worker, WorkerOptions
from millstream.worker.frame_locals import FrameLocals
from millstream_jobs.app import create_app
from millstream_jobs.settings import JobsSettings
from millstream_kit.auth import hash_key
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import AuthSettings

ROLES = ("viewer", "operator", "service")
SECRET = "tulip-hunter-2"


def key(role: str) -> str:
    return f"ms_{role}1_{'k' * 43}"


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[FastAPI]:
    entries = [{"id": f"{role}1", "sha256": hash_key(key(role)), "subject": role, "role": role} for role in ROLES]
    (tmp_path / "keys.yaml").write_text(json.dumps({"keys": entries}))
    auth = AuthSettings(mode="required", keys_file=tmp_path / "keys.yaml")
    log = EmbeddedLog(":memory:")
    app = create_app(JobsSettings(auth=auth, data_dir=tmp_path), log=log)
    async with app.router.lifespan_context(app):
        yield app
    await log.close()


async def test_locals_are_read_by_who_may_read_payloads(service: FastAPI) -> None:
    transport = httpx.ASGITransport(service)
    app = Millstream("shop", url="http://jobs", api_key=key("service"), transport=transport)

    @app.function(retries=0, error_locals=True)
    def charge(order_id: str) -> None:
        card = {"number": "4111 1111 1111 1111"}
        request = {"order": order_id, "token": SECRET}
        raise ValueError(len(card) + len(request))

    worker = Worker(app, WorkerOptions(heartbeat_s=60, drain_s=1))
    worker._frame_locals = FrameLocals(patience_s=30, value_s=10)
    running = asyncio.create_task(worker.run())
    seen = {}
    async with httpx.AsyncClient(transport=transport, base_url="http://jobs/api/v1") as http:
        handle = await charge.enqueue(order_id="42")
        for role in ("viewer", "operator"):
            headers = {"authorization": f"Bearer {key(role)}"}
            job = await _failed(http, handle.id, headers)
            seen[role] = job["attempts_log"][0]
    worker.stop()
    await asyncio.wait_for(running, 30)
    assert (seen["viewer"]["has_locals"], seen["viewer"]["locals"], seen["viewer"]["traceback"]) == (True, None, None)
    [frame] = seen["operator"]["locals"]["frames"]
    assert (frame["function"], frame["file"], frame["left_out"]) == ("charge", __file__, 0)
    assert {one["name"]: one["value"] for one in frame["variables"]} == {
        "order_id": "'42'",
        "card": None,
        "request": "{'order': '42', 'token': [masked]}",
    }
    assert f'"{__file__}", line {frame["line"]}, in charge\n' in seen["operator"]["traceback"]
    assert SECRET not in json.dumps(seen)


async def _failed(http: httpx.AsyncClient, job_id: str, headers: dict[str, str]) -> dict:
    async with asyncio.timeout(20):
        while True:
            job: dict = (await http.get(f"/jobs/{job_id}", headers=headers)).json()
            if job["status"] == "failed":
                return job
            await asyncio.sleep(0.05)
