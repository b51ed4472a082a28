"""`python -m parts kafka|postgres`: run one part in the foreground until Ctrl-C, its address on the first line."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable

from parts import kafka, postgres
from parts.missing import PartMissing


def main() -> int:
    """Start the part named by the first argument and wait."""
    starters: dict[str, Callable[[], kafka.Broker | postgres.Server]] = {
        "kafka": kafka.start_broker,
        "postgres": postgres.start_server,
    }
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in starters:
        print("usage: python -m parts kafka|postgres", file=sys.stderr)
        return 2
    try:
        part = starters[name]()
    except PartMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    print(getattr(part, "servers", None) or getattr(part, "url", None), flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    part.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
