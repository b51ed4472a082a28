"""What was asked for where no route matched."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unmatched_paths",
        sa.Column("api_name", sa.String(63), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, primary_key=True),
        sa.Column("method", sa.String(32), primary_key=True),
        sa.Column("path", sa.String(200), primary_key=True),
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.Column("last_at_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("unmatched_paths_by_time", "unmatched_paths", ["at_ms"])
