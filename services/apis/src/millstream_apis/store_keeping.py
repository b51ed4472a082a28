"""Letting go, in a database; always a slice at a time, so that no transaction is long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from millstream_kit.db import Database
from sqlalchemy import Column, Table, delete, exists, func, or_, select

from millstream_apis.dialect import upsert
from millstream_apis.model import ALL_APIS, HOUR_MS, MINUTE_MS, TOTAL
from millstream_apis.tables import (
    APIS,
    CAPTURES,
    CONSUMER_HOURS,
    CONSUMERS,
    COUNTED,
    ENDPOINTS,
    EXCEPTION_HOURS,
    FEED,
    FIELD_HOURS,
    FUNCTION_HOURS,
    FUNCTIONS,
    HOURS,
    INSTANCES,
    LEASES,
    MARKS,
    MINUTES,
    OFFSETS,
    REQUESTS,
    TENS,
    TRACEBACKS,
    UNMATCHED_PATHS,
    UNTOLD,
)

E = ENDPOINTS.c


class SqlKeeping:
    """The store's housekeeping."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def counted_to(self, topic_epoch: str) -> Mapping[int, tuple[int, int]]:
        query = select(OFFSETS).where(OFFSETS.c.epoch == topic_epoch)
        async with self._db.connect() as connection:
            rows = await connection.execute(query)
            return {r.partition: (r.next_offset, r.counted_to_ms) for r in rows}

    async def forget_ids(self, before_ms: int) -> int:
        return await self._slice_by_slice(COUNTED, COUNTED.c.received_at_ms, before_ms, 10_000)

    async def forget_requests(self, before_ms: int) -> int:
        return await self._slice_by_slice(REQUESTS, REQUESTS.c.at_ms, before_ms, 10_000)

    async def forget_captures(self, before_ms: int, most: int) -> int:
        at = CAPTURES.c.at_ms
        async with self._db.connect() as connection:
            beyond = (
                await connection.execute(select(at).order_by(at.desc()).offset(most).limit(1))
            ).scalar_one_or_none()
        if beyond is not None:
            before_ms = max(before_ms, beyond + 1)
        return await self._slice_by_slice(CAPTURES, at, before_ms, 60_000)

    async def forget_buckets(self, tens_before_ms: int, minutes_before_ms: int, hours_before_ms: int) -> int:
        tens = await self._slice_by_slice(TENS, TENS.c.at_ms, tens_before_ms, MINUTE_MS)
        minutes = await self._slice_by_slice(MINUTES, MINUTES.c.at_ms, minutes_before_ms, MINUTE_MS)
        return tens + minutes + await self._slice_by_slice(HOURS, HOURS.c.at_ms, hours_before_ms, HOUR_MS)

    async def forget_consumers(self, before_ms: int) -> int:
        return await self._hours_of(CONSUMERS, CONSUMER_HOURS, CONSUMER_HOURS.c.consumer_id, before_ms)

    async def forget_functions(self, before_ms: int) -> int:
        return await self._hours_of(FUNCTIONS, FUNCTION_HOURS, FUNCTION_HOURS.c.function_id, before_ms)

    async def _hours_of(self, names: Table, hours: Table, of: Column[Any], before_ms: int) -> int:
        gone = await self._slice_by_slice(hours, hours.c.at_ms, before_ms, HOUR_MS)
        if gone:
            async with self._db.begin() as tx:
                await tx.execute(delete(names).where(~exists().where(of == names.c.id)))
        return gone

    async def forget_unmatched(self, before_ms: int) -> int:
        return await self._slice_by_slice(UNMATCHED_PATHS, UNMATCHED_PATHS.c.at_ms, before_ms, HOUR_MS)

    async def forget_failures(self, before_ms: int) -> int:
        gone = 0
        for table in (EXCEPTION_HOURS, FIELD_HOURS, TRACEBACKS):
            gone += await self._slice_by_slice(table, table.c.at_ms, before_ms, HOUR_MS)
        return gone

    async def forget_instances(self, before_ms: int) -> int:
        return await self._slice_by_slice(INSTANCES, INSTANCES.c.last_heartbeat_ms, before_ms, HOUR_MS)

    async def forget_apis(self, first_seen_before_ms: int) -> list[str]:
        busy = or_(*(exists().where(table.c.endpoint_id == E.id) for table in (TENS, MINUTES, HOURS)))
        of_it = [exists().where(t.c.api_name == APIS.c.name) for t in (ENDPOINTS, INSTANCES, FEED)]
        idle = (APIS.c.first_seen_ms < first_seen_before_ms, *(~found for found in of_it))
        async with self._db.begin() as tx:
            await tx.execute(delete(ENDPOINTS).where(~busy))
            gone = list((await tx.execute(delete(APIS).where(*idle).returning(APIS.c.name))).scalars())
            await tx.execute(delete(UNTOLD).where(UNTOLD.c.api_name.in_(gone)))
            # Processes that are no more; a lease that is only late keeps its row and so its epoch.
            members = LEASES.c.name.like("%.member/%")
            await tx.execute(delete(LEASES).where(members, LEASES.c.expires_at_ms < first_seen_before_ms))
        return gone

    async def old_trends(self, from_ms: int, to_ms: int) -> list[tuple[str, int]]:
        c = HOURS.c
        query = (
            select(E.api_name, c.at_ms)
            .join_from(HOURS, ENDPOINTS, E.id == c.endpoint_id)
            .where(E.api_name != ALL_APIS, E.method == TOTAL.method, E.path == TOTAL.path)
            .where(c.at_ms >= from_ms, c.at_ms < to_ms)
            .distinct()
        )
        async with self._db.connect() as connection:
            return [(row.api_name, row.at_ms) for row in await connection.execute(query)]

    async def mark(self, name: str) -> int:
        async with self._db.connect() as connection:
            query = select(MARKS.c.value_ms).where(MARKS.c.name == name)
            return (await connection.execute(query)).scalar_one_or_none() or 0

    async def set_mark(self, name: str, value_ms: int) -> None:
        async with self._db.begin() as tx:
            await tx.execute(upsert(self._db.dialect, MARKS), {"name": name, "value_ms": value_ms})

    async def _slice_by_slice(self, table: Table, at: Column[Any], before_ms: int, step_ms: int) -> int:
        gone = 0
        while True:
            async with self._db.begin() as tx:
                oldest = (await tx.execute(select(func.min(at)).where(at < before_ms))).scalar_one()
                if oldest is None:
                    return gone
                done = await tx.execute(delete(table).where(at < min(before_ms, oldest + step_ms)))
                gone += done.rowcount
