"""/jobs/views: names for what the list of jobs shows, one's own and shared ones."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import APIRouter
from millstream_contracts.names import Scope
from millstream_contracts.times import to_rfc3339
from millstream_kit.auth import Principal, allows, require
from millstream_kit.bodies import Body
from millstream_kit.errors import invalid, problems
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from millstream_jobs.handlers.saved_views import ViewWish, change_view, delete_view, save_view
from millstream_jobs.inputs import storable
from millstream_jobs.routes.desk import OnDesk, ViewIdPath, sees_payloads
from millstream_jobs.routes.job_filter import FilterQuery, as_asked, filter_of, may_tell_arguments
from millstream_jobs.saved_views import Holder, SavedView
from millstream_jobs.shapes_saved_views import ViewOut, ViewsOut

MOST_CHARS = 2_000
ALL_OF_JOBS = "jobs:*"  # what the role that administrates holds, by `*` or by itself

ViewName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), AfterValidator(storable)
]


class ViewQueryIn(FilterQuery):
    """As the query of `/jobs`, or of the last so long."""

    model_config = ConfigDict(extra="forbid")
    range: Literal["15m", "1h", "6h", "24h", "7d"] | None = Field(None, description="Of the last so long.")


class ViewIn(Body):
    name: ViewName
    query: ViewQueryIn
    shared: bool = False


class ViewChangeIn(Body):
    """What is not said stays as it is."""

    name: ViewName | None = None
    query: ViewQueryIn | None = None
    shared: bool | None = None


def saved_views_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/jobs/views", tags=["jobs"], responses=problems())
    router.add_api_route("", get_views, methods=["GET"])
    router.add_api_route("", post_view, methods=["POST"], status_code=201)
    router.add_api_route("/{view_id}", patch_view, methods=["PATCH"])
    router.add_api_route("/{view_id}", delete_saved_view, methods=["DELETE"], status_code=204)
    return router


async def get_views(desk: OnDesk, principal: Principal = require(Scope.JOBS_READ)) -> ViewsOut:
    """The caller's own and those that are shared, by name. They are the subject's: all its keys and tokens have the same."""
    found = await desk.context.store.views(principal.subject)
    return ViewsOut(
        views=[_view_out(view, principal) for view in found],
        total=len(found),
        may_share=_holder(principal).may_share,
    )


async def post_view(desk: OnDesk, wish: ViewIn, principal: Principal = require(Scope.JOBS_READ)) -> ViewOut:
    """To share one needs `jobs:write`: everybody has it in the list."""
    query = _checked(wish.query, principal)
    view = await save_view(desk.context, _holder(principal), wish.name, query, wish.shared)
    return _view_out(view, principal)


async def patch_view(
    view_id: ViewIdPath, desk: OnDesk, change: ViewChangeIn, principal: Principal = require(Scope.JOBS_READ)
) -> ViewOut:
    """A shared one is changed by its maker, or by who holds all of `jobs:*`."""
    query = None if change.query is None else _checked(change.query, principal)
    wish = ViewWish(change.name, query, change.shared)
    return _view_out(await change_view(desk.context, _holder(principal), view_id, wish), principal)


async def delete_saved_view(view_id: ViewIdPath, desk: OnDesk, principal: Principal = require(Scope.JOBS_READ)) -> None:
    """By the same as may change it."""
    await delete_view(desk.context, _holder(principal), view_id)


def _holder(principal: Principal) -> Holder:
    return Holder(
        principal.subject, may_share=allows(principal, Scope.JOBS_WRITE), may_tidy=allows(principal, ALL_OF_JOBS)
    )


def _checked(query: ViewQueryIn, principal: Principal) -> str:
    """The query as JSON text, if the list could be asked by it."""
    filter_of(query, principal, statuses=query.status)
    text = json.dumps(as_asked(query), ensure_ascii=False)
    if len(text) > MOST_CHARS:
        raise invalid("query", f"has more than {MOST_CHARS:,} characters of JSON")
    return text


def _view_out(view: SavedView, principal: Principal) -> ViewOut:
    holder = _holder(principal)
    asked = json.loads(view.query)
    if not (holder.owns(view) or sees_payloads(principal)):
        asked |= dict.fromkeys(may_tell_arguments(asked))
    return ViewOut(
        id=view.id,
        name=view.name,
        query=asked,
        shared=view.is_shared,
        is_yours=holder.owns(view),
        may_change=holder.may_change(view),
        created_by=view.made_by,
        created_at=to_rfc3339(view.made_at_ms),
        updated_at=to_rfc3339(view.changed_at_ms),
    )
