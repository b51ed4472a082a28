"""A jobs service as a process of its own, for tests that kill it: `python serve_jobs.py PORT FOLDER TTL_S`."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from millstream_jobs.app import create_app
from millstream_jobs.settings import JobsSettings
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import serving


async def main(port: int, folder: Path, ttl_s: float) -> None:
    stop = asyncio.Event()
    settings = JobsSettings(
        port=port, data_dir=folder, lease_ttl_s=ttl_s, drain_s=1, holder_ttl_s=1, auth=AuthSettings(mode="off")
    )
    folder.mkdir(parents=True, exist_ok=True)
    async with serving(settings, create_app(settings)):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])))
