"""Functions that run by the clock."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# In the order they were made, whatever the database's language is.
ID = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
DUE = sa.text("next_at_ms IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "schedules",
        sa.Column("function", sa.String(63), primary_key=True),
        sa.Column("expression", sa.String(100), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("overlap", sa.String(8), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("next_at_ms", sa.BigInteger()),
        sa.Column("last_at_ms", sa.BigInteger()),
        sa.Column("last_job_id", ID),
    )
    op.create_index("schedules_next", "schedules", ["next_at_ms"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_table(
        "schedule_fires",
        sa.Column("function", sa.String(63), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("fired_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("job_id", ID),
        sa.PrimaryKeyConstraint("function", "at_ms"),
    )
