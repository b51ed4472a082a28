"""`python -m shop`: serve the shop, and say how the rest is run."""

from __future__ import annotations

import logging
import sys

import uvicorn

from shop.settings import ShopSettings

HOW = """The shop is at {url} (its routes: {url}/docs)
  its worker    millstream worker shop.jobs:app
  some traffic  python -m shop.traffic
  all of it     make run
"""


def in_one_line(record: logging.LogRecord) -> bool:
    """A failed request without its traceback: some fail on purpose, and the terminal is shared with the rest."""
    if record.exc_info:
        record.msg, record.args, record.exc_info = f"a request failed: {record.exc_info[1]!r}", (), None
    return True


def main() -> None:
    settings = ShopSettings.read()
    logging.getLogger("uvicorn.error").addFilter(in_one_line)
    sys.stdout.write(HOW.format(url=settings.url))
    sys.stdout.flush()
    uvicorn.run(
        "shop.web:app", host=settings.host, port=settings.port, log_level="warning", timeout_graceful_shutdown=5
    )


if __name__ == "__main__":
    main()
