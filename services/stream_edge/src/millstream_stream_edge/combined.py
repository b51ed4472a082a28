"""`GET /api/v1/stream`: what of several streams a request asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from millstream_contracts.inventory import StreamSpec, load_inventory
from millstream_contracts.names import Stream
from millstream_kit.errors import Refusal

from millstream_stream_edge.cloud_events import CLOUD_EVENTS, ENVELOPE
from millstream_stream_edge.params import Params, one_of, text
from millstream_stream_edge.paths import match_stream
from millstream_stream_edge.plan import Plan, Sub
from millstream_stream_edge.streams import STREAMS

MOST_SUBS = 32
_SUB_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One sub as it stands in the query."""

    name: str
    spec: StreamSpec
    path: Mapping[str, str]
    query: str


def sub_of(name: str, spec: StreamSpec, path: Mapping[str, str], params: Params) -> Sub:
    """A sub with its parameters read; faults are collected in `params`."""
    wanted = STREAMS[Stream(spec.name)].filter(params, path)
    return Sub(name, Stream(spec.name), wanted, spec.snapshot.format(**path), spec.endpoint.format(**path))


def wants_cloud_events(params: Params) -> bool:
    """Whether the connection's data events are asked for as CloudEvents."""
    return params.one(ENVELOPE, one_of((CLOUD_EVENTS,))) is not None


def read_plan(params: Params) -> Plan:
    """The plan a combined request asks for.

    Raises:
        Refusal: 422, naming every fault.
    """
    asked = _by_name(params) + _by_path(params)
    names = [one.name for one in asked]
    for name in sorted({name for name in names if names.count(name) > 1}):
        params.fault("sub", f"{name} is there twice")
    if not asked and not params.faults:
        params.fault("streams", "name at least one stream, here or in sub")
    if len(asked) > MOST_SUBS:
        params.fault("sub", f"at most {MOST_SUBS} on one connection")
    subs = [_read_sub(one, params) for one in asked]
    cloud_events = wants_cloud_events(params)
    params.finish()
    return Plan(tuple(subs), enveloped=True, cloud_events=cloud_events)


def _by_name(params: Params) -> list[Asked]:
    found: list[Asked] = []
    for name in (params.one("streams", text) or "").split(","):
        spec = load_inventory().streams.get(name)
        if not name:
            continue
        if spec is None:
            params.fault("streams", f"{name} is not a stream")
        elif spec.is_dynamic:
            params.fault("streams", f"{name} needs a name in its path, ask for it with sub")
        else:
            found.append(Asked(name, spec, {}, ""))
    return found


def _by_path(params: Params) -> list[Asked]:
    found: list[Asked] = []
    for value in params.many("sub", text):
        name, colon, target = value.partition(":")
        path, _, query = target.partition("?")
        matched = match_stream(load_inventory().api_base + path)
        if not colon or _SUB_NAME.fullmatch(name) is None:
            params.fault("sub", f"{value[:80]!r} is not <name>:<path below {load_inventory().api_base}>")
        elif matched is None:
            params.fault("sub", f"{name}: {path[:80]!r} is not the path of a stream")
        else:
            found.append(Asked(name, *matched, query))
    return found


def _read_sub(asked: Asked, params: Params) -> Sub:
    inner = Params(parse_qsl(asked.query, keep_blank_values=True), prefix=f"sub.{asked.name}.")
    sub = sub_of(asked.name, asked.spec, asked.path, inner)
    try:
        inner.finish()
    except Refusal:
        params.faults += inner.faults
    return sub
