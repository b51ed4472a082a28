"""What commands that ask a server share: one client a command, and how answers are printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from millstream.cli import exit_code_of
from millstream.client import Client
from millstream.errors import ApiError
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
