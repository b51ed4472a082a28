"""What the contract names and a later version does: 501, never an invented answer."""

from __future__ import annotations

from fastapi import APIRouter
from millstream_contracts.names import Scope
from millstream_kit.auth import Principal, require
from millstream_kit.errors import Refusal, not_implemented, problems

from millstream_jobs.routes.desk import only_problem


def later_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1", responses=problems(), tags=["later"])
    for method, scope in (("GET", Scope.JOBS_READ), ("POST", Scope.JOBS_WRITE)):
        router.add_api_route(
            "/schedules", _schedules(scope), methods=[method], name=f"{method} schedules", **only_problem(501)
        )
        router.add_api_route("/schedules/{rest:path}", _schedules(scope), methods=[method], include_in_schema=False)
    router.add_api_route("/events", get_events, methods=["GET"], **only_problem(405))
    router.add_api_route("/events", post_event, methods=["POST"], **only_problem(501))
    return router


def _schedules(scope: Scope):  # type: ignore[no-untyped-def]  # FastAPI reads the signature below
    async def schedules(_: Principal = require(scope)) -> None:
        raise not_implemented("Scheduling")

    return schedules


async def get_events() -> None:
    raise Refusal(405, "method_not_allowed", "Events are read as a stream.", headers={"Allow": "POST"})


async def post_event(_: Principal = require(Scope.JOBS_ENQUEUE, Scope.JOBS_WRITE)) -> None:
    raise not_implemented("Triggering functions by events")
