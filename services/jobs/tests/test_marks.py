"""What a timeline marks on jobs: warnings and errors they logged, and how far they were when; on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from millstream_contracts.times import to_rfc3339
from millstream_jobs.store_dialect import listed
from millstream_jobs.store_marks import MARK_CHARS, MOST_MARKED, NOTABLE, _newest_lines
from millstream_jobs.store_transaction import MOST_PROGRESS_CHARS
from millstream_jobs.views import points_out
from sqlalchemy import text


async def log(house: Any, job: Any, *levels: str, at_ms: int | None = None) -> None:
    at = to_rfc3339(house.clock.now_ms() if at_ms is None else at_ms)
    lines = [{"at": at, "level": level, "message": f"{level} {n}"} for n, level in enumerate(levels)]
    await house.report(job, "log", lines=lines)


async def marked(house: Any, job: Any) -> list[str]:
    [marks] = await house.store.marks([job.id])
    return [line.message for line in marks.lines]


class TestLines:
    async def test_warnings_and_worse_are_marked_in_the_order_of_time(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        await log(house, job, "warning", "info", "debug", at_ms=house.clock.now_ms() + 5)
        await log(house, job, "error", "critical")
        assert await marked(house, job) == ["error 0", "critical 1", "warning 0"]

    async def test_each_job_has_its_own_and_one_that_is_not_there_is_missing(self, house: Any) -> None:
        for _ in range(3):
            await house.enqueue()
        first, second, third = (row.job for row in await house.lease(most=3))
        await log(house, first, "error")
        await log(house, third, "warning")
        found = await house.store.marks([third.id, "job_01AAAAAAAAAAAAAAAAAAAAAAAA", second.id])
        assert {marks.job_id: len(marks.lines) for marks in found} == {second.id: 0, third.id: 1}

    async def test_of_many_the_worst_are_kept_and_of_those_the_newest(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        await log(house, job, "error", *["warning"] * (MOST_MARKED * 3))
        [marks] = await house.store.marks([job.id])
        assert (len(marks.lines), marks.is_all) == (MOST_MARKED, False)
        assert [line.message for line in marks.lines][:2] == ["error 0", f"warning {MOST_MARKED * 2 + 2}"]
        assert marks.lines[-1].message == f"warning {MOST_MARKED * 3}"

    async def test_all_that_fit_are_said_to_be_all(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        await log(house, job, *["warning"] * MOST_MARKED)
        [marks] = await house.store.marks([job.id])
        assert (len(marks.lines), marks.is_all) == (MOST_MARKED, True)
        await log(house, job, "error")
        [marks] = await house.store.marks([job.id])
        assert (len(marks.lines), marks.is_all) == (MOST_MARKED, False)

    async def test_of_a_long_line_its_beginning_is_told(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        line = {"at": "2026-01-01T00:00:00Z", "level": "error", "message": "é" * 5000}
        await house.report(job, "log", lines=[line])
        assert await marked(house, job) == ["é" * MARK_CHARS]

    @pytest.mark.parametrize("level", NOTABLE)
    async def test_only_the_index_of_notable_lines_is_looked_at(self, sqlite: Any, level: str) -> None:
        query = _newest_lines(listed("sqlite", ["job_1"]), level).compile(
            compile_kwargs={"literal_binds": True}, dialect=sqlite.engine.dialect
        )
        async with sqlite.connect() as connection:
            plan = [row.detail for row in await connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))]
        looks = [step for step in plan if "log_lines" in step]
        assert [step for step in looks if "log_lines_notable (job_id=? AND level=?" in step] == looks, plan
        assert len(looks) == 2


class TestProgress:
    async def test_how_far_it_was_when_is_kept_by_twentieths(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        start = house.clock.now_ms()
        for n in range(1, 101):
            await house.clock.advance(1)
            await house.report(job, "progress", progress=n / 100)
        [attempt] = await house.store.attempts(job.id)
        points = points_out(attempt.progress)
        assert [point.progress for point in points] == [0.01, *(n / 20 for n in range(1, 21))]
        assert points[-1].at == to_rfc3339(start + 100_000)
        [marks] = await house.store.marks([job.id])
        assert (marks.attempt, marks.progress) == (1, attempt.progress)

    async def test_each_attempt_has_its_own_and_the_newest_is_marked(self, house: Any) -> None:
        await house.enqueue()
        for progress in (0.3, 0.6):
            job = await house.lease_one()
            await house.report(job, "progress", progress=progress)
            await house.report(job, "hand_back")
        await house.lease_one()
        told = [[point.progress for point in points_out(a.progress)] for a in await house.store.attempts(job.id)]
        assert told == [[0.3], [0.6], []]
        [marks] = await house.store.marks([job.id])
        assert (marks.attempt, marks.progress) == (None, None)

    async def test_a_program_that_goes_back_and_forth_fills_no_database(self, house: Any) -> None:
        await house.enqueue()
        job = await house.lease_one()
        place = {"job_id": job.id, "token": job.lease.token, "kind": "progress"}
        await house.reports(*({**place, "progress": n % 2} for n in range(200)))
        [attempt] = await house.store.attempts(job.id)
        assert MOST_PROGRESS_CHARS <= len(attempt.progress) < MOST_PROGRESS_CHARS + 30
        assert len(points_out(attempt.progress)) < 60


class TestOverHttp:
    async def test_marks_are_told_with_points(self, shop: Any) -> None:
        job = await shop.enqueue()
        [lease] = await shop.lease()
        await shop.report(lease, "log", lines=[{"at": "2026-01-01T00:00:00Z", "level": "error", "message": "no disk"}])
        await shop.report(lease, "progress", progress=0.5)
        [marks] = (await shop.get("/jobs/marks", job_id=job["id"]))["jobs"]
        assert marks["lines"] == [
            {"at": "2026-01-01T00:00:00.000Z", "level": "error", "message": "no disk", "attempt": 1}
        ]
        assert (marks["job_id"], marks["has_more"], marks["attempt"]) == (job["id"], False, 1)
        detail = await shop.get(f"/jobs/{job['id']}")
        assert [point["progress"] for point in marks["progress_log"]] == [0.5]
        assert detail["attempts_log"][0]["progress_log"] == marks["progress_log"]

    @pytest.mark.parametrize(("many", "status"), [(0, 422), (1, 200), (50, 200), (51, 422)])
    async def test_up_to_fifty_jobs_are_asked_for_at_once(self, shop: Any, many: int, status: int) -> None:
        asked = [("job_id", f"job_{n:026d}") for n in range(many)]
        assert (await shop.http.get("/api/v1/jobs/marks", params=asked)).status_code == status
