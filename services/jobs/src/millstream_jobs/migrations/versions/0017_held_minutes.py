"""The minutes of an hour in which a function's limit held its jobs back."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("trend_hours", sa.Column("held", sa.BigInteger(), nullable=True))
