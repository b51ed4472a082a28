"""Requests are found by their trace, hour by hour."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TRACED = "trace_id IS NOT NULL"


def upgrade() -> None:
    op.create_index(
        "requests_by_trace",
        "requests",
        [sa.text("(at_ms / 3600000)"), "trace_id"],
        sqlite_where=sa.text(TRACED),
        postgresql_where=sa.text(TRACED),
    )
