"""Parts in containers, when Docker answers."""

from __future__ import annotations

import atexit
import os
import time
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

READY_WITHIN_S = 90.0


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


@cache
def can_run(image: str) -> bool:
    """Whether Docker answers and holds `image`, or can pull it (asked once)."""
    if not docker_answers():
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import docker
        from testcontainers.core.config import testcontainers_config

        client = docker.from_env(timeout=300)
        try:
            _hold(client, image)
            try:
                _hold(client, testcontainers_config.ryuk_image)
            except docker.errors.DockerException:
                testcontainers_config.ryuk_disabled = True  # no reaper to be had; `close` removes what was made
        except docker.errors.DockerException:
            return False
        finally:
            client.close()
    return True


def _hold(client: Any, image: str) -> None:
    import docker

    try:
        client.images.get(image)
    except docker.errors.ImageNotFound:
        client.images.pull(image)


class Container:
    """One container on fixed host ports, so that stopping and starting it keeps its address."""

    def __init__(
        self, image: str, *, ports: dict[int, int], env: dict[str, str], ready: str | Callable[[], bool]
    ) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from testcontainers.core.container import DockerContainer

        self._ready = ready
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
            atexit.register(self.close)
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
        atexit.unregister(self.close)
        if self._made:
            self._made = False
            self._container.stop()

    @property
    def _docker(self) -> Any:
        return self._container.get_wrapped_container()

    def _wait_ready(self) -> None:
        # The log of the newest run only: `since` its own start, so an earlier run's line does not count.
        self._docker.reload()
        since = _epoch_s(self._docker.attrs["State"]["StartedAt"])
        deadline = time.monotonic() + READY_WITHIN_S
        while not self._is_ready(since):
            self._docker.reload()
            if self._docker.status == "exited" or time.monotonic() > deadline:
                log = self._docker.logs(tail=40).decode(errors="replace")
                raise RuntimeError(f"container {self._docker.status}, not ready:\n{log}")
            time.sleep(0.1)

    def _is_ready(self, since: int) -> bool:
        if isinstance(self._ready, str):
            return self._ready.encode() in self._docker.logs(since=since)
        return self._ready()


def _epoch_s(docker_time: str) -> int:
    from datetime import UTC, datetime

    return int(datetime.fromisoformat(docker_time[:19]).replace(tzinfo=UTC).timestamp())
