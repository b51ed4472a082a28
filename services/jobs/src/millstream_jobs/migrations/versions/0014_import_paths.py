"""Where a function is in its worker's code."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("functions", sa.Column("import_path", sa.String(255), nullable=True))
