"""Routes, built from the inventory: the eight streams and their aliases, several on one connection, and what there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from millstream_contracts.inventory import StreamSpec, load_inventory
from millstream_contracts.names import Scope as Need
from millstream_contracts.names import Stream
from millstream_contracts.times import to_rfc3339
from millstream_kit.auth import Principal, allows, forbidden, require
from millstream_kit.errors import Refusal
from starlette.requests import Request as HttpRequest
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from millstream_stream_edge.cloud_events import ENVELOPE
from millstream_stream_edge.combined import read_plan, sub_of, wants_cloud_events
from millstream_stream_edge.edge import Edge
from millstream_stream_edge.params import Params, instant, text
from millstream_stream_edge.parking import Parked
from millstream_stream_edge.paths import are_valid, by_precedence
from millstream_stream_edge.plan import Plan, Sub
from millstream_stream_edge.response import unavailable
from millstream_stream_edge.resume import Wish


class StreamEndpoint:
    """One stream over one connection."""

    def __init__(self, spec: StreamSpec) -> None:
        self._spec = spec

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._respond(HttpRequest(scope)))(scope, receive, send)

    async def _respond(self, request: HttpRequest) -> ASGIApp:
        path: Mapping[str, str] = request.path_params
        refuse_bad_path(request, path)
        principal = await authenticate(request)
        if isinstance(principal, Refusal):
            return unavailable(principal.code)
        params = Params(request.query_params.multi_items())
        wish = read_wish(request, params, since=self._spec.since)
        sub = sub_of(self._spec.name, self._spec, path, params)
        plan = Plan((sub,), enveloped=False, cloud_events=wants_cloud_events(params))
        params.finish()
        if not may_have(principal, sub):
            raise forbidden(self._spec.scope)
        return await edge_of(request).open(plan, (), principal, wish, address_of(request))


class CombinedEndpoint:
    """Any number of streams over one connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._respond(HttpRequest(scope)))(scope, receive, send)

    async def _respond(self, request: HttpRequest) -> ASGIApp:
        principal = await authenticate(request)
        if isinstance(principal, Refusal):
            return unavailable(principal.code)
        params = Params(request.query_params.multi_items())
        wish = read_wish(request, params, since=True)
        plan = read_plan(params)
        refused = [sub for sub in plan.subs if not may_have(principal, sub)]
        if len(refused) == len(plan.subs):
            raise forbidden(" or ".join(sorted({sub.kind.spec.scope for sub in refused})))
        carried = replace(plan, subs=tuple(sub for sub in plan.subs if sub not in refused))
        return await edge_of(request).open(carried, refused, principal, wish, address_of(request))


def edge_of(request: HttpRequest) -> Edge:
    edge: Edge = request.app.state.edge
    return edge


def address_of(request: HttpRequest) -> str | None:
    """The client's address: what a trusted proxy said, else the connection's."""
    return None if request.client is None else request.client.host


async def authenticate(request: HttpRequest) -> Principal | Refusal:
    """Who asks; or the refusal, when it is only that nobody can tell right now.

    Raises:
        Refusal: 401.
    """
    try:
        principal: Principal = await request.app.state.authenticator.authenticate(request.headers)
    except Refusal as refusal:
        if refusal.status == 503:
            return refusal
        raise
    return principal


def refuse_bad_path(request: HttpRequest, path: Mapping[str, str]) -> None:
    """
    Raises:
        Refusal: 404, for a name that cannot be one, and for a slash that was smuggled in encoded.
    """
    if not are_valid(path) or b"%2f" in request.scope.get("raw_path", b"").lower():
        raise Refusal(404, "not_found", "There is no such stream.")


def read_wish(request: HttpRequest, params: Params, *, since: bool) -> Wish:
    """Where to begin: the header beats `last_event_id`, which beats `since`."""
    given = params.one("last_event_id", text)
    from_ms = params.one("since", instant) if since else None
    return Wish(request.headers.get("last-event-id") or given or None, from_ms)


def may_have(principal: Principal, sub: Sub) -> bool:
    """Whether a principal may have a stream as it is filtered: by its scope, or by one narrowed to what is asked."""
    spec = sub.kind.spec
    if allows(principal, spec.scope):
        return True
    confined = sub.filter.confined()
    return any(
        all(allows(principal, spec.scope, value if spec.is_dynamic else f"{field}:{value}") for value in values)
        for field in spec.narrowed_by
        if (values := confined.get(field, ()))
    )


def stream_routes() -> list[Route]:
    """The streams, each also under its alias; static paths first."""
    inventory = load_inventory()
    routes = [_get(inventory.combined, CombinedEndpoint())]
    for spec in by_precedence():
        endpoint = StreamEndpoint(spec)
        alias = inventory.alias_prefix + spec.endpoint.removeprefix(inventory.api_base)
        routes += [_get(spec.endpoint, endpoint), _get(alias, endpoint)]
    return routes


def _get(path: str, endpoint: Any) -> Route:
    route = Route(path, endpoint, methods=["GET"])
    route.methods = {"GET"}  # starlette adds HEAD, which would open a stream nobody reads
    return route


def api_routes() -> APIRouter:
    """What there is, and what is going on there."""
    router = APIRouter(prefix=load_inventory().api_base)

    @router.get("/streams", dependencies=[require(Need.STREAMS_READ)])
    async def list_streams(request: Request) -> dict[str, Any]:
        streams = [describe(edge_of(request), spec) for spec in load_inventory().stream_list]
        return {"streams": streams, "total": len(streams)}

    @router.get("/streams/parked", dependencies=[require(Need.STREAMS_READ)])
    async def list_parked_records(request: Request) -> dict[str, Any]:
        parked = [describe_parked(one) for one in edge_of(request).source.read.parking]
        return {"parked": parked, "total": len(parked)}

    return router


def describe_parked(record: Parked) -> dict[str, Any]:
    """One record that could not be read; what is in it stays in the log."""
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "at": to_rfc3339(record.timestamp_ms),
        "size_bytes": record.size_bytes,
        "error": record.error,
    }


def describe(edge: Edge, spec: StreamSpec) -> dict[str, Any]:
    """One stream as it stands in this process."""
    rings = [edge.source.rings[topic] for topic in spec.topics if topic in edge.source.rings]
    newest = max((ring.newest_ms for ring in rings if ring.newest_ms is not None), default=None)
    return {
        "name": spec.name,
        "path": spec.endpoint,
        "types": list(spec.types),
        "scope": spec.scope,
        "kind": spec.kind,
        "parameters": [*spec.filters, ENVELOPE, "last_event_id", *(["since"] if spec.since else [])],
        "subscribers": edge.hub.subscribers_of(Stream(spec.name)),
        "records_per_min": edge.source.records_per_min(spec.topics),
        "lag_ms": edge.source.lag_ms(rings),
        "newest_at": None if newest is None else to_rfc3339(newest),
    }
