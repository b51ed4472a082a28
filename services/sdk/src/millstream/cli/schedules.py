"""`millstream schedules list | pause | resume`."""

from __future__ import annotations

import argparse

from millstream.cli.asking import Answer, add_listing, add_pausing, day_and_time, run_chosen
from millstream.client import Client


def schedules(argv: list[str]) -> int:
    """List what runs by the clock, pause and resume it."""
    return run_chosen(_parser(), argv)


def _line(schedule: Answer) -> str:
    due = "paused" if schedule["paused"] else f"next {day_and_time(schedule['next_at'])}"
    last = f"last {day_and_time(schedule['last_at'])}"
    return f"{schedule['function']:<24}  {due:<24}  {last:<24}  {schedule['words']}, {schedule['timezone']}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="millstream schedules", description=schedules.__doc__)
    actions = parser.add_subparsers(required=True, metavar="list | pause | resume")
    add_listing(actions, Client.schedules, _line, things="schedules", help="every schedule, the next due first")
    add_pausing(
        actions,
        Client.set_schedule_paused,
        pause="make no job of them until they are resumed; jobs that are there go on",
        resume="let them be due again",
    )
    return parser
