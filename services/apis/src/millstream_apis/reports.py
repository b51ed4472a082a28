"""Reports of an API that are told beside its requests: each counts once, one at a time."""

from __future__ import annotations

from millstream_kit.db import Dialect, inserting
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.counting import request_key
from millstream_apis.dialect import locking, remember
from millstream_apis.model import HOUR_MS
from millstream_apis.tables import APIS

REPEAT_MS = HOUR_MS


async def is_new(tx: AsyncConnection, dialect: Dialect, api_name: str, kind: str, report_id: str, now_ms: int) -> bool:
    """Whether a report was not counted within the hour; from here on nobody else adds to this API until the transaction ends."""
    # What is read is what is written over: whoever comes later waits.
    new = {"name": api_name, "first_seen_ms": now_ms}
    await tx.execute(inserting(dialect, APIS).on_conflict_do_nothing(), new)
    await tx.execute(locking(dialect, select(APIS.c.name).where(APIS.c.name == api_name)))
    # A request's id has no such beginning, so none is taken for a report.
    key = request_key(api_name, f"{kind}\0{report_id}")
    return bool(await remember(tx, dialect, {key: now_ms}, REPEAT_MS))
