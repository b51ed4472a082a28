"""`millstream functions list | pause | resume`."""

from __future__ import annotations

import argparse

from millstream.cli.asking import Answer, add_listing, add_pausing, day_and_time, run_chosen
from millstream.client import Client

_MANNED = {True: "active", False: "no worker", None: "-"}  # nobody says which workers there are


def functions(argv: list[str]) -> int:
    """List functions, pause and resume them."""
    return run_chosen(_parser(), argv)


def _line(function: Answer) -> str:
    rate = "-" if function["success_rate"] is None else f"{function['success_rate']:.1f} %"
    waiting = f"{function['queue_backlog']} waiting"
    last = f"last {day_and_time(function['last_run_at'])}"
    state = "paused" if function["paused"] else _MANNED[function["active"]]
    return f"{function['key']:<24}  {state:<9}  {function['runs_24h']:>7} runs  {rate:>7}  {waiting:<13}  {last}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="millstream functions", description=functions.__doc__)
    actions = parser.add_subparsers(required=True, metavar="list | pause | resume")
    add_listing(
        actions,
        Client.functions,
        _line,
        things="functions",
        help="every function, and how it went in the last 24 hours",
    )
    add_pausing(
        actions,
        Client.set_paused,
        pause="start no job of them; what runs goes on",
        resume="let their jobs start again",
    )
    return parser
