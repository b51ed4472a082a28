"""The tables of what is counted (docs/adr/0013-figures.md)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Index, LargeBinary, PrimaryKeyConstraint, String, Table, Text

from millstream_jobs.figures import PERCENTILES
from millstream_jobs.store_metadata import Id, Number, metadata, partial_index

# What transactions did, one row each until it is folded into the tables below (docs/adr/0013-figures.md).
tallies = Table(
    "tallies",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("body", Text, nullable=False),
)

# Facts of one function (all functions: the empty key) in one stretch of time.
buckets = Table(
    "buckets",
    metadata,
    Column("step_ms", BigInteger, nullable=False),
    Column("function", String(63), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("queued", BigInteger, nullable=False),
    Column("started", BigInteger, nullable=False),
    Column("complete", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("retrying", BigInteger, nullable=False),
    Column("cancelled", BigInteger, nullable=False),
    Column("run_ms", Double, nullable=False),
    Column("wait_ms", Double, nullable=False),
    # Of the sketches, so that a series need not read them; null before they were kept, too.
    *(Column(name, Double) for name in PERCENTILES),
    # Sketches: sums do not read them.
    Column("run", LargeBinary, nullable=False),
    Column("wait", LargeBinary, nullable=False),
    PrimaryKeyConstraint("step_ms", "function", "at_ms"),
)
# What is kept no longer, whatever its function.
Index("buckets_time", buckets.c.step_ms, buckets.c.at_ms)

# How the jobs of a function stand now.
standings = Table(
    "standings",
    metadata,
    Column("function", String(63), primary_key=True),
    Column("pending", BigInteger, nullable=False),
    Column("queued", BigInteger, nullable=False),
    Column("active", BigInteger, nullable=False),
    Column("retrying", BigInteger, nullable=False),
    Column("last_run_at_ms", BigInteger),
    Column("last_run_id", Id),
)

# Failed jobs of one function that failed alike, in one stretch of time.
error_buckets = Table(
    "error_buckets",
    metadata,
    Column("step_ms", BigInteger, nullable=False),
    Column("function", String(63), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("fingerprint", String(16), nullable=False),
    Column("error_type", String(255), nullable=False),
    Column("message", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("first_at_ms", BigInteger, nullable=False),
    Column("last_at_ms", BigInteger, nullable=False),
    Column("last_job_id", Id, nullable=False),
    # A list in JSON, the newest first; null in rows of before they were kept.
    Column("versions", Text),
    PrimaryKeyConstraint("step_ms", "function", "at_ms", "fingerprint"),
)
Index("error_buckets_time", error_buckets.c.step_ms, error_buckets.c.at_ms)

# One function's hour as the trends tell it. `version` grows with every change, `published` follows it; `active` is
# known once the hour is over, and asked for anew when a late fact changes the hour. `held` has a bit for each minute in which the
# function's limit held jobs back; null in rows of before that was noted.
trend_hours = Table(
    "trend_hours",
    metadata,
    Column("function", String(63), nullable=False),
    Column("hour_ms", BigInteger, nullable=False),
    Column("job_type", String(16), nullable=False),
    Column("complete", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("retrying", BigInteger, nullable=False),
    Column("cancelled", BigInteger, nullable=False),
    Column("active", BigInteger),
    Column("version", BigInteger, nullable=False),
    Column("published", BigInteger, nullable=False),
    Column("held", BigInteger),
    PrimaryKeyConstraint("hour_ms", "function"),
)
partial_index("trend_hours_changed", trend_hours.c.hour_ms, where="version <> published")
partial_index("trend_hours_open", trend_hours.c.hour_ms, where="active IS NULL")
