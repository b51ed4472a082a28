# ruff: noqa: S608 — the SQL below is made of our own words
"""Figures: tallies, buckets with sketches, standings, errors by fingerprint; what ran last."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
INDEXES = {
    "jobs_active": (["started_at_ms"], "status = 'active'"),
    "jobs_failed": (["completed_at_ms"], "status = 'failed'"),
    "jobs_runs": (["function", "started_at_ms"], "started_at_ms IS NOT NULL"),
    "jobs_cancelling": (["function"], "status = 'active' AND cancel_requested_at_ms IS NOT NULL"),
}
COUNTS = ("complete", "failed", "retrying", "cancelled")


def upgrade() -> None:
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, "jobs", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_table(
        "tallies",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "buckets",
        sa.Column("step_ms", sa.BigInteger(), nullable=False),
        sa.Column("function", sa.String(length=63), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("queued", "started", *COUNTS)),
        sa.Column("run_ms", sa.Double(), nullable=False),
        sa.Column("wait_ms", sa.Double(), nullable=False),
        sa.Column("run", sa.LargeBinary(), nullable=False),
        sa.Column("wait", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("step_ms", "function", "at_ms"),
    )
    op.create_table(
        "standings",
        sa.Column("function", sa.String(length=63), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("pending", "queued", "active", "retrying")),
        sa.Column("last_run_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_run_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("function"),
    )
    op.create_table(
        "error_buckets",
        sa.Column("step_ms", sa.BigInteger(), nullable=False),
        sa.Column("function", sa.String(length=63), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("error_type", sa.String(length=255), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_job_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("step_ms", "function", "at_ms", "fingerprint"),
    )
    where = sa.text("active IS NULL")
    op.create_index("trend_hours_open", "trend_hours", ["hour_ms"], sqlite_where=where, postgresql_where=where)
    _carry_over()
    for column in ("runs", "run_ms", "starts", "wait_ms"):
        op.drop_column("trend_hours", column)


def _carry_over() -> None:
    """Hours and days as they were counted so far, and how jobs stand; percentiles begin now."""
    sums = ", ".join(f"SUM({name})" for name in ("starts", *COUNTS, "run_ms", "wait_ms"))
    for step_ms in (HOUR_MS, DAY_MS):
        at = f"hour_ms - hour_ms % {step_ms}"
        for function, together in (("function", f"function, {at}"), ("''", at)):
            op.execute(
                "INSERT INTO buckets (step_ms, function, at_ms, queued, started, complete, failed, retrying, "
                f"cancelled, run_ms, wait_ms, run, wait) SELECT {step_ms}, {function}, {at}, 0, {sums}, '', '' "
                f"FROM trend_hours GROUP BY {together}"
            )
    states = ", ".join(
        f"COALESCE(SUM(CASE WHEN status = '{status}' THEN 1 ELSE 0 END), 0)"
        for status in ("pending", "queued", "active", "retrying")
    )
    op.execute(
        "INSERT INTO standings (function, pending, queued, active, retrying) "
        f"SELECT function, {states} FROM jobs GROUP BY function"
    )
    newest = (
        "(SELECT {} FROM jobs WHERE jobs.function = standings.function AND jobs.started_at_ms IS NOT NULL "
        "ORDER BY jobs.started_at_ms DESC LIMIT 1)"
    )
    op.execute(
        f"UPDATE standings SET last_run_at_ms = {newest.format('started_at_ms')}, last_run_id = {newest.format('id')}"
    )
