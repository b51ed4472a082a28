"""Jobs are found by their error, by how they ended, and by the worker whose loss interrupted them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# name → table, columns, which rows
INDEXES = {
    "jobs_error": ("jobs", ["id"], "error IS NOT NULL"),
    "jobs_ended_badly": ("jobs", ["function", "status", "id"], "status IN ('failed', 'cancelled')"),
    "attempts_interrupted": ("attempts", ["worker_id", "job_id"], "outcome = 'interrupted'"),
}


def upgrade() -> None:
    for name, (table, columns, where) in INDEXES.items():
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
