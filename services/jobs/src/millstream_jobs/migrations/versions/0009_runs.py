"""What ran last is found without a look at jobs that were cancelled before they ran."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

RAN = "completed_at_ms IS NOT NULL AND started_at_ms IS NOT NULL"


def upgrade() -> None:
    rows = sa.text(RAN)
    op.create_index("jobs_ran", "jobs", ["completed_at_ms"], sqlite_where=rows, postgresql_where=rows)
    op.drop_index("jobs_completed", "jobs")
