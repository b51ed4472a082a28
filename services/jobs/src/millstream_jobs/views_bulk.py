"""Bulk actions in the shapes of answers."""

from __future__ import annotations

import json

from millstream_contracts.times import to_rfc3339

from millstream_jobs.bulk import PICKED, BulkAction
from millstream_jobs.shapes_bulk import BulkActionOut, SkipOut
from millstream_jobs.views import instant

ARGUMENTS = ("q", "argument", "not_argument")  # what of a filter may be an argument's value


def bulk_action_out(action: BulkAction, *, payloads: bool) -> BulkActionOut:
    asked = json.loads(action.filter)
    picked = asked.pop(PICKED, None)
    if not payloads:
        asked |= {name: None for name in ARGUMENTS if name in asked}
    return BulkActionOut(
        id=action.id,
        action=action.kind,
        state=action.state,
        name=action.name,
        reason=action.reason,
        filter=asked,
        picked=picked,
        total=action.total,
        done=action.done,
        skipped=action.skipped,
        skips=[
            SkipOut(code=code, detail=skip.detail, count=skip.count, job_id=skip.job_id)
            for code, skip in sorted(action.skips.items())
        ],
        created_at=to_rfc3339(action.made_at_ms),
        created_by=action.made_by,
        started_at=instant(action.started_at_ms),
        completed_at=instant(action.ended_at_ms),
        trace_id=action.trace_id,
    )
