"""APIs as they stand."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from millstream_contracts.names import Scope, Stream
from millstream_kit.answers import written
from millstream_kit.auth import require
from millstream_kit.stream_alias import HandedOn, to_alias

from millstream_apis.bodies import ApiDetail, ApiList, endpoint_fields, info_fields, overview_fields
from millstream_apis.routes.names import GOES_FIRST, KnownName, TrafficOf
from millstream_apis.settings import ApisSettings

router = APIRouter(dependencies=[GOES_FIRST])


@router.get("/apis", response_model=ApiList, dependencies=[require(Scope.APIS_READ)])
async def list_apis(traffic: TrafficOf) -> Response:
    """Every API, the busiest first."""
    views = await traffic.apis()
    return written({"apis": [info_fields(view) for view in views], "total": len(views)})


@router.get("/apis/{name}", response_model=ApiDetail, dependencies=[require(Scope.APIS_READ)])
async def get_api(name: KnownName, http: Request, traffic: TrafficOf) -> Response:
    """One API with its endpoints."""
    settings: ApisSettings = http.app.state.settings
    view = await traffic.api(name)
    return written(
        {
            "api": overview_fields(view),
            "endpoints": [endpoint_fields(endpoint, settings.apdex_ms) for endpoint in view.endpoints],
            "total_endpoints": len(view.endpoints),
        }
    )


@router.get("/apis/{name}/stream", status_code=307, response_class=Response)
async def stream(name: KnownName, request: Request, query: HandedOn) -> Response:
    """Where its stream is, for gateways that cannot tell this path from the others."""
    return await to_alias(request, Stream.API, name, query)
