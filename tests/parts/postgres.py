"""A PostgreSQL server, and one fresh empty database per asking."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from millstream_kit.testing import free_port

from parts.containers import Container, can_run
from parts.missing import PartMissing
from parts.processes import ChildProcess, as_user

IMAGE = "postgres:17"
ADDRESS_VARIABLE = "DATABASE_URL_TEST"
READY = "database system is ready to accept connections"
HOW = f"set {ADDRESS_VARIABLE}, start Docker, or install PostgreSQL"
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


class Server(Protocol):
    """A server; `url` is libpq's, of a user who may make databases."""

    url: str

    def close(self) -> None: ...


class GivenServer:
    """The server somebody already runs for tests."""

    def __init__(self, url: str) -> None:
        self.url = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url)

    def close(self) -> None:
        pass


class ContainerServer:
    """`postgres` in a container."""

    def __init__(self) -> None:
        port = free_port()
        self.url = f"postgresql://postgres:millstream@127.0.0.1:{port}/postgres"
        self._container = Container(
            IMAGE,
            ports={5432: port},
            env={"POSTGRES_PASSWORD": "millstream", "POSTGRES_INITDB_ARGS": "--no-sync"},
            ready=self._answers,  # over TCP: the server the image first runs to set itself up has only a socket
        )
        self._container.start()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def close(self) -> None:
        self._container.close()


class LocalServer:
    """`postgres` from the machine, on a folder of its own; as another user when we are root, whom it refuses."""

    def __init__(self, binaries: Path) -> None:
        port = free_port()
        user = _somebody() if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="millstream-postgres-"))
        if user is not None:
            shutil.chown(self._folder, user)
        data = self._folder / "data"
        _initialise(binaries / "initdb", data, user)
        options = [
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self._folder}",
            "max_connections=300",
            *FAST,
        ]
        command: list[str | Path] = [binaries / "postgres", "-D", data, "-p", str(port)]
        self._process = ChildProcess(
            command + [word for option in options for word in ("-c", option)],
            ready=READY,
            env={"LC_ALL": "C"},
            cwd=self._folder,
            user=user,
            # "Immediate shutdown": no goodbyes, but its shared memory is given back.
            stop_signal=signal.SIGQUIT,
            orphan_signal=signal.SIGQUIT,
        )
        self._process.wait_ready(120.0)
        self.url = f"postgresql://postgres@127.0.0.1:{port}/postgres"

    def close(self) -> None:
        self._process.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


def start_server() -> Server:
    """Find or start a server.

    Raises:
        PartMissing: there is neither an address, nor Docker, nor a local PostgreSQL.
    """
    given = os.environ.get(ADDRESS_VARIABLE)
    if given:
        return GivenServer(given)
    if can_run(IMAGE):
        return ContainerServer()
    return LocalServer(_binaries())


@contextmanager
def fresh_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """A database of its own, empty or a copy of another, dropped afterwards; yields SQLAlchemy's URL of it."""
    name = f"test_{uuid.uuid4().hex[:16]}"
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    try:
        yield re.sub(r"/[^/?]*(\?|$)", rf"/{name}\1", server_url.replace("postgresql://", "postgresql+psycopg://", 1))
    finally:
        with psycopg.connect(server_url, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def _initialise(initdb: Path, data: Path, user: str | None) -> None:
    command = [str(initdb), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run(command, cwd=data.parent, capture_output=True, text=True, check=False, **as_user(user))
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed: {done.stdout}{done.stderr}")


def _binaries() -> Path:
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    in_path = shutil.which("initdb")
    if in_path:
        candidates.insert(0, Path(in_path).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PartMissing(f"no PostgreSQL here: {HOW}")


def _somebody() -> str:
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)
