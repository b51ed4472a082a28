"""Child processes that are ready when they say so and die with the process that started them."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

PR_SET_PDEATHSIG = 1
# Loaded before any fork: the hook between fork and exec must not import.
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


class Spawner:
    """Starts processes in one thread that lasts as long as ours, because they die with the thread that started them."""

    def __init__(self) -> None:
        self._asked: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def run(self, start: Callable[[], T]) -> T:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="spawner", daemon=True)
                self._thread.start()
        answer: Future[T] = Future()
        self._asked.put((start, answer))
        return answer.result()

    def _serve(self) -> None:
        while True:
            start, answer = self._asked.get()
            try:
                answer.set_result(start())
            except Exception as error:  # noqa: BLE001 — the asker's
                answer.set_exception(error)


spawner = Spawner()


class ChildProcess:
    """One server in its own process group, its output kept and watched for the line that means "ready"."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        ready: str,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        orphan_signal: signal.Signals = signal.SIGKILL,
    ) -> None:
        self._ready_text = ready
        self._stop_signal = stop_signal
        self._tail: deque[str] = deque(maxlen=40)
        self._settled = threading.Event()
        self._is_ready = False
        start = partial(
            subprocess.Popen[str],
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, **(env or {})},
            cwd=cwd,
            start_new_session=True,
            preexec_fn=partial(die_with_parent, orphan_signal),
            **as_user(user),
        )
        self._process = spawner.run(start)
        self._watcher = threading.Thread(target=self._watch, name=f"watch {self.pid}", daemon=True)
        self._watcher.start()
        atexit.register(self.stop)

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_ready(self, timeout_s: float) -> None:
        """Return once the ready line was printed; raise with the last output when the process ended or is too slow."""
        self._settled.wait(timeout_s)
        if not self._is_ready:
            self.kill()
            raise RuntimeError(f"{self._process.args!r} did not get ready:\n" + "".join(self._tail))

    def stop(self, timeout_s: float = 30.0) -> None:
        """Ask the process to end and wait for it; kill it when it does not."""
        self._end(self._stop_signal, timeout_s)

    def kill(self) -> None:
        """End the process group at once, as a crash would."""
        self._end(signal.SIGKILL, 10.0)

    def wait(self) -> int:
        """Wait for the process to end by itself."""
        return self._process.wait()

    def output(self) -> str:
        """The last lines it wrote."""
        return "".join(self._tail)

    def _end(self, how: signal.Signals, timeout_s: float) -> None:
        atexit.unregister(self.stop)
        with contextlib.suppress(ProcessLookupError):
            if how is signal.SIGKILL:
                os.killpg(self.pid, how)
            else:
                self._process.send_signal(how)
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
        self._watcher.join(5.0)

    def _watch(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._tail.append(line)
                if self._ready_text in line:
                    self._is_ready = True
                    self._settled.set()
        self._settled.set()


def as_user(user: str | None) -> dict[str, Any]:
    """The arguments of `subprocess` that run a child as another user."""
    return {} if user is None else {"user": user, "group": _group_of(user), "extra_groups": []}


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def die_with_parent(signal_number: int) -> None:
    # Runs after the change of user, which would clear the setting. "Parent" is the thread that starts the child.
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
