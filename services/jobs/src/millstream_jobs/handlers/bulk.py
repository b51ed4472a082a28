"""Bulk actions: find the jobs, then cancel or re-run them part by part."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from millstream_contracts.ids import new_id
from millstream_kit.errors import Refusal

from millstream_jobs.bulk import MOST_JOBS, PICKED, BulkAction, BulkKind, BulkState, Refused
from millstream_jobs.handlers.context import Context
from millstream_jobs.handlers.enqueue import Origin
from millstream_jobs.handlers.jobs import cancelled, known, not_cancelled, not_retried, retried, unknown_job
from millstream_jobs.model import Job, Status
from millstream_jobs.store import Transaction
from millstream_jobs.store_filter import JobFilter
from millstream_jobs.store_model import Change
from millstream_jobs.views import made_at


@dataclass(frozen=True, slots=True)
class BulkWish:
    """What is to be done, to which jobs; `filter` tells it again, as JSON text."""

    kind: BulkKind
    which: JobFilter
    filter: str
    made_by: str


@dataclass(frozen=True, slots=True)
class BulkStart:
    """What is said of a bulk action as it starts, and in which trace."""

    name: str | None
    reason: str | None
    origin: Origin


async def draft_bulk(context: Context, wish: BulkWish) -> BulkAction:
    """Find its jobs and keep them: what is found later is not among them.

    Raises:
        Refusal: 422, the search takes too long, or finds too many.
    """
    asked = wish.which.statuses
    meant = tuple(status for status in Status if status in wish.kind.statuses and (not asked or status in asked))
    ids: Sequence[str] = ()
    if meant:
        ids, stopped_at = await context.store.ids_of(replace(wish.which, statuses=meant), MOST_JOBS)
        if stopped_at is not None and len(ids) <= MOST_JOBS:
            until = made_at(stopped_at)
            raise Refusal(422, "search_too_wide", f"Only the jobs made since {until} could be searched: ask for those.")
    if len(ids) > MOST_JOBS:
        raise Refusal(422, "too_many_jobs", f"More than {MOST_JOBS:,} jobs were found: ask for a shorter range.")
    # In the order they were made.
    return await _kept(context, _draft(context, wish.kind, wish.filter, len(ids), wish.made_by), ids[::-1])


async def draft_picked(context: Context, kind: BulkKind, ids: Sequence[str], made_by: str) -> BulkAction:
    """Keep these jobs, each once. Those it cannot be done to, as they are now or because they are not there, are skipped and said at
    once: what was asked for is `total`, what will be come to the rest."""
    meant = sorted(set(ids))
    statuses = await context.store.statuses(meant)
    refusals = {job_id: _why_not(kind, job_id, statuses.get(job_id)) for job_id in meant}
    refused = [Refused(job_id, why.code, why.detail) for job_id, why in refusals.items() if why is not None]
    draft = _draft(context, kind, json.dumps({PICKED: len(meant)}), len(meant), made_by)
    return await _kept(context, draft.after_part(0, refused), [job_id for job_id in meant if refusals[job_id] is None])


def _why_not(kind: BulkKind, job_id: str, status: Status | None) -> Refusal | None:
    if status is None:
        return unknown_job(job_id)
    if status in kind.statuses:
        return None
    return not_cancelled(status) if kind is BulkKind.CANCEL else not_retried(status)


def _draft(context: Context, kind: BulkKind, asked: str, total: int, made_by: str) -> BulkAction:
    now_ms = context.clock.now_ms()
    return BulkAction(
        id=new_id("bulk", now_ms=now_ms), kind=kind, filter=asked, total=total, made_at_ms=now_ms, made_by=made_by
    )


async def _kept(context: Context, action: BulkAction, ids: Sequence[str]) -> BulkAction:
    async with context.store.begin() as transaction:
        await transaction.add_bulk(action, ids)
    return action


async def start_bulk(context: Context, action_id: str, start: BulkStart) -> BulkAction:
    """Raises:
    Refusal: 404, or 409 when it was started before.
    """
    now_ms = context.clock.now_ms()

    def started(action: BulkAction) -> BulkAction:
        return replace(
            action,
            state=BulkState.RUNNING,
            name=start.name,
            reason=start.reason,
            started_at_ms=now_ms,
            traceparent=start.origin.traceparent,
            # Where nobody traces they have an id all the same: what one request led to is found by it (ADR 0032).
            trace_id=start.origin.trace_id or secrets.token_hex(16),
        )

    action = await _change(context, action_id, BulkState.DRAFT, started)
    context.bell.bulk.ring()
    return action


async def stop_bulk(context: Context, action_id: str) -> BulkAction:
    """Leave alone the jobs it has not come to.

    Raises:
        Refusal: 404, or 409 when it does not run.
    """
    now_ms = context.clock.now_ms()
    return await _change(
        context,
        action_id,
        BulkState.RUNNING,
        lambda action: replace(action, state=BulkState.STOPPED, ended_at_ms=now_ms),
    )


async def advance_bulk(context: Context) -> bool:
    """The next part of the bulk action that was started first: its jobs and what is told of it change together.

    Returns:
        Whether there was one.
    """
    action_id = await context.store.running_bulk()
    if action_id is None:
        return False
    changes: list[Change] = []
    async with context.store.begin() as transaction:
        action = await transaction.lock_bulk(action_id)
        if action is not None and action.state is BulkState.RUNNING:
            now_ms = context.clock.now_ms()
            ids = await transaction.take_bulk_part(action_id)
            if ids is None:
                await transaction.set_bulk(replace(action, state=BulkState.DONE, ended_at_ms=now_ms))
            else:
                changes, refused = await _act(transaction, action, ids, now_ms)
                await transaction.record(changes)
                await transaction.set_bulk(action.after_part(len(changes), refused))
    context.bell.committed(changes)
    return True


async def known_bulk(context: Context, action_id: str) -> BulkAction:
    """Raises:
    Refusal: 404.
    """
    action = await context.store.bulk_action(action_id)
    if action is None:
        raise unknown_bulk(action_id)
    return action


def unknown_bulk(action_id: str) -> Refusal:
    return Refusal(404, "unknown_bulk_action", f"There is no bulk action {action_id}.")


async def _change(
    context: Context, action_id: str, state: BulkState, change: Callable[[BulkAction], BulkAction]
) -> BulkAction:
    async with context.store.begin() as transaction:
        action = await transaction.lock_bulk(action_id)
        if action is None:
            raise unknown_bulk(action_id)
        if action.state is not state:
            raise Refusal(409, "illegal_state", f"The bulk action is {action.state} already.")
        changed = change(action)
        await transaction.set_bulk(changed)
    return changed


async def _act(
    transaction: Transaction, action: BulkAction, ids: Sequence[str], now_ms: int
) -> tuple[list[Change], list[Refused]]:
    found = await transaction.lock_jobs(ids)
    to_one = await _deed(transaction, action, found, now_ms)
    changes: list[Change] = []
    refused: list[Refused] = []
    for job_id in ids:
        try:
            changes.append(to_one(known(found, job_id)))
        except Refusal as refusal:
            refused.append(Refused(job_id, refusal.code, refusal.detail))
    return changes, refused


async def _deed(
    transaction: Transaction, action: BulkAction, found: Mapping[str, Job], now_ms: int
) -> Callable[[Job], Change]:
    if action.kind is BulkKind.CANCEL:
        return lambda job: cancelled(job, now_ms, action.reason)
    functions = await transaction.functions(list({job.function for job in found.values()}))
    given = await transaction.given_to(list(found))
    origin = Origin(action.traceparent, action.trace_id)
    return lambda job: retried(job, functions.get(job.function), given[job.id], now_ms, origin)
