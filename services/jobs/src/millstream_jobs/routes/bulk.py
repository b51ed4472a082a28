"""/jobs/bulk: one thing done to every job a filter finds, or to those that are named."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query
from millstream_contracts.names import Scope
from millstream_kit.auth import Principal, require
from millstream_kit.bodies import Body
from millstream_kit.errors import invalid, problems
from millstream_kit.paging import PageQuery
from pydantic import ConfigDict, Field

from millstream_jobs.bulk import MOST_PICKED, BulkAction, BulkKind
from millstream_jobs.handlers.bulk import (
    BulkStart,
    BulkWish,
    draft_bulk,
    draft_picked,
    known_bulk,
    start_bulk,
    stop_bulk,
)
from millstream_jobs.inputs import BulkStartIn, JobId
from millstream_jobs.routes.desk import BULK_ID, BulkIdPath, Desk, OnDesk, id_place, origin, sees_payloads
from millstream_jobs.routes.job_filter import FilterQuery, as_asked, filter_of
from millstream_jobs.shapes_bulk import BulkActionOut, BulkActionsOut
from millstream_jobs.views_bulk import bulk_action_out


class BulkFilterIn(FilterQuery):
    """As the query of `/jobs`."""

    model_config = ConfigDict(extra="forbid")


class BulkIn(Body):
    """Which jobs: all a filter finds, or those that are named."""

    action: Annotated[BulkKind, Field(strict=False)]
    filter: BulkFilterIn | None = None
    ids: Annotated[list[JobId], Field(min_length=1, max_length=MOST_PICKED)] | None = None


class BulkListQuery(PageQuery):
    limit: int = Field(50, ge=1, le=100)


def bulk_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/jobs/bulk", tags=["jobs"], responses=problems())
    router.add_api_route("", post_bulk, methods=["POST"], status_code=201)
    router.add_api_route("", get_bulk_actions, methods=["GET"])
    router.add_api_route("/{action_id}", get_bulk, methods=["GET"])
    router.add_api_route("/{action_id}/start", post_start, methods=["POST"])
    router.add_api_route("/{action_id}/stop", post_stop, methods=["POST"])
    return router


async def post_bulk(desk: OnDesk, wish: BulkIn, principal: Principal = require(Scope.JOBS_WRITE)) -> BulkActionOut:
    """Find the jobs and keep them, up to 100,000 a filter finds or 1,000 that are named; nothing is done to them before it is started."""
    return bulk_action_out(await _draft(desk, wish, principal), payloads=sees_payloads(principal))


async def _draft(desk: Desk, wish: BulkIn, principal: Principal) -> BulkAction:
    if wish.filter is not None and wish.ids is not None:
        raise invalid("ids", "is asked for together with a filter: one of them says which jobs")
    if wish.ids is not None:
        return await draft_picked(desk.context, wish.action, wish.ids, principal.subject)
    if wish.filter is None:
        raise invalid("filter", "says which jobs, or ids do: one of them is needed")
    which = filter_of(wish.filter, principal, statuses=wish.filter.status)
    asked = BulkWish(wish.action, which, json.dumps(as_asked(wish.filter)), principal.subject)
    return await draft_bulk(desk.context, asked)


async def get_bulk_actions(
    desk: OnDesk, query: Annotated[BulkListQuery, Query()], principal: Principal = require(Scope.JOBS_READ)
) -> BulkActionsOut:
    """Those that were started within 30 days, the newest first."""
    pages = query.pages("bulk actions")
    found = await desk.context.store.bulk_actions(query.limit + 1, id_place(pages, BULK_ID))
    shown, has_more = found[: query.limit], len(found) > query.limit
    return BulkActionsOut(
        bulk_actions=[bulk_action_out(one, payloads=sees_payloads(principal)) for one in shown],
        has_more=has_more,
        next_cursor=pages.after({"id": shown[-1].id}) if has_more else None,
    )


async def get_bulk(
    action_id: BulkIdPath, desk: OnDesk, principal: Principal = require(Scope.JOBS_READ)
) -> BulkActionOut:
    return bulk_action_out(await known_bulk(desk.context, action_id), payloads=sees_payloads(principal))


async def post_start(
    action_id: BulkIdPath,
    desk: OnDesk,
    said: BulkStartIn | None = None,
    principal: Principal = require(Scope.JOBS_WRITE),
) -> BulkActionOut:
    """Jobs it makes are of the trace this request is of."""
    start = BulkStart(said.name if said else None, said.reason if said else None, origin())
    return bulk_action_out(await start_bulk(desk.context, action_id, start), payloads=sees_payloads(principal))


async def post_stop(
    action_id: BulkIdPath, desk: OnDesk, principal: Principal = require(Scope.JOBS_WRITE)
) -> BulkActionOut:
    """What is done stays done; the jobs it has not come to are left alone."""
    return bulk_action_out(await stop_bulk(desk.context, action_id), payloads=sees_payloads(principal))
