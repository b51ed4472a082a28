"""What a timeline marks on the jobs in sight: warnings and errors of their logs, and how far they were when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from millstream_kit.db import Database
from sqlalchemy import FromClause, Select, func, literal_column, select

from millstream_jobs.store_dialect import listed
from millstream_jobs.store_model import JobMarks, LogLine
from millstream_jobs.store_tables import attempts, jobs, log_lines

# Of one job, however much it logged.
MOST_MARKED = 20
MARK_CHARS = 200
# From the worst.
NOTABLE = ("critical", "error", "warning")


class JobMarkQueries:
    """See `store.Store`."""

    _db: Database

    async def marks(self, ids: Sequence[str]) -> Sequence[JobMarks]:
        asked = listed(self._db.dialect, ids)
        lines: dict[str, list[LogLine]] = {}
        async with self._db.connect() as connection:
            known = (await connection.execute(_newest_attempts(asked))).all()
            for level in NOTABLE:
                for row in await connection.execute(_newest_lines(asked, level)):
                    line = LogLine(*row)
                    lines.setdefault(line.job_id, []).append(line)
        return [
            _marks(job_id, lines.get(job_id, []), None if progress is None else attempt, progress)
            for job_id, attempt, progress in known
        ]


def _marks(job_id: str, found: Sequence[LogLine], attempt: int | None, progress: str | None) -> JobMarks:
    lines = sorted(found[:MOST_MARKED], key=lambda line: (line.at_ms, line.id))
    return JobMarks(job_id, lines, len(found) <= MOST_MARKED, attempt, progress)


def _newest_attempts(asked: FromClause) -> Select[Any]:
    newest = (attempts.c.job_id == jobs.c.id) & (attempts.c.attempt == jobs.c.attempts)
    query = select(jobs.c.id, jobs.c.attempts, attempts.c.progress).join_from(jobs, attempts, newest, isouter=True)
    return query.where(jobs.c.id.in_(select(asked.c.value)))


def _newest_lines(asked: FromClause, level: str) -> Select[Any]:
    """Of each job from one line on: what a talkative one logged is not read. The level is written out, or no partial index is taken."""
    is_such = log_lines.c.level == literal_column(f"'{level}'")
    newest = select(log_lines.c.id).where(log_lines.c.job_id == asked.c.value, is_such).order_by(log_lines.c.id.desc())
    first = newest.offset(MOST_MARKED).limit(1).scalar_subquery()
    each = select(asked.c.value.label("job_id"), func.coalesce(first, 0).label("from_id")).subquery()
    marked = (log_lines.c.job_id == each.c.job_id) & is_such & (log_lines.c.id >= each.c.from_id)
    shown = [log_lines.c[name] for name in LogLine.__slots__]
    columns = [func.substr(c, 1, MARK_CHARS) if c.name == "message" else c for c in shown]
    return select(*columns).join_from(each, log_lines, marked).order_by(log_lines.c.id.desc())
