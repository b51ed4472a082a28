"""For tests: requests as an API reports them."""

from __future__ import annotations

from itertools import count
from typing import Any

from millstream_contracts.times import to_rfc3339

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
