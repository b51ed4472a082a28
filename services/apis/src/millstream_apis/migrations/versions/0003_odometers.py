"""How many requests of an API were ever counted; what was counted before need not be in it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "odometers",
        sa.Column("endpoint_id", sa.BigInteger, sa.ForeignKey("endpoints.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("partition", sa.SmallInteger, primary_key=True),
        sa.Column("requests", sa.BigInteger, nullable=False),
    )
