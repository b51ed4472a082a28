"""What a tree's timeline shows of each job beside its life: warnings and errors it logged, how far an attempt was when."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Spelled with OR: SQLite takes the index for one of them only then.
NOTABLE = "level = 'warning' OR level = 'error' OR level = 'critical'"


def upgrade() -> None:
    op.add_column("attempts", sa.Column("progress", sa.Text, nullable=True))
    op.create_index(
        "log_lines_notable",
        "log_lines",
        ["job_id", "level", "id"],
        sqlite_where=sa.text(NOTABLE),
        postgresql_where=sa.text(NOTABLE),
    )
