"""Which versions of the workers' code failures of a kind are of."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("error_buckets", sa.Column("versions", sa.Text(), nullable=True))
