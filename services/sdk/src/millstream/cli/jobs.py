"""`millstream jobs list | show | logs | cancel | retry | tail`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

from millstream.cli import refuse
from millstream.cli.asking import Answer, an_object, ask, ask_of_each, day_and_time, run_chosen, say, say_json, when
from millstream.client import Client
from millstream.settings import Settings
from millstream.sse import Event, follow

_QUIET = {"type", "event_id", "job_id", "root_id", "parent_id", "function", "function_name", "at", "seq", "trace_id"}


def jobs(argv: list[str]) -> int:
    """List jobs, show one and its log, cancel and run again, follow what happens."""
    return run_chosen(_parser(), argv)


async def _list(options: argparse.Namespace) -> int:
    wanted = {"function": options.function, "status": options.status, "trace_id": options.trace_id, "q": options.q}
    wanted["limit"] = options.limit
    answer = await ask(lambda client: client.jobs({k: v for k, v in wanted.items() if v is not None}))
    if options.json:
        say_json(answer)
        return 0
    for job in answer["jobs"]:
        say(
            f"{job['id']}  {job['status']:<9}  {job['function']:<24}  {day_and_time(job['created_at'])}  {job['error'] or ''}"
        )
    more = ", more with --limit" if answer["has_more"] else ""
    say(f"{len(answer['jobs'])} of {answer['total']} jobs{more}")
    return 0


async def _show(options: argparse.Namespace) -> int:
    job = await ask(lambda client: client.job(options.id))
    if options.json:
        say_json(job)
        return 0
    for name, value in job.items():
        if value not in (None, [], {}):
            say(f"{name:<18} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
    return 0


async def _logs(options: argparse.Namespace) -> int:
    wanted = {"attempt": options.attempt, "level": options.level, "q": options.q}
    asked = {name: value for name, value in wanted.items() if value is not None}

    async def whole(client: Client) -> Answer:
        page = asked
        while True:
            answer = await client.logs(options.id, page)
            for line in answer["lines"]:
                say(json.dumps(line, ensure_ascii=False) if options.json else _logged(line))
            if not answer["has_more"]:
                return answer
            page = asked | {"cursor": answer["next_cursor"]}

    await ask(whole)
    return 0


async def _cancel(options: argparse.Namespace) -> int:
    return await ask_of_each(options.ids, lambda client, job_id: client.cancel(job_id, options.reason), _stopped)


async def _retry(options: argparse.Namespace) -> int:
    try:
        kwargs = None if options.json is None else an_object(options.json)
    except ValueError as error:
        return refuse(str(error), code=2)
    return await ask_of_each(
        options.ids, lambda client, job_id: client.retry(job_id, kwargs), lambda job: str(job["id"])
    )


async def _tail(options: argparse.Namespace) -> int:
    client = Client(Settings.read())
    asked = {"function": options.function, "job_id": options.job, "types": options.types, "since": options.since}
    try:
        async for event in follow(client, "/events/stream", {k: v for k, v in asked.items() if v}, _note):
            say(event.data if options.json else _line(event))
    finally:
        await client.aclose()
    return 0


def _line(event: Event) -> str:
    data = json.loads(event.data)
    said = {name: value for name, value in data.items() if name not in _QUIET}
    return f"{when(data['at'])}  {data['type']:<14} {data['job_id']}  {data['function']:<20} {_pairs(said)}"


def _logged(line: Mapping[str, Any]) -> str:
    fields = _pairs(line["fields"] or {})
    return f"{day_and_time(line['at'])}  {line['level']:<8} {line['message']}{'  ' + fields if fields else ''}"


def _stopped(job: Mapping[str, Any]) -> str:
    is_asked = job["status"] == "active"
    return f"{job['id']}  {'active, its worker is asked to stop it' if is_asked else job['status']}"


def _pairs(said: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in said.items())


def _note(text: str) -> None:
    sys.stderr.write(f"-- {text}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="millstream jobs", description=jobs.__doc__)
    actions = parser.add_subparsers(required=True, metavar="list | show | logs | cancel | retry | tail")
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
    logging = actions.add_parser("logs", help="what a job wrote")
    logging.add_argument("id")
    logging.add_argument("--attempt", type=int, help="of this attempt only")
    logging.add_argument("--level", help="of this level only")
    logging.add_argument("--q", help="lines that contain it")
    logging.add_argument("--json", action="store_true", help="one line of the log per line, as it is kept")
    logging.set_defaults(run=_logs)
    cancelling = actions.add_parser("cancel", help="cancel jobs that wait, ask the workers of those that run")
    cancelling.add_argument("ids", nargs="+", metavar="ID")
    cancelling.add_argument("--reason", help="told with job.cancelled")
    cancelling.set_defaults(run=_cancel)
    retrying = actions.add_parser("retry", help="run finished jobs again: prints the ids of the new ones")
    retrying.add_argument("ids", nargs="+", metavar="ID")
    retrying.add_argument("--json", metavar="OBJECT", help="arguments instead of those they had")
    retrying.set_defaults(run=_retry)
    tailing = actions.add_parser("tail", help="follow what happens; resumes by itself after a break")
    tailing.add_argument("--function")
    tailing.add_argument("--job", metavar="ID")
    tailing.add_argument("--types", help="comma list of event types")
    tailing.add_argument("--since", help="RFC 3339 instant to begin at")
    tailing.add_argument("--json", action="store_true", help="one event per line, as it came")
    tailing.set_defaults(run=_tail)
    return parser
