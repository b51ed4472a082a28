"""The service whole: over a restart, and as two replicas on one PostgreSQL."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent
from millstream_contracts.names import Topic
from millstream_jobs.app import create_app
from millstream_jobs.settings import JobsSettings
from millstream_jobs.testing import read_all
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import wait_until


async def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    """What was committed before the end is published after the beginning."""
    settings = JobsSettings(auth=AuthSettings(mode="off"), data_dir=tmp_path)
    log = EmbeddedLog(tmp_path / "log.db")
    for _ in range(2):
        app = create_app(settings, log=log)
        async with app.router.lifespan_context(app):
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://jobs", headers={"millstream-protocol": "1"}
            ) as http:
                await http.post("/api/v1/functions", json={"functions": [{"key": "resize"}]})
                await http.post("/api/v1/jobs", json={"function": "resize"})
    app = create_app(settings, log=log)
    async with app.router.lifespan_context(app):

        async def both() -> bool:
            return len(await read_all(log, Topic.JOBS_EVENTS.value)) == 2

        await wait_until(both)
    await log.close()


async def test_the_whole_service_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    """Two replicas, one database: each job runs once and its facts arrive in order."""
    settings = JobsSettings(auth=AuthSettings(mode="off"), data_dir=tmp_path, database_url=postgres_url)
    log = EmbeddedLog(tmp_path / "log.db")
    one, two = create_app(settings, log=log), create_app(settings, log=log)
    headers = {"millstream-protocol": "1"}
    async with one.router.lifespan_context(one), two.router.lifespan_context(two):
        async with (
            httpx.AsyncClient(transport=httpx.ASGITransport(one), base_url="http://one", headers=headers) as left,
            httpx.AsyncClient(transport=httpx.ASGITransport(two), base_url="http://two", headers=headers) as right,
        ):
            await left.post("/api/v1/functions", json={"functions": [{"key": "resize"}]})
            wish = {"worker_id": "w1", "functions": ["resize"], "wait_s": 10}
            waiting = asyncio.create_task(right.post("/api/v1/leases", json=wish))
            job = (await left.post("/api/v1/jobs", json={"function": "resize"})).json()
            [lease] = (await waiting).json()["leases"]
            place = {"job_id": lease["job"]["id"], "token": lease["token"]}
            reports = [{**place, "kind": "outcome", "outcome": "success", "result": "ok\x00"}]
            answer = await left.post("/api/v1/leases/reports", json={"worker_id": "w1", "reports": reports})
            assert [r["status"] for r in answer.json()["results"]] == [200]
            detail = (await right.get(f"/api/v1/jobs/{job['id']}")).json()
            assert (detail["status"], detail["result"]) == ("complete", "ok\x00")
            for path in (
                "/jobs",
                "/jobs/stats",
                "/jobs/durations",
                "/jobs/series",
                "/jobs/errors",
                "/jobs/trends",
                "/jobs/activity",
                "/functions",
                "/functions/resize",
                "/dashboard/stats",
            ):
                assert (await right.get(f"/api/v1{path}")).status_code == 200, path

            async def told() -> bool:
                records = await read_all(log, Topic.JOBS_EVENTS.value)
                return [JobEvent.FromString(r.value or b"").seq for r in records] == [1, 2, 3]

            await wait_until(told)
    await log.close()
