"""Processes of ours that do not wait for their imports: forked from one that has them, by the standard library's fork server.

What runs is what `python -m MODULE ARGUMENTS` runs, from its `__main__` on; importing took most of a start.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

# No module's `__main__`, which runs when it is imported; and what a start imports late.
HELD = [
    "millstream_jobs.main",
    "millstream_apis.main",
    "millstream_workers.main",
    "millstream_stream_edge.main",
    "millstream_local.cli",
    "millstream_local.app",
    "millstream.cli.worker",
    "aiosqlite",
    "alembic.command",
    "anyio._backends._asyncio",
    "uvloop",
]


def context() -> ForkServerContext:
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(HELD)
    return made


def start_module(module: str, arguments: Sequence[str], env: Mapping[str, str], log: Path) -> ForkServerProcess:
    """`python -m module arguments` with exactly this environment, its output added to `log`; it ends with us."""
    process = context().Process(target=_run, args=(module, list(arguments), dict(env), log), daemon=True)
    process.start()
    return process


def _run(module: str, arguments: list[str], env: dict[str, str], log: Path) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with log.open("ab") as output:
        for number in (sys.stdout.fileno(), sys.stderr.fileno()):
            os.dup2(output.fileno(), number)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _end_with_parent() -> None:
    """Die when whoever started us has died, however; the fork server ends with the last of its children."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGKILL)
