"""After any fault the browser holds what the server has, and says meanwhile what is wrong: short faults in local mode.

`make bench S=browser` does the same to separate services, with faults of their real length, fifty sequences, credentials
that end, and many events.
"""

import os
from pathlib import Path

import pytest

from system.browser import DIST, NotRunnable, run_specs
from system.faults import at_risk
from system.harness import local_system

SEEDS = "1-2"


@pytest.mark.timeout(300)
def test_after_faults_the_browser_holds_what_the_server_has(tmp_path: Path, chromium: str) -> None:
    heartbeat = {"MILLSTREAM_EDGE_HEARTBEAT_S": "1"}
    try:
        with local_system(tmp_path, env=heartbeat, web=DIST) as system, at_risk(system) as env:
            run_specs("faults", env | {"SEEDS": SEEDS}, chromium=chromium, timeout_s=280)
    except NotRunnable as missing:
        pytest.fail(str(missing)) if os.environ.get("MILLSTREAM_REQUIRE_PARTS") else pytest.skip(str(missing))
