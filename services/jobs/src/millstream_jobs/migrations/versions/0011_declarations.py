"""How each worker declares a function, so that workers that disagree are seen."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declarations",
        sa.Column("function", sa.String(63), nullable=False),
        sa.Column("worker_id", sa.String(128), nullable=False),
        sa.Column("timeout_s", sa.Double()),
        sa.Column("max_retries", sa.Integer(), nullable=False),
        sa.Column("retry_delay_s", sa.Double(), nullable=False),
        sa.Column("max_concurrency", sa.Integer()),
        sa.Column("version", sa.String(128)),
        sa.Column("declared_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("function", "worker_id"),
    )
