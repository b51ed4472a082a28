"""What the contract names and a later version does: 501, never an invented answer."""

from __future__ import annotations

from fastapi import APIRouter
from millstream_contracts.names import Scope
from millstream_kit.auth import Principal, require
from millstream_kit.errors import not_implemented, problems

from millstream_jobs.routes.desk import only_problem


def later_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1", responses=problems(), tags=["later"])
    for method, scope in (("GET", Scope.JOBS_READ), ("POST", Scope.JOBS_WRITE)):
        router.add_api_route(
            "/schedules", _schedules(scope), methods=[method], name=f"{method} schedules", **only_problem(501)
        )
        router.add_api_route("/schedules/{rest:path}", _schedules(scope), methods=[method], include_in_schema=False)
    return router


def _schedules(scope: Scope):  # type: ignore[no-untyped-def]  # FastAPI reads the signature below
    async def schedules(_: Principal = require(scope)) -> None:
        raise not_implemented("Scheduling")

    return schedules
