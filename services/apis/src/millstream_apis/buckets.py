"""The buckets of the partitions this process counts: added to, written, and remembered.

Nobody else writes a partition's rows while its claim holds, so what was written last under that claim is what is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from millstream_kit.sketch import Sketch
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.counting import Route, Tally
from millstream_apis.dialect import Dialect, buckets_at, write
from millstream_apis.model import Counts
from millstream_apis.store import Claim

REMEMBERED = 20_000  # buckets, of some 2 KB

_Place = tuple[str, int, int, int]  # table, partition, endpoint, first millisecond


class Buckets:
    """Adds tallies to the database, reading what was there only when this process did not write it itself."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: dict[_Place, Counts] = {}  # the longest unused first
        self._claims: dict[int, Claim] = {}

    def forget(self) -> None:
        """Read everything anew next time: what was written may not be there."""
        self._known.clear()
        self._claims.clear()

    async def add(
        self, tx: AsyncConnection, table: Table, claim: Claim, tally: Tally, ids: Mapping[Route, int]
    ) -> None:
        """Add a tally to the partition's own rows of a table."""
        if self._claims.get(claim.partition) != claim:
            # Another may have counted since; one partition gone is rare enough to forget all.
            self.forget()
            self._claims[claim.partition] = claim
        added = {(ids[api, endpoint], at_ms): counts for (api, endpoint, at_ms), counts in tally.items()}
        whole: dict[tuple[int, int], Counts] = {}
        for key, counts in added.items():
            known = self._known.pop((table.name, claim.partition, *key), None)
            if known is not None:
                known.merge(counts)
                whole[key] = known
        unknown = sorted(added.keys() - whole.keys())
        for row in await buckets_at(tx, self._dialect, table, claim.partition, unknown):
            added[row["endpoint_id"], row["at_ms"]].merge(counts_of(row))
        whole |= {key: added[key] for key in unknown}
        rows = [_row(endpoint_id, at_ms, claim.partition, whole[endpoint_id, at_ms]) for endpoint_id, at_ms in whole]
        await write(tx, self._dialect, table, rows, "replace")
        self._known.update({(table.name, claim.partition, *key): counts for key, counts in whole.items()})
        while len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]


def counts_of(row: Mapping[Any, Any]) -> Counts:
    """A bucket's row as counts."""
    return Counts(
        [int(row[f"n_{c}xx"]) for c in range(1, 6)],
        float(row["latency_sum_ms"]),
        int(row["last_at_ms"]),
        Sketch.from_bytes(row["sketch"]),
    )


def _row(endpoint_id: int, at_ms: int, partition: int, counts: Counts) -> dict[str, Any]:
    return {
        "endpoint_id": endpoint_id,
        "at_ms": at_ms,
        "partition": partition,
        **{f"n_{c}xx": n for c, n in enumerate(counts.by_class, 1)},
        "latency_sum_ms": counts.latency_sum_ms,
        "last_at_ms": counts.last_at_ms,
        "sketch": counts.sketch.to_bytes(),
    }
