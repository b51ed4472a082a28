"""Leases and reports over HTTP, as workers meet them."""

from __future__ import annotations

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
