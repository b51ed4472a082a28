"""`millstream enqueue KEY --arg image_id=42`."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

from millstream.app import Millstream
from millstream.cli import refuse
from millstream.cli.asking import add_choices, add_values, chosen, named_values
from millstream.handle import Job


def enqueue(argv: list[str]) -> int:
    """Enqueue a job."""
    options = _parser().parse_args(argv)
    try:
        kwargs = named_values(options.json, options.arg, "--arg")
    except ValueError as error:
        return refuse(str(error), code=2)
    job = asyncio.run(_enqueue(options, kwargs))
    if options.wait is None:
        sys.stdout.write(f"{job.id}\n")
        return 0
    sys.stdout.write(f"{job.id} {job.status}{': ' + job.error if job.error else ''}\n")
    if job.status == "complete" and job.result is not None:
        sys.stdout.write(f"{json.dumps(job.result, indent=2, ensure_ascii=False)}\n")
    return 0 if job.status == "complete" else 1


async def _enqueue(options: argparse.Namespace, kwargs: dict[str, Any]) -> Job:
    app = Millstream("cli")
    try:
        handle = await app.enqueue(options.key, kwargs, chosen(options))
        assert handle.enqueued is not None
        if options.wait is None:
            return handle.enqueued
        try:
            return await handle.wait(options.wait)
        except TimeoutError:
            return await handle.job()
    finally:
        await app.aclose()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="millstream enqueue", description=enqueue.__doc__)
    parser.add_argument("key", help="the function's key")
    add_values(parser, "--arg", one="one argument", all_="all arguments")
    add_choices(parser, "a second enqueue with it finds the first job")
    parser.add_argument("--wait", type=float, metavar="SECONDS", help="wait for the end and print the result")
    return parser
