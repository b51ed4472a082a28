"""A job's life is told in order, the same over HTTP and over the stream."""

from collections.abc import Iterable

import httpx
import pytest
from millstream_kit.testing import wait_until

from system.harness import System
from system.reader import reading

EVENTS = "/api/v1/events/stream"


async def enqueue(client: httpx.AsyncClient, function: str, **kwargs: object) -> str:
    answer = await client.post("/api/v1/jobs", json={"function": function, "kwargs": kwargs})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.fixture
async def client(system: System):  # type: ignore[no-untyped-def]
    async with httpx.AsyncClient(base_url=system.url, headers=system.headers, timeout=30) as client:
        await wait_until(lambda: has_worker(client), timeout_s=30)
        yield client


async def has_worker(client: httpx.AsyncClient) -> bool:
    """Whether a worker is there and has declared what it runs."""
    workers = (await client.get("/api/v1/workers")).json()["workers"]
    functions = (await client.get("/api/v1/functions")).json()["functions"]
    return any(worker["active"] for worker in workers) and len(functions) > 0


async def last_seqs(client: httpx.AsyncClient, job_ids: Iterable[str]) -> dict[str, int]:
    """The last `seq` of each job, once all have ended."""
    seqs: dict[str, int] = {}

    async def ended(job_id: str) -> bool:
        job = (await client.get(f"/api/v1/jobs/{job_id}")).json()
        seqs[job_id] = job["seq"]
        return job["completed_at"] is not None

    for job_id in job_ids:
        await wait_until(lambda job_id=job_id: ended(job_id), timeout_s=60, every_s=0.2)
    return seqs


LIVES = [
    ("quick", {"n": 2}, ["job.queued", "job.started", "job.completed"], "complete"),
    (
        "flaky",
        {"fail_times": 2},
        ["job.queued", "job.started", "job.retrying", "job.started", "job.retrying", "job.started", "job.completed"],
        "complete",
    ),
    ("hopeless", {}, ["job.queued", "job.started", "job.failed"], "failed"),
]


@pytest.mark.parametrize(("function", "kwargs", "types", "status"), LIVES, ids=[life[0] for life in LIVES])
async def test_a_life_in_order(system, client, function, kwargs, types, status) -> None:  # type: ignore[no-untyped-def]
    async with reading(system.url, f"{EVENTS}?function={function}", system.headers) as reader:
        job_id = await enqueue(client, function, **kwargs)
        last = types[-1]
        await reader.until(lambda: any(e["type"] == last for e in reader.of_job(job_id)))
    told = [event for event in reader.of_job(job_id) if event["type"] != "job.progress"]
    assert [event["type"] for event in told] == types
    assert [event["seq"] for event in told] == list(range(1, len(types) + 1))
    assert len({event["event_id"] for event in told}) == len(told)
    job = (await client.get(f"/api/v1/jobs/{job_id}")).json()
    assert (job["status"], job["seq"]) == (status, len(types))
    assert job["attempts"] == types.count("job.started") == len(job["attempts_log"])


async def test_progress_is_told_while_it_runs(system: System, client: httpx.AsyncClient) -> None:
    async with reading(system.url, f"{EVENTS}?function=steps", system.headers) as reader:
        job_id = await enqueue(client, "steps")
        await reader.until(lambda: any(e["type"] == "job.completed" for e in reader.of_job(job_id)))
    progress = [event for event in reader.of_job(job_id) if event["type"] == "job.progress"]
    assert progress
    assert [event["progress"] for event in progress] == sorted(event["progress"] for event in progress)
    assert {event["seq"] for event in progress} == {2}
    assert (await client.get(f"/api/v1/jobs/{job_id}")).json()["result"] == "done"


async def test_a_running_job_is_cancelled(system: System, client: httpx.AsyncClient) -> None:
    async with reading(system.url, f"{EVENTS}?function=sleeper", system.headers) as reader:
        job_id = await enqueue(client, "sleeper", seconds=50)
        await reader.until(lambda: any(e["type"] == "job.started" for e in reader.of_job(job_id)))
        assert (await client.post(f"/api/v1/jobs/{job_id}/cancel", json={"reason": "not needed"})).status_code == 200
        await reader.until(lambda: any(e["type"] == "job.cancelled" for e in reader.of_job(job_id)))
    assert (await client.get(f"/api/v1/jobs/{job_id}")).json()["status"] == "cancelled"
    assert (await client.post(f"/api/v1/jobs/{job_id}/cancel")).status_code == 409


async def test_children_are_one_tree_with_their_parent(system: System, client: httpx.AsyncClient) -> None:
    job_id = await enqueue(client, "parent", children=3)

    async def whole() -> bool:
        tree = (await client.get(f"/api/v1/jobs/{job_id}/timeline")).json()["jobs"]
        return len(tree) == 4 and all(job["status"] == "complete" for job in tree)

    await wait_until(whole, timeout_s=30)


async def test_a_second_enqueue_under_one_idempotency_key_is_the_same_job(client: httpx.AsyncClient) -> None:
    body = {"function": "quick", "kwargs": {"n": 1}, "idempotency_key": "once"}
    first, second = await client.post("/api/v1/jobs", json=body), await client.post("/api/v1/jobs", json=body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert (await client.post("/api/v1/jobs", json=body | {"kwargs": {"n": 2}})).status_code == 409
