"""A client that is cut, and one whose server is killed, receive every event; so do those that stay."""

import asyncio

import httpx
import pytest
from millstream_kit.testing import wait_until

from system.harness import System
from system.reader import Reader, reading
from system.test_job_life import EVENTS, enqueue, has_worker


async def truth(client: httpx.AsyncClient, job_ids: list[str]) -> dict[str, int]:
    """The last `seq` of each job, once all are finished."""
    seqs: dict[str, int] = {}

    async def finished() -> bool:
        for job_id in job_ids:
            job = (await client.get(f"/api/v1/jobs/{job_id}")).json()
            if job["completed_at"] is None:
                return False
            seqs[job_id] = job["seq"]
        return True

    await wait_until(finished, timeout_s=60, every_s=0.2)
    return seqs


def missed(reader: Reader, seqs: dict[str, int]) -> dict[str, set[int]]:
    holes = {
        job_id: set(range(1, last + 1)) - {event["seq"] for event in reader.of_job(job_id)}
        for job_id, last in seqs.items()
    }
    return {job_id: hole for job_id, hole in holes.items() if hole}


async def all_told(reader: Reader, seqs: dict[str, int]) -> None:
    await reader.until(lambda: not missed(reader, seqs), timeout_s=30)
    assert reader.gaps() == []


@pytest.mark.timeout(180)
async def test_a_client_cut_twenty_times_misses_nothing(system: System) -> None:
    async with httpx.AsyncClient(base_url=system.url, headers=system.headers, timeout=30) as client:
        await wait_until(lambda: has_worker(client), timeout_s=30)
        async with reading(system.url, EVENTS, system.headers) as reader:
            job_ids = []
            for _ in range(20):
                job_ids += [await enqueue(client, "quick", n=n) for n in range(5)]
                reader.cut()
                before = reader.opened
                job_ids += [await enqueue(client, "quick", n=n) for n in range(5)]
                await reader.until(lambda before=before: reader.opened > before)  # type: ignore[misc]
            await all_told(reader, await truth(client, job_ids))
        assert reader.opened >= 21


@pytest.mark.timeout(180)
async def test_a_client_whose_server_is_killed_and_restarted_misses_nothing(system: System) -> None:
    async with httpx.AsyncClient(base_url=system.url, headers=system.headers, timeout=30) as client:
        await wait_until(lambda: has_worker(client), timeout_s=30)
        async with reading(system.url, EVENTS, system.headers) as reader:
            job_ids = [await enqueue(client, "quick", n=n) for n in range(20)]
            system.edge.kill()
            if system.edge is not system.jobs:
                job_ids += [await enqueue(client, "quick", n=n) for n in range(20)]
            await asyncio.to_thread(system.edge.start)
            job_ids += [await enqueue(client, "quick", n=n) for n in range(20)]
            await all_told(reader, await truth(client, job_ids))
        assert reader.opened >= 2
