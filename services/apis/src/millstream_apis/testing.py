"""For tests: requests as an API reports them, and a store that counts them."""

from __future__ import annotations

from itertools import count
from typing import Any

from millstream_contracts.times import to_rfc3339
from millstream_kit.db import Database
from millstream_kit.deploys import Deploys
from millstream_kit.leases import Leases

from millstream_apis.store_counting import SqlCounting
from millstream_apis.tables import DEPLOYS

NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z
_ids = count(1)


def a_request(at_ms: int = NOON, **changes: Any) -> dict[str, Any]:
    """One request, with an id of its own."""
    return {
        "id": f"r{next(_ids)}",
        "at": to_rfc3339(at_ms),
        "method": "GET",
        "path": "/items/{id}",
        "status": 200,
        "latency_ms": 12.5,
        "instance_id": "i1",
    } | changes


def a_counting_store(
    database: Database, leases: Leases, *, endpoints_per_api: int = 5, consumers_per_api: int = 3, feed_per_s: int = 4
) -> SqlCounting:
    """A store that counts a few endpoints apart."""
    return SqlCounting(
        database,
        leases,
        Deploys(database, DEPLOYS),
        endpoints_per_api=endpoints_per_api,
        consumers_per_api=consumers_per_api,
        feed_per_s=feed_per_s,
        instance_ttl_ms=90_000,
    )
