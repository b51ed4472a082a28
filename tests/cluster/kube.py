"""kubectl, helm and skaffold, and a port of the cluster on this machine's loopback."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts" / "millstream"


class CommandFailed(AssertionError):
    """A command ended with an error; the message is what it printed."""


def run(*command: str, timeout_s: float = 120, env: Mapping[str, str] | None = None, stdin: str | None = None) -> str:
    """What the command prints; raises with everything it said if it fails."""
    done = subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
    )
    if done.returncode:
        raise CommandFailed(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


@contextmanager
def port_forward(namespace: str, target: str, port: int) -> Iterator[str]:
    """The base URL, on the loopback, of a port in the cluster."""
    command = ["kubectl", "-n", namespace, "port-forward", target, f":{port}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line.startswith("Forwarding from 127.0.0.1:"):
                raise CommandFailed(f"{' '.join(command)}: {line}{process.stdout.read()}")
            yield f"http://127.0.0.1:{line.split(':')[1].split()[0]}"
        finally:
            process.terminate()


@dataclass
class Release:
    """One release of the chart, changed by upgrades rather than installed anew."""

    namespace: str
    name: str = "m"
    values: dict[str, str] = field(default_factory=dict)

    @classmethod
    def for_tests(cls) -> Release:
        return cls(os.environ.get("CLUSTER_TEST_NAMESPACE", "millstream-test"))

    def remove(self) -> None:
        """Uninstall it if it is there, and its namespace with the Secrets it kept."""
        with suppress(CommandFailed):
            run("helm", "uninstall", self.name, "--namespace", self.namespace, "--wait", timeout_s=180)
        run("kubectl", "delete", "namespace", self.namespace, "--ignore-not-found", timeout_s=180)

    def install(self) -> None:
        """As a stranger does: no flag but the wait."""
        self.kubectl_raw("create", "namespace", self.namespace)
        self.helm("install", self.name, str(CHART), "--wait", "--timeout", "6m")

    def upgrade(self, values: Mapping[str, str]) -> None:
        """Bring the release to exactly these values, unless it has them."""
        if values == self.values:
            return
        flags = [
            part
            for key, value in values.items()
            for part in ("--set-string" if value == "" else "--set", f"{key}={value}")
        ]
        self.helm("upgrade", self.name, str(CHART), "--reset-values", *flags, "--wait", "--timeout", "6m")
        self.values = dict(values)

    def helm(self, command: str, *arguments: str) -> str:
        try:
            return run("helm", command, *arguments, "--namespace", self.namespace, timeout_s=420)
        except CommandFailed as error:
            raise CommandFailed(f"{error}\n{self.state()}") from error

    def kubectl_raw(self, *arguments: str) -> str:
        return run("kubectl", *arguments)

    def kubectl(self, *arguments: str, timeout_s: float = 120, stdin: str | None = None) -> str:
        return run("kubectl", "-n", self.namespace, *arguments, timeout_s=timeout_s, stdin=stdin)

    def json(self, *arguments: str) -> Any:
        return json.loads(self.kubectl("get", *arguments, "-o", "json"))

    def state(self) -> str:
        """What there is, and why a pod is not well: for the message of a failure."""
        return (
            self.kubectl("get", "pods", "-o", "wide")
            + self.kubectl("get", "events", "--sort-by=.lastTimestamp")[-4000:]
        )

    def object_name(self, component: str) -> str:
        return f"{self.name}-millstream-{component}"

    def admin_key(self) -> str:
        """As NOTES.txt says to read it."""
        encoded = self.kubectl("get", "secret", self.object_name("auth"), "-o", "jsonpath={.data.admin-key}")
        return base64.b64decode(encoded).decode()

    def forward(self, component: str, port: int = 80) -> Any:
        return port_forward(self.namespace, f"service/{self.object_name(component)}", port)
