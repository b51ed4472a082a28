"""How many jobs of which functions endpoints enqueue, by the hour."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "functions",
        sa.Column("id", serial, primary_key=True, autoincrement=True),
        sa.Column("api_name", sa.String(63), nullable=False),
        sa.Column("name", sa.String(63), nullable=False),
        sa.UniqueConstraint("api_name", "name", name="functions_by_name"),
    )
    op.create_table(
        "function_hours",
        sa.Column("function_id", sa.BigInteger, sa.ForeignKey("functions.id"), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, primary_key=True),
        sa.Column("endpoint_id", sa.BigInteger, sa.ForeignKey("endpoints.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("partition", sa.SmallInteger, primary_key=True),
        sa.Column("jobs", sa.BigInteger, nullable=False),
    )
    op.create_index("function_hours_by_time", "function_hours", ["at_ms"])
