"""`millstream dev`: everything on one port, with nothing to install beside it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import shlex
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import cast

import httpx
from fastapi import FastAPI
from millstream_kit.logging import configure_logging
from millstream_kit.service import serve, uvloop_run
from millstream_kit.settings import AuthSettings, ServiceSettings
from pydantic import ValidationError

from millstream_local.app import create_local
from millstream_local.processes import Companion, Companions
from millstream_local.settings import WebSettings

WORKER_S = 10.0


def dev(argv: list[str]) -> int:
    """Run everything on one port: services, dashboard, and a worker for your functions."""
    options = _parser().parse_args(argv)
    try:
        settings = ServiceSettings(
            host=options.host,
            port=options.port,
            data_dir=options.data_dir,
            log_level=options.log_level,
            drain_s=5,
            auth=AuthSettings(mode="off"),
        )
        web = WebSettings()
    except ValidationError as error:
        return _refuse("; ".join(f"{e['loc'][0] if e['loc'] else 'settings'}: {e['msg']}" for e in error.errors()))
    if _taken(settings.host, settings.port):
        return _refuse(f"port {settings.port} is taken; name another with --port (make run PORT={settings.port + 1})")
    try:
        companions = _companions(options)
    except ValueError as error:
        return _refuse(str(error))
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with _only_one(settings.data_dir) as alone:
        if not alone:
            return _refuse(f"another millstream dev uses {settings.data_dir}; name another folder with --data-dir")
        configure_logging(settings.log_level, "text")
        uvloop_run(_run(settings, web, options.web, companions, has_worker=bool(options.app)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="millstream dev", description=dev.__doc__)
    parser.add_argument("app", nargs="?", help="where your functions are: module:app or a file, as in shop.jobs:app")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address; local mode asks nobody who they are")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--data-dir", type=Path, default=Path(".data"), help="jobs, log and artifacts live here")
    parser.add_argument("--web", type=Path, default=None, help="folder of the built dashboard")
    parser.add_argument("--run", action="append", default=[], metavar="NAME=COMMAND", help="a process to run beside it")
    parser.add_argument("--log-level", choices=["debug", "info", "warning", "error"], default="warning")
    return parser


def _companions(options: argparse.Namespace) -> list[Companion]:
    companions = []
    if options.app:
        companions.append(
            Companion(f"worker {options.app}", [sys.executable, "-m", "millstream", "worker", options.app])
        )
    for entry in options.run:
        name, equals, command = entry.partition("=")
        if not equals or not command.strip():
            raise ValueError(f"--run needs NAME=COMMAND, not {entry!r}")
        companions.append(Companion(name, shlex.split(command)))
    return companions


async def _run(
    settings: ServiceSettings,
    web: WebSettings,
    web_dir: Path | None,
    companions: Sequence[Companion],
    *,
    has_worker: bool,
) -> None:
    began = time.monotonic()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    local = create_local(settings, web, web_dir=web_dir)
    leave = asyncio.Event()
    server = asyncio.create_task(serve(settings, cast(FastAPI, local), stop=leave))
    settled = asyncio.create_task(local.state.readiness.settled())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([server, settled, stopped], return_when=asyncio.FIRST_COMPLETED)
    url = f"http://localhost:{settings.port}"
    beside = Companions({"MILLSTREAM_URL": url}, _say)
    if not server.done():
        for companion in companions:
            beside.start(companion)
        usable = asyncio.create_task(_usable(url, has_worker=has_worker))
        await asyncio.wait([server, stopped, usable], return_when=asyncio.FIRST_COMPLETED)
        usable.cancel()
        _announce(settings, url, companions, time.monotonic() - began)
    await asyncio.wait([server, stopped], return_when=asyncio.FIRST_COMPLETED)
    _say("stopping; what is running is finished or handed back")
    await beside.stop(patience_s=30)
    leave.set()
    await server
    for task in (settled, stopped):
        task.cancel()


async def _usable(url: str, *, has_worker: bool) -> None:
    """Wait until the port answers and the worker's functions are known. Not for long: its program may be wrong."""
    async with httpx.AsyncClient(base_url=url) as http:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WORKER_S):
                while True:
                    if await _answers(http, has_worker=has_worker):
                        return
                    await asyncio.sleep(0.05)


async def _answers(http: httpx.AsyncClient, *, has_worker: bool) -> bool:
    try:
        answer = await http.get("/api/v1/functions")
    except httpx.HTTPError:
        return False
    return answer.is_success and (answer.json()["total"] > 0 or not has_worker)


def _announce(settings: ServiceSettings, url: str, companions: Sequence[Companion], seconds: float) -> None:
    _say(f"Millstream {version('millstream-local')} is ready after {seconds:.1f} s. Ctrl-C stops it; nothing is lost.")
    _say(f"  dashboard  {url}")
    _say(f"  live       curl -N {url}/api/v1/events/stream")
    _say(f"  data       {settings.data_dir} (delete it to begin anew)")
    _say(
        f"  beside it  {', '.join(c.name for c in companions) or 'no worker; name your functions: millstream dev app.py'}"
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _refuse(message: str) -> int:
    sys.stderr.write(f"millstream dev: {message}\n")
    return 2


def _taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[bool]:
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
