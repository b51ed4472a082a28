"""The processes beside the server: the worker, and whatever `--run` names. Restarted when they fall, drained at the end."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

RESTART_AFTER_S = 2.0


@dataclass(frozen=True, slots=True)
class Companion:
    """A process to keep running."""

    name: str
    command: Sequence[str]


class Companions:
    """Keeps processes running until `stop`.

    Args:
        environment: what each gets beside ours.
        say: where to tell of a fall.
    """

    def __init__(self, environment: dict[str, str], say: Callable[[str], None]) -> None:
        self._environment = os.environ | environment
        self._say = say
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    def start(self, companion: Companion) -> None:
        """Start one, in a session of its own, so that Ctrl-C reaches it through us and in order."""
        self._tasks.append(asyncio.create_task(self._keep(companion)))

    async def _keep(self, companion: Companion) -> None:
        while not self._stopping:
            process = await asyncio.create_subprocess_exec(
                *companion.command, env=self._environment, start_new_session=True, preexec_fn=_die_with_parent
            )
            self._processes[companion.name] = process
            code = await process.wait()
            del self._processes[companion.name]
            if not self._stopping:
                self._say(f"{companion.name} ended with {code}; starting it again in {RESTART_AFTER_S:.0f} s")
                await asyncio.sleep(RESTART_AFTER_S)

    async def stop(self, patience_s: float) -> None:
        """Ask all to leave, wait, and end what is left."""
        self._stopping = True
        for process in list(self._processes.values()):
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        waiting = [asyncio.create_task(process.wait()) for process in list(self._processes.values())]
        if waiting:
            await asyncio.wait(waiting, timeout=patience_s)
        for process in list(self._processes.values()):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *waiting, return_exceptions=True)


def _die_with_parent() -> None:
    """On Linux, a companion never outlives a server that was killed."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
