"""Requests into buckets: what one transaction adds, before the database is asked anything."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from millstream_apis.model import HOUR_MS, TOTAL, Counts, EndpointKey, Request, minute_of

Route = tuple[str, EndpointKey]  # API name, endpoint
Place = tuple[str, EndpointKey, int]  # API name, endpoint, first millisecond
Tally = dict[Place, Counts]


def request_key(api_name: str, request_id: str) -> str:
    """What a request is remembered by: 128 bits, hex."""
    return hashlib.blake2b(f"{api_name}\0{request_id}".encode(), digest_size=16).hexdigest()


def by_minute(requests: Iterable[tuple[str, Request]], rows: Mapping[Route, EndpointKey]) -> Tally:
    """Requests by endpoint and minute.

    Args:
        requests: API name and request.
        rows: the endpoint each route is counted in.
    """
    tally: Tally = {}
    for api_name, request in requests:
        place = (api_name, rows[api_name, request.endpoint], minute_of(request.at_ms))
        counts = tally.get(place)
        if counts is None:
            counts = tally[place] = Counts()
        counts.add(request.status, request.latency_ms, request.at_ms, request.weight)
    return tally


def with_totals(tally: Tally) -> Tally:
    """The tally and, for every API, its endpoints together."""
    whole = dict(tally)
    for (api_name, _, at_ms), counts in tally.items():
        _merge(whole, (api_name, TOTAL, at_ms), counts)
    return whole


def by_hour(tally: Tally) -> Tally:
    """Minutes gathered into hours."""
    hours: Tally = {}
    for (api_name, endpoint, at_ms), counts in tally.items():
        _merge(hours, (api_name, endpoint, at_ms - at_ms % HOUR_MS), counts)
    return hours


def _merge(tally: Tally, place: Place, counts: Counts) -> None:
    if place not in tally:
        tally[place] = Counts()
    tally[place].merge(counts)
