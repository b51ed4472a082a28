"""`millstream emit TYPE --data order_id=42`."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from millstream import names
from millstream.app import Millstream
from millstream.cli import refuse
from millstream.cli.asking import add_choices, add_values, chosen, named_values, say
from millstream.emit import Emitted


def emit(argv: list[str]) -> int:
    """Tell what happened: the functions it triggers get a job each."""
    options = _parser().parse_args(argv)
    try:
        data = named_values(options.json, options.data, "--data")
        names.event_type(options.type)
    except ValueError as error:
        return refuse(str(error), code=2)
    emitted = asyncio.run(_emit(options, data))
    made = len(emitted.jobs)
    say(f"{emitted.id} {made} {'job' if made == 1 else 'jobs'}")
    for handle in emitted.jobs:
        say(f"{handle.id} {handle.enqueued.function if handle.enqueued else ''}")
    return 0


async def _emit(options: argparse.Namespace, data: dict[str, Any]) -> Emitted:
    app = Millstream("cli")
    try:
        return await app.emit(options.type, data, **chosen(options))
    finally:
        await app.aclose()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="millstream emit", description=emit.__doc__)
    parser.add_argument("type", help="names with dots between: order.paid")
    add_values(parser, "--data", one="one thing it says", all_="all it says,")
    add_choices(parser, "the same again finds the jobs of the first")
    return parser
