"""Bodies of requests and answers, where an API captures them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "captures",
        sa.Column("api_name", sa.String(63), primary_key=True),
        sa.Column("request_id", sa.String(128), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("request", sa.Text, nullable=True),
        sa.Column("response", sa.Text, nullable=True),
    )
    op.create_index("captures_by_time", "captures", ["at_ms"])
