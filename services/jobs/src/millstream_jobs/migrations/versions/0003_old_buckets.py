"""Buckets are found by their time, to be let go."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("buckets", "error_buckets")


def upgrade() -> None:
    for table in TABLES:
        op.create_index(f"{table}_time", table, ["step_ms", "at_ms"])
