"""Each time a worker went silent."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "losses",
        sa.Column("worker_id", sa.String(128), primary_key=True),
        sa.Column("lost_at_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("worker_name", sa.String(63), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger, nullable=False),
        sa.Column("last_heartbeat_ms", sa.BigInteger, nullable=False),
        sa.Column("active_jobs", sa.Integer, nullable=False),
        sa.Column("hostname", sa.String(255), nullable=True),
        sa.Column("version", sa.String(128), nullable=True),
        sa.Column("pod", sa.JSON, nullable=True),
        sa.Column("back_at_ms", sa.BigInteger, nullable=True),
    )
    op.create_index("losses_by_time", "losses", ["lost_at_ms"])
