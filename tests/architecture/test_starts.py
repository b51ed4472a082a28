"""A process does not wait for what it does not use."""

import subprocess
import sys

LATE = {"alembic": "to migrate", "kafka": "where Kafka is named", "opentelemetry.sdk": "to record spans"}


def test_local_mode_imports_nothing_it_may_not_need() -> None:
    look = f"import sys, millstream_local.app; print(*{set(LATE)!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == [], LATE
