"""Run by `Database.migrate`."""

from millstream_kit.db import run_migrations

from millstream_jobs.store_tables import metadata

run_migrations(metadata)
