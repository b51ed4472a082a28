"""The process: `python -m millstream_workers [migrate]`."""

from __future__ import annotations

from millstream_kit.storage import serve_or_migrate

from millstream_workers.app import STORAGE, create_app
from millstream_workers.settings import WorkersSettings


def main() -> None:
    """Serve, or bring the schema up to date and leave."""
    serve_or_migrate(STORAGE, WorkersSettings, create_app)
