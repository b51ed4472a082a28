"""APIs as they stand."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Scope
from millstream_kit.answers import written
from millstream_kit.auth import allows, forbidden, principal_of, require

from millstream_apis.bodies import ApiDetail, ApiList, endpoint_fields, info_fields, overview_fields
from millstream_apis.routes.names import GOES_FIRST, KnownName, TrafficOf

router = APIRouter(dependencies=[GOES_FIRST])


@router.get("/apis", response_model=ApiList, dependencies=[require(Scope.APIS_READ)])
async def list_apis(traffic: TrafficOf) -> Response:
    """Every API, the busiest first."""
    views = await traffic.apis()
    return written({"apis": [info_fields(view) for view in views], "total": len(views)})


@router.get("/apis/{name}", response_model=ApiDetail, dependencies=[require(Scope.APIS_READ)])
async def get_api(name: KnownName, traffic: TrafficOf) -> Response:
    """One API with its endpoints."""
    view = await traffic.api(name)
    return written(
        {
            "api": overview_fields(view),
            "endpoints": [endpoint_fields(endpoint) for endpoint in view.endpoints],
            "total_endpoints": len(view.endpoints),
        }
    )


@router.get("/apis/{name}/stream", status_code=307, response_class=RedirectResponse)
async def stream(name: KnownName, request: Request) -> RedirectResponse:
    """Where its stream is, for gateways that cannot tell this path from the others."""
    if not allows(await principal_of(request), Scope.STREAMS_API, name):
        raise forbidden(Scope.STREAMS_API)
    inventory = load_inventory()
    place = request.url.path.removeprefix(inventory.api_base)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{inventory.alias_prefix}{place}{query}", 307)
