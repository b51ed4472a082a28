"""What workers used and did, by the minute."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "minutes",
        sa.Column("worker_id", sa.String(128), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("worker_name", sa.String(63), nullable=False),
        sa.Column("beats", sa.BigInteger, nullable=False),
        sa.Column("active_sum", sa.BigInteger, nullable=False),
        sa.Column("active_max", sa.BigInteger, nullable=False),
        sa.Column("concurrency", sa.BigInteger, nullable=False),
        sa.Column("processed", sa.BigInteger, nullable=False),
        sa.Column("failed", sa.BigInteger, nullable=False),
        sa.Column("cpu_beats", sa.BigInteger, nullable=False),
        sa.Column("cpu_sum", sa.Float, nullable=False),
        sa.Column("cpu_max", sa.Float, nullable=True),
        sa.Column("cpu_limit", sa.Float, nullable=True),
        sa.Column("memory_beats", sa.BigInteger, nullable=False),
        sa.Column("memory_sum", sa.Float, nullable=False),
        sa.Column("memory_max", sa.BigInteger, nullable=True),
        sa.Column("memory_limit", sa.BigInteger, nullable=True),
        sa.Column("lag_max", sa.Float, nullable=True),
    )
    op.create_index("minutes_by_time", "minutes", ["at_ms"])
