"""Requests into buckets: what one transaction adds, before the database is asked anything."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import chain

from millstream_apis.model import (
    ALL_APIS,
    HOUR_MS,
    MINUTE_MS,
    TEN_S_MS,
    TOTAL,
    Counts,
    EndpointKey,
    Request,
    endpoint_of,
)
from millstream_apis.uses import ConsumerKey, FunctionKey, Use

Fresh = Mapping[str, Sequence[Request]]  # API name to its requests
Route = tuple[str, EndpointKey]  # API name, endpoint
Call = tuple[str, str, str]  # API name, method, path
Calls = Mapping[tuple[str, str, str, int], Sequence[Request]]  # a call and its minute to its requests
Place = tuple[str, EndpointKey, int]  # API name, endpoint, first millisecond
Tally = dict[Place, Counts]
Enqueueings = Mapping[tuple[str, FunctionKey, EndpointKey, int], int]  # …, first millisecond, to jobs
Uses = Mapping[tuple[str, ConsumerKey, EndpointKey, int], Use]  # API name, consumer, endpoint, first millisecond


def request_key(api_name: str, request_id: str) -> str:
    """What a request is remembered by: 128 bits, hex."""
    return hashlib.blake2b(f"{api_name}\0{request_id}".encode(), digest_size=16).hexdigest()


def by_call(fresh: Fresh) -> Calls:
    """Requests by how they were called, and minute."""
    grouped: dict[tuple[str, str, str, int], list[Request]] = {}
    for api_name, requests in fresh.items():
        for r in requests:
            at_ms = r.at_ms
            grouped.setdefault((api_name, r.method, r.path, at_ms - at_ms % MINUTE_MS), []).append(r)
    return grouped


def routes_of(calls: Calls) -> dict[Call, Route]:
    """The route of each of the few ways these requests were called."""
    return {
        (api_name, method, path): (api_name, endpoint_of(method, path))
        for api_name, method, path in {call[:3] for call in calls}
    }


def by_endpoint(calls: Calls, rows: Mapping[Call, EndpointKey]) -> Tally:
    """Requests by endpoint and minute.

    Args:
        calls: requests by how they were called.
        rows: the endpoint each way to call is counted in.
    """
    grouped: dict[Place, list[Sequence[Request]]] = {}
    for (api_name, method, path, at_ms), requests in calls.items():
        grouped.setdefault((api_name, rows[api_name, method, path], at_ms), []).append(requests)
    return {place: Counts.of(list(chain.from_iterable(some))) for place, some in grouped.items()}


def by_consumer(calls: Calls, rows: Mapping[Call, EndpointKey]) -> Uses:
    """What each consumer asked of each endpoint, by the hour; requests of nobody are left out."""
    grouped: dict[tuple[str, ConsumerKey, EndpointKey, int], list[Request]] = {}
    for (api_name, method, path, at_ms), requests in calls.items():
        endpoint, hour = rows[api_name, method, path], at_ms - at_ms % HOUR_MS
        for r in requests:
            if r.consumer is not None:
                grouped.setdefault((api_name, ConsumerKey(r.consumer), endpoint, hour), []).append(r)
    return {place: Use.of(mine) for place, mine in grouped.items()}


def by_function(calls: Calls, rows: Mapping[Call, EndpointKey]) -> Enqueueings:
    """How many jobs of each function each endpoint enqueued, by the hour."""
    found: dict[tuple[str, FunctionKey, EndpointKey, int], int] = {}
    for (api_name, method, path, at_ms), requests in calls.items():
        for r in requests:
            for name, jobs in r.enqueued:
                place = (api_name, FunctionKey(name), rows[api_name, method, path], at_ms - at_ms % HOUR_MS)
                found[place] = found.get(place, 0) + jobs * r.weight
    return found


def by_api(fresh: Fresh) -> Tally:
    """Requests by API and ten seconds, and those of all APIs together."""
    tally: Tally = {}
    for api_name, requests in fresh.items():
        grouped: dict[int, list[Request]] = {}
        for r in requests:
            at_ms = r.at_ms
            grouped.setdefault(at_ms - at_ms % TEN_S_MS, []).append(r)
        tally |= {(api_name, TOTAL, at_ms): Counts.of(mine) for at_ms, mine in grouped.items()}
    for (_, _, at_ms), counts in list(tally.items()):
        _merge(tally, (ALL_APIS, TOTAL, at_ms), counts)
    return tally


def gathered(tally: Tally, step_ms: int) -> Tally:
    """Buckets gathered into longer ones."""
    longer: Tally = {}
    for (api_name, endpoint, at_ms), counts in tally.items():
        _merge(longer, (api_name, endpoint, at_ms - at_ms % step_ms), counts)
    return longer


def requests_by_api(tally: Tally) -> dict[str, int]:
    """How many requests of each API are in these buckets."""
    found: dict[str, int] = {}
    for (api_name, endpoint, _), counts in tally.items():
        if endpoint == TOTAL:
            found[api_name] = found.get(api_name, 0) + counts.requests
    return found


def since(tally: Tally, earliest_ms: int) -> Tally:
    """The buckets that are not older than that."""
    return {place: counts for place, counts in tally.items() if place[2] >= earliest_ms}


def _merge(tally: Tally, place: Place, counts: Counts) -> None:
    there = tally.get(place)
    if there is None:
        tally[place] = counts.copy()
    else:
        there.merge(counts)
