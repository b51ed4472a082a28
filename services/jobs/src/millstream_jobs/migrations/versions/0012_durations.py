"""Jobs are found by how long they ran."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

RAN = "duration_ms IS NOT NULL"


def upgrade() -> None:
    op.create_index(
        "jobs_duration",
        "jobs",
        ["duration_ms", "id", "status", "function"],
        sqlite_where=sa.text(RAN),
        postgresql_where=sa.text(RAN),
    )
