"""Requests into buckets: what one transaction adds, before the database is asked anything."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from millstream_apis.model import ALL_APIS, MINUTE_MS, TEN_S_MS, TOTAL, Counts, EndpointKey, Request

Route = tuple[str, EndpointKey]  # API name, endpoint
Call = tuple[str, str, str]  # API name, method, path
Place = tuple[str, EndpointKey, int]  # API name, endpoint, first millisecond
Tally = dict[Place, Counts]


def request_key(api_name: str, request_id: str) -> str:
    """What a request is remembered by: 128 bits, hex."""
    return hashlib.blake2b(f"{api_name}\0{request_id}".encode(), digest_size=16).hexdigest()


def routes_of(requests: Iterable[tuple[str, Request]]) -> dict[Call, Route]:
    """The route of each of the few ways these requests were called."""
    distinct = {(api_name, r.method, r.path): r for api_name, r in requests}
    return {call: (call[0], r.endpoint) for call, r in distinct.items()}


def by_endpoint(requests: Iterable[tuple[str, Request]], rows: Mapping[Call, EndpointKey]) -> Tally:
    """Requests by endpoint and minute.

    Args:
        requests: API name and request.
        rows: the endpoint each way to call is counted in.
    """
    grouped: dict[Place, list[Request]] = {}
    for api_name, r in requests:
        place = (api_name, rows[api_name, r.method, r.path], r.at_ms - r.at_ms % MINUTE_MS)
        grouped.setdefault(place, []).append(r)
    return {place: Counts.of(mine) for place, mine in grouped.items()}


def by_api(requests: Iterable[tuple[str, Request]]) -> Tally:
    """Requests by API and ten seconds, and those of all APIs together."""
    grouped: dict[Place, list[Request]] = {}
    for api_name, r in requests:
        grouped.setdefault((api_name, TOTAL, r.at_ms - r.at_ms % TEN_S_MS), []).append(r)
    tally = {place: Counts.of(mine) for place, mine in grouped.items()}
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
