"""The buckets of what this process counts: added to, written, and remembered.

All that is counted under a claim goes to the rows of its home. Nobody else writes those while the claim holds, so what was
written last under it is what is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from millstream_kit.db import Dialect
from millstream_kit.sketch import Sketch
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.counting import Route, Tally
from millstream_apis.dialect import buckets_at, write
from millstream_apis.model import Counts
from millstream_apis.store import Claim

REMEMBERED = 20_000  # buckets, of some 2 KB

_COLUMNS = (
    *("endpoint_id", "at_ms", "partition"),
    *(f"n_{c}xx" for c in range(1, 6)),
    *("latency_sum_ms", "last_at_ms", "sketch", "request_bytes", "response_bytes"),
)
_Place = tuple[str, int, int]  # table, endpoint, first millisecond


class Buckets:
    """Adds tallies to the database, reading what was there only when this process did not write it itself."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: dict[_Place, Counts] = {}  # the longest unused first
        self._claim: Claim | None = None

    def forget(self) -> None:
        """Read everything anew next time: what was written may not be there."""
        self._known.clear()
        self._claim = None

    async def add(
        self, tx: AsyncConnection, table: Table, claim: Claim, tally: Tally, ids: Mapping[Route, int]
    ) -> None:
        """Add a tally to a table's rows of the claim's home."""
        if self._claim != claim:  # another may have counted there since
            self.forget()
            self._claim = claim
        added = {(ids[api, endpoint], at_ms): counts for (api, endpoint, at_ms), counts in tally.items()}
        whole: dict[tuple[int, int], Counts] = {}
        for key, counts in added.items():
            known = self._known.pop((table.name, *key), None)
            if known is not None:
                known.merge(counts)
                whole[key] = known
        unknown = sorted(added.keys() - whole.keys())
        for row in await buckets_at(tx, self._dialect, table, claim.home, unknown):
            added[row["endpoint_id"], row["at_ms"]].merge(counts_of(row))
        whole |= {key: added[key] for key in unknown}
        rows = [_row(key, claim.home, counts) for key, counts in whole.items()]
        await write(tx, self._dialect, table, _COLUMNS, rows, "replace")
        self._known.update({(table.name, *key): counts for key, counts in whole.items()})
        while len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]


def counts_of(row: Mapping[Any, Any]) -> Counts:
    """A bucket's row as counts."""
    return Counts(
        [int(row[f"n_{c}xx"]) for c in range(1, 6)],
        float(row["latency_sum_ms"]),
        int(row["last_at_ms"]),
        Sketch.from_bytes(row["sketch"]),
        float(row["request_bytes"]),
        float(row["response_bytes"]),
    )


def _row(key: tuple[int, int], home: int, counts: Counts) -> tuple[object, ...]:
    return (
        *(*key, home, *counts.by_class, counts.latency_sum_ms, counts.last_at_ms, counts.sketch.to_bytes()),
        *(counts.request_bytes, counts.response_bytes),
    )
