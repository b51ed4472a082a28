"""`millstream enqueue KEY --arg image_id=42`."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from datetime import datetime
from typing import Any

from millstream.app import Millstream
from millstream.cli import refuse
from millstream.cli.asking import an_object
from millstream.function import EnqueueOptions
from millstream.handle import Job


def enqueue(argv: list[str]) -> int:
    """Enqueue a job."""
    options = _parser().parse_args(argv)
    try:
        kwargs = _kwargs(options.json, options.arg)
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
    chosen = EnqueueOptions(
        delay_s=options.delay_s,
        scheduled_at=options.scheduled_at,
        priority=options.priority,
        idempotency_key=options.idempotency_key,
        tags=options.tag,
    )
    try:
        handle = await app.enqueue(options.key, kwargs, chosen)
        assert handle.enqueued is not None
        if options.wait is None:
            return handle.enqueued
        try:
            return await handle.wait(options.wait)
        except TimeoutError:
            return await handle.job()
    finally:
        await app.aclose()


def _kwargs(text: str | None, pairs: list[str]) -> dict[str, Any]:
    kwargs = an_object(text) if text else {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise ValueError(f"--arg needs NAME=VALUE, not {pair!r}")
        kwargs[name] = _value(value)
    return kwargs


def _value(text: str) -> Any:
    """JSON where it is JSON, else the text itself: 42 is a number, "42" and cat are texts."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} needs a time zone, as {text}Z")
    return at


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="millstream enqueue", description=enqueue.__doc__)
    parser.add_argument("key", help="the function's key")
    parser.add_argument(
        "--arg",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="one argument (repeatable): JSON where it is JSON, else text; a text like a number needs quotes: id='\"42\"'",
    )
    parser.add_argument("--json", metavar="OBJECT", help="all arguments as a JSON object")
    parser.add_argument("--delay-s", type=float, help="not before so many seconds from now")
    parser.add_argument("--scheduled-at", type=_time, metavar="TIME", help="not before it: 2026-01-31T09:00:00Z")
    parser.add_argument("--priority", type=int, help="0 to 9: who has more goes first")
    parser.add_argument("--idempotency-key", help="a second enqueue with it finds the first job")
    parser.add_argument("--tag", action="append", help="repeatable")
    parser.add_argument("--wait", type=float, metavar="SECONDS", help="wait for the end and print the result")
    return parser
