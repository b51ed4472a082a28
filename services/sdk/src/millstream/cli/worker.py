"""`millstream worker module:app`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys

from millstream.cli import refuse
from millstream.cli.locate import NotLocated, locate
from millstream.errors import ApiError
from millstream.telemetry import configure_traces
from millstream.worker import Worker, WorkerOptions

log = logging.getLogger("millstream.worker")


def worker(argv: list[str]) -> int:
    """Run the functions of an app."""
    options = _parser().parse_args(argv)
    logging.basicConfig(
        level=options.log_level.upper(), format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", stream=sys.stderr
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        app = locate(options.app)
        chosen = WorkerOptions(
            concurrency=options.concurrency,
            drain_s=options.drain_s,
            version=options.version,
            heartbeat_s=options.heartbeat_s,
        )
        made = Worker(app, chosen)
    except (NotLocated, ValueError) as error:
        return refuse(str(error), code=2)
    close_traces = configure_traces(app.name)
    log.info("worker of %s at %s, %d at once", app.name, app.client.url, chosen.concurrency)
    try:
        asyncio.run(made.run(handle_signals=True))
    except ApiError as error:
        return refuse(f"{app.client.url} refuses this worker: {error.detail} ({error.code})")
    except TypeError as error:
        return refuse(str(error), code=2)
    finally:
        app.portal.close()
        close_traces()
    if not made.is_clean:
        # A function that would not end holds its thread; its job was handed back, so the process may go.
        log.warning("some functions did not end when asked; leaving them")
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="millstream worker", description=worker.__doc__)
    parser.add_argument("app", help="where your functions are: shop.jobs:app, shop.jobs, or a file")
    parser.add_argument("--concurrency", type=int, default=10, help="jobs at once (10)")
    parser.add_argument("--drain-s", type=float, default=25.0, help="seconds for running jobs after SIGTERM (25)")
    parser.add_argument("--heartbeat-s", type=float, default=5.0, help=argparse.SUPPRESS)
    parser.add_argument("--version", default=None, help="of your code, shown beside the worker")
    parser.add_argument("--log-level", choices=["debug", "info", "warning", "error"], default="info")
    return parser
