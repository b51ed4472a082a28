"""The fleet: workers, those that left, what is untold, leases."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("worker_name", sa.String(63), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger, nullable=False),
        sa.Column("last_heartbeat_ms", sa.BigInteger, nullable=False),
        sa.Column("silent_at_ms", sa.BigInteger, nullable=False),
        sa.Column("functions", sa.JSON, nullable=False),
        sa.Column("function_names", sa.JSON, nullable=False),
        sa.Column("concurrency", sa.Integer, nullable=False),
        sa.Column("active_jobs", sa.Integer, nullable=False),
        sa.Column("jobs_processed", sa.BigInteger, nullable=False),
        sa.Column("jobs_failed", sa.BigInteger, nullable=False),
        sa.Column("hostname", sa.String(255), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.String(128), nullable=True),
        sa.Column("pod", sa.JSON, nullable=True),
        sa.Column("interval_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("workers_by_silence", "workers", ["state", "silent_at_ms"])
    op.create_table(
        "left_workers",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("started_at_ms", sa.BigInteger, nullable=False),
        sa.Column("left_at_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "untold",
        sa.Column("worker_id", sa.String(128), primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("facts", sa.Boolean, nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("holder", sa.String(128), nullable=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger, nullable=False),
    )
