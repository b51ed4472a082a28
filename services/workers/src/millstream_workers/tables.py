"""The tables of the service."""

from __future__ import annotations

from millstream_kit.deploys import deploy_table
from millstream_kit.leases import lease_table
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, MetaData, String, Table, false

METADATA = MetaData()

WORKERS = Table(
    "workers",
    METADATA,
    Column("id", String(128), primary_key=True),
    Column("worker_name", String(63), nullable=False),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("last_heartbeat_ms", BigInteger, nullable=False),
    Column("silent_at_ms", BigInteger, nullable=False),
    Column("functions", JSON, nullable=False),
    Column("function_names", JSON, nullable=False),
    Column("concurrency", Integer, nullable=False),
    Column("active_jobs", Integer, nullable=False),
    Column("jobs_processed", BigInteger, nullable=False),
    Column("jobs_failed", BigInteger, nullable=False),
    Column("hostname", String(255), nullable=True),
    Column("state", String(16), nullable=False),
    Column("version", String(128), nullable=True),
    Column("pod", JSON(none_as_null=True), nullable=True),
    Column("interval_ms", BigInteger, nullable=False),
    Column("usage", JSON(none_as_null=True), nullable=True),
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("asked", String(16), nullable=True),
    Index("workers_by_silence", "state", "silent_at_ms"),
)

# Who said goodbye, so that a beat that was overtaken on its way does not bring it back.
LEFT = Table(
    "left_workers",
    METADATA,
    Column("id", String(128), primary_key=True),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("left_at_ms", BigInteger, nullable=False),
)

# Each time a worker went silent; kept when the worker itself is forgotten.
LOSSES = Table(
    "losses",
    METADATA,
    Column("worker_id", String(128), primary_key=True),
    Column("lost_at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("worker_name", String(63), nullable=False),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("last_heartbeat_ms", BigInteger, nullable=False),
    Column("active_jobs", Integer, nullable=False),
    Column("hostname", String(255), nullable=True),
    Column("version", String(128), nullable=True),
    Column("pod", JSON(none_as_null=True), nullable=True),
    Column("back_at_ms", BigInteger, nullable=True),
    Index("losses_by_time", "lost_at_ms"),
)

# Changes others must still be told of; the version tells a change made while one was being told.
UNTOLD = Table(
    "untold",
    METADATA,
    Column("worker_id", String(128), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("facts", Boolean, nullable=False),
)

# What a worker used and did in a minute; the name is kept with it, as the worker may be gone.
MINUTES = Table(
    "minutes",
    METADATA,
    Column("worker_id", String(128), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("worker_name", String(63), nullable=False),
    Column("beats", BigInteger, nullable=False),
    Column("active_sum", BigInteger, nullable=False),
    Column("active_max", BigInteger, nullable=False),
    Column("concurrency", BigInteger, nullable=False),
    Column("processed", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("cpu_beats", BigInteger, nullable=False),
    Column("cpu_sum", Float, nullable=False),
    Column("cpu_max", Float, nullable=True),
    Column("cpu_limit", Float, nullable=True),
    Column("memory_beats", BigInteger, nullable=False),
    Column("memory_sum", Float, nullable=False),
    Column("memory_max", BigInteger, nullable=True),
    Column("memory_limit", BigInteger, nullable=True),
    Column("lag_max", Float, nullable=True),
    Index("minutes_by_time", "at_ms"),
)

DEPLOYS = deploy_table(METADATA)
LEASES = lease_table(METADATA)
