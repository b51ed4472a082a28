"""What a worker uses of its processor and memory."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workers", sa.Column("usage", sa.JSON(none_as_null=True), nullable=True))
