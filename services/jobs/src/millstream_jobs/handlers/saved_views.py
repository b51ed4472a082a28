"""Save, change and delete views of the list of jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog
from millstream_contracts.ids import new_id
from millstream_contracts.names import Scope
from millstream_kit.auth import forbidden
from millstream_kit.errors import Refusal

from millstream_jobs.handlers.context import Context
from millstream_jobs.saved_views import MOST_OWN, MOST_SHARED, Holder, SavedView
from millstream_jobs.store import Transaction

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ViewWish:
    """What is to become of a view; None leaves it as it is. `query` is JSON text."""

    name: str | None
    query: str | None
    is_shared: bool | None


async def save_view(context: Context, holder: Holder, name: str, query: str, is_shared: bool) -> SavedView:
    """Raises:
    Refusal: 403, it may not share; 409, it has one of this name, or as many as there may be.
    """
    now_ms = context.clock.now_ms()
    view = SavedView(
        id=new_id("view", now_ms=now_ms),
        made_by=holder.subject,
        name=name,
        query=query,
        is_shared=is_shared,
        made_at_ms=now_ms,
        changed_at_ms=now_ms,
    )
    async with context.store.begin() as transaction:
        await transaction.lock_views()
        await _check(transaction, None, view, holder)
        await transaction.add_view(view)
    log.info("view saved", view=view.id, shared=is_shared, by=holder.subject)
    return view


async def change_view(context: Context, holder: Holder, view_id: str, wish: ViewWish) -> SavedView:
    """Raises:
    Refusal: 404; 403, it is somebody else's or may not be shared; 409, as for a new one.
    """
    async with context.store.begin() as transaction:
        await transaction.lock_views()
        before = await _changeable(transaction, holder, view_id)
        after = replace(
            before,
            name=before.name if wish.name is None else wish.name,
            query=before.query if wish.query is None else wish.query,
            is_shared=before.is_shared if wish.is_shared is None else wish.is_shared,
            changed_at_ms=context.clock.now_ms(),
        )
        await _check(transaction, before, after, holder)
        await transaction.set_view(after)
    log.info("view changed", view=view_id, shared=after.is_shared, by=holder.subject)
    return after


async def delete_view(context: Context, holder: Holder, view_id: str) -> None:
    """Raises:
    Refusal: 404; 403, it is somebody else's.
    """
    async with context.store.begin() as transaction:
        await transaction.lock_views()
        await _changeable(transaction, holder, view_id)
        await transaction.delete_view(view_id)
    log.info("view deleted", view=view_id, by=holder.subject)


def unknown_view(view_id: str) -> Refusal:
    return Refusal(404, "unknown_view", f"There is no view {view_id}.")


async def _changeable(transaction: Transaction, holder: Holder, view_id: str) -> SavedView:
    view = await transaction.view(view_id)
    if view is None or not (view.is_shared or holder.owns(view)):
        raise unknown_view(view_id)
    if not holder.may_change(view):
        raise Refusal(403, "not_your_view", f"The view {view.name} is {view.made_by}’s: save one of your own instead.")
    return view


async def _check(transaction: Transaction, before: SavedView | None, after: SavedView, holder: Holder) -> None:
    """What is left as it was is not looked at again: a view whose maker may share no more can still be deleted, or made private."""
    others = [view for view in await transaction.views(after.made_by) if view.id != after.id]
    if any(view.made_by == after.made_by and view.name == after.name for view in others):
        raise Refusal(409, "view_exists", f"There is a view named {after.name} already.")
    if after.is_shared and not holder.may_share:
        raise forbidden(Scope.JOBS_WRITE)
    if before is None or before.is_shared != after.is_shared:
        _check_room(others, after)


def _check_room(others: Sequence[SavedView], view: SavedView) -> None:
    like_it = sum(other.is_shared == view.is_shared for other in others)
    if view.is_shared and like_it >= MOST_SHARED:
        raise Refusal(409, "too_many_views", f"{MOST_SHARED} views are shared already: delete one first.")
    if not view.is_shared and like_it >= MOST_OWN:
        raise Refusal(409, "too_many_views", f"There are {MOST_OWN} views of your own already: delete one first.")
