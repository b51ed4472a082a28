"""Millstream as processes: in local mode (one server) or as separate services on Kafka and PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import yaml
from millstream_kit.auth import hash_key
from millstream_kit.testing import free_port

from system.preloaded import start_module

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable
ADMIN_KEY = "ms_admin0001_" + "a" * 43
SERVICES = {
    "jobs": "millstream_jobs",
    "apis": "millstream_apis",
    "workers": "millstream_workers",
    "stream-edge": "millstream_stream_edge",
}
# Ours, to be set anew; and what would have each start compile every module.
OURS = ("MILLSTREAM_", "KAFKA_", "DATABASE_", "OTEL_", "SHOP_", "PYTHONDONTWRITEBYTECODE")
PREFIX = {"jobs": "JOBS", "apis": "APIS", "workers": "WORKERS", "stream-edge": "EDGE"}


class Process:
    """One child, started again at will on the same address; its output goes to a file of its name.

    Its command is `[PYTHON, "-m", module, …]`.
    """

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], folder: Path, url: str | None
    ) -> None:
        self.name = name
        self.url = url
        self._command = list(command)
        self._env = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
        self._env |= {"PYTHONPATH": str(ROOT / "tests")} | dict(env)
        self._log = folder / f"{name}.log"
        self._process: ForkServerProcess | None = None

    @property
    def module(self) -> list[str]:
        """What follows `python -m`."""
        return self._command[2:]

    def start(self, *, wait: bool = True, command: Sequence[str] | None = None) -> None:
        _, _, module, *arguments = command or self._command
        self._process = start_module(module, arguments, self._env, self._log)
        if wait:
            self.wait_ready()

    def wait_ready(self, timeout_s: float = 90.0) -> None:
        if self.url is None:
            return
        deadline = time.monotonic() + timeout_s
        while True:
            if _is_ready(self.url):
                return
            if self.ended() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} is not ready ({self.ended()}):\n{self.output()}")
            time.sleep(0.05)

    def ended(self) -> int | None:
        assert self._process is not None
        return self._process.exitcode

    def wait_ended(self, timeout_s: float = 30.0) -> int:
        assert self._process is not None
        self._process.join(timeout_s)
        code = self._process.exitcode
        if code is None:
            raise TimeoutError(f"{self.name} did not end in {timeout_s} s")
        return code

    def kill(self) -> None:
        """As the machine would: SIGKILL."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """As Kubernetes would: SIGTERM, and time to leave."""
        return self._end(signal.SIGTERM)

    def send(self, number: signal.Signals) -> None:
        """A signal, unless it has ended."""
        if self._process is None or self._process.pid is None or self.ended() is not None:
            return
        with contextlib.suppress(ProcessLookupError):  # it ended this moment
            os.kill(self._process.pid, number)

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        self.send(number)
        try:
            return self.wait_ended(40)
        except TimeoutError:
            self._process.kill()
            raise RuntimeError(f"{self.name} did not leave:\n{self.output()}") from None

    def output(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-40:]) if self._log.exists() else ""


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        return error.code == 404  # a server of somebody else's, which listens
    except OSError:
        return False


@dataclass
class System:
    """One running Millstream. `edge` and `jobs` are the processes that hold those services."""

    url: str
    headers: dict[str, str]
    folder: Path
    edge: Process
    jobs: Process
    worker: Process
    others: list[Process] = field(default_factory=list)

    @property
    def all(self) -> list[Process]:
        return list(dict.fromkeys([*self.others, self.jobs, self.edge, self.worker]))

    def beside(self, name: str, command: Sequence[str], url: str | None = None, **env: str) -> Process:
        """A further process that talks to this Millstream."""
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        process = Process(
            name, command, {"MILLSTREAM_URL": self.url, "MILLSTREAM_API_KEY": key} | env, self.folder, url
        )
        self.others.append(process)
        return process


def worker_of(
    url: str, folder: Path, key: str = "", functions: str = "system.functions:app", env: Mapping[str, str] | None = None
) -> Process:
    env = {"MILLSTREAM_URL": url, "MARKS": str(folder / "marks"), "MILLSTREAM_API_KEY": key} | dict(env or {})
    return Process("worker", [PYTHON, "-m", "millstream", "worker", functions], env, folder, None)


@contextlib.contextmanager
def local_system(
    folder: Path,
    *,
    lease_ttl_s: float = 5.0,
    functions: str = "system.functions:app",
    env: Mapping[str, str] | None = None,
    web: Path | None = None,
) -> Iterator[System]:
    """Everything in one process; `web` is the built dashboard."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [PYTHON, "-m", "millstream", "dev", "--port", str(port), "--data-dir", str(folder / "data")]
    command += ["--web", str(web)] if web else []
    env = dict(env or {})
    server = Process("server", command, {"MILLSTREAM_JOBS_LEASE_TTL_S": str(lease_ttl_s)} | env, folder, url)
    worker = worker_of(url, folder, functions=functions, env=env)
    with _running(System(url, {}, folder, edge=server, jobs=server, worker=worker)) as system:
        yield system


def shared_env(
    folder: Path, kafka: str, database: str, lease_ttl_s: float, keys: Sequence[Mapping[str, object]] = ()
) -> dict[str, str]:
    """What all services of one Millstream are told; `keys` are entries of the keys file beside the administrator's."""
    keys_file = folder / "keys.yaml"
    entry = {"id": "admin0001", "sha256": hash_key(ADMIN_KEY), "subject": "tests", "role": "admin"}
    keys_file.write_text(yaml.safe_dump({"keys": [entry, *map(dict, keys)]}))
    return {
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "DATABASE_URL": database.replace("+psycopg", ""),
        "MILLSTREAM_AUTH_KEYS_FILE": str(keys_file),
        "MILLSTREAM_DATA_DIR": str(folder / "data"),
        "MILLSTREAM_JOBS_LEASE_TTL_S": str(lease_ttl_s),
        "MILLSTREAM_DRAIN_S": "3",
    }


def replica(service: str, folder: Path, env: Mapping[str, str], name: str | None = None) -> Process:
    """One process of a service, on a port of its own."""
    port = free_port()
    env = dict(env) | {f"MILLSTREAM_{PREFIX[service]}_PORT": str(port)}
    command = [PYTHON, "-m", SERVICES[service]]
    return Process(name or service, command, env, folder, f"http://127.0.0.1:{port}")


@contextlib.contextmanager
def process_system(
    folder: Path,
    kafka: str,
    database: str,
    *,
    lease_ttl_s: float = 5.0,
    keys: Sequence[Mapping[str, object]] = (),
    env: Mapping[str, str] | None = None,
    web: Path | None = None,
) -> Iterator[System]:
    """Separate services; `keys` are entries of the keys file beside the administrator's, `web` is the built dashboard."""
    shared = shared_env(folder, kafka, database, lease_ttl_s, keys) | dict(env or {})
    processes = {service: replica(service, folder, shared) for service in SERVICES}
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    pairs = [f"{service}={process.url}" for service, process in processes.items()]
    pairs += [f"web={web}"] if web else []
    router = Process("router", [PYTHON, "-m", "system.router", str(port), *pairs], {}, folder, url)
    system = System(
        url,
        {"Authorization": f"Bearer {ADMIN_KEY}"},
        folder,
        edge=processes["stream-edge"],
        jobs=processes["jobs"],
        worker=worker_of(url, folder, ADMIN_KEY),
        others=[router, processes["apis"], processes["workers"]],
    )
    with _running(system):
        yield system


@contextlib.contextmanager
def _running(system: System) -> Iterator[System]:
    try:
        for process in system.all:
            process.start(wait=False)
        for process in system.all:
            process.wait_ready()
        yield system
    finally:
        for process in reversed(system.all):
            process.kill()
