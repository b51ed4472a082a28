"""What is told of schedules over HTTP, and what is refused."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from millstream_kit.testing import problem


class TestOverHttp:
    async def test_what_is_told_of_a_schedule(self, service: Any) -> None:
        await service.declare("report", name="Report", type="cron", schedule="0 8 * * 1-5", timezone="Europe/Berlin")
        listed = await service.get("/schedules")
        assert listed["total"] == 1
        [one] = listed["schedules"]
        assert (one["function"], one["function_name"], one["timezone"], one["overlap"]) == (
            "report",
            "Report",
            "Europe/Berlin",
            "skip",
        )
        assert one["words"] == "At 08:00 on Monday through Friday"
        assert one["next_runs"][0] == one["next_at"]
        assert len(one["next_runs"]) == 5
        assert await service.get("/schedules/report") == one | {"fires": []}
        function = await service.get("/functions/report")
        assert (function["type"], function["schedule"], function["next_run_at"]) == (
            "cron",
            "0 8 * * 1-5",
            one["next_at"],
        )
        assert (function["schedule_words"], function["schedule_timezone"], function["schedule_paused"]) == (
            one["words"],
            "Europe/Berlin",
            False,
        )
        assert (await service.get("/functions", type="cron"))["total"] == 1

    async def test_paused_and_resumed(self, service: Any) -> None:
        await service.declare("report", type="cron", schedule="* * * * *")
        answer = await service.http.post("/api/v1/schedules/report/pause")
        assert answer.json() == {"function": "report", "paused": True}
        one = await service.get("/schedules/report")
        assert (one["paused"], one["next_at"], len(one["next_runs"])) == (True, None, 5)
        assert (await service.get("/functions/report"))["next_run_at"] is None
        await service.http.post("/api/v1/schedules/report/resume")
        assert (await service.get("/schedules/report"))["next_at"] is not None

    async def test_each_second_it_makes_jobs_that_a_worker_gets(self, service: Any) -> None:
        await service.declare("tick", type="cron", schedule="* * * * * *")
        async with asyncio.timeout(5):
            while not (leases := await service.lease("tick")):
                await asyncio.sleep(0.05)
        [lease] = leases
        assert lease["job"]["source"] == {"type": "cron"}
        assert lease["job"]["kwargs"] == {}
        [newest, *_] = [f for f in (await service.get("/schedules/tick"))["fires"] if f["job_id"] == lease["job"]["id"]]
        assert (newest["outcome"], newest["missed"], newest["status"]) == ("enqueued", 0, "active")

    @pytest.mark.parametrize("way", ["", "/pause", "/resume"])
    async def test_a_function_without_one_has_none(self, shop: Any, way: str) -> None:
        call = shop.http.post if way else shop.http.get
        problem(await call(f"/api/v1/schedules/resize{way}"), 404, "unknown_schedule")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"type": "cron"},
            {"type": "task", "schedule": "* * * * *"},
            {"type": "task", "overlap": "skip"},
            {"type": "cron", "schedule": "* * * * *", "overlap": "perhaps"},
            {"type": "cron", "schedule": "* * * * *", "timezone": "../../etc/passwd"},
            {"type": "cron", "schedule": "* * * * *", "timezone": "Europe/Nowhere"},
            {"type": "cron", "schedule": "x" * 101},
            {"type": "cron", "schedule": "99 * * * *"},
        ],
    )
    async def test_a_wrong_one_is_refused(self, service: Any, wrong: dict[str, Any]) -> None:
        answer = await service.http.post("/api/v1/functions", json={"functions": [{"key": "report", **wrong}]})
        problem(answer, 422, "invalid")
        assert (await service.get("/schedules"))["total"] == 0
