"""Two replicas of the jobs service, killed in turns at random while a schedule is due each second: each second is one job, or is said to be missed."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest
from millstream_kit.testing import wait_until
from parts.postgres import fresh_database

from system.harness import ADMIN_KEY, Process, replica, shared_env

HEADERS = {"Authorization": f"Bearer {ADMIN_KEY}", "Millstream-Protocol": "1"}
KILLS = 6
TICK = {"key": "tick", "type": "cron", "schedule": "* * * * * *", "overlap": "allow"}


@pytest.fixture
def pair(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[list[Process]]:
    kafka = request.getfixturevalue("empty_kafka")
    with fresh_database(request.getfixturevalue("postgres_server")) as database:
        env = shared_env(tmp_path, kafka, database, 2.0) | {"MILLSTREAM_JOBS_HOLDER_TTL_S": "1"}
        both = [replica("jobs", tmp_path, env, f"jobs-{n}") for n in "ab"]
        try:
            for process in both:
                process.start(wait=False)
            for process in both:
                process.wait_ready()
            yield both
        finally:
            for process in both:
                process.kill()


@pytest.mark.timeout(240)
async def test_each_second_is_one_job_whoever_is_killed(pair: list[Process]) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # shown when the test fails
    dice = random.Random(seed)
    async with httpx.AsyncClient(headers=HEADERS, timeout=20) as http:
        await _ask(http, pair, "POST", "/functions", {"functions": [TICK]})
        for _ in range(KILLS):
            await asyncio.sleep(dice.uniform(0.5, 2.0))  # when it is killed is part of the throw
            victim = dice.choice(pair)
            await asyncio.to_thread(victim.kill)
            await asyncio.to_thread(victim.start)
        told = (await _ask(http, pair, "POST", "/schedules/tick/pause")) and await _ask(
            http, pair, "GET", "/schedules/tick"
        )
        jobs = (await _ask(http, pair, "GET", "/jobs?function=tick&limit=1000"))["jobs"]
    fires = told["fires"][::-1]
    assert [fire["outcome"] for fire in fires] == ["enqueued"] * len(fires)
    assert len(fires) > KILLS / 2
    seconds = [round(datetime.fromisoformat(fire["at"]).timestamp()) for fire in fires]
    # What a fire stands for, itself included, is all that lies between it and the one before.
    assert [after - before for before, after in itertools.pairwise(seconds)] == [
        1 + fire["missed"] for fire in fires[1:]
    ]
    assert [job["id"] for job in jobs[::-1]] == [fire["job_id"] for fire in fires]
    assert [job["scheduled_at"] for job in jobs[::-1]] == [fire["at"] for fire in fires]
    assert {job["source"]["type"] for job in jobs} == {"cron"}


async def _ask(http: httpx.AsyncClient, pair: list[Process], method: str, path: str, body: Any = None) -> Any:
    async def answered() -> httpx.Response | None:
        for process in pair:
            with contextlib.suppress(httpx.TransportError):
                answer = await http.request(method, f"{process.url}/api/v1{path}", json=body)
                if answer.status_code < 500:
                    return answer
        return None

    answer = await wait_until(answered, timeout_s=60, every_s=0.05)
    assert answer is not None
    assert answer.is_success, answer.text
    return answer.json()
