"""What operators ask of a worker, and whether it is paused."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workers", sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("workers", sa.Column("asked", sa.String(16), nullable=True))
