"""`millstream functions list | pause | resume`."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from millstream.cli.asking import Answer, add_pausing, ask, day_and_time, say, say_json
from millstream.client import Client

_MANNED = {True: "active", False: "no worker", None: "-"}  # nobody says which workers there are


def functions(argv: list[str]) -> int:
    """List functions, pause and resume them."""
    options = _parser().parse_args(argv)
    run: Any = options.run
    return int(asyncio.run(run(options)))


async def _list(options: argparse.Namespace) -> int:
    answer = await ask(Client.functions)
    if options.json:
        say_json(answer)
        return 0
    for function in answer["functions"]:
        say(_line(function))
    say(f"{answer['total']} functions")
    return 0


def _line(function: Answer) -> str:
    rate = "-" if function["success_rate"] is None else f"{function['success_rate']:.1f} %"
    waiting = f"{function['queue_backlog']} waiting"
    last = f"last {day_and_time(function['last_run_at'])}"
    state = "paused" if function["paused"] else _MANNED[function["active"]]
    return f"{function['key']:<24}  {state:<9}  {function['runs_24h']:>7} runs  {rate:>7}  {waiting:<13}  {last}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="millstream functions", description=functions.__doc__)
    actions = parser.add_subparsers(required=True, metavar="list | pause | resume")
    listing = actions.add_parser("list", help="every function, and how it went in the last 24 hours")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list)
    add_pausing(
        actions,
        Client.set_paused,
        pause="start no job of them; what runs goes on",
        resume="let their jobs start again",
    )
    return parser
