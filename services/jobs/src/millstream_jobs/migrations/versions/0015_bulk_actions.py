"""Bulk actions, and the jobs they have yet to come to."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

RUNNING = sa.text("state = 'running'")
# In the order they were made, whatever the database's language is.
ID = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "bulk_actions",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255)),
        sa.Column("reason", sa.Text()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("skips", sa.Text(), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger()),
        sa.Column("ended_at_ms", sa.BigInteger()),
        sa.Column("traceparent", sa.String(128)),
        sa.Column("trace_id", sa.String(32)),
    )
    op.create_index(
        "bulk_actions_running", "bulk_actions", ["started_at_ms"], sqlite_where=RUNNING, postgresql_where=RUNNING
    )
    op.create_table(
        "bulk_parts",
        sa.Column("action_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ids", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("action_id", "number"),
    )
