"""`python -m shop`: serve the shop, and say how the rest is run."""

from __future__ import annotations

import sys

import uvicorn

from shop.settings import ShopSettings

HOW = """The shop is at {url} (its routes: {url}/docs)
  its worker    millstream worker shop.jobs:app
  some traffic  python -m shop.traffic
  all of it     make run
"""


def main() -> None:
    settings = ShopSettings.read()
    sys.stdout.write(HOW.format(url=settings.url))
    sys.stdout.flush()
    uvicorn.run(
        "shop.web:app", host=settings.host, port=settings.port, log_level="warning", timeout_graceful_shutdown=5
    )


if __name__ == "__main__":
    main()
