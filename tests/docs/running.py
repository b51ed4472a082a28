"""Running what a page shows: its files are written, its worker started, its commands run and their output compared."""

from __future__ import annotations

import os
import re
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from system.harness import Process

from docs.pages import Block

PATIENCE_S = 60.0


@dataclass
class Shell:
    """A reader's terminal at a running Millstream.

    Args:
        url: of the server the page calls http://localhost:8080.
        folder: the reader's working directory.
    """

    url: str
    folder: Path
    worker: Process | None = None
    used: set[str] = field(default_factory=set)

    def write(self, block: Block) -> None:
        """Save a named block; one called app.py gets a worker."""
        assert block.file is not None
        (self.folder / block.file).write_text(block.text, encoding="utf-8")
        if block.file == "app.py":
            self._start_worker()

    def run(self, block: Block) -> None:
        """Run every `$` line of a block and compare what it prints."""
        for command, expected in commands(block):
            self.used |= set(re.findall(r"[\w-]+\.py", command))
            wanted, endless = shape(expected), "curl -N" in command
            matches = re.match if endless else re.fullmatch
            deadline = time.monotonic() + PATIENCE_S
            printed = self._output(self._local(command), wanted, endless=endless)
            while not matches(wanted, printed) and _only_looks(command) and time.monotonic() < deadline:
                time.sleep(0.1)
                printed = self._output(self._local(command), wanted, endless=endless)
            assert matches(wanted, printed), f"$ {command}\n--- should print\n{expected}\n--- printed\n{printed}"

    def _local(self, command: str) -> str:
        return command.replace("localhost:8080", self.url.removeprefix("http://"))

    def _output(self, command: str, wanted: str, *, endless: bool) -> str:
        with subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            assert process.stdout is not None
            printed = b""
            deadline = time.monotonic() + PATIENCE_S
            with selectors.DefaultSelector() as selector:
                selector.register(process.stdout, selectors.EVENT_READ)
                while time.monotonic() < deadline:
                    if selector.select(0.2):
                        chunk = os.read(process.stdout.fileno(), 65536)
                        if not chunk:
                            break
                        printed += chunk
                    if endless and re.match(wanted, _text(printed)):
                        break
            process.kill()
        return _text(printed)

    def _environment(self) -> dict[str, str]:
        clean = {
            k: v for k, v in os.environ.items() if not k.startswith(("MILLSTREAM_", "KAFKA_", "DATABASE_", "OTEL_"))
        }
        path = f"{Path(sys.executable).parent}{os.pathsep}{clean['PATH']}"
        # As in a terminal, where curl shows no progress.
        (self.folder / ".curlrc").write_text("silent\nshow-error\n")
        return clean | {
            "CURL_HOME": str(self.folder),
            "PATH": path,
            "MILLSTREAM_URL": self.url,
            "PYTHONUNBUFFERED": "1",
            "COLUMNS": "100",
        }

    def _start_worker(self) -> None:
        self.close()
        command = [sys.executable, "-m", "millstream", "worker", str(self.folder / "app.py")]
        self.worker = Process("worker", command, {"MILLSTREAM_URL": self.url}, self.folder, None)
        self.worker.start()
        deadline = time.monotonic() + PATIENCE_S
        while not any(instance["state"] == "active" for instance in self._instances()):
            if time.monotonic() > deadline or self.worker.ended() is not None:
                raise AssertionError(f"the worker did not start:\n{self.worker.output()}")
            time.sleep(0.05)

    def _instances(self) -> Iterator[dict[str, str]]:
        for group in httpx.get(f"{self.url}/api/v1/workers", timeout=10).json()["workers"]:
            yield from group["instances"]

    def close(self) -> None:
        """End the worker, and wait until it is off the list."""
        if self.worker is not None:
            self.worker.stop()
            self.worker = None


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """The commands of a console block and what each should print."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield command, expected


def shape(expected: str) -> str:
    """A pattern: `…` within a line is anything on that line, a line of `…` alone any lines."""
    lines = expected.rstrip("\n").split("\n")
    return "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*?") + r"\s*?\n" for line in lines)


def _only_looks(command: str) -> bool:
    """Whether it may be asked again, as a reader would: what was sent a moment ago is counted a moment later."""
    return command.startswith("curl -s ") and " -d " not in command


def _text(printed: bytes) -> str:
    text = printed.decode("utf-8", "replace").replace("\r\n", "\n")
    return text if text.endswith("\n") else text + "\n"
