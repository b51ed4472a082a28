"""The process: `python -m millstream_apis [migrate]`."""

from __future__ import annotations

import asyncio
import sys

from millstream_kit.service import run
from millstream_kit.settings import load_settings

from millstream_apis.app import MIGRATIONS, create_app, open_database
from millstream_apis.settings import ApisSettings


def main() -> None:
    """Serve, or bring the schema up to date and leave."""
    settings = load_settings(ApisSettings)
    if sys.argv[1:] == ["migrate"]:
        asyncio.run(migrate(settings))
    elif sys.argv[1:]:
        sys.exit("usage: python -m millstream_apis [migrate]")
    else:
        run(settings, lambda: create_app(settings))


async def migrate(settings: ApisSettings) -> None:
    """Bring the schema to its newest revision."""
    database = open_database(settings)
    try:
        await database.migrate(MIGRATIONS)
    finally:
        await database.close()
