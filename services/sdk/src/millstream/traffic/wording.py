"""Requests as the JSON they are told in.

An API is called in few ways and many times a second: what does not change from request to request is encoded once, and the
rest are numbers. `json.dumps` of a dict for each of them costs three times as much.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from millstream.traffic.buffer import Told

JSON = {"Content-Type": "application/json"}


def body_of(instance_id: str, told: Iterable[tuple[Told, int]]) -> str:
    """The body of an ingest call.

    Args:
        instance_id: a slug, so that it needs no escaping.
        told: requests and their weights.
    """
    return f'{{"requests":[{",".join(_item(instance_id, request, weight) for request, weight in told)}]}}'


def _item(instance_id: str, told: Told, weight: int) -> str:
    more = f',"sampled":true,"weight":{weight}' if weight > 1 else ""
    if told.trace_id:
        more += f',"trace_id":"{told.trace_id}"'
    if told.request_bytes is not None:
        more += f',"request_bytes":{told.request_bytes}'
    if told.response_bytes is not None:
        more += f',"response_bytes":{told.response_bytes}'
    if told.consumer is not None:
        more += f',"consumer":{_text(told.consumer)}'
    if told.enqueued:
        more += f',"enqueued":{json.dumps(dict(told.enqueued))}'
    second, ms = divmod(int(told.at * 1000), 1000)
    return (
        f'{{"id":"{instance_id}.{told.number}","instance_id":"{instance_id}","at":"{_second(second)}.{ms:03}Z",'
        f'"latency_ms":{told.latency_ms:.3f},{_call(told.method, told.path, told.status)}{more}}}'
    )


@lru_cache(maxsize=16)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


@lru_cache(maxsize=1_000)
def _text(text: str) -> str:
    return json.dumps(text)


@lru_cache(maxsize=1_000)
def _call(method: str, path: str, status: int) -> str:
    """The members of an object, without its braces."""
    return json.dumps({"method": method, "path": path, "status": status})[1:-1]
