"""Run by `Database.migrate`."""

from millstream_kit.db import run_migrations

from millstream_jobs import store_figure_tables, store_tables  # noqa: F401  # each tells the metadata its tables
from millstream_jobs.store_metadata import metadata

run_migrations(metadata)
