"""The tables of jobs and of what belongs to them, for PostgreSQL and SQLite alike. Instants are milliseconds since the epoch, UTC."""

from __future__ import annotations

from millstream_kit.leases import lease_table
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from millstream_jobs.store_metadata import Id, Number, metadata, partial_index

leases = lease_table(metadata)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("function", String(63), nullable=False),
    Column("function_name", String(255), nullable=False),
    Column("job_type", String(16), nullable=False),
    Column("trigger", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("interruptions", Integer, nullable=False),
    Column("max_retries", Integer, nullable=False),
    Column("retry_delay_s", Double, nullable=False),
    Column("timeout_s", Double),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("scheduled_at_ms", BigInteger, nullable=False),
    Column("queued_at_ms", BigInteger),
    Column("due_at_ms", BigInteger),
    Column("started_at_ms", BigInteger),
    Column("completed_at_ms", BigInteger),
    Column("cancel_requested_at_ms", BigInteger),
    Column("progress_at_ms", BigInteger),
    Column("checkpoint_at_ms", BigInteger),
    Column("worker_id", String(128)),
    Column("lease_token", String(64)),
    Column("lease_expires_at_ms", BigInteger),
    Column("lease_deadline_at_ms", BigInteger),
    Column("parent_id", Id),
    Column("root_id", Id, nullable=False),
    Column("retried_from", Id),
    Column("idempotency_key", String(255)),
    Column("trace_id", String(32)),
    Column("traceparent", String(128)),
    Column("progress", Double),
    Column("queue_wait_ms", Double),
    Column("duration_ms", Double),
    Column("error_type", String(255)),
    Column("error_fingerprint", String(16)),
    Column("tags", Text, nullable=False),
    Column("cancel_reason", Text),
    Column("error", Text),
    # JSON as text, last in the row: what reads the columns above never touches their pages.
    Column("kwargs", Text, nullable=False),
    Column("checkpoint", Text),
    Column("result", Text),
    # Of what an event made, and of what is run again of that.
    Column("event_id", Id),
    Column("event_type", String(100)),
)


# What ran last, of all functions and of one.
partial_index("jobs_active", jobs.c.started_at_ms, where="status = 'active'")
partial_index("jobs_failed", jobs.c.completed_at_ms, where="status = 'failed'")
partial_index("jobs_runs", jobs.c.function, jobs.c.started_at_ms, where="started_at_ms IS NOT NULL")
partial_index("jobs_cancelling", jobs.c.function, where="status = 'active' AND cancel_requested_at_ms IS NOT NULL")
# In the order jobs are leased; holds the queue only.
partial_index(
    "jobs_queue", jobs.c.priority.desc(), jobs.c.queued_at_ms, jobs.c.id, jobs.c.function, where="status = 'queued'"
)
# What time will change next.
partial_index("jobs_due", jobs.c.due_at_ms, where="due_at_ms IS NOT NULL")
partial_index(
    "jobs_idempotency", jobs.c.function, jobs.c.idempotency_key, where="idempotency_key IS NOT NULL", unique=True
)
# By its key alone, of whatever function.
partial_index("jobs_key", jobs.c.idempotency_key, jobs.c.id, where="idempotency_key IS NOT NULL")
partial_index("jobs_parent", jobs.c.parent_id, where="parent_id IS NOT NULL")
# By status, too: told from the index, without a look at each of the worker's jobs.
partial_index("jobs_worker", jobs.c.worker_id, jobs.c.id, jobs.c.status, where="worker_id IS NOT NULL")
partial_index("jobs_ran", jobs.c.completed_at_ms, where="completed_at_ms IS NOT NULL AND started_at_ms IS NOT NULL")
# What is searched by its error.
partial_index("jobs_error", jobs.c.id, where="error IS NOT NULL")
# Failures of one kind, however many others there are; told from the index which of them failed for good.
partial_index(
    "jobs_fingerprint", jobs.c.error_fingerprint, jobs.c.id, jobs.c.status, where="error_fingerprint IS NOT NULL"
)
# What one request led to. Without the status, which changes: a trace's jobs are few enough to be looked at.
partial_index("jobs_trace", jobs.c.trace_id, jobs.c.id, where="trace_id IS NOT NULL")
# The few that ran longest, or shortest; told from the index which of them a list is about.
partial_index(
    "jobs_duration", jobs.c.duration_ms, jobs.c.id, jobs.c.status, jobs.c.function, where="duration_ms IS NOT NULL"
)
Index("jobs_function", jobs.c.function, jobs.c.id)
# Jobs of one function and status, however many others it or the status has.
Index("jobs_function_status", jobs.c.function, jobs.c.status, jobs.c.id)
Index("jobs_status", jobs.c.status, jobs.c.id)
Index("jobs_root", jobs.c.root_id, jobs.c.id)

attempts = Table(
    "attempts",
    metadata,
    Column("job_id", Id, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("function", String(63), nullable=False),
    Column("worker_id", String(128), nullable=False),
    Column("token", String(64), nullable=False),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("queue_wait_ms", Double),
    Column("ended_at_ms", BigInteger),
    Column("duration_ms", Double),
    Column("outcome", String(16)),
    Column("report_digest", String(64)),
    Column("error", Text),
    Column("error_type", String(255)),
    Column("error_fingerprint", String(16)),
    Column("traceback", Text),
    Column("pod", String(255)),
    Column("version", String(255)),
    # How far it was when, as JSON without its outer brackets: a point is added at the end, and nothing read for it.
    Column("progress", Text),
    # Of the frames of its traceback, as JSON.
    Column("locals", Text),
    PrimaryKeyConstraint("job_id", "attempt"),
)
# What a worker's loss interrupted.
partial_index("attempts_interrupted", attempts.c.worker_id, attempts.c.job_id, where="outcome = 'interrupted'")
# What a pod ran.
partial_index("attempts_pod", attempts.c.pod, attempts.c.job_id, where="pod IS NOT NULL")
# What ran at an instant: everything that had begun and had not ended.
Index("attempts_ended", attempts.c.ended_at_ms, attempts.c.started_at_ms)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("shard", Integer, nullable=False),
    Column("topic", String(128), nullable=False),
    Column("key", String(128), nullable=False),
    Column("type", String(64), nullable=False),
    Column("traceparent", String(128)),
    Column("written_at_ms", BigInteger, nullable=False),
    Column("value", LargeBinary, nullable=False),
    # A number is never given twice: a relay that lost its lease may delete by numbers it read long ago.
    sqlite_autoincrement=True,
)

functions = Table(
    "functions",
    metadata,
    Column("key", String(63), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("type", String(16), nullable=False),
    Column("timeout_s", Double),
    Column("max_retries", Integer, nullable=False),
    Column("retry_delay_s", Double, nullable=False),
    Column("max_concurrency", Integer),
    Column("version", String(128)),
    Column("paused", Boolean, nullable=False),
    Column("declared_at_ms", BigInteger, nullable=False),
    Column("parameters", Text),
    Column("import_path", String(255)),
    Column("pattern", String(100)),
    Column("rate_limit", String(16)),
)
partial_index("functions_pattern", functions.c.pattern, where="pattern IS NOT NULL")

# Events that have an idempotency key (docs/adr/0047-events.md), for as long as one may be told again.
emitted = Table(
    "emitted",
    metadata,
    Column("id", Id, primary_key=True),
    Column("type", String(100), nullable=False),
    Column("idempotency_key", String(255), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
Index("emitted_key", emitted.c.type, emitted.c.idempotency_key, unique=True)

# Of each function with a rate limit the starts that may count, as `[[at_ms, count], …]`, the oldest first. Whoever holds the lock
# of its function writes it.
starts = Table(
    "starts",
    metadata,
    Column("function", String(63), primary_key=True),
    Column("parts", Text, nullable=False),
)

# How each worker declared a function when it started.
declarations = Table(
    "declarations",
    metadata,
    Column("function", String(63), nullable=False),
    Column("worker_id", String(128), nullable=False),
    Column("timeout_s", Double),
    Column("max_retries", Integer, nullable=False),
    Column("retry_delay_s", Double, nullable=False),
    Column("max_concurrency", Integer),
    Column("version", String(128)),
    Column("declared_at_ms", BigInteger, nullable=False),
    Column("rate_limit", String(16)),
    Column("pattern", String(100)),
    Column("schedule", String(100)),
    Column("timezone", String(64)),
    PrimaryKeyConstraint("function", "worker_id"),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("job_id", Id, nullable=False),
    Column("name", String(255), nullable=False),
    Column("type", String(32), nullable=False),
    Column("content_type", String(128), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("storage_backend", String(32), nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
)
Index("artifacts_job", artifacts.c.job_id, artifacts.c.id)

log_lines = Table(
    "log_lines",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("job_id", Id, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("level", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("fields", Text),
)
Index("log_lines_job", log_lines.c.job_id, log_lines.c.id)
# What a timeline marks. With OR, not IN: SQLite takes the index for one of them only then.
partial_index(
    "log_lines_notable",
    log_lines.c.job_id,
    log_lines.c.level,
    log_lines.c.id,
    where="level = 'warning' OR level = 'error' OR level = 'critical'",
)

# What is done to many jobs (docs/adr/0039-bulk-actions.md), and the jobs it has yet to come to.
bulk_actions = Table(
    "bulk_actions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("filter", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("made_by", String(255), nullable=False),
    Column("name", String(255)),
    Column("reason", Text),
    Column("state", String(16), nullable=False),
    Column("done", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("skips", Text, nullable=False),
    Column("started_at_ms", BigInteger),
    Column("ended_at_ms", BigInteger),
    Column("traceparent", String(128)),
    Column("trace_id", String(32)),
)
partial_index("bulk_actions_running", bulk_actions.c.started_at_ms, where="state = 'running'")

bulk_parts = Table(
    "bulk_parts",
    metadata,
    Column("action_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("ids", Text, nullable=False),
    PrimaryKeyConstraint("action_id", "number"),
)

# Names for what the list of jobs shows. A name is one view of its maker's.
saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Id, primary_key=True),
    Column("made_by", String(255), nullable=False),
    Column("name", String(60), nullable=False),
    Column("query", Text, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
)
Index("saved_views_name", saved_views.c.made_by, saved_views.c.name, unique=True)

# When functions run by the clock (docs/adr/0045-schedules.md), one row for each that does; and what came of the newest instants.
schedules = Table(
    "schedules",
    metadata,
    Column("function", String(63), primary_key=True),
    Column("expression", String(100), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("overlap", String(8), nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("next_at_ms", BigInteger),
    Column("last_at_ms", BigInteger),
    Column("last_job_id", Id),
)
partial_index("schedules_next", schedules.c.next_at_ms, where="next_at_ms IS NOT NULL")

schedule_fires = Table(
    "schedule_fires",
    metadata,
    Column("function", String(63), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("fired_at_ms", BigInteger, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("missed", Integer, nullable=False),
    Column("job_id", Id),
    PrimaryKeyConstraint("function", "at_ms"),
)
