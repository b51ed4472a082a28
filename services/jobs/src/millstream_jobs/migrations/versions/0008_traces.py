"""Jobs are found by the trace they belong to."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TRACED = "trace_id IS NOT NULL"


def upgrade() -> None:
    op.create_index(
        "jobs_trace",
        "jobs",
        ["trace_id", "id"],
        sqlite_where=sa.text(TRACED),
        postgresql_where=sa.text(TRACED),
    )
