"""Alembic runs this on the connection `Database.migrate` opened."""

from millstream_kit.db import run_migrations

from millstream_apis.tables import METADATA

run_migrations(METADATA)
