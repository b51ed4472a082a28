"""`ssebench`, the client of every measurement, as a child process."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from load.rig.machine import built

SSEBENCH = Path(__file__).with_name("ssebench.c")
SOURCES_FROM = 20_000  # connections one loopback address has ports for


class Clients:
    """N connections to one path of one or several servers. See `ssebench.c`."""

    def __init__(
        self,
        path: str,
        *ports: int,
        connections: int,
        headers: Sequence[str] = (),
        reconnect: bool = False,
        rest_ms: int = 0,
        pin: Sequence[str] = (),
    ) -> None:
        command = [*pin, str(built(SSEBENCH)), "-c", str(connections), "-p", path, "-P", ",".join(map(str, ports))]
        command += [part for header in headers for part in ("-H", header)] + ["-r"] * reconnect
        command += ["-w", str(rest_ms)] if rest_ms else []
        command += ["-s", str(1 + connections // SOURCES_FROM)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_for(self, word: str) -> float:
        """Wait until the program says a word (`ready`, `cut`, `back`); returns the seconds that took."""
        assert self._process.stderr is not None
        began = time.monotonic()
        for line in self._process.stderr:
            if line.strip() == word:
                return time.monotonic() - began
        raise RuntimeError(f"ssebench ended before it was {word}")

    def mark(self) -> None:
        """Forget latencies and counts so far."""
        self._process.send_signal(signal.SIGHUP)

    def cut(self) -> None:
        """Lose every connection."""
        self._process.send_signal(signal.SIGUSR1)
        self.wait_for("cut")

    def come_back(self) -> None:
        """Connect them all again, at once."""
        self._process.send_signal(signal.SIGUSR2)

    def stop(self) -> None:
        """Read nothing more, connections staying open."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def result(self) -> dict[str, Any]:
        """End the program; what it says."""
        self._process.send_signal(signal.SIGTERM)
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(self._process.stdout.read())
        return told
