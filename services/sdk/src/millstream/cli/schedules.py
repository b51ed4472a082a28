"""`millstream schedules list | pause | resume`."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from millstream.cli.asking import Answer, add_pausing, ask, day_and_time, say, say_json
from millstream.client import Client


def schedules(argv: list[str]) -> int:
    """List what runs by the clock, pause and resume it."""
    options = _parser().parse_args(argv)
    run: Any = options.run
    return int(asyncio.run(run(options)))


async def _list(options: argparse.Namespace) -> int:
    answer = await ask(Client.schedules)
    if options.json:
        say_json(answer)
        return 0
    for schedule in answer["schedules"]:
        say(_line(schedule))
    say(f"{answer['total']} schedules")
    return 0


def _line(schedule: Answer) -> str:
    due = "paused" if schedule["paused"] else f"next {day_and_time(schedule['next_at'])}"
    last = f"last {day_and_time(schedule['last_at'])}"
    return f"{schedule['function']:<24}  {due:<24}  {last:<24}  {schedule['words']}, {schedule['timezone']}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="millstream schedules", description=schedules.__doc__)
    actions = parser.add_subparsers(required=True, metavar="list | pause | resume")
    listing = actions.add_parser("list", help="every schedule, the next due first")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list)
    add_pausing(
        actions,
        Client.set_schedule_paused,
        pause="make no job of them until they are resumed; jobs that are there go on",
        resume="let them be due again",
    )
    return parser
