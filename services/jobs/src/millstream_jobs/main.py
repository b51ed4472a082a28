"""The process: `python -m millstream_jobs [migrate]`."""

from __future__ import annotations

from millstream_kit.storage import serve_or_migrate

from millstream_jobs.app import STORAGE, create_app
from millstream_jobs.settings import JobsSettings


def main() -> None:
    """Serve, or bring the schema up to date and leave."""
    serve_or_migrate(STORAGE, JobsSettings, create_app)
