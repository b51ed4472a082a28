"""From a heartbeat over HTTP to a record in Apache Kafka, with PostgreSQL between."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from httpx import ASGITransport, AsyncClient
from millstream_contracts.generated.millstream.workers.v1 import worker_events_pb2 as pb
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Topic
from millstream_kit.log_kafka import KafkaLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import wait_until
from millstream_workers.app import create_app
from millstream_workers.settings import WorkersSettings

BEAT: dict[str, Any] = {
    "worker_name": "shop",
    "started_at": "2026-01-01T00:00:00.000Z",
    "functions": ["resize"],
    "concurrency": 4,
    "active_jobs": 0,
    "jobs_processed": 0,
    "jobs_failed": 0,
    "state": "active",
    "interval_s": 0.2,
}


async def test_a_worker_appears_goes_silent_and_leaves(kafka_servers: str, postgres_url: str) -> None:
    settings = WorkersSettings(
        auth=AuthSettings(mode="off"),
        kafka_bootstrap_servers=kafka_servers,
        database_url=postgres_url,
        lost_kept_s=0.5,
        look_every_s=0.1,
    )
    app, told = create_app(settings), []
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        http = await stack.enter_async_context(AsyncClient(transport=ASGITransport(app), base_url="http://workers"))
        log = KafkaLog(kafka_servers)
        stack.push_async_callback(log.close)
        topic = Topic.WORKERS_SNAPSHOTS
        partitions = [(str(topic), p) for p in range(load_inventory().topics[topic].partitions)]
        name = f"w-{id(app)}"

        def keep(batch: Any) -> None:
            told.extend(r.value for r in batch.records if r.key == name.encode())

        reader = log.reader(await log.end_offsets(partitions), keep)
        stack.push_async_callback(reader.close)
        assert (await http.post(f"/api/v1/workers/{name}/heartbeat", json=BEAT)).status_code == 204
        await asyncio.wait_for(wait_until(lambda: len(told) >= 3, timeout_s=20), 30)
        assert [pb.WorkerSnapshot.FromString(v).state if v else None for v in told] == ["active", "lost", None]
        assert (await http.get("/api/v1/workers")).json()["total"] == 0
