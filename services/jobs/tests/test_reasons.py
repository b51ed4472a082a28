"""Why a job waits, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import WorkerSnapshot
from millstream_contracts.ids import new_job_id
from millstream_jobs.neighbours import Room
from millstream_jobs.new_job import Defaults, NewJob, enqueue
from millstream_jobs.rates import Opening
from millstream_jobs.reasons import why_it_waits
from millstream_jobs.store_model import Function

ANY_TIME = "Waiting for a worker to take it."


def worker(active: int = 0, state: str = "active", *, paused: bool = False) -> WorkerSnapshot:
    return WorkerSnapshot(concurrency=4, active_jobs=active, state=state, paused=paused)


def resize(*, limit: int | None = None, rate: str | None = None, paused: bool = False) -> Function:
    return Function("resize", "Resize", "task", None, 0, 1.0, limit, None, paused, 0, rate_limit=rate)


def why(
    workers: Sequence[WorkerSnapshot] | None,
    function: Function | None = None,
    running: int = 0,
    opening: Opening | None = None,
) -> str | None:
    defaults = Defaults(
        function="resize", function_name="Resize", job_type="task", max_retries=0, retry_delay_s=1.0, timeout_s=None
    )
    job = enqueue(NewJob(id=new_job_id(), trigger="api", defaults=defaults), 1_767_225_600_000).job
    return why_it_waits(job, function or resize(), None if workers is None else Room.of(workers), running, opening)


@pytest.mark.parametrize(
    ("workers", "sentence"),
    [
        (None, ANY_TIME),
        ([worker(), worker(4)], ANY_TIME),
        ([], "No live worker runs the function resize."),
        ([worker(paused=True)], "The one worker that runs the function resize is paused or leaves."),
        (
            [worker(paused=True), worker(state="draining")],
            "Each of the 2 workers that run the function resize is paused or leaves.",
        ),
        (
            [worker(4), worker(5), worker(paused=True)],
            "Every slot of the workers that run the function resize is taken (8 of 8).",
        ),
    ],
)
def test_workers_without_room_are_the_reason(workers: Sequence[WorkerSnapshot] | None, sentence: str) -> None:
    assert why(workers) == sentence


def test_the_functions_own_limit_is_said_before_its_workers() -> None:
    assert why([worker(4)], resize(limit=2), running=2) == "2 of at most 2 jobs of the function resize run."
    assert why([worker()], resize(limit=2), running=1) == ANY_TIME
    assert why([], resize(limit=2, paused=True), running=2) == "The function resize is paused."


def test_a_rate_limit_is_said_with_when_the_next_may_start() -> None:
    opening = Opening(1_767_225_660_500, 1)
    next_at = "the next may at 2026-01-01T00:01:00.500Z."
    said = {
        "1/s": f"At most 1 job of the function resize starts in a second; {next_at}",
        "5000/h": f"At most 5,000 jobs of the function resize start in an hour; {next_at}",
    }
    for rate, sentence in said.items():
        assert why([], resize(rate=rate), opening=opening) == sentence
    both = resize(limit=2, rate="1/s")
    assert why([], both, running=2, opening=opening) == "2 of at most 2 jobs of the function resize run."
    assert why([worker()], both) == ANY_TIME


class TestOverHttp:
    async def test_why_it_waits(self, shop: Any) -> None:
        waiting, later = await shop.enqueue(), await shop.enqueue(delay_s=3600)
        assert "worker" in (await shop.get(f"/jobs/{waiting['id']}"))["reason"]
        assert "Scheduled for" in (await shop.get(f"/jobs/{later['id']}"))["reason"]
        await shop.http.post("/api/v1/functions/resize/pause")
        assert "paused" in (await shop.get(f"/jobs/{waiting['id']}"))["reason"]

    async def test_why_it_waits_where_its_function_is_limited(self, shop: Any) -> None:
        limited = {"key": "resize", "max_concurrency": 1}
        await shop.http.post("/api/v1/functions", json={"functions": [limited]})
        _, waiting = await shop.enqueue(), await shop.enqueue()
        await shop.lease()
        assert (await shop.get(f"/jobs/{waiting['id']}"))["reason"].startswith("1 of at most 1 jobs")
