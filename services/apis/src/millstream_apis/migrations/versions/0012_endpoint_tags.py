"""What an instance says its endpoints are about."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("instances", sa.Column("tags", sa.JSON, nullable=True))
