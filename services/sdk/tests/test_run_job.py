"""A job's function, run in the test's own process with the job's arguments."""

from __future__ import annotations

import logging
from datetime import date

import pytest
from millstream import Context, InvalidArguments, Millstream, NonRetryable
from millstream.context import current_context
from millstream.errors import UnfitResult
from millstream.testing import MemoryServer, run_job

app = Millstream("testing", url="http://nobody.test")


@app.function()
async def later(day: date, by: int = 1) -> list[date]:
    return [day.replace(day=day.day + by)]


@app.function(retries=2)
def tells(ctx: Context, pages: int) -> int:
    first = ctx.last_checkpoint or 0
    ctx.progress(0.5)
    ctx.log("reading", level="warning", pages=pages)
    ctx.artifact_sync("notes.txt", "text")
    ctx.artifact_sync("findings.md", b"# Findings")
    ctx.checkpoint(pages)
    later.enqueue_sync(day=date(2026, 1, 1))
    return first + ctx.attempt


@app.function()
async def fans_out(ctx: Context) -> None:
    await later.enqueue(day=date(2026, 1, 1))
    await ctx.artifact("a.json", {"a": 1})


@app.function()
def fails() -> None:
    raise NonRetryable("there is no product 7")


@app.function()
def odd() -> int:
    return "text"  # type: ignore[return-value]  # its hint is broken on purpose


def test_arguments_and_result_are_json_as_the_server_keeps_them() -> None:
    assert run_job(later, {"day": "2026-01-01", "by": 2}) == ["2026-01-03"]


def test_what_it_raises_is_raised_here() -> None:
    server = MemoryServer()
    with pytest.raises(NonRetryable, match="there is no product 7"):
        run_job(fails, {}, server=server)
    [job] = server.jobs.values()
    assert (job.status, job.error_type) == ("failed", "NonRetryable")


def test_arguments_that_do_not_fit_are_refused_as_a_worker_does() -> None:
    with pytest.raises(InvalidArguments, match="missing"):
        run_job(later, {"by": 1})
    with pytest.raises(UnfitResult):
        run_job(odd, {})


def test_what_it_tells_and_enqueues_stays_in_memory(caplog: pytest.LogCaptureFixture) -> None:
    server = MemoryServer()
    with caplog.at_level(logging.INFO):
        assert run_job(tells, {"pages": 3}, server=server, attempt=2, checkpoint=40) == 42
    job, child = server.jobs.values()
    assert (job.status, job.result, job.progress, job.checkpoint) == ("complete", 42, 0.5, 3)
    assert job.lines == [{"level": "warning", "message": "reading", "fields": {"pages": 3}}]
    notes, findings = (artifact["body"] for artifact in job.artifacts)
    assert b"notes.txt" in notes
    assert b"findings.md" in findings
    assert b"file/binary" not in findings
    assert (child.function, child.parent_id, child.status) == ("later", job.id, "queued")
    assert [(r.levelname, r.message) for r in caplog.records if r.name == "millstream.job"] == [
        ("WARNING", "reading {'pages': 3}")
    ]


def test_nothing_of_it_is_left_behind() -> None:
    server = MemoryServer()
    run_job(fans_out, {}, server=server)
    assert [job.function for job in server.jobs.values()] == ["fans_out", "later"]
    assert app.client.url == "http://nobody.test"
    assert current_context() is None
