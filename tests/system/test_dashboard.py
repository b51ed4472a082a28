"""The dashboard in a real browser, on the real system with the sample app: web's own journeys, run from here."""

import os
import sys
from collections.abc import Iterator

import pytest
from millstream_kit.testing import free_port
from parts.chromium import find_chromium

from system.browser import DIST, NotRunnable, run_specs
from system.harness import Process


@pytest.fixture(scope="module")
def shop_on_a_laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What `make run` starts, on ports of its own."""
    folder, port, shop_port = tmp_path_factory.mktemp("laptop"), free_port(), free_port()
    command = [sys.executable, "-m", "millstream", "dev", "shop.jobs:app", "--port", str(port)]
    command += ["--data-dir", str(folder / "data"), "--web", str(DIST)]
    command += ["--run", f"shop={sys.executable} -m shop", "--run", f"traffic={sys.executable} -m shop.traffic"]
    process = Process(
        "laptop",
        command,
        {
            "SHOP_PORT": str(shop_port),
            "MILLSTREAM_TRACE_URL": "http://traces.test/{trace_id}",
            "MILLSTREAM_SOURCE_URL": "http://code.test/{path}#L{line}",
        },
        folder,
        f"http://127.0.0.1:{port}",
    )
    process.start()
    yield f"http://127.0.0.1:{port}"
    process.stop()


@pytest.fixture(scope="module")
def empty_laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One that nobody has used yet."""
    folder, port = tmp_path_factory.mktemp("empty"), free_port()
    command = [sys.executable, "-m", "millstream", "dev", "--port", str(port), "--web", str(DIST)]
    command += ["--data-dir", str(folder / "data")]
    process = Process("empty", command, {}, folder, f"http://127.0.0.1:{port}")
    process.start()
    yield f"http://127.0.0.1:{port}"
    process.stop()


@pytest.mark.timeout(820)
def test_journeys(shop_on_a_laptop: str, empty_laptop: str, chromium: str) -> None:
    try:
        env = {"BASE_URL": shop_on_a_laptop, "EMPTY_URL": empty_laptop, "VIEWER": find_chromium(whole=True)}
        run_specs("journeys", env, chromium=chromium, timeout_s=800)
    except NotRunnable as missing:
        pytest.fail(str(missing)) if os.environ.get("MILLSTREAM_REQUIRE_PARTS") else pytest.skip(str(missing))
