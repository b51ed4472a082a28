"""The process: `python -m millstream_jobs [migrate]`."""

from __future__ import annotations

import asyncio
import sys

from millstream_kit.service import run
from millstream_kit.settings import load_settings

from millstream_jobs.app import create_app, migrate
from millstream_jobs.settings import JobsSettings


def main() -> None:
    arguments = sys.argv[1:]
    if arguments not in ([], ["migrate"]):
        sys.exit("usage: python -m millstream_jobs [migrate]")
    settings = load_settings(JobsSettings)
    if arguments == ["migrate"]:
        asyncio.run(migrate(settings))
    else:
        run(settings, lambda: create_app(settings))
