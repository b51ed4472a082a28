"""The dashboard in a real browser, on the real system with the sample app: web's own journeys, run from here."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from millstream_kit.testing import free_port

from system.harness import ROOT, Process

WEB = ROOT / "services" / "web"


@pytest.fixture(scope="module")
def shop_on_a_laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What `make run` starts, on ports of its own."""
    if not (WEB / "dist" / "index.html").is_file():
        message = "the dashboard is not built: run it through `make test`"
        pytest.fail(message) if os.environ.get("MILLSTREAM_REQUIRE_PARTS") else pytest.skip(message)
    folder, port, shop_port = tmp_path_factory.mktemp("laptop"), free_port(), free_port()
    command = [sys.executable, "-m", "millstream", "dev", "shop.jobs:app", "--port", str(port)]
    command += ["--data-dir", str(folder / "data"), "--web", str(WEB / "dist")]
    command += ["--run", f"shop={sys.executable} -m shop", "--run", f"traffic={sys.executable} -m shop.traffic"]
    process = Process(
        "laptop",
        command,
        {"SHOP_PORT": str(shop_port), "MILLSTREAM_TRACE_URL": "http://traces.test/{trace_id}"},
        folder,
        f"http://127.0.0.1:{port}",
    )
    process.start()
    yield f"http://127.0.0.1:{port}"
    process.stop()


@pytest.mark.timeout(420)
def test_journeys(shop_on_a_laptop: str, chromium: str, tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm: run it through `make test`")
    env = os.environ | {"BASE_URL": shop_on_a_laptop, "CHROMIUM": chromium, "CI": "true"}
    done = subprocess.run([npm, "run", "-s", "e2e"], cwd=WEB, env=env, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
