"""Functions that are triggered by events, the jobs those made, and events that may be told again."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0021"
branch_labels = None
depends_on = None

TRIGGERED = sa.text("pattern IS NOT NULL")
# In the order they were made, whatever the database's language is.
ID = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    # Empty in rows there are: neither database writes those anew.
    op.add_column("jobs", sa.Column("event_id", ID, nullable=True))
    op.add_column("jobs", sa.Column("event_type", sa.String(100), nullable=True))
    op.add_column("functions", sa.Column("pattern", sa.String(100), nullable=True))
    op.create_index("functions_pattern", "functions", ["pattern"], sqlite_where=TRIGGERED, postgresql_where=TRIGGERED)
    op.create_table(
        "emitted",
        sa.Column("id", ID, primary_key=True),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("idempotency_key", sa.String(255), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("emitted_key", "emitted", ["type", "idempotency_key"], unique=True)
