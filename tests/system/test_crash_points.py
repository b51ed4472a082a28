"""Twelve places to die in, fifty jobs each: none is lost, none finishes twice, and `seq` has no holes."""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from millstream_kit.testing import wait_until
from parts.postgres import fresh_database

from system.harness import Process, System, local_system, process_system
from system.reader import Reader, reading
from system.test_job_life import EVENTS, has_worker, last_seqs

JOBS = 50


@dataclass(frozen=True)
class CrashPoint:
    name: str
    process: str
    when: str
    target: str
    nth: int = 5


TRANSACTION = "millstream_jobs.store_transaction:SqlTransaction"
POINTS = [
    CrashPoint("enqueue, nothing written", "jobs", "before", f"{TRANSACTION}.record", 10),
    CrashPoint("written, not committed", "jobs", "after", f"{TRANSACTION}.record", 11),
    CrashPoint("enqueue committed, not answered", "jobs", "after", "millstream_jobs.handlers.enqueue:enqueue_jobs", 12),
    CrashPoint("lease committed, not answered", "jobs", "after", "millstream_jobs.handlers.leases:lease_jobs", 2),
    CrashPoint("outcome committed, not answered", "jobs", "after", "millstream_jobs.handlers.reports:apply_reports", 3),
    CrashPoint("relay, batch read", "jobs", "before", "millstream_jobs.relay:_record", 7),
    CrashPoint(
        "relay, published, not forgotten", "jobs", "before", "millstream_jobs.store_sql:SqlStore.outbox_delete", 6
    ),
    CrashPoint("relay, forgotten", "jobs", "after", "millstream_jobs.store_sql:SqlStore.outbox_delete", 3),
    CrashPoint("worker, leased, not begun", "worker", "after", "millstream.client:Client.lease", 2),
    CrashPoint("worker, in the middle of a job", "worker", "before", "time:sleep", 20),
    CrashPoint("worker, done, not reported", "worker", "before", "millstream.client:Client.report", 3),
    CrashPoint("edge, read, not written", "stream-edge", "before", "millstream_stream_edge.hub:Hub.wake", 8),
]


@pytest.fixture(scope="module", params=["local", "processes"])
def brief(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A Millstream whose leases end soon, so that a killed worker's jobs come back soon."""
    folder = tmp_path_factory.mktemp(f"crash-{request.param}")
    if request.param == "local":
        with local_system(folder, lease_ttl_s=2) as made:
            yield made
        return
    kafka = request.getfixturevalue("empty_kafka")
    server = request.getfixturevalue("postgres_server")
    with fresh_database(server) as database, process_system(folder, kafka, database, lease_ttl_s=2) as made:
        yield made


def victim(system: System, point: CrashPoint) -> Process:
    return {"jobs": system.jobs, "worker": system.worker, "stream-edge": system.edge}[point.process]


async def enqueue_for_certain(client: httpx.AsyncClient, key: str, n: int) -> str:
    """As a careful client does: the same key again until there is an answer."""
    body = {"function": "marked", "kwargs": {"n": n}, "idempotency_key": key}

    async def asked() -> str | None:
        try:
            answer = await client.post("/api/v1/jobs", json=body)
        except httpx.TransportError:
            return None
        return answer.json()["id"] if answer.status_code in {200, 201} else None

    return str(await wait_until(asked, timeout_s=40, every_s=0.1))


async def restarted(process: Process, point: CrashPoint) -> None:
    await asyncio.to_thread(process.wait_ended, 40)
    await asyncio.to_thread(process.start)


@pytest.mark.timeout(150)
@pytest.mark.parametrize("point", POINTS, ids=lambda p: p.name)
async def test_nothing_is_lost_and_nothing_ends_twice(brief: System, point: CrashPoint) -> None:
    for one in brief.all:
        if one.ended() is not None:  # an earlier point that failed left it so
            await asyncio.to_thread(one.start)
    process = victim(brief, point)
    await asyncio.to_thread(process.stop)
    module, *arguments = process.module
    command = [
        sys.executable,
        "-m",
        "system.crashing",
        point.when,
        str(point.nth),
        point.target,
        "--",
        module,
        *arguments,
    ]
    await asyncio.to_thread(lambda: process.start(command=command))
    async with httpx.AsyncClient(base_url=brief.url, headers=brief.headers, timeout=10) as client:
        async with reading(brief.url, EVENTS + "?function=marked", brief.headers) as reader:
            back = asyncio.create_task(restarted(process, point))
            job_ids = [
                await enqueue_for_certain(client, f"{brief.folder.name}/{point.name}/{n}", n) for n in range(JOBS)
            ]
            await back
            await wait_until(lambda: has_worker(client), timeout_s=30)
            seqs = await last_seqs(client, job_ids)
            await reader.until(lambda: told(reader, seqs), timeout_s=30)
        assert reader.gaps() == []
        assert Counter(ends(reader, seqs).values()) == {("job.completed",): JOBS}


def told(reader: Reader, seqs: dict[str, int]) -> bool:
    return all(reader.seqs(job_id) == set(range(1, last + 1)) for job_id, last in seqs.items())


def ends(reader: Reader, seqs: dict[str, int]) -> dict[str, tuple[str, ...]]:
    """The different facts that end each job."""
    last = {"job.completed", "job.failed", "job.cancelled"}
    return {
        job_id: tuple({e["event_id"]: e["type"] for e in reader.of_job(job_id) if e["type"] in last}.values())
        for job_id in seqs
    }
