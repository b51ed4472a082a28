"""The dashboard in a real browser, on separate services with Apache Kafka and PostgreSQL: `make bench S=browser`.

    PYTHONPATH=tests python -m load.browser [--parts pill,sequences,events] [--seeds 1-50] [--into FILE]

`pill`: what the page says during faults of their real length (servers killed for 20 s, the line cut for a minute, a tab
hidden past its pause). `sequences`: random faults one after the other, and whether the browser's cache is the truth
afterwards. `events`: 500 events a second for a minute on the dashboard and on Jobs: long tasks, heap, reads.
Three quarters of an hour for all; rows of an earlier run that are not run again stay in the report. It needs what `make test` needs, and a dashboard that is built.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from load.browser.lives import Lives
from load.rig.machine import described, forget_settings, go_first, write_report
from parts.chromium import find_chromium
from parts.kafka import start_broker
from parts.postgres import fresh_database, start_server
from system.browser import DIST, run_specs
from system.faults import Signer, at_risk
from system.harness import process_system

# Project of `playwright.config.ts`, and the specs of it.
PARTS = {
    "pill": ("faults", "faults/pill.spec.ts"),
    "sequences": ("faults", "faults/sequences.spec.ts"),
    "events": ("load", "load/events.spec.ts"),
}
Row = dict[str, Any]
LONGEST_S = 3 * 3600


def measured(part: str, seeds: str, rate: int) -> list[Row]:
    """Run one part; what its specs wrote down, the failed ones' too."""
    project, specs = PARTS[part]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker = start_broker()
        stack.callback(broker.close)
        server = start_server()
        stack.callback(server.close)
        database = stack.enter_context(fresh_database(server.url))
        lives = Lives(broker.servers)
        stack.callback(lives.close)
        more = {"begin": lambda rate: lives.begin(float(rate)), "end": lambda _: lives.end()}
        signer = Signer(folder)
        system = stack.enter_context(process_system(folder, broker.servers, database, env=signer.settings, web=DIST))
        env = stack.enter_context(at_risk(system, signer, more))
        written = folder / "report.jsonl"
        written.touch()
        go_first()  # a viewer's browser does not share its cores with the installation
        env |= {"LONG": "1", "SEEDS": seeds, "RATE": str(rate), "REPORT": str(written)}
        try:
            run_specs(project, env, chromium=find_chromium(), timeout_s=LONGEST_S, only=specs)
        except AssertionError as error:
            print(error, flush=True)
        return [json.loads(line) for line in written.read_text().splitlines()]


def _named(row: Row) -> str:
    return str(row.get("seed") or row.get("path") or row.get("promise"))


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m load.browser", description=__doc__)
    asked.add_argument("--parts", default=",".join(PARTS))
    asked.add_argument("--seeds", default="1-50", help="which sequences")
    asked.add_argument("--rate", type=int, default=500, help="events a second")
    asked.add_argument("--into", type=Path, default=Path(".data/browser.json"), help="the report, added to")
    args = asked.parse_args()
    forget_settings()
    report = json.loads(args.into.read_text()) if args.into.exists() else {}
    report["machine"] = described("uvicorn", "kafka-python") | {"load_at_start": os.getloadavg()[0]}
    for part in args.parts.split(","):
        rows = {_named(row): row for row in report.get(part, [])}
        rows |= {_named(row): row for row in measured(part, args.seeds, args.rate)}
        report[part] = list(rows.values())
        print(part, json.dumps(report[part], indent=1), flush=True)
        write_report(args.into, report)
    failed = [_named(row) for part in args.parts.split(",") for row in report[part] if row["failed"]]
    if failed:
        raise SystemExit(f"not as promised: {'; '.join(failed)}")


if __name__ == "__main__":
    main()
