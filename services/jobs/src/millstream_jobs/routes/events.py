"""/events: what happened, told once to every function it triggers."""

from __future__ import annotations

from fastapi import APIRouter, Response
from millstream_kit.auth import Principal, require
from millstream_kit.errors import Refusal, problems

from millstream_jobs.handlers.emit import emit_event
from millstream_jobs.inputs import EventIn
from millstream_jobs.routes.desk import OnDesk, only_problem, origin, sees_payloads
from millstream_jobs.routes.jobs import MAY_ENQUEUE
from millstream_jobs.shapes import EventOut
from millstream_jobs.views import job_out


def events_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/events", tags=["events"], responses=problems())
    router.add_api_route("", post_event, methods=["POST"], status_code=201, responses={200: {"model": EventOut}})
    router.add_api_route("", get_events, methods=["GET"], **only_problem(405))
    return router


async def post_event(
    desk: OnDesk, wish: EventIn, response: Response, principal: Principal = require(*MAY_ENQUEUE)
) -> EventOut:
    """One job for each function whose pattern fits; none is an empty list. The same key again finds what it made."""
    emitted = await emit_event(desk.context, wish, origin())
    desk.metrics.enqueued.inc(len(emitted.rows) if emitted.is_new else 0)
    if not emitted.is_new:
        response.status_code = 200
    payloads = sees_payloads(principal)
    return EventOut(
        id=emitted.event.id,
        type=emitted.event.type,
        jobs=[job_out(row, payloads=payloads) for row in emitted.rows],
    )


async def get_events() -> None:
    raise Refusal(405, "method_not_allowed", "Events are read as a stream.", headers={"Allow": "POST"})
