"""Where PostgreSQL and SQLite differ."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Dialect = Literal["sqlite", "postgresql"]

# Remember ids, and give back those that were not counted within the hour before.
_REMEMBER = {
    "postgresql": """
        INSERT INTO counted (key, received_at_ms)
        SELECT key, at_ms FROM unnest(CAST(:keys AS uuid[]), CAST(:times AS bigint[])) AS new (key, at_ms)
        ON CONFLICT (key) DO UPDATE SET received_at_ms = excluded.received_at_ms
        WHERE counted.received_at_ms <= excluded.received_at_ms - :window
        RETURNING key""",
    "sqlite": """
        INSERT INTO counted (key, received_at_ms)
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:rows) WHERE true
        ON CONFLICT (key) DO UPDATE SET received_at_ms = excluded.received_at_ms
        WHERE counted.received_at_ms <= excluded.received_at_ms - :window
        RETURNING key""",
}


def insert(dialect: Dialect, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def upsert(dialect: Dialect, table: Table) -> Any:
    """An INSERT that replaces every column of a row that is there."""
    statement = insert(dialect, table)
    keys = [c.name for c in table.primary_key]
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=others)


def locking(dialect: Dialect, query: Any) -> Any:
    """The query, locking its rows until the transaction ends; SQLite's transactions are alone anyway."""
    return query.with_for_update() if dialect == "postgresql" else query


async def remember(tx: AsyncConnection, dialect: Dialect, keys: Mapping[str, int], window_ms: int) -> set[str]:
    """Remember when requests were counted.

    Args:
        keys: request key (32 hex digits) to when it was received.
        window_ms: how long a repeat is one.

    Returns:
        the keys that are not repeats.
    """
    ordered: Sequence[tuple[str, int]] = sorted(keys.items())  # one order for all, or two replicas deadlock
    if not ordered:
        return set()
    if dialect == "postgresql":
        values: dict[str, Any] = {"keys": [k for k, _ in ordered], "times": [t for _, t in ordered]}
    else:
        values = {"rows": json.dumps(ordered)}
    found = await tx.execute(text(_REMEMBER[dialect]), values | {"window": window_ms})
    return {str(key).replace("-", "") for key in found.scalars()}
