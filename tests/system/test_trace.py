"""One trace holds the request, the job it enqueued, its attempts, its children and when they were shown; the job and its
events carry its id."""

import sys
from pathlib import Path

import httpx
import pytest
from millstream_contracts.names import Topic
from millstream_kit.testing import free_port, wait_until

from system.collector import Collector, Span, collecting
from system.harness import local_system
from system.reader import reading
from system.test_job_life import EVENTS, has_worker


@pytest.mark.timeout(150)
async def test_from_request_to_child(tmp_path: Path) -> None:
    with collecting() as collector:
        env = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        with local_system(tmp_path, functions="shop.jobs:app", env=env) as system:
            port = free_port()
            shop = system.beside(
                "shop", [sys.executable, "-m", "shop"], f"http://127.0.0.1:{port}", SHOP_PORT=str(port), **env
            )
            shop.start()
            async with httpx.AsyncClient(base_url=system.url, timeout=30) as client:
                await wait_until(lambda: has_worker(client), timeout_s=40)
                async with (
                    reading(system.url, EVENTS, {}) as reader,
                    httpx.AsyncClient(base_url=str(shop.url)) as visitor,
                ):
                    answer = await visitor.post("/newsletters", json={"recipients": 2})
                    assert answer.status_code == 202, answer.text
                    job_id = answer.json()["job_id"]
                    await reader.until(
                        lambda: (
                            len([e for e in reader.events if e["root_id"] == job_id and e["type"] == "job.completed"])
                            == 3
                        )
                    )
                job = (await client.get(f"/api/v1/jobs/{job_id}")).json()
                tree = (await client.get(f"/api/v1/jobs/{job_id}/timeline")).json()["jobs"]
            trace_id = job["trace_id"]
            assert {j["trace_id"] for j in tree} == {trace_id}
            assert {e["trace_id"] for e in reader.events if e["root_id"] == job_id} == {trace_id}
            await wait_until(lambda: whole(collector, trace_id), timeout_s=20)
    spans = of_trace(collector, trace_id)
    known = {span.span_id for span in spans}
    orphans = [span for span in spans if span.parent_id and span.parent_id not in known]
    assert orphans == []
    assert len([span for span in spans if not span.parent_id]) == 1
    assert len({span.service for span in spans}) >= 3


def of_trace(collector: Collector, trace_id: str) -> list[Span]:
    return [span for span in list(collector.spans) if span.trace_id == trace_id]


def whole(collector: Collector, trace_id: str) -> bool:
    names = [span.name for span in of_trace(collector, trace_id)]
    runs = [name for name in names if name.startswith("run ")]
    is_shown = f"deliver {Topic.JOBS_EVENTS}" in names
    return len(runs) >= 3 and is_shown and any("/newsletters" in name for name in names)
