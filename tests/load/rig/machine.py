"""The machine a measurement runs on: its cores, what a process costs it, and the C programs built for it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

TESTS = Path(__file__).parents[2]
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = CORES[0], CORES[-1]


def forget_settings() -> None:
    """Measure as installed: what the environment says to services of ours is not for those started here."""
    for name in [name for name in os.environ if name.startswith(("MILLSTREAM_", "KAFKA_", "OTEL_"))]:
        del os.environ[name]


def write_report(into: Path, report: object) -> None:
    """Write a report as JSON, its folder too."""
    into.parent.mkdir(parents=True, exist_ok=True)
    into.write_text(json.dumps(report, indent=1) + "\n")


def stay_on_client_core() -> None:
    """Keep this process, and whatever it starts unpinned, away from the server's core."""
    os.sched_setaffinity(0, {CLIENT_CORE})


def go_first() -> None:
    """Have what this thread starts from here on run before what was started, where we may ask for that."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, -20)


def take_precedence() -> None:
    """Have this process and all it started run before whatever else the machine does, where we may ask for that.

    A session is scheduled as one group, so each one's group is asked, too.
    """
    for pid in _family(os.getpid()):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, -20)
            Path(f"/proc/{pid}/autogroup").write_text("-20")


def _family(root: int) -> Iterator[int]:
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    for pid in parents:
        above = pid
        while above not in (root, 0):
            above = parents.get(above, 0)
        if above == root:
            yield pid


def on_server_core(*command: str | Path) -> list[str]:
    """The command of a server, pinned to the core that is measured."""
    return ["taskset", "-c", str(SERVER_CORE), *map(str, command)]


def cpu_s(pid: int) -> float:
    """CPU a process has used so far, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def resident_kb(pid: int) -> int:
    """Memory a process holds now."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def built(source: Path) -> Path:
    """A C program, compiled once per text.

    Raises:
        SystemExit: there is no compiler.
    """
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise SystemExit(f"{source.name} needs a C compiler (Debian: gcc libc6-dev)")
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "millstream" / "load"
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / f"{source.stem}-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}"
    if not program.exists():
        unfinished = program.with_suffix(f".{os.getpid()}")
        subprocess.run([compiler, "-O2", "-o", str(unfinished), str(source)], check=True)
        unfinished.rename(program)
    return program


def described(*packages: str) -> dict[str, object]:
    """What a report says about where it was made."""
    model = next(
        (line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "?"
    )
    return {
        "cpu": model.partition(":")[2].strip() or model,
        "cores": len(CORES),
        "kernel": platform.release(),
        "python": platform.python_version(),
        **{package: version(package) for package in packages},
    }
