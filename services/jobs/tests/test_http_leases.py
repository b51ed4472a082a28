"""Leases and reports over HTTP, as workers meet them."""

from __future__ import annotations

import json
from typing import Any

from millstream_kit.testing import problem


async def test_another_protocol_is_refused(shop: Any) -> None:
    for path in ("/functions", "/leases", "/leases/reports"):
        for version in ("2", ""):
            answer = await shop.http.post(f"/api/v1{path}", json={}, headers={"Millstream-Protocol": version})
            problem(answer, 400, "protocol_unsupported")


async def test_a_stale_report_is_refused_alone(shop: Any) -> None:
    await shop.enqueue()
    [lease] = await shop.lease()
    await shop.report(lease, "hand_back")
    result = await shop.report(lease, "renew")
    assert (result["status"], result["code"], result["expires_at"]) == (409, "stale_lease", None)


async def test_the_worker_hears_that_it_shall_stop(shop: Any) -> None:
    job = await shop.enqueue()
    [lease] = await shop.lease()
    await shop.http.post(f"/api/v1/jobs/{job['id']}/cancel")
    result = await shop.report(lease, "renew")
    assert (result["status"], result["cancel_requested"]) == (200, True)
    assert result["expires_at"] > lease["expires_at"]


LOCALS: dict[str, Any] = {
    "frames": [
        {
            "file": "/app/shop/jobs.py",
            "line": 7,
            "function": "resize",
            "variables": [{"name": "order", "value": "'tulip\x00'"}, {"name": "token", "value": None}],
            "left_out": 2,
        }
    ],
    "left_out": 1,
}


def failed(**more: Any) -> dict[str, Any]:
    return {"outcome": "failure", "error": "x", "error_type": "E", "traceback": "T", "retryable": False, **more}


async def test_locals_are_kept_with_the_attempt(shop: Any) -> None:
    job = await shop.enqueue()
    [lease] = await shop.lease()
    assert (await shop.report(lease, "outcome", **failed(locals=LOCALS)))["status"] == 200
    [attempt] = (await shop.get(f"/jobs/{job['id']}"))["attempts_log"]
    kept = json.loads(json.dumps(LOCALS).replace("\\u0000", "\ufffd"))
    assert (attempt["has_locals"], attempt["locals"]) == (True, kept)


async def test_locals_are_in_the_database_and_in_no_event(house: Any) -> None:
    await house.declare()
    await house.enqueue()
    job = await house.lease_one()
    await house.report(job, "outcome", **failed(locals=LOCALS))
    [attempt] = await house.store.attempts(job.id)
    assert "tulip" in attempt.locals
    assert await house.types(job) == ["job.queued", "job.started", "job.failed"]
    assert "tulip" not in str(await house.said(job))


async def test_a_report_said_again_without_its_locals_is_the_same(shop: Any) -> None:
    """As to a replica of the version before, which refused them, when the answer of a newer one was lost; and the other way."""
    for first, again in [({"locals": LOCALS}, {}), ({}, {"locals": LOCALS})]:
        await shop.enqueue()
        [lease] = await shop.lease()
        for said in (first, again):
            assert (await shop.report(lease, "outcome", **failed(**said)))["status"] == 200


async def test_locals_beyond_their_bounds_are_refused_alone(shop: Any) -> None:
    [frame] = LOCALS["frames"]
    variable = {"name": "n", "value": "é" * 200}
    many = [{**frame, "variables": [variable] * 30}] * 10
    for frames in (
        [frame] * 11,
        [{**frame, "variables": [variable] * 31}],
        [{**frame, "variables": [{"name": "n", "value": "x" * 201}]}],
        [{**frame, "file": "x" * 1025}],
        many,
    ):
        await shop.enqueue()
        [lease] = await shop.lease()
        result = await shop.report(lease, "outcome", **failed(locals={"frames": frames, "left_out": 0}))
        assert (result["status"], result["code"]) == (422, "invalid"), frames
        assert (await shop.report(lease, "outcome", **failed()))["status"] == 200
