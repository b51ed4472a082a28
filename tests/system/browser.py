"""Web's own specs, run against a Millstream of ours: `npm run e2e` with what they ask for in the environment."""

from __future__ import annotations

import os
import shutil
import subprocess

from system.harness import ROOT

WEB = ROOT / "services" / "web"
DIST = WEB / "dist"


class NotRunnable(Exception):
    """The dashboard is not built, or there is no npm: `make test` makes both."""


def run_specs(project: str, env: dict[str, str], *, chromium: str, timeout_s: float, only: str = "") -> str:
    """Run one project of `playwright.config.ts`; what it printed.

    Raises:
        NotRunnable: something is missing.
        AssertionError: a spec failed.
    """
    npm = shutil.which("npm")
    if npm is None or not (DIST / "index.html").is_file():
        raise NotRunnable("the dashboard is not built, or npm is missing: run it through `make test`")
    command = [npm, "run", "-s", "e2e", "--", f"--project={project}", *([only] if only else [])]
    env = os.environ | {"CHROMIUM": chromium, "CI": "true"} | env
    done = subprocess.run(command, cwd=WEB, env=env, capture_output=True, text=True, timeout=timeout_s)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout
