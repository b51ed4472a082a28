"""The tables of the service.

Buckets carry the partition of the ingest topic under whose lease they were counted, so that the one process that owns it
alone writes its rows, and two replicas never contend. Tens are of ten seconds and hold totals only.
"""

from __future__ import annotations

from millstream_kit.deploys import deploy_table
from millstream_kit.leases import lease_table
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    literal_column,
    text,
)

METADATA = MetaData()
# SQLite numbers rows by itself only when the key is an INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")

APIS = Table(
    "apis",
    METADATA,
    Column("name", String(63), primary_key=True),
    Column("first_seen_ms", BigInteger, nullable=False),
    Column("docs_url", String(512), nullable=True),
)

ENDPOINTS = Table(
    "endpoints",
    METADATA,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("api_name", String(63), nullable=False),
    Column("method", String(32), nullable=False),
    Column("path", String(512), nullable=False),
    UniqueConstraint("api_name", "method", "path", name="endpoints_by_route"),
)


def _bucket_table(name: str) -> Table:
    return Table(
        name,
        METADATA,
        Column("endpoint_id", BigInteger, ForeignKey("endpoints.id"), primary_key=True),
        Column("at_ms", BigInteger, primary_key=True),
        Column("partition", SmallInteger, primary_key=True),
        *(Column(f"n_{c}xx", BigInteger, nullable=False) for c in range(1, 6)),
        Column("latency_sum_ms", Float(53), nullable=False),
        Column("last_at_ms", BigInteger, nullable=False),
        Column("sketch", LargeBinary, nullable=False),
        Column("request_bytes", Float(53), nullable=False, server_default=text("0")),
        Column("response_bytes", Float(53), nullable=False, server_default=text("0")),
        Index(f"{name}_by_time", "at_ms"),
    )


TENS = _bucket_table("tens")
MINUTES = _bucket_table("minutes")
HOURS = _bucket_table("hours")

# How many requests of an API (its TOTAL, as its hours count them) a partition ever counted: while that less what the
# newest hours hold stands still, so does everything before them, and who remembers it need not read it again.
ODOMETERS = Table(
    "odometers",
    METADATA,
    Column("endpoint_id", BigInteger, ForeignKey("endpoints.id", ondelete="CASCADE"), primary_key=True),
    Column("partition", SmallInteger, primary_key=True),
    Column("requests", BigInteger, nullable=False),
)


def _name_table(name: str, *, chars: int) -> Table:
    """Names of an API that are counted apart, by number."""
    return Table(
        name,
        METADATA,
        Column("id", Serial, primary_key=True, autoincrement=True),
        Column("api_name", String(63), nullable=False),
        Column("name", String(chars), nullable=False),
        UniqueConstraint("api_name", "name", name=f"{name}_by_name"),
    )


CONSUMERS = _name_table("consumers", chars=128)

# What each consumer asked of each endpoint, by the hour (ADR 0035).
CONSUMER_HOURS = Table(
    "consumer_hours",
    METADATA,
    Column("consumer_id", BigInteger, ForeignKey("consumers.id"), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True),
    Column("endpoint_id", BigInteger, ForeignKey("endpoints.id", ondelete="CASCADE"), primary_key=True),
    Column("partition", SmallInteger, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("client_errors", BigInteger, nullable=False),
    Column("server_errors", BigInteger, nullable=False),
    Column("request_bytes", Float(53), nullable=False),
    Column("response_bytes", Float(53), nullable=False),
    Column("last_at_ms", BigInteger, nullable=False),
    Index("consumer_hours_by_time", "at_ms"),
)

FUNCTIONS = _name_table("functions", chars=63)

# How many jobs of each function each endpoint enqueued, by the hour, as far as requests say.
FUNCTION_HOURS = Table(
    "function_hours",
    METADATA,
    Column("function_id", BigInteger, ForeignKey("functions.id"), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True),
    Column("endpoint_id", BigInteger, ForeignKey("endpoints.id", ondelete="CASCADE"), primary_key=True),
    Column("partition", SmallInteger, primary_key=True),
    Column("jobs", BigInteger, nullable=False),
    Index("function_hours_by_time", "at_ms"),
)

INSTANCES = Table(
    "instances",
    METADATA,
    Column("api_name", String(63), primary_key=True),
    Column("id", String(128), primary_key=True),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("last_heartbeat_ms", BigInteger, nullable=False),
    Column("host", String(255), nullable=True),
    Column("port", Integer, nullable=True),
    Column("endpoints", JSON, nullable=False),
    Column("hostname", String(255), nullable=True),
    Column("version", String(128), nullable=True),
    Column("tags", JSON(none_as_null=True), nullable=True),
    Index("instances_by_heartbeat", "last_heartbeat_ms"),
)

# Trace ids are random: by the hour, new ones go where the newest are, and not all over an index of days.
REQUEST_HOUR = literal_column("at_ms / 3600000", BigInteger)

CAPTURES = Table(
    "captures",
    METADATA,
    Column("api_name", String(63), primary_key=True),
    Column("request_id", String(128), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("request", Text, nullable=True),
    Column("response", Text, nullable=True),
    Index("captures_by_time", "at_ms"),
)

# What was asked for where no route matched, by the hour; the path of all others is empty.
UNMATCHED_PATHS = Table(
    "unmatched_paths",
    METADATA,
    Column("api_name", String(63), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True),
    Column("method", String(32), primary_key=True),
    Column("path", String(200), primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("last_at_ms", BigInteger, nullable=False),
    Index("unmatched_paths_by_time", "at_ms"),
)


def _failing_table(name: str, *names: Column[str]) -> Table:
    """What requests fail with, by the hour; the key is of the names, and empty of all others, which have none."""
    return Table(
        name,
        METADATA,
        Column("api_name", String(63), primary_key=True),
        Column("at_ms", BigInteger, primary_key=True),
        Column("key", String(32), primary_key=True),
        Column("method", String(32), nullable=False),
        Column("path", String(512), nullable=False),
        *names,
        Column("requests", BigInteger, nullable=False),
        Column("last_at_ms", BigInteger, nullable=False),
        Index(f"{name}_by_time", "at_ms"),
    )


EXCEPTION_HOURS = _failing_table(
    "exception_hours",
    Column("error_type", String(255), nullable=False),
    Column("fingerprint", String(16), nullable=False),
)
FIELD_HOURS = _failing_table(
    "field_hours",
    Column("field", String(200), nullable=False),
    Column("rule", String(64), nullable=False),
)

# The newest of what is alike, as long as it is kept in one of its hours.
TRACEBACKS = Table(
    "tracebacks",
    METADATA,
    Column("api_name", String(63), primary_key=True),
    Column("fingerprint", String(16), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("message", String(500), nullable=True),
    Column("traceback", Text, nullable=True),
    Column("version", String(128), nullable=True),
    Index("tracebacks_by_time", "at_ms"),
)

REQUESTS = Table(
    "requests",
    METADATA,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("id", String(128), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("api_name", String(63), nullable=False),
    Column("method", String(32), nullable=False),
    Column("path", String(512), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("latency_ms", Float(53), nullable=False),
    Column("instance_id", String(128), nullable=False),
    Column("sampled", Boolean, nullable=False),
    Column("trace_id", String(32), nullable=True),
    Column("request_bytes", BigInteger, nullable=True),
    Column("response_bytes", BigInteger, nullable=True),
    Column("consumer", String(128), nullable=True),
    Index("requests_by_time", "at_ms", "seq"),
    Index("requests_by_api", "api_name", "at_ms", "seq"),
    Index(
        "requests_by_trace",
        text(f"({REQUEST_HOUR})"),
        "trace_id",
        sqlite_where=text("trace_id IS NOT NULL"),
        postgresql_where=text("trace_id IS NOT NULL"),
    ),
)

# Ids of requests counted in the last hour, hashed to 128 bits together with the API's name.
COUNTED = Table(
    "counted",
    METADATA,
    Column("key", Uuid(as_uuid=False), primary_key=True),
    Column("received_at_ms", BigInteger, nullable=False),
    Index("counted_by_time", "received_at_ms"),
)

# How far each partition of the ingest topic was counted; moved in the transaction that counts.
OFFSETS = Table(
    "offsets",
    METADATA,
    Column("epoch", String(128), primary_key=True),
    Column("partition", SmallInteger, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
    Column("counted_to_ms", BigInteger, nullable=False),
)

# What others must still be told: hours whose trend moved, and (hour 0) APIs that changed.
UNTOLD = Table(
    "untold",
    METADATA,
    Column("api_name", String(63), primary_key=True),
    Column("hour_ms", BigInteger, primary_key=True),
    Column("source", SmallInteger, primary_key=True),
    Column("version", BigInteger, nullable=False),
)

# Requests picked for the feed, at most a handful a transaction, until they are published.
FEED = Table(
    "feed",
    METADATA,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("api_name", String(63), nullable=False),
    Column("dropped", BigInteger, nullable=False),
    Column("items", LargeBinary, nullable=False),
)

# Named instants, such as how far old trend hours were taken back.
MARKS = Table(
    "marks",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("value_ms", BigInteger, nullable=False),
)

DEPLOYS = deploy_table(METADATA)
LEASES = lease_table(METADATA)
