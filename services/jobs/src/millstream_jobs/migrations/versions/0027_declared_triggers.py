"""What makes jobs of a function, as each worker declared it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("declarations", sa.Column("pattern", sa.String(100), nullable=True))
    op.add_column("declarations", sa.Column("schedule", sa.String(100), nullable=True))
    op.add_column("declarations", sa.Column("timezone", sa.String(64), nullable=True))
