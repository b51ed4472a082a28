"""`python -m millstream_stream_edge`: serve the edge until told to leave."""

from __future__ import annotations

import sys

from millstream_kit.service import run
from millstream_kit.settings import load_settings

from millstream_stream_edge.app import create_app
from millstream_stream_edge.settings import EdgeSettings

# Each write to a socket lets go of the interpreter's lock; a thread that reads Kafka then keeps it for this long.
SWITCH_S = 0.0005


def main() -> None:
    sys.setswitchinterval(SWITCH_S)
    settings = load_settings(EdgeSettings)
    run(settings, lambda: create_app(settings))
