"""Traffic: APIs, their endpoints and instances, buckets, the request log, offsets, what is untold."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "apis",
        sa.Column("name", sa.String(63), primary_key=True),
        sa.Column("first_seen_ms", sa.BigInteger, nullable=False),
        sa.Column("docs_url", sa.String(512), nullable=True),
    )
    op.create_table(
        "endpoints",
        sa.Column("id", serial, primary_key=True, autoincrement=True),
        sa.Column("api_name", sa.String(63), nullable=False),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("path", sa.String(512), nullable=False),
        sa.UniqueConstraint("api_name", "method", "path", name="endpoints_by_route"),
    )
    for name in ("minutes", "hours"):
        op.create_table(
            name,
            sa.Column("endpoint_id", sa.BigInteger, sa.ForeignKey("endpoints.id"), primary_key=True),
            sa.Column("at_ms", sa.BigInteger, primary_key=True),
            sa.Column("partition", sa.SmallInteger, primary_key=True),
            *(sa.Column(f"n_{c}xx", sa.BigInteger, nullable=False) for c in range(1, 6)),
            sa.Column("latency_sum_ms", sa.Float(53), nullable=False),
            sa.Column("last_at_ms", sa.BigInteger, nullable=False),
            sa.Column("sketch", sa.LargeBinary, nullable=False),
        )
        op.create_index(f"{name}_by_time", name, ["at_ms"])
    op.create_table(
        "instances",
        sa.Column("api_name", sa.String(63), primary_key=True),
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("started_at_ms", sa.BigInteger, nullable=False),
        sa.Column("last_heartbeat_ms", sa.BigInteger, nullable=False),
        sa.Column("host", sa.String(255), nullable=True),
        sa.Column("port", sa.Integer, nullable=True),
        sa.Column("endpoints", sa.JSON, nullable=False),
        sa.Column("hostname", sa.String(255), nullable=True),
    )
    op.create_index("instances_by_heartbeat", "instances", ["last_heartbeat_ms"])
    op.create_table(
        "requests",
        sa.Column("seq", serial, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("api_name", sa.String(63), nullable=False),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("path", sa.String(512), nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("latency_ms", sa.Float(53), nullable=False),
        sa.Column("instance_id", sa.String(128), nullable=False),
        sa.Column("sampled", sa.Boolean, nullable=False),
        sa.Column("trace_id", sa.String(32), nullable=True),
    )
    op.create_index("requests_by_time", "requests", ["at_ms", "seq"])
    op.create_index("requests_by_api", "requests", ["api_name", "at_ms", "seq"])
    op.create_table(
        "counted",
        sa.Column("key", sa.Uuid(as_uuid=False), primary_key=True),
        sa.Column("received_at_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("counted_by_time", "counted", ["received_at_ms"])
    op.create_table(
        "offsets",
        sa.Column("epoch", sa.String(128), primary_key=True),
        sa.Column("partition", sa.SmallInteger, primary_key=True),
        sa.Column("next_offset", sa.BigInteger, nullable=False),
        sa.Column("counted_to_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "untold",
        sa.Column("api_name", sa.String(63), primary_key=True),
        sa.Column("hour_ms", sa.BigInteger, primary_key=True),
        sa.Column("source", sa.SmallInteger, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "feed",
        sa.Column("seq", serial, primary_key=True, autoincrement=True),
        sa.Column("api_name", sa.String(63), nullable=False),
        sa.Column("dropped", sa.BigInteger, nullable=False),
        sa.Column("items", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("holder", sa.String(128), nullable=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger, nullable=False),
    )
