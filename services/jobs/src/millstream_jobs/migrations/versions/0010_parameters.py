"""What a function takes, as its worker declares it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("functions", sa.Column("parameters", sa.Text(), nullable=True))
