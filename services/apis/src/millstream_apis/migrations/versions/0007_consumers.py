"""Who makes requests: in the log, and by the hour."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.add_column("requests", sa.Column("consumer", sa.String(128), nullable=True))
    op.create_table(
        "consumers",
        sa.Column("id", serial, primary_key=True, autoincrement=True),
        sa.Column("api_name", sa.String(63), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.UniqueConstraint("api_name", "name", name="consumers_by_name"),
    )
    op.create_table(
        "consumer_hours",
        sa.Column("consumer_id", sa.BigInteger, sa.ForeignKey("consumers.id"), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, primary_key=True),
        sa.Column("endpoint_id", sa.BigInteger, sa.ForeignKey("endpoints.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("partition", sa.SmallInteger, primary_key=True),
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.Column("client_errors", sa.BigInteger, nullable=False),
        sa.Column("server_errors", sa.BigInteger, nullable=False),
        sa.Column("request_bytes", sa.Float(53), nullable=False),
        sa.Column("response_bytes", sa.Float(53), nullable=False),
        sa.Column("last_at_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("consumer_hours_by_time", "consumer_hours", ["at_ms"])
