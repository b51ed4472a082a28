"""Parts in containers, when Docker answers."""

from __future__ import annotations

import os
import warnings
from functools import cache
from pathlib import Path
from typing import Any


@cache
def docker_answers() -> bool:
    """Whether a Docker daemon can be reached (asked once)."""
    if not (os.environ.get("DOCKER_HOST") or Path("/var/run/docker.sock").exists()):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import docker  # type: ignore[import-untyped]

            client = docker.from_env(timeout=5)
            try:
                return bool(client.ping())
            finally:
                client.close()
    except Exception:  # noqa: BLE001 — whatever is wrong with it, it does not answer
        return False


class Container:
    """One container on fixed host ports, so that stopping and starting it keeps its address."""

    def __init__(
        self, image: str, *, ports: dict[int, int], env: dict[str, str], ready: str, ready_times: int = 1
    ) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from testcontainers.core.container import DockerContainer

        self._ready = ready
        self._ready_times = ready_times
        self._container: Any = DockerContainer(image)
        for inside, outside in ports.items():
            self._container.with_bind_ports(inside, outside)
        for name, value in env.items():
            self._container.with_env(name, value)
        self._made = False

    def start(self) -> None:
        """Make the container, or start the stopped one, and wait for its ready line."""
        if self._made:
            self._docker.start()
        else:
            self._container.start()
            self._made = True
        self._wait_ready()

    def stop(self) -> None:
        """End it in good order; its data stays."""
        self._docker.stop(timeout=30)

    def kill(self) -> None:
        """End it at once; its data stays."""
        self._docker.kill()

    def close(self) -> None:
        """Remove it and its data."""
        if self._made:
            self._container.stop()

    @property
    def _docker(self) -> Any:
        return self._container.get_wrapped_container()

    def _wait_ready(self) -> None:
        # The log follows the newest run only: `since` its own start, so an earlier run's line does not count.
        self._docker.reload()
        started = self._docker.attrs["State"]["StartedAt"]
        lines = self._docker.logs(stream=True, follow=True, since=_epoch_s(started))
        seen = b""
        for chunk in lines:
            seen = (seen + chunk)[-65536:]
            if seen.count(self._ready.encode()) >= self._ready_times:
                return
        raise RuntimeError("container ended before it was ready:\n" + seen.decode(errors="replace"))


def _epoch_s(docker_time: str) -> int:
    from datetime import UTC, datetime

    return int(datetime.fromisoformat(docker_time[:19]).replace(tzinfo=UTC).timestamp())
