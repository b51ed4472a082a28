"""How many jobs of a function may start in a time, and those that started in it."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("functions", sa.Column("rate_limit", sa.String(16), nullable=True))
    op.add_column("declarations", sa.Column("rate_limit", sa.String(16), nullable=True))
    op.create_table(
        "starts",
        sa.Column("function", sa.String(63), primary_key=True),
        sa.Column("parts", sa.Text(), nullable=False),
    )
