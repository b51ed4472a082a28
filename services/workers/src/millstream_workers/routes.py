"""HTTP: heartbeats in, the fleet out."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Scope
from millstream_contracts.times import HOUR_MS, to_rfc3339
from millstream_kit.answers import check_period, whole_steps, written
from millstream_kit.auth import require
from millstream_kit.bodies import Instant
from millstream_kit.clock import Clock
from millstream_kit.deploys import DeployList, DeploysQuery, list_deploys
from millstream_kit.errors import Refusal, invalid, problems
from pydantic import BaseModel, Field

from millstream_workers.bodies import (
    ID_PATTERN,
    HeardOut,
    HeartbeatIn,
    WorkerActivity,
    WorkerInfo,
    WorkerInstance,
    WorkerKill,
    WorkerList,
    WorkerLoss,
    WorkerLosses,
    WorkerSeries,
)
from millstream_workers.errors import WorkerUnknown
from millstream_workers.handlers import Fleet
from millstream_workers.minutes import MINUTE_MS, Point
from millstream_workers.model import Asked

router = APIRouter(prefix=f"{load_inventory().api_base}/workers", responses=problems())


def fleet_of(request: Request) -> Fleet:
    """The application's fleet."""
    fleet: Fleet = request.app.state.fleet
    return fleet


FleetOf = Annotated[Fleet, Depends(fleet_of)]

STEPS_MS = {"1m": MINUTE_MS, "5m": 5 * MINUTE_MS, "1h": HOUR_MS}
MOST_POINTS = 1_500  # a day of minutes
USUAL_POINTS = 60


class SeriesQuery(BaseModel):
    """What a worker's series may be asked for; without times, its last 60 steps."""

    after: Instant | None = None
    before: Instant | None = None
    step: Literal["1m", "5m", "1h"] = "1m"

    def steps(self, now_ms: int) -> range:
        """The beginnings of its steps; see `whole_steps`."""
        return whole_steps(self.after, self.before, now_ms, STEPS_MS[self.step], usual=USUAL_POINTS, most=MOST_POINTS)


class LossesQuery(BaseModel):
    after: Instant | None = None
    before: Instant | None = None
    limit: int = Field(100, ge=1, le=500)


@router.get("", dependencies=[require(Scope.WORKERS_READ)])
async def list_workers(fleet: FleetOf) -> WorkerList:
    """Every worker, by name."""
    groups = await fleet.groups()
    return WorkerList(workers=[WorkerInfo.of(g) for g in groups], total=len(groups))


@router.get("/deploys", dependencies=[require(Scope.WORKERS_READ)])
async def get_deploys(query: Annotated[DeploysQuery, Query()], http: Request) -> DeployList:
    """When versions began to run, the newest first: of the last 24 hours where no time is given."""
    return await list_deploys(http.app.state.deploys, query, http.app.state.clock)


@router.get("/activity", response_model=WorkerActivity, dependencies=[require(Scope.WORKERS_READ)])
async def get_activity(fleet: FleetOf, http: Request) -> Response:
    """The last hour of every worker name in one answer: a list of workers shows them all."""
    clock: Clock = http.app.state.clock
    span = SeriesQuery().steps(clock.now_ms())
    found = await fleet.slots(span.start)
    return written(
        {
            "minutes": [to_rfc3339(at) for at in span],
            "slots_taken": {name: [taken.get(at) for at in span] for name, taken in sorted(found.items())},
        }
    )


@router.get("/losses", dependencies=[require(Scope.WORKERS_READ)])
async def get_losses(query: Annotated[LossesQuery, Query()], fleet: FleetOf, http: Request) -> WorkerLosses:
    """Workers that went silent, the newest first: within seven days, and of the last 24 hours where no time is given."""
    clock: Clock = http.app.state.clock
    check_period(query.after, query.before)
    to_ms = query.before if query.before is not None else clock.now_ms() + 1
    from_ms = query.after if query.after is not None else to_ms - 24 * HOUR_MS
    found, total = await fleet.losses(from_ms, to_ms, query.limit)
    return WorkerLosses(losses=[WorkerLoss.of(loss) for loss in found], total=total)


@router.get("/{worker_id}", dependencies=[require(Scope.WORKERS_READ)])
async def get_worker(worker_id: str, fleet: FleetOf) -> WorkerInstance:
    """One worker instance."""
    if not _is_id(worker_id):
        raise WorkerUnknown(worker_id)
    return WorkerInstance.of(await fleet.worker(worker_id))


@router.get("/{worker_id}/series", response_model=WorkerSeries, dependencies=[require(Scope.WORKERS_READ)])
async def get_series(worker_id: str, query: Annotated[SeriesQuery, Query()], fleet: FleetOf, http: Request) -> Response:
    """What a worker used and did, step by step; of one that is gone, too, until it is forgotten."""
    if not _is_id(worker_id):
        raise WorkerUnknown(worker_id)
    clock: Clock = http.app.state.clock
    span, nothing = query.steps(clock.now_ms()), Point()
    found = await fleet.series(worker_id, span.start, span.stop, span.step)
    return written({"points": [{"at": to_rfc3339(at), **found.get(at, nothing)._asdict()} for at in span]})


@router.post("/{worker_id}/pause", dependencies=[require(Scope.WORKERS_WRITE)])
async def pause_worker(worker_id: str, fleet: FleetOf) -> WorkerInstance:
    """Ask a worker to take no more jobs until it is resumed; what it runs goes on. It hears it with its next heartbeat."""
    return await _ask(fleet, worker_id, Asked.PAUSE)


@router.post("/{worker_id}/resume", dependencies=[require(Scope.WORKERS_WRITE)])
async def resume_worker(worker_id: str, fleet: FleetOf) -> WorkerInstance:
    """Take back what was asked of a worker, unless it drains already."""
    return await _ask(fleet, worker_id, None)


@router.post("/{worker_id}/drain", dependencies=[require(Scope.WORKERS_WRITE)])
async def drain_worker(worker_id: str, fleet: FleetOf) -> WorkerInstance:
    """Ask a worker to end what it runs, take no more, and leave; on Kubernetes its container then starts anew."""
    return await _ask(fleet, worker_id, Asked.DRAIN)


@router.get("/{worker_id}/kill", dependencies=[require(Scope.WORKERS_READ)])
async def can_kill_worker(worker_id: str, fleet: FleetOf) -> WorkerKill:
    """Whether a worker can be killed, and why not."""
    if not _is_id(worker_id):
        raise WorkerUnknown(worker_id)
    try:
        await fleet.killable(worker_id)
    except WorkerUnknown:
        raise
    except Refusal as why:
        return WorkerKill(possible=False, code=why.code, detail=why.detail)
    return WorkerKill(possible=True, code=None, detail=None)


@router.post("/{worker_id}/kill", dependencies=[require(Scope.WORKERS_WRITE)])
async def kill_worker(worker_id: str, fleet: FleetOf) -> WorkerInstance:
    """Delete a worker's pod: it ends within seconds, and other workers get what it runs once its leases end."""
    if not _is_id(worker_id):
        raise WorkerUnknown(worker_id)
    return WorkerInstance.of(await fleet.kill(worker_id))


@router.post(
    "/{worker_id}/heartbeat",
    status_code=204,
    responses={200: {"model": HeardOut, "description": "Something is asked of it."}},
    dependencies=[require(Scope.WORKERS_HEARTBEAT)],
)
async def heartbeat(worker_id: str, body: HeartbeatIn, fleet: FleetOf) -> Response:
    """A worker says that it is there, or that it leaves; it is told what is asked of it, if anything is."""
    _check_id(worker_id)
    if load_inventory().is_reserved(body.worker_name):
        raise invalid("worker_name", f"{body.worker_name} is reserved")
    if body.leaving:
        await fleet.on_leaving(worker_id, body.started_at)
    elif asked := await fleet.on_heartbeat(body.worker(worker_id)):
        return JSONResponse(HeardOut(asked=asked).model_dump(mode="json"))
    return Response(status_code=204)


async def _ask(fleet: Fleet, worker_id: str, asked: Asked | None) -> WorkerInstance:
    if not _is_id(worker_id):
        raise WorkerUnknown(worker_id)
    return WorkerInstance.of(await fleet.ask(worker_id, asked))


def _is_id(text: str) -> bool:
    return re.fullmatch(ID_PATTERN, text) is not None


def _check_id(worker_id: str) -> None:
    if not _is_id(worker_id):
        raise invalid("worker_id", f"must match {ID_PATTERN}")
    if load_inventory().is_reserved(worker_id):
        raise invalid("worker_id", f"{worker_id} is reserved")
