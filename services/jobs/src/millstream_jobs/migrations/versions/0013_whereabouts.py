"""Jobs are found by the pod and the version that ran an attempt, and by their key."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

IN_A_POD = "pod IS NOT NULL"
KEYED = "idempotency_key IS NOT NULL"


def upgrade() -> None:
    op.add_column("attempts", sa.Column("pod", sa.String(255), nullable=True))
    op.add_column("attempts", sa.Column("version", sa.String(255), nullable=True))
    op.create_index(
        "attempts_pod",
        "attempts",
        ["pod", "job_id"],
        sqlite_where=sa.text(IN_A_POD),
        postgresql_where=sa.text(IN_A_POD),
    )
    op.create_index(
        "jobs_key",
        "jobs",
        ["idempotency_key", "id"],
        sqlite_where=sa.text(KEYED),
        postgresql_where=sa.text(KEYED),
    )
