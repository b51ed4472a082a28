"""How many bytes requests and their answers had; what was counted before has none."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAMES = ("request_bytes", "response_bytes")


def upgrade() -> None:
    for name in NAMES:
        for table in ("tens", "minutes", "hours"):
            op.add_column(table, sa.Column(name, sa.Float(53), nullable=False, server_default=sa.text("0")))
        op.add_column("requests", sa.Column(name, sa.BigInteger, nullable=True))
