"""Jobs are found by the fingerprint of their newest error."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KNOWN = "error_fingerprint IS NOT NULL"


def upgrade() -> None:
    op.create_index(
        "jobs_fingerprint",
        "jobs",
        ["error_fingerprint", "id", "status"],
        sqlite_where=sa.text(KNOWN),
        postgresql_where=sa.text(KNOWN),
    )
