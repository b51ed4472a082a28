"""Counting in a database: one transaction checks the claim, compares the offset, counts and moves the offset."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from heapq import nlargest

from millstream_contracts.ids import new_event_id
from millstream_kit.db import Database, inserting
from millstream_kit.deploys import Deploys
from millstream_kit.leases import Leases
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.buckets import Buckets
from millstream_apis.counting import (
    Enqueueings,
    Fresh,
    Route,
    Uses,
    by_api,
    by_call,
    by_consumer,
    by_endpoint,
    by_function,
    gathered,
    request_key,
    requests_by_api,
    routes_of,
    since,
)
from millstream_apis.dialect import later, locking, remember, upsert, write
from millstream_apis.model import (
    ALL_APIS,
    HOUR_MS,
    MINUTE_MS,
    OVERFLOW,
    TENS_KEPT_MS,
    TOTAL,
    UNMATCHED,
    Batch,
    EndpointKey,
    Instance,
    Request,
)
from millstream_apis.records import pack_feed
from millstream_apis.registry import Registry
from millstream_apis.store import Claim, ClaimLost, Counted, Part
from millstream_apis.tables import (
    APIS,
    CONSUMER_HOURS,
    CONSUMERS,
    ENDPOINTS,
    FEED,
    FUNCTION_HOURS,
    FUNCTIONS,
    HOURS,
    INSTANCES,
    MINUTES,
    ODOMETERS,
    OFFSETS,
    REQUESTS,
    TENS,
    UNTOLD,
)
from millstream_apis.uses import OTHER_FUNCTIONS, OTHERS, ConsumerKey, FunctionKey, Use

REPEAT_MS = HOUR_MS
FUNCTIONS_PER_API = 200
WHOLE_API = 0  # the "hour" of an untold API itself
FROM_HEARTBEAT = -1  # the source of what no partition told

_LOGGED = (
    *("api_name", "id", "at_ms", "method", "path", "status", "latency_ms", "instance_id", "sampled", "trace_id"),
    *("request_bytes", "response_bytes", "consumer"),
)
_ENQUEUED = ("function_id", "at_ms", "endpoint_id", "partition", "jobs")
_USED = ("consumer_id", "at_ms", "endpoint_id", "partition", *Use._fields)


class SqlCounting:
    """Exactly-once counting.

    Args:
        leases: of the partitions; checked in every transaction.
        endpoints_per_api: routes counted apart.
        consumers_per_api: consumers told apart.
        feed_per_s: how many requests of an API one transaction picks for the feed.
        instance_ttl_ms: of what silence an instance is gone, and no longer runs its version.
    """

    def __init__(
        self,
        database: Database,
        leases: Leases,
        deploys: Deploys,
        *,
        endpoints_per_api: int,
        consumers_per_api: int,
        feed_per_s: int,
        instance_ttl_ms: int,
    ) -> None:
        self._db = database
        self._leases = leases
        self._deploys = deploys
        self._instance_ttl_ms = instance_ttl_ms
        always = (TOTAL, UNMATCHED, OVERFLOW)
        self._registry = Registry(database.dialect, ENDPOINTS, EndpointKey, always, OVERFLOW, endpoints_per_api)
        self._consumers = Registry(database.dialect, CONSUMERS, ConsumerKey, (OTHERS,), OTHERS, consumers_per_api)
        self._functions = Registry(
            database.dialect, FUNCTIONS, FunctionKey, (OTHER_FUNCTIONS,), OTHER_FUNCTIONS, FUNCTIONS_PER_API
        )
        self._buckets = Buckets(database.dialect)
        self._feed_per_s = feed_per_s

    async def next_offsets(self, topic_epoch: str) -> Mapping[int, int]:
        query = select(OFFSETS.c.partition, OFFSETS.c.next_offset).where(OFFSETS.c.epoch == topic_epoch)
        async with self._db.connect() as connection:
            return {row.partition: row.next_offset for row in await connection.execute(query)}

    async def count(self, claim: Claim, parts: Sequence[Part]) -> Counted:
        try:
            async with self._db.begin() as tx:
                if lost := await self._leases.lost(tx, dict(claim.leases.values())):
                    raise ClaimLost(", ".join(sorted(lost)))
                return await self._count(tx, claim, parts)
        except BaseException:
            # Rows this transaction made are gone; what was learnt of them must go too.
            self._registry.clear()
            self._consumers.clear()
            self._functions.clear()
            self._buckets.forget()
            raise

    async def _count(self, tx: AsyncConnection, claim: Claim, parts: Sequence[Part]) -> Counted:
        stored = await self._stored_offsets(tx, claim)
        ahead = [part for part in parts if part.next_offset > stored.get(part.partition, 0)]
        if not ahead:
            return Counted()
        new = [b for part in ahead for offset, b in part.batches if offset >= stored.get(part.partition, 0)]
        fresh = await self._not_counted_yet(tx, new)
        await self._keep_apis(tx, new)
        moved = await self._add(tx, claim, fresh, max((b.received_at_ms for b in new), default=0))
        # After the API's row, which may be locked to be numbered: as a heartbeat does.
        await self._hear_instances(tx, new)
        await self._log(tx, fresh)
        await self._pick_for_feed(tx, fresh)
        await mark_untold(tx, self._db, moved | {(b.api_name, WHOLE_API) for b in new}, claim.home)
        await self._move_offsets(tx, claim, ahead)
        counted = sum(map(len, fresh.values()))
        return Counted(counted, sum(len(b.requests) for b in new) - counted)

    async def _stored_offsets(self, tx: AsyncConnection, claim: Claim) -> Mapping[int, int]:
        o = OFFSETS.c
        query = select(o.partition, o.next_offset).where(o.epoch == claim.topic_epoch)
        return {row.partition: row.next_offset for row in await tx.execute(query)}

    async def _move_offsets(self, tx: AsyncConnection, claim: Claim, parts: Sequence[Part]) -> None:
        rows = [
            (
                claim.topic_epoch,
                part.partition,
                part.next_offset,
                max((b.received_at_ms for _, b in part.batches), default=0),
            )
            for part in parts
        ]
        await write(
            tx, self._db.dialect, OFFSETS, ("epoch", "partition", "next_offset", "counted_to_ms"), rows, "replace"
        )

    async def _not_counted_yet(self, tx: AsyncConnection, batches: Sequence[Batch]) -> Fresh:
        first: dict[str, tuple[str, Request]] = {}
        received: dict[str, int] = {}
        for batch in batches:
            api_name, received_at_ms = batch.api_name, batch.received_at_ms
            for request in batch.requests:
                key = request_key(api_name, request.id)
                if key not in first:
                    first[key], received[key] = (api_name, request), received_at_ms
        fresh = await remember(tx, self._db.dialect, received, REPEAT_MS)
        found: dict[str, list[Request]] = {}
        for key, (api_name, request) in first.items():
            if key in fresh:
                found.setdefault(api_name, []).append(request)
        return found

    async def _keep_apis(self, tx: AsyncConnection, batches: Sequence[Batch]) -> None:
        seen: dict[str, int] = {}
        for batch in batches:
            seen.setdefault(batch.api_name, batch.received_at_ms)
        if rows := [{"name": n, "first_seen_ms": at} for n, at in sorted(seen.items())]:
            await tx.execute(inserting(self._db.dialect, APIS).on_conflict_do_nothing(), rows)

    async def _hear_instances(self, tx: AsyncConnection, batches: Sequence[Batch]) -> None:
        heard: dict[tuple[str, str], int] = {}
        for batch in batches:
            key = (batch.api_name, batch.instance_id)
            heard[key] = max(heard.get(key, 0), batch.received_at_ms)
        rows = [
            {"api_name": api, "id": i, "started_at_ms": at, "last_heartbeat_ms": at, "endpoints": []}
            for (api, i), at in sorted(heard.items())
        ]
        if rows:
            statement = inserting(self._db.dialect, INSTANCES)
            old, new = INSTANCES.c.last_heartbeat_ms, statement.excluded.last_heartbeat_ms
            newest = {"last_heartbeat_ms": later(old, new)}
            await tx.execute(statement.on_conflict_do_update(index_elements=["api_name", "id"], set_=newest), rows)

    async def _add(self, tx: AsyncConnection, claim: Claim, fresh: Fresh, received_at_ms: int) -> set[tuple[str, int]]:
        """Into the buckets; which hours of which APIs moved."""
        if not fresh:
            return set()
        calls = by_call(fresh)
        routes = routes_of(calls)
        totals = {(api, TOTAL) for api in [ALL_APIS, *fresh]}
        ids = await self._registry.ids(tx, totals | set(routes.values()))
        rows = {call: self._registry.row_of(route) for call, route in routes.items()}
        # All are put together before any takes up what the database holds of it.
        tens = by_api(fresh)
        await asyncio.sleep(0)  # who asks has a turn
        minutes = by_endpoint(calls, rows) | gathered(tens, MINUTE_MS)
        hours = gathered(minutes, HOUR_MS)
        moved = {(api, hour) for api, _, hour in hours if api != ALL_APIS}
        driven = [(ids[api, TOTAL], claim.home, requests) for api, requests in requests_by_api(hours).items()]
        await self._buckets.add(tx, TENS, claim, since(tens, received_at_ms - TENS_KEPT_MS), ids)
        await self._buckets.add(tx, MINUTES, claim, minutes, ids)
        await self._buckets.add(tx, HOURS, claim, hours, ids)
        await write(tx, self._db.dialect, ODOMETERS, ("endpoint_id", "partition", "requests"), driven, "add")
        await self._add_uses(tx, claim, by_consumer(calls, rows), ids)
        await self._add_jobs(tx, claim, by_function(calls, rows), ids)
        return moved

    async def _add_uses(self, tx: AsyncConnection, claim: Claim, uses: Uses, endpoints: Mapping[Route, int]) -> None:
        ids = await self._consumers.ids(tx, {(api, consumer) for api, consumer, _, _ in uses})
        added: dict[tuple[int, int, int], list[Use]] = {}
        for (api, consumer, endpoint, at_ms), use in uses.items():
            row = ids[api, self._consumers.row_of((api, consumer))]
            added.setdefault((row, at_ms, endpoints[api, endpoint]), []).append(use)
        rows = [(*place, claim.home, *Use.together(some)) for place, some in sorted(added.items())]
        await write(tx, self._db.dialect, CONSUMER_HOURS, _USED, rows, "add")

    async def _add_jobs(
        self, tx: AsyncConnection, claim: Claim, jobs: Enqueueings, endpoints: Mapping[Route, int]
    ) -> None:
        ids = await self._functions.ids(tx, {(api, function) for api, function, _, _ in jobs})
        added: dict[tuple[int, int, int], int] = {}
        for (api, function, endpoint, at_ms), many in jobs.items():
            place = (ids[api, self._functions.row_of((api, function))], at_ms, endpoints[api, endpoint])
            added[place] = added.get(place, 0) + many
        rows = [(*place, claim.home, many) for place, many in sorted(added.items())]
        await write(tx, self._db.dialect, FUNCTION_HOURS, _ENQUEUED, rows, "add")

    async def _log(self, tx: AsyncConnection, fresh: Fresh) -> None:
        rows = [
            (api, id_, at_ms, method, path or UNMATCHED.path, *told, taken, sent, consumer)
            for api, requests in fresh.items()
            for id_, at_ms, method, path, *told, _, taken, sent, consumer, _ in requests
        ]
        await write(tx, self._db.dialect, REQUESTS, _LOGGED, rows)

    async def _pick_for_feed(self, tx: AsyncConnection, fresh: Fresh) -> None:
        rows = []
        for api, requests in fresh.items():
            picked = nlargest(self._feed_per_s, requests, key=lambda r: r.urgency)
            packed = pack_feed(api, [(new_event_id(), r) for r in sorted(picked, key=lambda r: r.at_ms)])
            rows.append({"api_name": api, "dropped": len(requests) - len(picked), "items": packed})
        if rows:
            await tx.execute(FEED.insert(), rows)

    async def keep_instance(self, api_name: str, instance: Instance, docs_url: str | None) -> None:
        async with self._db.begin() as tx:
            api = {"name": api_name, "first_seen_ms": instance.last_heartbeat_ms, "docs_url": docs_url}
            keep = inserting(self._db.dialect, APIS).values(api)
            if docs_url is None:
                keep = keep.on_conflict_do_nothing()
            else:
                is_new = APIS.c.docs_url.is_distinct_from(docs_url)
                keep = keep.on_conflict_do_update(index_elements=["name"], set_={"docs_url": docs_url}, where=is_new)
            is_changed = (await tx.execute(keep)).rowcount > 0
            i = INSTANCES.c
            query = select(INSTANCES).where(i.api_name == api_name, i.id == instance.id)
            old = (await tx.execute(locking(self._db.dialect, query))).mappings().first()
            began_ms = min(old["started_at_ms"], instance.started_at_ms) if old else instance.started_at_ms
            new = {
                "api_name": api_name,
                "id": instance.id,
                "started_at_ms": began_ms,
                "last_heartbeat_ms": instance.last_heartbeat_ms,
                "host": instance.host,
                "port": instance.port,
                "endpoints": list(instance.endpoints),
                "hostname": instance.hostname,
                "version": instance.version,
                "tags": instance.tags,
            }
            await tx.execute(upsert(self._db.dialect, INSTANCES), new)
            # A newer heartbeat alone is nothing to tell.
            if is_changed or old is None or dict(old) | {"last_heartbeat_ms": 0} != new | {"last_heartbeat_ms": 0}:
                await mark_untold(tx, self._db, {(api_name, WHOLE_API)}, FROM_HEARTBEAT)
            # A pod that keeps its name is another process once it runs another version.
            is_same = old is not None and old["version"] == instance.version
            await self._note_deploy(tx, api_name, instance, began_ms if is_same else instance.last_heartbeat_ms)

    async def _note_deploy(self, tx: AsyncConnection, api_name: str, instance: Instance, began_ms: int) -> None:
        now_ms = instance.last_heartbeat_ms

        async def others_run(version: str) -> bool:
            i = INSTANCES.c
            present = (
                i.api_name == api_name,
                i.id != instance.id,
                i.last_heartbeat_ms > now_ms - self._instance_ttl_ms,
            )
            return (await tx.execute(select(i.id).where(*present, i.version == version).limit(1))).first() is not None

        await self._deploys.note(
            tx, api_name, instance.version, began_ms=began_ms, now_ms=now_ms, others_run=others_run
        )


async def mark_untold(tx: AsyncConnection, db: Database, moved: set[tuple[str, int]], source: int) -> None:
    """Remember what others must be told, under versions never used before."""
    rows = [
        {"api_name": api, "hour_ms": hour, "source": source, "version": secrets.randbits(62)}
        for api, hour in sorted(moved)
    ]
    if rows:
        await tx.execute(upsert(db.dialect, UNTOLD), rows)
