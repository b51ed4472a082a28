"""`millstream jobs list | show | tail`."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from millstream.client import Client
from millstream.settings import Settings
from millstream.sse import Event, follow

_QUIET = {"type", "event_id", "job_id", "root_id", "parent_id", "function", "function_name", "at", "seq", "trace_id"}


def jobs(argv: list[str]) -> int:
    """List jobs, show one, follow what happens."""
    options = _parser().parse_args(argv)
    run: Any = options.run
    return int(asyncio.run(run(options)))


async def _list(options: argparse.Namespace) -> int:
    wanted = {"function": options.function, "status": options.status, "trace_id": options.trace_id, "q": options.q}
    wanted["limit"] = options.limit
    answer = await _ask(lambda client: client.jobs({k: v for k, v in wanted.items() if v is not None}))
    if options.json:
        _print_json(answer)
        return 0
    for job in answer["jobs"]:
        _print(
            f"{job['id']}  {job['status']:<9}  {job['function']:<24}  {_when(job['created_at'])}  {job['error'] or ''}"
        )
    more = ", more with --limit" if answer["has_more"] else ""
    _print(f"{len(answer['jobs'])} of {answer['total']} jobs{more}")
    return 0


async def _show(options: argparse.Namespace) -> int:
    job = await _ask(lambda client: client.job(options.id))
    if options.json:
        _print_json(job)
        return 0
    for name, value in job.items():
        if value not in (None, [], {}):
            _print(f"{name:<18} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
    return 0


async def _tail(options: argparse.Namespace) -> int:
    client = Client(Settings.read())
    asked = {"function": options.function, "job_id": options.job, "types": options.types, "since": options.since}
    try:
        async for event in follow(client, "/events/stream", {k: v for k, v in asked.items() if v}, _note):
            _print(event.data if options.json else _line(event))
    finally:
        await client.aclose()
    return 0


async def _ask(question: Any) -> dict[str, Any]:
    client = Client(Settings.read())
    try:
        answer: dict[str, Any] = await question(client)
        return answer
    finally:
        await client.aclose()


def _line(event: Event) -> str:
    data = json.loads(event.data)
    said = {name: value for name, value in data.items() if name not in _QUIET}
    return f"{_when(data['at'])}  {data['type']:<14} {data['job_id']}  {data['function']:<20} {_pairs(said)}"


def _pairs(said: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in said.items())


def _when(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone():%H:%M:%S.%f}"[:-3]


def _note(text: str) -> None:
    sys.stderr.write(f"-- {text}\n")


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _print_json(data: Any) -> None:
    _print(json.dumps(data, indent=2, ensure_ascii=False))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="millstream jobs", description=jobs.__doc__)
    actions = parser.add_subparsers(required=True, metavar="list | show | tail")
    listing = actions.add_parser("list", help="the newest jobs")
    listing.add_argument("--function")
    listing.add_argument("--status", action="append", help="repeatable")
    listing.add_argument("--trace-id", metavar="ID", help="what one request led to")
    listing.add_argument("--q", help="id prefix, error text, or arg.path:value")
    listing.add_argument("--limit", type=int, default=20)
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list)
    showing = actions.add_parser("show", help="one job, whole")
    showing.add_argument("id")
    showing.add_argument("--json", action="store_true")
    showing.set_defaults(run=_show)
    tailing = actions.add_parser("tail", help="follow what happens; resumes by itself after a break")
    tailing.add_argument("--function")
    tailing.add_argument("--job", metavar="ID")
    tailing.add_argument("--types", help="comma list of event types")
    tailing.add_argument("--since", help="RFC 3339 instant to begin at")
    tailing.add_argument("--json", action="store_true", help="one event per line, as it came")
    tailing.set_defaults(run=_tail)
    return parser
