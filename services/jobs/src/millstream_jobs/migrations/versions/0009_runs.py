"""What ran last is found without a look at jobs that were cancelled before they ran."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ENDED = "completed_at_ms IS NOT NULL"


def upgrade() -> None:
    _replace("jobs_completed", "jobs_ran", f"{ENDED} AND started_at_ms IS NOT NULL")


def downgrade() -> None:
    _replace("jobs_ran", "jobs_completed", ENDED)


def _replace(old: str, new: str, where: str) -> None:
    op.create_index(new, "jobs", ["completed_at_ms"], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.drop_index(old, "jobs")
