"""APIs and instances are bounded: whoever may report cannot fill the installation with invented names."""

from typing import Any

import pytest
from millstream_apis.admission import REMEMBERED_S, Admission
from millstream_apis.errors import TooMany
from millstream_apis.store_reading import SqlReading
from millstream_kit.clock import ManualClock
from millstream_kit.db import Database
from millstream_kit.testing import problem


async def test_there_is_room_for_so_many_and_who_is_in_stays_in(either: Database) -> None:
    clock = ManualClock()
    admission = Admission(SqlReading(either), clock, most_apis=2, most_instances=2)
    await admission.admit("shop", ["a", "b"])
    await admission.admit("mail", ["a"])
    with pytest.raises(TooMany, match="2 apis"):
        await admission.admit("invented", ["a"])
    with pytest.raises(TooMany, match="2 instances"):
        await admission.admit("shop", ["c"])
    await admission.admit("shop", ["b", "a"])
    await clock.advance(REMEMBERED_S)  # nothing of them was ever counted
    await admission.admit("invented", ["a", "b"])


async def test_what_the_database_knows_is_counted_and_over_http_it_is_a_422(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.send([a_request("i1")])
    await site.until_counted(1)
    traffic = site.app.state.traffic
    monkeypatch.setattr(
        traffic, "_admission", Admission(traffic._reading, ManualClock(), most_apis=1, most_instances=1)
    )
    for path, body in (
        ("invented/requests", {"requests": [a_request("i1")]}),
        ("shop/requests", {"requests": [a_request("i2")]}),
        ("shop/instances/i2/heartbeat", {}),
    ):
        problem(await site.http.post(f"/api/v1/apis/{path}", json=body), 422, "too_many")
    assert (await site.http.post("/api/v1/apis/shop/requests", json={"requests": [a_request("i1")]})).status_code == 202


def a_request(instance: str) -> dict[str, Any]:
    figures = {"method": "GET", "path": "/a", "status": 200, "latency_ms": 1.0}
    return {"id": "r1", "at": "2026-01-01T12:00:00Z", "instance_id": instance, **figures}
