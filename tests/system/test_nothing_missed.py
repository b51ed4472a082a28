"""A client that is cut, and one whose server is killed, receive every event; so do those that stay."""

import asyncio

import httpx
import pytest
from millstream_kit.testing import wait_until

from system.harness import System
from system.reader import Reader, reading
from system.test_job_life import EVENTS, enqueue, has_worker, last_seqs


def missed(reader: Reader, seqs: dict[str, int]) -> dict[str, set[int]]:
    holes = {job_id: set(range(1, last + 1)) - reader.seqs(job_id) for job_id, last in seqs.items()}
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
            await all_told(reader, await last_seqs(client, job_ids))
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
            await all_told(reader, await last_seqs(client, job_ids))
        assert reader.opened >= 2
