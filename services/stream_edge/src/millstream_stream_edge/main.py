"""`python -m millstream_stream_edge`: serve the edge until told to leave."""

from __future__ import annotations

import gc
import sys

from fastapi import FastAPI
from millstream_kit.service import run
from millstream_kit.settings import load_settings

from millstream_stream_edge.app import create_app
from millstream_stream_edge.settings import EdgeSettings

# Each write to a socket lets go of the interpreter's lock; a thread that reads Kafka then keeps it for this long.
SWITCH_S = 0.0005
# A crowd that comes back makes thousands of objects that stay. Python's own thresholds would have all of them looked at
# again and again for cycles, of which an edge makes next to none: a quarter of what a resuming client cost.
COLLECT_AFTER = (20_000, 20, 20)


def main() -> None:
    sys.setswitchinterval(SWITCH_S)
    settings = load_settings(EdgeSettings)

    def create() -> FastAPI:
        app = create_app(settings)
        gc.collect()
        gc.freeze()  # modules and schemas are there for good
        gc.set_threshold(*COLLECT_AFTER)
        return app

    run(settings, create)
