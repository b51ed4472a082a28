"""What commands that ask a server share: one client a command, and how answers are printed."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from millstream.cli import exit_code_of
from millstream.client import Client
from millstream.errors import ApiError
from millstream.function import EnqueueOptions
from millstream.settings import Settings

Answer = dict[str, Any]


async def ask(question: Callable[[Client], Awaitable[Answer]]) -> Answer:
    """Ask the server the settings name."""
    client = Client(Settings.read())
    try:
        return await question(client)
    finally:
        await client.aclose()


async def ask_of_each(
    names: Sequence[str], question: Callable[[Client, str], Awaitable[Answer]], line: Callable[[Answer], str]
) -> int:
    """Ask the same of several, print a line for each, and return the exit code: one refusal does not keep the others."""
    client, code = Client(Settings.read()), 0
    try:
        for name in names:
            try:
                say(line(await question(client, name)))
            except ApiError as error:
                sys.stderr.write(f"millstream: {name}: {error.detail}\n")
                code = max(code, exit_code_of(error))
    finally:
        await client.aclose()
    return code


def run_chosen(parser: argparse.ArgumentParser, argv: Sequence[str]) -> int:
    """Run the action that was asked for, and return its exit code."""
    options = parser.parse_args(argv)
    run: Any = options.run
    return int(asyncio.run(run(options)))


def add_listing(
    actions: Any,
    question: Callable[[Client], Awaitable[Answer]],
    line: Callable[[Answer], str],
    *,
    things: str,
    help: str,
) -> None:
    """Add `list`: a line for each of what the answer has under `things`, or with `--json` the answer."""

    async def run(options: argparse.Namespace) -> int:
        answer = await ask(question)
        if options.json:
            say_json(answer)
            return 0
        for thing in answer[things]:
            say(line(thing))
        say(f"{answer['total']} {things}")
        return 0

    listing = actions.add_parser("list", help=help)
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=run)


def add_pausing(
    actions: Any, question: Callable[[Client, str, bool], Awaitable[Answer]], *, pause: str, resume: str
) -> None:
    """Add `pause KEY…` and `resume KEY…`, by what the server is asked for each."""
    for name, is_paused, text in (("pause", True, pause), ("resume", False, resume)):
        action = actions.add_parser(name, help=text)
        action.add_argument("keys", nargs="+", metavar="KEY")
        action.set_defaults(run=_pausing(question, is_paused))


def _pausing(
    question: Callable[[Client, str, bool], Awaitable[Answer]], is_paused: bool
) -> Callable[[argparse.Namespace], Awaitable[int]]:
    async def run(options: argparse.Namespace) -> int:
        def line(answer: Answer) -> str:
            return f"{answer.get('key') or answer['function']}  {'paused' if answer['paused'] else 'not paused'}"

        return await ask_of_each(options.keys, lambda client, key: question(client, key, is_paused), line)

    return run


def an_object(text: str) -> dict[str, Any]:
    """Arguments as a JSON object.

    Raises:
        ValueError: it is none.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ValueError(f"--json is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise ValueError('--json needs an object, as {"image_id": 42}')
    return found


def named_values(text: str | None, pairs: Sequence[str], flag: str) -> dict[str, Any]:
    """An object of `--json`, and of `name=value` pairs: JSON where it is JSON, else the text itself.

    Raises:
        ValueError: it is none.
    """
    values = an_object(text) if text else {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise ValueError(f"{flag} needs NAME=VALUE, not {pair!r}")
        values[name] = _value(value)
    return values


def add_values(parser: argparse.ArgumentParser, flag: str, *, one: str, all_: str) -> None:
    """What `named_values` reads."""
    parser.add_argument(
        flag,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"{one} (repeatable): JSON where it is JSON, else text; a text like a number needs quotes: id='\"42\"'",
    )
    parser.add_argument("--json", metavar="OBJECT", help=f"{all_} as a JSON object")


def add_choices(parser: argparse.ArgumentParser, key_help: str) -> None:
    """How what is enqueued is enqueued."""
    parser.add_argument("--delay-s", type=float, help="not before so many seconds from now")
    parser.add_argument("--scheduled-at", type=_time, metavar="TIME", help="not before it: 2026-01-31T09:00:00Z")
    parser.add_argument("--priority", type=int, help="0 to 9: who has more goes first")
    parser.add_argument("--idempotency-key", help=key_help)
    parser.add_argument("--tag", action="append", help="repeatable")


def chosen(options: argparse.Namespace) -> EnqueueOptions:
    return EnqueueOptions(
        delay_s=options.delay_s,
        scheduled_at=options.scheduled_at,
        priority=options.priority,
        idempotency_key=options.idempotency_key,
        tags=options.tag,
    )


def _value(text: str) -> Any:
    """42 is a number, "42" and cat are texts."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} needs a time zone, as {text}Z")
    return at


def when(instant: str) -> str:
    """A time of the reader's own day."""
    return f"{datetime.fromisoformat(instant).astimezone():%H:%M:%S.%f}"[:-3]


def day_and_time(instant: str | None) -> str:
    return "-" if instant is None else f"{datetime.fromisoformat(instant).astimezone():%Y-%m-%d %H:%M:%S}"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def say_json(data: Any) -> None:
    say(json.dumps(data, indent=2, ensure_ascii=False))
