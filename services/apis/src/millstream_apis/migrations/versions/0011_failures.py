"""What requests fail with: exceptions, and fields of input that were refused."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _hours(
        "exception_hours",
        sa.Column("error_type", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
    )
    _hours(
        "field_hours",
        sa.Column("field", sa.String(200), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
    )
    op.create_table(
        "tracebacks",
        sa.Column("api_name", sa.String(63), primary_key=True),
        sa.Column("fingerprint", sa.String(16), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("message", sa.String(500), nullable=True),
        sa.Column("traceback", sa.Text, nullable=True),
        sa.Column("version", sa.String(128), nullable=True),
    )
    op.create_index("tracebacks_by_time", "tracebacks", ["at_ms"])


def _hours(table: str, *names: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("api_name", sa.String(63), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, primary_key=True),
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("path", sa.String(512), nullable=False),
        *names,
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.Column("last_at_ms", sa.BigInteger, nullable=False),
    )
    op.create_index(f"{table}_by_time", table, ["at_ms"])
