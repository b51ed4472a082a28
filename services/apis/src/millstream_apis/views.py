"""APIs as they stand at a moment, put together from what was counted. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from millstream_apis.declared import declared_endpoints, declared_tags
from millstream_apis.model import (
    HOUR_MS,
    MINUTE_MS,
    RATE_WINDOW_MS,
    TOTAL,
    ApiView,
    Counts,
    EndpointKey,
    EndpointView,
    Instance,
    TrendHour,
    hour_of,
    minute_of,
    rate_per_min,
)
from millstream_apis.store import Api

Minutes = Mapping[EndpointKey, Sequence[tuple[int, int]]]


def view_of(
    api: Api,
    instances: Sequence[Instance],
    counts: Mapping[EndpointKey, Counts],
    minutes: Minutes,
    *,
    now_ms: int,
    active_ms: int,
) -> ApiView:
    """An API with its endpoints.

    Args:
        instances: those heard of lately.
        counts: 24 hours of each endpoint, TOTAL among them.
        minutes: the last minutes of each endpoint.
        active_ms: how long after its last request an API without instances still counts as active.
    """
    routes = (counts.keys() | declared_endpoints(instances)) - {TOTAL}
    tags = declared_tags(instances)
    endpoints = [
        EndpointView(
            key,
            counts.get(key) or Counts(),
            rate_per_min(minutes.get(key, ()), now_ms, api.first_seen_ms),
            tags.get(key, ()),
        )
        for key in routes
    ]
    endpoints.sort(key=lambda e: (-e.counts.requests, e.key))
    total = counts.get(TOTAL) or Counts()
    listed = list_view(api, instances, total, minutes.get(TOTAL, ()), counts.keys(), now_ms=now_ms, active_ms=active_ms)
    return replace(listed, endpoints=tuple(endpoints))


def list_view(
    api: Api,
    instances: Sequence[Instance],
    total: Counts,
    minutes: Sequence[tuple[int, int]],
    counted: AbstractSet[EndpointKey],
    *,
    now_ms: int,
    active_ms: int,
) -> ApiView:
    """An API without its endpoints; `counted` are those that were called."""
    return ApiView(
        name=api.name,
        active=bool(instances) or now_ms - total.last_at_ms < active_ms,
        instances=tuple(instances),
        total=total,
        requests_per_min=rate_per_min(minutes, now_ms, api.first_seen_ms),
        endpoint_count=len((counted | declared_endpoints(instances)) - {TOTAL}),
        docs_url=api.docs_url,
    )


def minutes_by_endpoint(rows: Iterable[tuple[str, EndpointKey, int, int]]) -> Mapping[str, Minutes]:
    """API to endpoint to (minute, requests)."""
    found: dict[str, dict[EndpointKey, list[tuple[int, int]]]] = {}
    for api_name, endpoint, at_ms, requests in rows:
        found.setdefault(api_name, {}).setdefault(endpoint, []).append((at_ms, requests))
    return found


def rate_since(now_ms: int) -> int:
    """The oldest minute a rate looks at."""
    return minute_of(now_ms - RATE_WINDOW_MS)


def face(view: ApiView) -> tuple[object, ...]:
    """What a reader sees of a view: two with the same face tell the same. A newer heartbeat alone is not seen."""
    return (
        view.active,
        view.requests_per_min,
        view.docs_url,
        tuple(replace(i, last_heartbeat_ms=0) for i in view.instances),
        _figures(view.total),
        tuple((e.key, e.requests_per_min, e.tags, _figures(e.counts)) for e in view.endpoints),
    )


def _figures(counts: Counts) -> tuple[object, ...]:
    return tuple(counts.by_class), counts.latency_sum_ms, counts.last_at_ms


def next_change_ms(view: ApiView, now_ms: int, *, ttl_ms: int, active_ms: int) -> int | None:
    """When time alone may change this view: a rate decays, a minute leaves the day, an instance goes silent."""
    due = [i.last_heartbeat_ms + ttl_ms + 1 for i in view.instances]
    if view.total.last_at_ms and now_ms - view.total.last_at_ms < active_ms:
        due.append(view.total.last_at_ms + active_ms)
    if view.requests_per_min:
        due.append(now_ms + 5_000)
    elif view.total.requests:
        due.append(minute_of(now_ms) + MINUTE_MS)
    return min((d for d in due if d > now_ms), default=None)


def zero_filled(found: Mapping[int, TrendHour], hours: int, now_ms: int) -> list[TrendHour]:
    """The last hours, ascending, the open one last, with nothing left out."""
    last = hour_of(now_ms)
    return [found.get(h, TrendHour(h)) for h in range(last - (hours - 1) * HOUR_MS, last + 1, HOUR_MS)]
