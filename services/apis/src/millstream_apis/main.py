"""The process: `python -m millstream_apis [migrate]`."""

from __future__ import annotations

from millstream_kit.storage import serve_or_migrate

from millstream_apis.app import STORAGE, create_app
from millstream_apis.settings import ApisSettings


def main() -> None:
    """Serve, or bring the schema up to date and leave."""
    serve_or_migrate(STORAGE, ApisSettings, create_app)
