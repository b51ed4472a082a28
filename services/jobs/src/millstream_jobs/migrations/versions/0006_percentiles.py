"""Percentiles beside the sketches they are of. Buckets written before have none; whoever reads them asks the sketch."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PERCENTILES = ("wait_p50_ms", "wait_p95_ms", "run_p50_ms", "run_p95_ms")


def upgrade() -> None:
    for name in PERCENTILES:
        op.add_column("buckets", sa.Column(name, sa.Double(), nullable=True))
